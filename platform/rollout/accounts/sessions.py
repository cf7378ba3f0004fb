"""Sessions in the platform's table, with the key kept as a hash and a note of host and device."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends import db

HOST = "_host"
DEVICE = "_device"


def hashed(key: str) -> str:
    """What the table knows of a session key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's database sessions; the browser holds the key, the table its hash."""

    @classmethod
    def get_model_class(cls) -> Any:
        from rollout.accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        # The parent looks the key up as it stands and forgets it when nothing is found.
        from django.utils import timezone

        if self.session_key is None:
            return None
        found = self.model.objects.filter(session_key=hashed(self.session_key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str | None) -> bool:
        return session_key is not None and self.model.objects.filter(session_key=hashed(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = self.model(
            session_key=hashed(self._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=data.get("_auth_user_id"),
            host=data.get(HOST, ""),
            device=data.get(DEVICE, ""),
        )
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=hashed(key)).delete()
