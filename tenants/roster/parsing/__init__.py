"""Read a roster file: one row for each person, checked before anything is done with it.

Nothing here touches the database, and nothing here raises for what somebody uploads:
whatever is wrong comes back as a list of problems that say where it is and how to mend it.
"""

import hashlib

from tenants.roster.parsing.agreement import disagreements_between, pairs_of
from tenants.roster.parsing.columns import Column
from tenants.roster.parsing.files import MAX_FILE_BYTES, rows_of
from tenants.roster.parsing.filled import MAX_ROWS
from tenants.roster.parsing.headings import header_of
from tenants.roster.parsing.report import ParsedRoster, RosterPair, RosterPerson, RosterProblem, Unreadable
from tenants.roster.parsing.rows import examine
from tenants.roster.parsing.templates import template_csv, template_xlsx

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "Column",
    "ParsedRoster",
    "RosterPair",
    "RosterPerson",
    "RosterProblem",
    "parse",
    "template_csv",
    "template_xlsx",
]


def parse(name: str, content: bytes) -> ParsedRoster:
    """What an uploaded roster says, or every reason why it cannot be used.

    `people` and `pairs` hold what could be read without a problem of its own, for the check page.
    They may be acted on only when `ok` is true: a roster is taken whole or not at all.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        rows = rows_of(name, content)
        header = header_of(rows)
    except Unreadable as refusal:
        return ParsedRoster(people=(), pairs=(), problems=refusal.problems, digest=digest)

    drafts = [examine(number, cells, header) for number, cells in rows[1:]]
    problems = [problem for draft in drafts for problem in draft.problems]
    problems += disagreements_between(drafts)
    return ParsedRoster(
        people=tuple(draft.person() for draft in drafts if not draft.problems),
        pairs=pairs_of(drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.row or 0)),
        digest=digest,
    )
