"""One row, one person: what each cell means and whether the cells fit each other."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from tenants.roster.parsing.cells import read_cell
from tenants.roster.parsing.columns import (
    CITIZEN,
    KIND_OF_WORD,
    KINDS_OF_SIDE,
    PARTNER,
    ROLE_OF_WORD,
    ROLES,
    SIDE_OF_WORD,
    Column,
    folded,
)
from tenants.roster.parsing.headings import Header
from tenants.roster.parsing.report import RosterPerson, RosterProblem, problem

# A bare name such as "localhost" is no address that a letter can reach.
_is_address = EmailValidator(allowlist=[])


@dataclass(slots=True)
class Draft:
    """A row while it is being checked: what could be understood, and what could not."""

    row: int
    name: str = ""
    email: str = ""
    site: str = ""
    side: str = ""
    kind: str = ""
    roles: tuple[str, ...] = ()
    pair: str = ""
    shared_task: str = ""
    problems: list[RosterProblem] = field(default_factory=list)

    def person(self) -> RosterPerson:
        return RosterPerson(
            row=self.row,
            name=self.name,
            email=self.email,
            site=self.site,
            side=self.side,
            kind=self.kind,
            roles=self.roles,
            pair=self.pair,
            shared_task=self.shared_task,
        )


def normalised_email(written: str) -> str:
    """One spelling for each address, so that the same person cannot stand in the roster twice."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold()).strip()


def examine(number: int, cells: Sequence[str], header: Header) -> Draft:
    """Everything that can be said about one row without looking at the others."""
    draft = Draft(row=number)
    named, astray = header.split(cells)
    if astray:
        draft.problems.append(
            problem(
                "cell_outside_columns",
                _(
                    "“{value}” stands outside the columns that have a heading. Move or remove it. "
                    "In a text file, put a cell that holds the separating sign in quotation marks."
                ),
                row=number,
                value=astray[0],
            )
        )
    text: dict[Column, str] = {}
    refused: set[Column] = set()
    for column in Column:
        text[column], refusal = read_cell(named[column], row=number, column=column)
        if refusal:
            draft.problems.append(refusal)
            refused.add(column)

    draft.site, draft.pair, draft.shared_task = text[Column.SITE], text[Column.PAIR], text[Column.SHARED_TASK]
    if Column.NAME not in refused:
        _read_name(draft, text[Column.NAME])
    if Column.EMAIL not in refused:
        _read_email(draft, text[Column.EMAIL])
    _read_roles(draft, text[Column.ROLES])
    if not refused & {Column.SIDE, Column.KIND}:
        _read_side_and_kind(draft, text[Column.SIDE], text[Column.KIND])
        if not refused & {Column.ROLES, Column.PAIR}:
            _check_place(draft, side_written=bool(text[Column.SIDE]), roles_written=bool(text[Column.ROLES]))
    if draft.shared_task and not draft.pair and Column.PAIR not in refused:
        draft.problems.append(
            problem(
                "task_without_pair",
                _("A shared task belongs to a pair. Write the pair's label in this row, or remove the task."),
                row=number,
                column=Column.SHARED_TASK,
                value=draft.shared_task,
            )
        )
    return draft


def _read_name(draft: Draft, written: str) -> None:
    if any(sign.isalpha() for sign in written):
        draft.name = written
        return
    draft.problems.append(
        problem(
            "name_missing",
            _("Write the person's name."),
            row=draft.row,
            column=Column.NAME,
            value=written,
        )
    )


def _read_email(draft: Draft, written: str) -> None:
    email = normalised_email(written)
    if not email:
        code, message = "email_missing", _("Write the person's e-mail address. The invitation is sent there.")
    elif not email.isascii():
        code, message = (
            "email_look_alike",
            _(
                "“{value}” holds letters that look like others or have accents. "
                "Type the address again with plain letters."
            ),
        )
    else:
        try:
            _is_address(email)
        except ValidationError:
            code, message = "email_invalid", _("“{value}” is not an e-mail address. Write one like name@example.org.")
        else:
            draft.email = email
            return
    draft.problems.append(problem(code, message, row=draft.row, column=Column.EMAIL, value=written))


def _read_roles(draft: Draft, written: str) -> None:
    roles = set()
    for word in written.replace(",", ";").split(";"):
        if not word.strip():
            continue
        role = ROLE_OF_WORD.get(folded(word))
        if role is None:
            draft.problems.append(
                problem(
                    "role_unknown",
                    _("“{value}” is not a role. Choose from {roles}. Put ; between two roles."),
                    row=draft.row,
                    column=Column.ROLES,
                    value=word.strip(),
                    roles=", ".join(ROLES),
                )
            )
        else:
            roles.add(role)
    draft.roles = tuple(role for role in ROLES if role in roles)


def _read_side_and_kind(draft: Draft, side_written: str, kind_written: str) -> None:
    if side_written:
        side = SIDE_OF_WORD.get(folded(side_written))
        if side is None:
            draft.problems.append(
                problem(
                    "side_unknown",
                    _(
                        "“{value}” is not a side. Write citizen or professional. "
                        "Leave it empty for a person who only holds a role."
                    ),
                    row=draft.row,
                    column=Column.SIDE,
                    value=side_written,
                )
            )
            return
        draft.side = side
        draft.roles = tuple(role for role in ROLES if role in draft.roles or role == PARTNER)
    _read_kind(draft, side_written, kind_written)


def _read_kind(draft: Draft, side_written: str, kind_written: str) -> None:
    if not draft.side:
        if kind_written:
            draft.problems.append(
                problem(
                    "kind_without_side",
                    _("“{value}” is a kind of partner, but the side is empty. Fill in the side or empty the kind."),
                    row=draft.row,
                    column=Column.KIND,
                    value=kind_written,
                )
            )
        return

    kinds = KINDS_OF_SIDE[draft.side]
    # "patient" or "carer" written as the side already says which kind. "citizen" does not: the whole side is called so.
    kind = KIND_OF_WORD.get(folded(kind_written or side_written))
    if not kind_written and kind == CITIZEN:
        kind = None
    if kind in kinds:
        draft.kind = kind
        return
    if not kind_written:
        code = "kind_missing"
        message = _("Write which kind of partner this is: {kinds}.")
    elif kind is None:
        code = "kind_unknown"
        message = _("“{value}” is not a kind of partner. Choose from {kinds}.")
    elif draft.side == CITIZEN:
        code = "kind_of_other_side"
        message = _("“{value}” does not fit the citizen side. Choose from {kinds}, or change the side.")
    else:
        code = "kind_of_other_side"
        message = _("“{value}” does not fit the professional side. Choose from {kinds}, or change the side.")
    draft.problems.append(
        problem(code, message, row=draft.row, column=Column.KIND, value=kind_written, kinds=", ".join(kinds))
    )


def _check_place(draft: Draft, *, side_written: bool, roles_written: bool) -> None:
    """Everybody is in the roster for something: a side of a pair, a role, or both."""
    if side_written:
        return
    if draft.pair:
        draft.problems.append(
            problem(
                "pair_without_side",
                _("A person in a pair needs a side. Write citizen or professional."),
                row=draft.row,
                column=Column.SIDE,
                value=draft.pair,
            )
        )
    elif PARTNER in draft.roles:
        draft.problems.append(
            problem(
                "partner_without_side",
                _("A partner needs a side. Write citizen or professional."),
                row=draft.row,
                column=Column.SIDE,
            )
        )
    elif not roles_written:
        draft.problems.append(
            problem(
                "no_side_and_no_role",
                _("This row says neither a side nor a role. Write at least one of them."),
                row=draft.row,
                column=Column.SIDE,
            )
        )
