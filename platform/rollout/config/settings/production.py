"""A server that people rely on. It refuses to start while anything about it is unsafe."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from rollout.config.settings.base import *
from rollout.config.settings.base import (
    CONTEXT_KEYS,
    DATABASE_LOGIN_URL,
    DATABASE_PLATFORM_URL,
    PRIVATE_TEXT_KEYS,
    REST_FRAMEWORK,
    SECRET_KEY,
)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1"))
"""Proxies between people and us: the limits on sign-in count people's addresses, not the proxy's."""
REST_FRAMEWORK["NUM_PROXIES"] = ALLAUTH_TRUSTED_PROXY_COUNT

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY is missing or too weak: set at least 50 random characters.")
if not CONTEXT_KEYS or any(len(key) < 32 or len(set(key)) < 8 for _, key in CONTEXT_KEYS):
    raise ImproperlyConfigured("CONTEXT_KEY is missing or too weak: set 32 random bytes in hexadecimal.")
if not PRIVATE_TEXT_KEYS or any(len(key) != 32 or len(set(key)) < 8 for key in PRIVATE_TEXT_KEYS):
    raise ImproperlyConfigured("PRIVATE_TEXT_KEY is missing or too weak: set 32 random bytes in hexadecimal.")
if bytes(range(96, 128)) in PRIVATE_TEXT_KEYS:
    raise ImproperlyConfigured("PRIVATE_TEXT_KEY is the one of the tests, which everybody knows: set 32 random bytes.")
if not DATABASE_LOGIN_URL or not DATABASE_PLATFORM_URL:
    raise ImproperlyConfigured("DATABASE_LOGIN_URL and DATABASE_PLATFORM_URL must both be set.")
