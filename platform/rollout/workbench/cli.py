"""The commands of the workbench."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rollout.workbench import builds, checks, demo, environment, machine, postgres, preparation
from rollout.workbench.lock import lock
from rollout.workbench.places import var_dir
from rollout.workbench.processes import Stopped
from rollout.workbench.steps import StepFailed, told


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. A failure is told in words, with what to do about it."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(arguments)
    try:
        return _run(options, arguments)
    except StepFailed as failure:
        if not failure.is_told:
            sys.stderr.write(told(failure))
        return 1
    except PermissionError as error:
        refused = StepFailed(
            f"{error.filename or error} belongs to another account.",
            "Run the command as the account that made it, or remove it.",
        )
        sys.stderr.write(told(refused))
        return 1
    except (KeyboardInterrupt, Stopped):
        sys.stderr.write("\nStopped.\n")
        return 130


def _run(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    match options.command:
        case "demo" | "dev":
            return demo.demo(arguments, reload=options.command == "dev")
        case "reset":
            return demo.reset(arguments)
        case "test":
            return checks.test(arguments, options.rest)
        case "check":
            return checks.check(arguments, options.rest)
        case "bench":
            return checks.bench(arguments)
        case "torture":
            return checks.torture(arguments)
        case "test-cluster":
            return checks.in_test_cluster(_without_dashes(options.rest), options.folder)
        case "theme" | "catalogues":
            return _build(options.command, arguments)
        case "postgres-start" | "postgres-stop":
            return _postgres(start=options.command == "postgres-start")
        case "lock":
            return lock()
        case _:
            builds.clean()
            return 0


def _build(what: str, arguments: Sequence[str]) -> int:
    steps = preparation.install(arguments, total=3, development=False)
    with steps.step(what.capitalize()) as step:
        builds.build_theme(step) if what == "theme" else builds.compile_catalogues(step)
    return 0


def _postgres(*, start: bool) -> int:
    """The demo's database alone, for looking around in it."""
    _require_venv()
    folder = var_dir() / "postgres"
    if start:
        cluster = postgres.start(folder, keyring=environment.keyring())
        cluster.leave()
        print(f"PostgreSQL is up: {cluster.admin_url()}")
        return 0
    found = postgres.running(folder, keyring=environment.keyring())
    if found is None:
        print("PostgreSQL is not running.")
    elif found.stop():
        print("PostgreSQL has stopped.")
    else:
        raise StepFailed("The demo still uses this database.", "Stop the demo first, with Ctrl-C.")
    return 0


def _require_venv() -> None:
    if not machine.in_venv():
        raise StepFailed("This command needs the project's own Python.", "Call it with .venv/bin/python.")


def _without_dashes(rest: Sequence[str]) -> list[str]:
    command = [*rest[1:]] if rest[:1] == ["--"] else [*rest]
    if not command:
        raise StepFailed("There is no command to run.", "Write it after two dashes: test-cluster -- pytest")
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rollout.workbench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, says in {
        "demo": "set up, load and serve the demo until Ctrl-C",
        "dev": "the same, starting again when a file changes",
        "reset": "empty the demo's database and files",
        "bench": "measure the tenancy (BENCH_SIZE=small or full)",
        "torture": "kill workers while they work and count what is left (TORTURE_JOBS=200)",
        "theme": "build the theme",
        "catalogues": "compile the translations",
        "lock": "write the pinned requirements anew",
        "clean": "remove what can be made again",
        "postgres-start": "start the demo's database alone",
        "postgres-stop": "stop it",
    }.items():
        commands.add_parser(name, help=says)
    for name, says in {"test": "set up and run the tests", "check": "check the code, then run the tests"}.items():
        command = commands.add_parser(name, help=says)
        command.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="goes to pytest as it is")
    cluster = commands.add_parser("test-cluster", help="run a command beside a throw-away database server")
    cluster.add_argument("--folder", type=Path, help="where its data lies; var/test-postgres when not given")
    cluster.add_argument("rest", nargs=argparse.REMAINDER, metavar="-- command")
    return parser
