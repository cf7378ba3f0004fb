"""The web process. It refuses to start while the database does not protect what the models declare."""

from __future__ import annotations

import os
import sys

from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollout.config.settings.production")

application = get_wsgi_application()

_errors = [issue for issue in checks.run_checks(databases=["platform"]) if issue.is_serious()]
if _errors:
    sys.stderr.write("Refusing to start: " + " ".join(str(issue.msg) for issue in _errors) + "\n")
    sys.exit(3)  # tells gunicorn to give up instead of trying again without end
connections.close_all()
