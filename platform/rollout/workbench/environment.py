"""The environment variables that tell the service where its databases and keys are."""

import os
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from rollout.workbench.keyring import Keyring
from rollout.workbench.places import ROOT, var_dir
from rollout.workbench.postgres import running
from rollout.workbench.steps import StepFailed

DATABASE = "rollout_demo"
ROLES = {"DATABASE_LOGIN_URL": "login", "DATABASE_PLATFORM_URL": "platform", "DATABASE_OWNER_URL": "migrator"}
NOT_FOR_SERVING = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_URL", "BACKUP_KEY")


def keyring() -> Keyring:
    """The secrets of this machine."""
    return Keyring(var_dir() / "secrets.json")


def real_server() -> str | None:
    """The address of a real server that the person chose instead of the embedded one."""
    return os.environ.get("DATABASE_URL") or None


def for_demo(admin_url: str) -> dict[str, str]:
    """Everything that the demo's commands need."""
    keys = keyring()
    prefix = os.environ.get("ROLE_PREFIX", "rollout")
    roles = {
        variable: in_role(admin_url, f"{prefix}_{role}", keys.get(f"role {role}")) for variable, role in ROLES.items()
    }
    return {
        **os.environ,
        **roles,
        "DATABASE_ADMIN_URL": admin_url,
        "DJANGO_SETTINGS_MODULE": "rollout.config.settings.local",
        "PYTHONPATH": _python_path(),
        "ROLE_PREFIX": prefix,
        "SECRET_KEY": keys.get("secret key"),
        "CONTEXT_KEY": keys.get("context key"),
        "PRIVATE_TEXT_KEY": keys.get("private text key"),
        "BACKUP_KEY": keys.get("backup key"),
        "DEMO": "1",
        "DEMO_PORT": str(demo_port()),
        "BASE_HOST": os.environ.get("BASE_HOST", "localhost"),
        "VAR_DIR": str(var_dir()),
    }


def for_serving(env: Mapping[str, str]) -> dict[str, str]:
    """The same for pages and jobs: they must not be able to reach a table as its owner."""
    return {name: value for name, value in env.items() if name not in NOT_FOR_SERVING and not name.startswith("PG")}


def for_tests(admin_url: str) -> dict[str, str]:
    """What the test run needs to know."""
    return {
        **os.environ,
        "DATABASE_ADMIN_URL": admin_url,
        "DJANGO_SETTINGS_MODULE": "rollout.config.settings.test",
        "PYTHONPATH": _python_path(),
    }


def of_this_machine() -> dict[str, str]:
    """The demo's environment for a command that a person types, as long as the demo's database runs."""
    keys = keyring()
    if not keys.path.exists():
        return {}
    if admin_url := real_server():
        return for_demo(admin_url)
    cluster = running(var_dir() / "postgres")
    return for_demo(cluster.admin_url()) if cluster else {}


def demo_port() -> int:
    """The port of the demo's pages."""
    wanted = os.environ.get("DEMO_PORT") or "8000"
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise StepFailed(f"DEMO_PORT is “{wanted}”, which is no port.", "Choose a number, for example DEMO_PORT=8080.")
    return int(wanted)


def in_role(admin_url: str, user: str, password: str, database: str = DATABASE) -> str:
    """The same server, another role and database."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user)}:{quote(password)}@{host}", path=f"/{database}").geturl()


def _python_path() -> str:
    return os.pathsep.join([str(ROOT), str(ROOT / "platform")])
