"""The demo from nothing to served pages, and back to nothing. Everything that it starts ends with it."""

import fcntl
import http.client
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rollout.workbench import environment, postgres, preparation
from rollout.workbench.places import PYTHON, ROOT, SOURCES, var_dir
from rollout.workbench.processes import Child, Stopped, stop_all, stop_on_signals
from rollout.workbench.steps import StepFailed, Steps, run
from rollout.workbench.table import table

STEPS = 10
PATIENCE = 60
RESTARTS = 5
WATCHED = (".py", ".html", ".po", ".css")
AGAIN = "Run the same command again."


def demo(arguments: Sequence[str], *, reload: bool = False) -> int:
    """Set up, load and serve until Ctrl-C. With `reload`, a changed file restarts pages and jobs."""
    stop_on_signals()
    with ExitStack() as stack:
        try:
            began = float(os.environ.setdefault("WORKBENCH_BEGAN", str(time.time())))
            stack.enter_context(_only_one())
            _require_free_port(environment.demo_port())
            steps = preparation.install(arguments, total=STEPS, development=False)
            preparation.build(steps, testing=False)
            admin_url, cluster = stack.enter_context(_database(steps))
            env = environment.for_demo(admin_url)
            if reload:
                env["DEBUG"] = "1"
            _load(steps, env)
            children = _children(environment.for_serving(env))
            stack.callback(stop_all, children)
            with steps.step("Pages and jobs") as step:
                for child in children:
                    child.start()
                _wait_for_pages(children[0])
                step.note("serving")
            print(
                f"\n{table(_facts())}\n\nReady after {time.time() - began:.0f} s. Ctrl-C stops everything.", flush=True
            )
            _serve(children, cluster, reload=reload)
        except Stopped:
            print("\nStopping …", flush=True)
    print("Everything that was started has stopped.")
    return 0


def reset(arguments: Sequence[str]) -> int:
    """Empty the demo: its database, its files, its mails. Anything that is not the demo is refused."""
    cluster_folder = var_dir() / "postgres"
    emptied = False
    with ExitStack() as stack:
        stack.enter_context(_only_one())
        preparation.install(arguments, total=preparation.INSTALLING_STEPS, development=False)
        from rollout.workbench import database  # needs what step two installs

        if admin_url := environment.real_server():
            emptied = database.drop(admin_url)
        elif postgres.exists(cluster_folder):
            cluster = stack.enter_context(postgres.start(cluster_folder, keyring=environment.keyring()))
            emptied = database.drop(cluster.admin_url())
            database.drop_organisation_roles(cluster.admin_url(), os.environ.get("ROLE_PREFIX", "rollout"))
    (var_dir() / "demo.json").unlink(missing_ok=True)
    for folder in ("files", "outbox"):
        shutil.rmtree(var_dir() / folder, ignore_errors=True)
    print("The demo is empty. `make demo` loads it again." if emptied else "There was no demo to empty.")
    return 0


@contextmanager
def _only_one() -> Iterator[None]:
    """One demo per folder: a second one would share its database and its mails."""
    with (var_dir() / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StepFailed(
                f"The demo of this folder is already running ({lock.read().strip()}).", "Stop it first, with Ctrl-C."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {environment.demo_port()}")
        lock.flush()
        yield


@contextmanager
def _database(steps: Steps) -> Iterator[tuple[str, postgres.Cluster | None]]:
    """The address of the server: the person's own, or that of the embedded one, which ends with us."""
    with ExitStack() as stack:
        cluster = None
        with steps.step("PostgreSQL") as step:
            if admin_url := environment.real_server():
                step.note("your server")
            else:
                folder = var_dir() / "postgres"
                cluster = stack.enter_context(postgres.start(folder, keyring=environment.keyring()))
                admin_url = cluster.admin_url()
            from rollout.workbench import database  # needs what step two installs

            database.require_ours(admin_url)
        yield admin_url, cluster


def _load(steps: Steps, env: Mapping[str, str]) -> None:
    without_admin = {name: value for name, value in env.items() if name not in ("DATABASE_ADMIN_URL", "DATABASE_URL")}
    with steps.step("Database and roles"):
        reason = "The database or its roles could not be made."
        remedy = f"Look at what it says below. {AGAIN} To begin from nothing: make demo-reset."
        run(_manage("bootstrap"), log="bootstrap.log", env=env, reason=reason, remedy=remedy)
    with steps.step("Tables"):
        reason = "The tables could not be brought up to date."
        run(_manage("migrate"), log="migrate.log", env=without_admin, reason=reason, remedy=remedy)
    with steps.step("Demo organisations and their story"):
        reason = "The demo could not be loaded."
        run(_manage("demo_load"), log="demo-load.log", env=without_admin, reason=reason, remedy=remedy)


def _children(env: Mapping[str, str]) -> list[Child]:
    """The pages, and the loop that does background jobs."""
    memory = Path("/dev/shm")  # heartbeats belong in memory, not on a slow disk  # nosec B108
    heartbeat = ["--worker-tmp-dir", str(memory)] if os.access(memory, os.W_OK) else []
    web = [
        *(str(PYTHON), "-m", "gunicorn", "rollout.config.wsgi", "--bind", f"127.0.0.1:{environment.demo_port()}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5", *heartbeat),
        "--no-control-socket",  # two demos of one person would share it
    ]
    return [Child("web", web, env), Child("work", _manage("work"), env)]


def _manage(command: str) -> list[str | Path]:
    return [PYTHON, ROOT / "manage.py", command]


def _wait_for_pages(web: Child) -> None:
    """Wait until the first page answers, whatever it says short of an error of ours."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not web.has_ended():
        page = http.client.HTTPConnection("127.0.0.1", environment.demo_port(), timeout=10)
        try:
            page.request("GET", "/", headers={"Host": _host()})
            status = page.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        finally:
            page.close()
        if status < 500:
            return
        raise StepFailed(f"The first page answers with error {status}.", f"Read {web.log}.", _last_lines(web.log))
    raise StepFailed("The pages do not answer.", f"Read {web.log}.", _last_lines(web.log))


def _serve(children: Sequence[Child], cluster: postgres.Cluster | None, *, reload: bool) -> None:
    """Keep the programs and the embedded database running."""
    restarts_left = RESTARTS
    seen = _last_change() if reload else 0.0
    while True:
        time.sleep(0.5)
        restarts_left -= stand_up(children, cluster, restarts_left)
        if reload and (changed := _last_change()) > seen:
            seen = changed
            print("A file changed: starting again.", flush=True)
            stop_all(children)
            for child in children:
                child.start()


def stand_up(children: Sequence[Child], cluster: postgres.Cluster | None, restarts_left: int = RESTARTS) -> int:
    """Start again what has ended by itself, the database first; how many that were. A few times, then we give up."""
    ended = [(child.name, child.log, child.start) for child in children if child.has_ended()]
    if cluster and not cluster.is_alive():
        ended.insert(0, ("database", cluster.data / "server.log", cluster.start))
    for number, (name, log, start) in enumerate(ended):
        if number >= restarts_left:
            raise StepFailed(f"“{name}” ended again and again.", f"Read {log}.", _last_lines(log))
        print(f"“{name}” ended and is started again; it said why in {log}.", flush=True)
        time.sleep(1)
        start()
    return len(ended)


def _last_change() -> float:
    tops = [ROOT / name for name in (*SOURCES, "templates", "locale", "theme/built")]
    times = (path.stat().st_mtime for top in tops for path in top.rglob("*") if path.suffix in WATCHED)
    return max(times, default=0.0)


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StepFailed(
                f"Port {port} is already in use, perhaps by a demo that still runs.",
                f"Stop that program, or choose another port: make demo DEMO_PORT={port + 1}",
            ) from error


def _facts() -> dict[str, object]:
    path = var_dir() / "demo.json"
    try:
        facts: dict[str, object] = json.loads(path.read_text())
    except FileNotFoundError:
        return {"url": f"http://{_host()}/"}
    return facts


def _host() -> str:
    return f"{os.environ.get('BASE_HOST', 'localhost')}:{environment.demo_port()}"


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else ""
