"""What somebody typed when their session had ended: kept for half an hour, and offered again to them alone.

Whose form it is cannot be read from the session, which is gone. So each browser holds a signed note of who read which
forms: a mark of the secret inside the forms, and a mark of the account. The text itself is sealed under a key that
lies in this browser's cookie and nowhere else: our own tables and keys open nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import QueryDict
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token  # type: ignore[attr-defined]
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from rollout.accounts.limits import MINUTES, Limit, take
from rollout.accounts.models import Account, KeptForm
from rollout.accounts.sessions import OWN_DEVICE_DAYS
from rollout.accounts.ways import page_before
from rollout.kernel.keeping import Period

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

OFFER = "/typed/"
MOST_BYTES = 1_000_000
KEPT = Limit("typed.kept.writer", 30, 30 * MINUTES)

_PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
KEY_COOKIE = f"{_PREFIX}typed"
WRITER_COOKIE = f"{_PREFIX}writer"

_HALF_HOUR = Period.TYPED.value.length
_FORMS_REMEMBERED = 4
_WRITER = "rollout.typed.writer"
_NONCE_BYTES = 12
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_TOKEN = re.compile(rf"[A-Za-z0-9]{{{CSRF_TOKEN_LENGTH}}}")
_SECRETS = {
    "csrfmiddlewaretoken",
    "password",
    "passcode",
    "code",
    "codes",
    "token",
    "secret",
    "pin",
    "otp",
    "credential",
}
"""No field with one of these words in its name is kept."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, opened again. `page` is the page on which the person was."""

    row: KeptForm
    path: str
    page: str
    fields: QueryDict
    had_files: bool

    @property
    def until(self) -> datetime:
        """When it is gone."""
        return self.row.expires_at


def keep(request: HttpRequest) -> str:
    """Keep what this request carries, and give back the key for the browser; empty when nothing is kept.

    Nothing is kept of a form that nobody read here while signed in, that comes from another place, that belongs to
    somebody else than who is signed in now, or that is too long.
    """
    if not _comes_from_here(request):
        return ""
    whose = _writer_of_form(request)
    if not whose or (request.user.is_authenticated and whose != _mark_of(request)):
        return ""
    fields = {name: values for name, values in request.POST.lists() if not _is_secret(name)}
    if not any(value for values in fields.values() for value in values):
        return ""
    content = json.dumps([request.get_full_path(), page_before(request), fields, bool(request.FILES)]).encode()
    if len(content) > MOST_BYTES or not take(KEPT, whose):
        return ""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE_BYTES)
    now, before = timezone.now(), request.COOKIES.get(KEY_COOKIE, "")
    with transaction.atomic(using="platform"):
        KeptForm.objects.filter(hash=_hash_of(before)).delete()
        KeptForm.objects.create(
            hash=_hash_of(_written(key)),
            whose=whose,
            sealed=nonce + AESGCM(key).encrypt(nonce, content, whose.encode()),
            expires_at=now + _HALF_HOUR,
        )
    return _written(key)


def offered(request: HttpRequest) -> Typed | None:
    """What waits for this very person in this browser, untouched so far; None when nothing does."""
    found = _opened(request)
    return found if found is not None and found.row.taken_at is None else None


def taken_up(request: HttpRequest) -> Typed | None:
    """What this person took up again on this very page and has not sent yet."""
    found = _opened(request)
    return found if found is not None and found.row.taken_at and _bare(found.path) == request.path else None


def take_up(typed: Typed) -> bool:
    """Note that its person took it up: once. From then on its page shows it, until it is sent or its time is over."""
    waiting = KeptForm.objects.filter(pk=typed.row.pk, taken_at__isnull=True)
    return bool(waiting.update(taken_at=timezone.now()))


def throw_away(typed: Typed, response: HttpResponse) -> None:
    """Forget it now."""
    KeptForm.objects.filter(pk=typed.row.pk).delete()
    response.delete_cookie(KEY_COOKIE, samesite="Lax")


def hand_key(response: HttpResponse, key: str) -> None:
    """Give the key to the browser. We keep none."""
    _set(response, KEY_COOKIE, key, _HALF_HOUR.seconds)


def note_reader(request: HttpRequest, response: HttpResponse) -> None:
    """Let this browser remember who was signed in when the forms that it shows were made."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret or response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
        return
    known, now = _notes(request), [_mark_of_form(secret), _mark_of(request)]
    if not known or known[0] != now:
        others = [note for note in known if note[0] != now[0]]
        notes = signing.dumps([now, *others][:_FORMS_REMEMBERED], salt=_WRITER)
        _set(response, WRITER_COOKIE, notes, int((OWN_DEVICE_DAYS + _HALF_HOUR).total_seconds()))


def forget_reader(response: HttpResponse) -> None:
    """Whoever signs out on purpose leaves nothing behind: what is sent afterwards is nobody's."""
    response.delete_cookie(WRITER_COOKIE, samesite="Lax")
    response.delete_cookie(KEY_COOKIE, samesite="Lax")


def _opened(request: HttpRequest) -> Typed | None:
    key = request.COOKIES.get(KEY_COOKIE, "")
    if not _KEY.fullmatch(key) or not isinstance(request.user, Account):
        return None
    whose = _mark_of(request)
    row = KeptForm.objects.filter(hash=_hash_of(key), whose=whose, expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    sealed = bytes(row.sealed)
    try:
        content = AESGCM(urlsafe_b64decode(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], whose.encode())
    except InvalidTag:
        return None
    path, page, fields, had_files = json.loads(content)
    typed = QueryDict(mutable=True)
    for name, values in fields.items():
        typed.setlist(name, values)
    return Typed(row, path, page, typed, had_files)


def _comes_from_here(request: HttpRequest) -> bool:
    said = request.headers.get("Origin")
    return said is None or said == f"{request.scheme}://{request.get_host()}"


def _is_secret(name: str) -> bool:
    return bool(_SECRETS & set(re.split(r"[^a-z]+", name.lower())))


def _writer_of_form(request: HttpRequest) -> str:
    """The mark of whoever was signed in when this form was made, as this browser remembers it."""
    notes = _notes(request)
    token = request.POST.get("csrfmiddlewaretoken", "") if notes else ""
    if not _TOKEN.fullmatch(token):
        return ""
    mark = _mark_of_form(_unmask_cipher_token(token))
    return next((whose for of, whose in notes if constant_time_compare(of, mark)), "")


def _notes(request: HttpRequest) -> list[list[str]]:
    age = int((OWN_DEVICE_DAYS + _HALF_HOUR).total_seconds())
    try:
        found: list[list[str]] = signing.loads(request.COOKIES.get(WRITER_COOKIE, ""), salt=_WRITER, max_age=age)
    except signing.BadSignature:
        return []
    return found


def _mark_of(request: HttpRequest) -> str:
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    return salted_hmac("rollout.typed.whose", f"{request.user.pk}|{organisation.pk}", algorithm="sha256").hexdigest()


def _mark_of_form(secret: str) -> str:
    return salted_hmac("rollout.typed.form", secret, algorithm="sha256").hexdigest()[:32]


def _hash_of(key: str) -> str:
    return hashlib.sha256(b"typed|" + key.encode()).hexdigest()


def _written(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()


def _bare(path: str) -> str:
    return path.partition("?")[0]


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
