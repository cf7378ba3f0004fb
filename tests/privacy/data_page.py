"""`docs/data.md`, written from what each model declares about keeping its rows.

Written again with `PYTHONPATH=platform python -m tests.privacy.data_page`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollout.config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402

from rollout.kernel.keeping import Period, fields_of, keeping_of, kept_models  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

WHERE = Path(__file__).resolve().parents[2] / "docs" / "data.md"
HEAD = """\
# What is kept, how long, and whose it is

Written by `PYTHONPATH=platform python -m tests.privacy.data_page` from the models themselves; a test fails while this
page says something else than the code, and a field of which nobody says how long it is kept stops `make check`.
[Why it is declared so](adr/0015-every-field-says-how-long-it-is-kept.md).

"In the download" means that a person gets it under "What is yours". Where a row is removed by the clock, a worker does
it every hour (`platform/rollout/leaving/clearing.py`). Two kinds of files are kept for a time as well: a download that
was prepared, and, where letters are not sent but kept in a folder, those letters.

Erasure leaves the account's row with its id. Ids of the erased stand on in what was recorded and lead to nobody: where
the name stood, people read "Somebody who has left", also in the papers of boards. What a witness left (name, address,
relation) goes when the witness asks for erasure under that address. Words that others typed into longer texts stay.
"""
KINDS = {"personal": "in the download", "withheld": "not in the download", "plain": "not personal"}


def periods() -> Iterator[str]:
    yield from ("", "## Periods", "", "| Period | Why | Carried out by |", "|---|---|---|")
    for period in Period:
        span = period.value
        who = ", ".join(f"`{name}`" for name in span.removed_by.split())
        yield f"| {span.words} | {span.why} | {who} |"


def table_of(model: type[Model]) -> Iterator[str]:
    keeping = keeping_of(model)
    assert keeping is not None
    yield from ("", f"### {model._meta.label}", "")
    yield f"{keeping.period.value.words}. On erasure: {keeping.fate.value}."
    if keeping.why:
        yield f"Not in the download, because {keeping.why}."
    yield from ("", "| Field | Kept | Personal |", "|---|---|---|")
    for name in fields_of(model):
        yield f"| `{name}` | {keeping.period_of(name).value.words} | {KINDS[keeping.kind_of(name)]} |"


def text() -> str:
    """The whole page."""
    models = kept_models()
    public = [model for model in models if model._meta.app_config.name not in settings.TENANT_APPS]
    fields = sum(len(fields_of(model)) for model in models)
    lines = [HEAD, f"There are {len(models)} tables with {fields} fields.", *periods()]
    lines += ["", "## The service's own tables", *(line for model in public for line in table_of(model))]
    rest = [model for model in models if model not in public]
    lines += ["", "## Each organisation's tables", *(line for model in rest for line in table_of(model))]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    WHERE.write_text(text())
