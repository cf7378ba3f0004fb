"""Sessions in the platform's table, with the key kept as a hash, and the rules for how long they last.

Partners stay signed in for 12 hours, or 30 days on their own device. Whoever holds an office stays for
8 hours and is asked again after 30 minutes away. Hours count from the moment the code was typed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, router, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest

    from rollout.accounts.models import Account, Session

HOST = "_host"
DEVICE = "_device"
PARENT = "_parent"
OWN_DEVICE = "_own_device"
STARTED = "_started"
SECOND_FACTOR = "_second_factor"
THROUGH = "_through"
PROVED = "_proved"

PARTNER_HOURS = dt.timedelta(hours=12)
OWN_DEVICE_DAYS = dt.timedelta(days=30)
OFFICE_HOURS = dt.timedelta(hours=8)
OFFICE_AWAY = dt.timedelta(minutes=30)
SEEN_EVERY = dt.timedelta(minutes=1)
PROOF_IS_FRESH = dt.timedelta(minutes=10)

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_SAVED = (
    *("session_data", "expire_date", "account", "host", "device", "parent", "own_device", "started_at"),
    *("second_factor_at", "through"),
)
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def hashed(key: str) -> str:
    """What the table knows of a session key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's database sessions; the browser holds the key, the table its hash."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._record: Session | None = None
        self._table: Any = self.model.objects

    @classmethod
    def get_model_class(cls) -> Any:
        from rollout.accounts.models import Session

        return Session

    @property
    def record(self) -> Session | None:
        """The row of this session as it was read; None for a browser that is not known."""
        self._get_session()  # type: ignore[attr-defined]
        return self._record

    def hold(self) -> bool:
        """Read this session again under a lock, so that one browser's steps follow each other. False when it is gone.

        Needs a transaction on the platform's alias.
        """
        if self.session_key is None:
            return False
        found = self._table.select_for_update().filter(session_key=hashed(self.session_key)).first()
        if found is None or found.expire_date <= timezone.now():
            # The cookie stays as it is: another tab of this browser may have just been given a new one.
            self._session_cache, self.modified = {}, False
            return False
        self._record, self._session_cache = found, self.decode(found.session_data)
        return True

    def save(self, must_create: bool = False) -> None:
        """As Django does it, but a change never touches what only the table knows: office and last use."""
        if self.session_key is None:
            self.create()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                row.save(force_insert=must_create, update_fields=None if must_create else _SAVED)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError:
            if not must_create:
                raise UpdateError from None
            raise

    def _get_session_from_db(self) -> Any:
        # The parent looks the key up as it stands and forgets it when nothing is found.
        if self.session_key is None:
            return None
        found = self._table.filter(session_key=hashed(self.session_key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        self._record = found
        return found

    def exists(self, session_key: str | None) -> bool:
        return session_key is not None and self._table.filter(session_key=hashed(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        started = data.get(STARTED)
        row: Any = self.model
        return row(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=data.get("_auth_user_id"),
            host=data.get(HOST, ""),
            device=data.get(DEVICE, ""),
            parent=data.get(PARENT, ""),
            own_device=data.get(OWN_DEVICE, False),
            started_at=dt.datetime.fromisoformat(started) if started else timezone.now(),
            second_factor_at=_moment(data.get(SECOND_FACTOR)),
            through=data.get(THROUGH),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self._table.filter(session_key=hashed(key)).delete()


def session_of(request: HttpRequest) -> SessionStore:
    """The session of this request, as our own kind."""
    return cast(SessionStore, request.session)


@contextmanager
def one_at_a_time(request: HttpRequest) -> Iterator[bool]:
    """One browser's steps follow each other, so that five tries are five and one code is one. False: it is not known.

    What the step changed in the session is saved under the lock, and not again after it.
    """
    asked_with = request.session.session_key
    with transaction.atomic(using=router.db_for_write(SessionStore.get_model_class())):
        yield session_of(request).hold()
        if request.session.modified and request.session.session_key == asked_with:
            request.session.save()
            request.session.modified = False


def open_session(
    request: HttpRequest,
    account: Account,
    *,
    host: str,
    own_device: bool = False,
    parent: str = "",
    started: dt.datetime | None = None,
    second_factor: dt.datetime | None = None,
    through: UUID | None = None,
) -> None:
    """Sign this browser in on this host, under a new key. `second_factor` is when a second factor was used.

    `through` is the organisation's sign-in service that vouched: then the person has proved nothing to us yet.
    """
    if request.session.get(SESSION_KEY) == str(account.pk):
        request.session.cycle_key()  # Django keeps the key for the same person; what they were told stays
    elif SESSION_KEY in request.session:
        request.session.flush()
    login(request, account, backend=_BACKEND)
    session, begun = request.session, started or timezone.now()
    session[HOST] = host
    session[DEVICE] = device_of(request)
    session[PARENT] = parent
    session[OWN_DEVICE] = own_device
    session[STARTED] = begun.isoformat()
    session[PROVED] = None if through else begun.isoformat()
    session[THROUGH] = str(through) if through else None
    session[SECOND_FACTOR] = second_factor.isoformat() if second_factor else None
    session.set_expiry(begun + (OWN_DEVICE_DAYS if own_device else PARTNER_HOURS))


def _moment(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None


def second_factor_of(session: SessionStore) -> dt.datetime | None:
    """When a second factor was used in this session, or in the one that opened it; None when none was."""
    return _moment(session.get(SECOND_FACTOR))


def is_strong(session: SessionStore) -> bool:
    """Whether a second factor was used in this session, or in the one that opened it."""
    return second_factor_of(session) is not None


def note_proof(session: SessionStore, *, second_factor: bool) -> None:
    """The person proved anew who they are: with a fresh code, or with a second factor."""
    session[PROVED] = timezone.now().isoformat()
    if second_factor:
        session[SECOND_FACTOR] = session[PROVED]


def proved_lately(session: SessionStore) -> bool:
    """Whether the person proved who they are in the last ten minutes, in this very session."""
    proved = _moment(session.get(PROVED))
    return proved is not None and timezone.now() - proved < PROOF_IS_FRESH


def device_of(request: HttpRequest) -> str:
    """A device in words that its owner recognises, such as "Firefox, Windows"; empty when it says nothing."""
    claims = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in known if mark in claims), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))


def is_spent(session: Session) -> bool:
    """Whether the rules say that this session is over, although its row still stands."""
    now = timezone.now()
    age = now - session.started_at
    if age > (OWN_DEVICE_DAYS if session.own_device else PARTNER_HOURS):
        return True
    uses = [session.seen_at] if session.office else []
    if not session.parent:
        uses += session_family(session).filter(office=True).values_list("seen_at", flat=True)
    return bool(uses) and (age > OFFICE_HOURS or now - max(uses) > OFFICE_AWAY)


def session_family(session: Session) -> Any:
    """The sessions on organisations' hosts that this one, on the sign-in host, opened."""
    return type(session).objects.filter(parent=session.session_key)


def end_session(session: Session, *, with_parent: bool = False) -> None:
    """End a session and what it opened; `with_parent` also the one that opened it, so that nobody slips back in."""
    keys = [session.session_key, session.parent] if with_parent and session.parent else [session.session_key]
    table = type(session).objects
    if not session.parent:
        session_family(session).delete()
    table.filter(session_key__in=keys).delete()


def end_spent(session: Session) -> None:
    """End a session whose time is over, and the one on the sign-in host when its time is over too."""
    above = type(session).objects.filter(session_key=session.parent).first() if session.parent else None
    end_session(session, with_parent=above is not None and is_spent(above))


def note_use(session: SessionStore, *, office: bool) -> None:
    """Keep the last use, to the minute, and whether the person holds an office here."""
    row, now = session.record, timezone.now()
    if row is None or (row.office == office and now - row.seen_at < SEEN_EVERY):
        return
    type(row).objects.filter(pk=row.pk).update(seen_at=now, office=office)
    row.seen_at, row.office = now, office
