"""The passwords and keys of this machine: made once, readable by their owner alone."""

import fcntl
import json
import os
import secrets
from pathlib import Path


class Keyring:
    """A small file of secrets. Asking for one that is not there yet makes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def known(self, name: str) -> str | None:
        """The secret of this name, or nothing when it was never made."""
        return self._read().get(name)

    def get(self, name: str) -> str:
        """The secret of this name, 32 random bytes in hexadecimal, made on first use."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            secrets_by_name = self._read()
            if name not in secrets_by_name:
                secrets_by_name[name] = secrets.token_hex(32)
                self._write(secrets_by_name)
        return secrets_by_name[name]

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        return {str(name): str(value) for name, value in found.items()}

    def _write(self, secrets_by_name: dict[str, str]) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(secrets_by_name, file, indent=1)
        fresh.replace(self.path)
