"""Where things lie on this machine."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SOURCES = ("platform", "tenants", "governance", "api")


def var_dir() -> Path:
    """The folder of everything that the service writes; made on first use.

    Others may pass through it but not list it: as root, the database runs as an unprivileged account
    whose folder lies inside.
    """
    folder = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)
    return folder


def log_dir() -> Path:
    """The folder of what each step and each process had to say."""
    folder = var_dir() / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
