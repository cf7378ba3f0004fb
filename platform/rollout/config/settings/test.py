"""The test run: a copy of a prepared database, fixed keys that protect nothing."""

from __future__ import annotations

import os
import sys
import tempfile

_ADMIN = os.environ.get("DATABASE_ADMIN_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
_SERVER = _ADMIN.split("@", 1)[-1].split("/", 1)[0]
for _kind, _user in (("LOGIN", "login"), ("PLATFORM", "platform"), ("OWNER", "migrator")):
    os.environ[f"DATABASE_{_kind}_URL"] = f"postgresql://rollout_test_{_user}:test-only@{_SERVER}/test_rollout"
os.environ["ROLE_PREFIX"] = "rollout_test"
os.environ["CONTEXT_KEY"] = "7e" * 32
os.environ["PRIVATE_TEXT_KEY"] = bytes(range(96, 128)).hex()
os.environ["BACKUP_KEY"] = bytes(range(64, 96)).hex()
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
if "pytest" in sys.modules or "VAR_DIR" not in os.environ:
    # Each worker of a run has its own files, as it has its own database: one would clear away those of another.
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="rollout-test-")

from rollout.config.settings.base import *  # noqa: E402

PLAYABLE_CLOCK = True
SIGN_ON_PLAIN_HTTP = True
SIGN_ON_PRIVATE_HOSTS = ["127.0.0.1"]
API_LIMITS = dict.fromkeys(("person", "token", "stranger"), 1_000_000)
DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "rollout.demo"]
