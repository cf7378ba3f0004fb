"""What was measured, as rows of a table for the screen and for the page of results."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One target: what was asked, what came out, whether it is met (None: nothing to compare), and on what."""

    what: str
    target: str
    measured: str
    met: bool | None
    on: str


def at_most(what: str, ours: list[float], beside: list[float], most: float, on: str) -> Row:
    """How many times as long as something else."""
    ratio = median(ours) / median(beside)
    return Row(what, f"≤ {most:g}×", f"{ratio:.2f}× ({seconds(ours)} : {seconds(beside)})", ratio <= most, on)


def faster(what: str, ours: list[float], beside: list[float], least: float, on: str) -> Row:
    """How many times faster than something else."""
    ratio = median(beside) / median(ours)
    digits = f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
    return Row(what, f"≥ {least:g}× faster", f"{digits}× ({seconds(beside)} : {seconds(ours)})", ratio >= least, on)


def seconds(samples: list[float]) -> str:
    """A median in a unit that can be read."""
    value = median(samples)
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1000:.0f} ms" if value >= 0.02 else f"{value * 1000:.2f} ms"


def as_text(rows: list[Row]) -> str:
    """For the screen."""
    heads = ("What", "Target", "Measured", "", "On")
    lines = [heads, *((row.what, row.target, row.measured, verdict(row), row.on) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]) for line in lines
    )


def as_markdown(rows: list[Row]) -> str:
    """For the page of results."""
    lines = ["| What | Target | Measured (median) | | On |", "|---|---|---|---|---|"]
    lines += [f"| {row.what} | {row.target} | {row.measured} | {verdict(row)} | {row.on} |" for row in rows]
    return "\n".join(lines)


def verdict(row: Row) -> str:
    """In one word or two."""
    return "" if row.met is None else "met" if row.met else "not met"
