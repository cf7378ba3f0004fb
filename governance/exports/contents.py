"""What a rollout lead may take along, table by table: the answers of the same queries as on the lead's pages.

A table or column that is not named here is not taken. Nothing is counted, and nothing that is missing is mentioned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from governance.boardpacks.models import BoardPack
from governance.boards.models import BoardBody, BoardMembership
from tenants.audit.queries import organisation_events
from tenants.disclosure.queries import shown_pairs
from tenants.members.models import Member, Office, Site
from tenants.members.queries import invitation_of_leads
from tenants.roster.models import ProposedPair, RosterPerson, RosterUpload
from tenants.roster.queries import pair_lines

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tenants.disclosure.shown import ShownPair

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export: its file's name, what it holds in one sentence, its columns and its rows."""

    name: str
    about: str | _StrPromise
    columns: tuple[str, ...]
    rows: Callable[[Member, list[ShownPair]], Iterable[Row]]


def _columns_of(rows: QuerySet[Any], columns: tuple[str, ...]) -> Iterable[Row]:
    return rows.order_by("pk").values_list(*columns)


def _plain(name: str, about: str | _StrPromise, rows: Callable[[Member], QuerySet[Any]], *columns: str) -> Table:
    return Table(name, about, columns, lambda lead, shown: _columns_of(rows(lead), columns))


def _proposed(lead: Member, shown: list[ShownPair]) -> Iterable[Row]:
    proposals = list(ProposedPair.objects.prefetch_related("people__invitation").order_by("pk"))
    for proposal, line in zip(proposals, pair_lines(proposals), strict=True):
        yield proposal.pk, proposal.upload_id, proposal.label, proposal.shared_task, line.state, line.pair_id


def _results(lead: Member, shown: list[ShownPair]) -> Iterable[Row]:
    for pair in shown:
        for one in pair.results:
            yield (
                pair.id, one.id, one.title, one.measure, one.unit, one.higher_is_better, one.baseline_value,
                one.baseline_on, one.current_value, one.current_on, one.direction, one.place, one.evidence,
                one.side_effects, one.not_achieved, one.state, one.claimed_at, one.corroborated_at,
            )  # fmt: skip


TABLES = (
    _plain(
        "places", _("The places of the organisation."), lambda lead: Site.objects.all(),
        "id", "name", "archived_at",
    ),
    _plain(
        "people", _("The organisation's list of people."), lambda lead: Member.objects.filter(listed=True),
        "id", "name", "site_id", "joined_at", "ended_at",
    ),
    _plain(
        "offices", _("Who holds or held which office."), lambda lead: Office.objects.all(),
        "id", "member_id", "role", "since", "ended_at",
    ),
    _plain(
        "invitations", _("Invitations that rollout leads sent."), invitation_of_leads,
        "id", "name", "email", "language", "roles", "site_id", "side", "partner_kind", "invited_by_id", "sends",
        "sent_at", "expires_at", "accepted_at", "revoked_at",
    ),
    _plain(
        "rosters", _("Rosters that were uploaded."), lambda lead: RosterUpload.objects.all(),
        "id", "file_name", "uploaded_by_id", "uploaded_at", "sent_at", "undone_at",
    ),
    _plain(
        "roster_rows", _("What was typed in rosters about people."), lambda lead: RosterPerson.objects.all(),
        "upload_id", "row", "name", "email", "site", "side", "kind", "roles", "proposal_id", "invitation_id", "kept",
    ),
    Table(
        "proposed_pairs", _("Pairs that rosters propose. What became of them is known only where a pair shows itself."),
        ("id", "upload_id", "label", "shared_task", "state", "pair_id"), _proposed,
    ),
    _plain(
        "boards", _("The boards and their executive sponsors."), lambda lead: BoardBody.objects.all(),
        "id", "name", "executive_sponsor_id", "made_at", "archived_at",
    ),
    _plain(
        "board_members", _("Who sits or sat on which board."), lambda lead: BoardMembership.objects.all(),
        "id", "body_id", "member_id", "kind", "since", "ended_at",
    ),
    Table(
        "pairs", _("Pairs that show themselves to you now."),
        ("id", "title", "place", "has_ended", "shared_task", "shown_since", "shown_until"),
        lambda lead, shown: (
            (one.id, one.title, one.site, one.has_ended, one.shared_task, one.since, one.until) for one in shown
        ),
    ),
    Table(
        "partners", _("The partners of these pairs, where their names are shown."),
        ("pair_id", "member_id", "name", "side"),
        lambda lead, shown: ((pair.id, one.id, one.name, one.side) for pair in shown for one in pair.people or ()),
    ),
    Table(
        "projects", _("What these pairs work on and why, where it is shown."),
        ("pair_id", "theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know"),
        lambda lead, shown: (
            (pair.id, one.theme, one.place, one.aim, one.how_much, one.by_when, one.whose_issue, one.how_we_know)
            for pair in shown if (one := pair.project)
        ),
    ),
    Table(
        "support_requests", _("Requests for support that these pairs show."),
        ("pair_id", "id", "first_month", "last_month", "hours_agreed", "hours_given", "text", "written_at"),
        lambda lead, shown: (
            (
                pair.id, one.id, one.first_month, one.last_month, one.hours_agreed, one.hours_given, one.text,
                one.written_at,
            )
            for pair in shown for one in pair.support
        ),
    ),
    Table(
        "decisions", _("Decisions that these pairs show."), ("pair_id", "id", "title", "text", "state", "agreed_at"),
        lambda lead, shown: (
            (pair.id, one.id, one.title, one.text, one.state, one.agreed_at) for pair in shown for one in pair.decisions
        ),
    ),
    Table(
        "results", _("Results that these pairs show."),
        (
            "pair_id", "id", "title", "measure", "unit", "higher_is_better", "baseline_value", "baseline_on",
            "current_value", "current_on", "direction", "place", "evidence", "side_effects", "not_achieved", "state",
            "claimed_at", "corroborated_at",
        ),
        _results,
    ),
    Table(
        "result_values", _("The dated values of these results."), ("result_id", "on", "value"),
        lambda lead, shown: (
            (one.id, point.on, point.value) for pair in shown for one in pair.results for point in one.series
        ),
    ),
    _plain(
        "board_packs", _("Board packs. What they say, and their PDFs, lie in the folder “packs” under the same id."),
        lambda lead: packs(), "id", "body_id", "period_start", "period_end", "language", "ready_at", "snapshot_sha",
    ),
    Table(
        "acts", _("What was done in the organisation's name, from its audit."),
        ("at", "actor_id", "capacity", "action", "subject_id", "detail"),
        lambda lead, shown: organisation_events().order_by("at", "seq").values_list(
            "at", "actor_id", "capacity", "action", "subject_id", "detail"
        ),
    ),
)  # fmt: skip


def packs() -> QuerySet[BoardPack]:
    """The issued packs that may be read from here."""
    return BoardPack.objects.filter(state=BoardPack.State.READY)


def tables_for(lead: Member) -> list[tuple[Table, list[Row]]]:
    """Every table with what this lead may see, where we are, in the hat that is worn."""
    shown = sorted(shown_pairs(lead), key=lambda pair: str(pair.id))
    return [(table, list(table.rows(lead, shown))) for table in TABLES]
