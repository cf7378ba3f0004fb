"""What one cell may hold: text, and nothing that a program would run or a reader could not see."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from tenants.roster.parsing.columns import Column
from tenants.roster.parsing.report import RosterProblem, problem

LONGEST_CELL = 200
LONGEST_SHARED_TASK = 2_000

# Spreadsheet programs run cells that begin so. Look-alikes such as a full-width equals sign become these under NFKC.
_FORMULA_STARTS = frozenset("=+-@")
_STARTS_REFUSED_AS_TYPED = ("\t", "\r")
_SPREADSHEET_ERRORS = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)

# Signs without a shape that copying from mail and web pages leaves behind. They carry no meaning here.
_LEFT_BEHIND_BY_COPYING = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
# These two join or part letters in Persian, Hindi and other scripts, so names need them.
_JOINERS = frozenset("\u200c\u200d")
_WITHOUT_SHAPE = _LEFT_BEHIND_BY_COPYING | dict.fromkeys(map(ord, _JOINERS))
_LINE_SIGNS = frozenset("\t\n\r\x0b\x0c\x85")


def formula_problem(raw: str, *, row: int, column: Column | None) -> RosterProblem | None:
    """Refuse a cell that a spreadsheet program would run. It is never worked out, only named."""
    seen = raw.translate(_WITHOUT_SHAPE).lstrip()
    if raw.startswith(_STARTS_REFUSED_AS_TYPED) or unicodedata.normalize("NFKC", seen[:1]) in _FORMULA_STARTS:
        return problem(
            "formula",
            _(
                "“{value}” begins like a formula. Cells may not begin with =, +, -, @ or a tab. "
                "Type the plain text instead."
            ),
            row=row,
            column=column,
            value=raw,
        )
    if raw.strip() in _SPREADSHEET_ERRORS:
        return problem(
            "spreadsheet_error",
            _("“{value}” is an error of the spreadsheet program. Type the plain text instead."),
            row=row,
            column=column,
            value=raw,
        )
    return None


def read_cell(raw: str, *, row: int, column: Column) -> tuple[str, RosterProblem | None]:
    """The cell as clean text, or as an empty text with the reason why it is refused."""
    if not raw.strip():
        return "", None
    if refusal := formula_problem(raw, row=row, column=column):
        return "", refusal
    text = unicodedata.normalize("NFC", raw.translate(_LEFT_BEHIND_BY_COPYING))
    if not text.isprintable() and any(map(_is_hidden, text)):
        return "", problem(
            "hidden_characters",
            _("“{value}” holds characters that cannot be seen. Type the text again by hand."),
            row=row,
            column=column,
            value=raw,
        )
    if column is Column.SHARED_TASK:
        text = "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
        longest = LONGEST_SHARED_TASK
    else:
        text = " ".join(text.split())
        longest = LONGEST_CELL
    if len(text) > longest:
        return "", problem(
            "too_long",
            _("This cell holds {length} characters. It may hold {longest}. Shorten the text."),
            row=row,
            column=column,
            value=raw,
            length=len(text),
            longest=longest,
        )
    return text, None


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign not in _JOINERS and sign not in _LINE_SIGNS
