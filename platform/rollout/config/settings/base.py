"""Settings that every installation shares. They read the environment; the other modules only override."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.utils.translation import gettext_lazy as _

from rollout.workbench.postgres import binaries

ROOT = Path(__file__).resolve().parents[4]
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))

DEBUG = False
DEMO = False
PLAYABLE_CLOCK = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
CONTEXT_KEYS: list[tuple[int, bytes]] = [
    # A key's number comes from the key, so that old and new processes agree on it while keys change.
    (zlib.crc32(bytes.fromhex(key)) & 0x7FFFFFFF, bytes.fromhex(key))
    for key in filter(None, os.environ.get("CONTEXT_KEY", "").split(","))
]
"""Keys that sign the database context, the newest first; the others are still accepted."""

PRIVATE_TEXT_KEYS: list[bytes] = [
    bytes.fromhex(key) for key in filter(None, os.environ.get("PRIVATE_TEXT_KEY", "").split(","))
]
"""Keys that wrap each person's own key, the newest first; the others are still accepted. Kept apart from backups."""

BACKUP_KEYS: list[bytes] = [bytes.fromhex(key) for key in filter(None, os.environ.get("BACKUP_KEY", "").split(","))]
"""Keys that mark the backups of organisations, the newest first. A command of the owner needs them, nobody else."""

# Organisations and hosts

ROLE_PREFIX = os.environ.get("ROLE_PREFIX", "rollout")
BASE_HOST = os.environ.get("BASE_HOST", "localhost")
ALLOWED_HOSTS = ["*"]  # the host is checked against the organisations' domains by OrganisationHost
PUBLIC_SCHEME = "https"
PUBLIC_PORT = os.environ.get("PUBLIC_PORT", "")
"""How people reach us from outside; addresses in e-mails are made of these. No port means the scheme's own."""

TENANT_MODEL = "organisations.Organisation"
TENANT_DOMAIN_MODEL = "organisations.Domain"
TENANT_DB_ALIAS = "owner"
TENANT_SYNC_ROUTER = "rollout.organisations.routing.Router"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]

SHARED_APPS = [
    "rollout.organisations",
    "rollout.accounts",
    "rollout.audit",
    "rollout.identity",
    "rollout.signon",
    "rollout.jobs",
    "rollout.leaving",
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rollout.kernel",
]
TENANT_APPS = [
    "tenants.audit",
    "tenants.members",
    "tenants.pairs",
    "tenants.disclosure",
    "tenants.conversations",
    "tenants.projects",
    "tenants.workplan",
    "tenants.instruments",
    "tenants.agreement",
    "tenants.relationship",
    "tenants.reflections",
    "tenants.meetings",
    "tenants.surfacing",
    "tenants.roster",
    "tenants.webhooks",
    "tenants.finder",
    "tenants.applications",
    "tenants.assistance",
    "governance.boards",
    "governance.boardpacks",
    "governance.exports",
    "api",
    "tenants.departures",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "governance.journey", "governance.indicators"]

ROOT_URLCONF = "rollout.config.urls_tenant"
PUBLIC_URLCONF = "rollout.config.urls_public"
WSGI_APPLICATION = "rollout.config.wsgi.application"

# Databases: organisation data, the public schema, and (in commands only) the owner of both

DATABASE_ADMIN_URL = os.environ.get("DATABASE_ADMIN_URL", "")
DATABASE_LOGIN_URL = os.environ.get("DATABASE_LOGIN_URL", "")
DATABASE_PLATFORM_URL = os.environ.get("DATABASE_PLATFORM_URL", "")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
PG_DUMP = os.environ.get("PG_DUMP", str(binaries() / "pg_dump"))


def database(url: str, **more: Any) -> dict[str, Any]:
    """One alias from its URL."""
    parts = urlparse(url)
    return {
        "ENGINE": "rollout.kernel.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {"connect_timeout": 5},
        **more,
    }


DATABASES = {"default": database(DATABASE_LOGIN_URL), "platform": database(DATABASE_PLATFORM_URL)}
if DATABASE_OWNER_URL:
    DATABASES["owner"] = database(DATABASE_OWNER_URL, OWNER_ROLE=f"{ROLE_PREFIX}_owner", CONN_MAX_AGE=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A request's way, from the outside in

MIDDLEWARE = [
    "rollout.config.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "rollout.config.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rollout.config.middleware.language_of_browser",
    "rollout.config.middleware.organisation_host",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rollout.config.middleware.session_belongs_to_host",
    "rollout.config.middleware.bearer_token",
    "rollout.config.middleware.language_of_reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rollout.config.middleware.what_was_typed",
    "rollout.config.middleware.inside_organisation",
]

# Sign-in

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_ENGINE = "rollout.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "rollout.config.errors.forbidden"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rollout.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = False  # counted in a table for all processes: rollout.accounts.limits
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

SIGN_ON_PRIVATE_HOSTS = [name for name in os.environ.get("SIGN_ON_PRIVATE_HOSTS", "").lower().split(",") if name]
"""Hosts of sign-in services that may be reached at a private address. All others are on the open internet."""
SIGN_ON_PLAIN_HTTP = False
"""Whether a sign-in service may be spoken to without TLS: in tests alone."""

# Pages

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "rollout.config.context.page",
            ],
            "builtins": ["rollout.kernel.templatetags.dates"],
        },
    }
]
FORM_RENDERER = "rollout.kernel.forms.Renderer"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "theme" / "built"] if (ROOT / "theme" / "built").exists() else []
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None  # without collected files, the theme's own folder is served
FILES_DIR = VAR / "files"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["rollout.config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

# Mail, jobs, API, logs

DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Collaborative Pairs <no-reply@example.org>")
EMAIL_TIMEOUT = 20
OUTBOX_DIR = VAR / "outbox"
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
CELERY_APP = "rollout.config.celery.app"
JOB_SECONDS = 120
"""What one attempt at a job may take. The lease outlives it, so that nobody else takes a job that is being done."""
JOB_GRACE_SECONDS = 30
"""How long after that a worker of the broker is ended from outside, when the attempt has not heard."""
JOB_LEASE_SECONDS = 180
JOB_SWEEP_SECONDS = 15
JOB_ATTEMPTS = 5

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.OwnToken", "api.authentication.OwnSession"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.DeclaredPermission"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.Shares"],
    "NUM_PROXIES": 0,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.JsonAlways",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.PlainJson"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["api.filters.Declared"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Described",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "api.errors.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_LIMITS = {"person": 600, "token": 300, "stranger": 120}
"""Requests to the API in a minute: of one person, of one key, and of one address without a name."""
FILE_UPLOAD_HANDLERS = [
    "rollout.kernel.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
API_BODY_BYTES = 256 * 1024
"""No body that the API takes is longer, by far, except one that holds a file."""
OUTBOUND_SECONDS = 10
"""So long another server may take to accept a message; then it is over, however slowly it talks."""
OUTBOUND_LOOPBACK = False
"""Whether messages may go to this very machine: for tests alone."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Collaborative Pairs",
    "VERSION": "1",
    "DESCRIPTION": (
        "What a person can read and do here, for that person's own programs. Every answer is JSON. "
        "A request says in the header `Capacity` which hat it is made in; without it, the partner's. "
        "What is hidden and what does not exist get the same answer."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": ["api.schema.with_refusals"],
    "AUTHENTICATION_WHITELIST": ["api.authentication.OwnToken", "api.authentication.OwnSession"],
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "rollout.config.logs.JsonLine"}},
    "filters": {"request": {"()": "rollout.config.logs.RequestId"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own would mail failures with all that was typed
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

TERMS_VERSION = "2026-09"
"""The version of the privacy notice and terms that a person accepts before the first signature."""
