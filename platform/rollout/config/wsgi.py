"""The web process. It refuses to start while the database does not protect what the models declare."""

from __future__ import annotations

import os
import sys

from django.core import checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollout.config.settings.production")

application = get_wsgi_application()

_errors = [issue for issue in checks.run_checks(databases=["platform"]) if issue.is_serious()]
if _errors:
    sys.exit("Refusing to start: " + " ".join(str(issue.msg) for issue in _errors))
