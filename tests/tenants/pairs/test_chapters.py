"""Which rows of a pair somebody finds who comes after, and which a leaver hid: every table, by raw SQL.

The database's administrator fills each table of three pairs with a row of the professional, which the citizen may
read. In one pair the professional leaves and hides; in two somebody leaves, and somebody else comes after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import CharField, DateField, DateTimeField, ForeignKey, Model, TextField
from psycopg import sql as text

from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.members.models import Side
from tenants.pairs import actions
from tenants.pairs.models import Pair
from tests import world
from tests.rollout.leaving.life import superuser
from tests.world import inside, sql
from tests.world_rows import PAIR_TABLES, hidden_pair_with_rows

DAY = timedelta(days=1)

YES, NO, SIGNED = "yes", "no", "what both signed"
ALONE = "nobody else ever reads it"

TABLES: dict[str, tuple[str, str, str]] = {
    # table: (does a successor find it, does the partner of a leaver who hid, why)
    "agreement_hoursgiven": (NO, NO, "each told it to the partner of then"),
    "agreement_linekey": (YES, YES, "who signed which line, without a word"),
    "agreement_linereason": (NO, NO, "why somebody did not agree"),
    "agreement_needshare": (NO, NO, "it is withdrawn when somebody leaves"),
    "agreement_principle": (SIGNED, SIGNED, "it has no words; it is there as its wordings are"),
    "agreement_principlekey": (SIGNED, SIGNED, "as the wording under which it stands"),
    "agreement_principleversion": (SIGNED, SIGNED, "what was agreed is there to be signed again"),
    "agreement_review": (NO, YES, "when two people looked again; dates alone"),
    "agreement_reviewanswer": (NO, NO, "what somebody wanted to change"),
    "agreement_sharedline": (YES, YES, "the one text that the pair has on a topic, which either may write anew"),
    "agreement_timeagreement": (SIGNED, SIGNED, "what was agreed is there to be signed again"),
    "agreement_timekey": (SIGNED, SIGNED, "as the agreement under which it stands"),
    "applications_application": (NO, SIGNED, "two people apply; what was handed in was signed by both"),
    "applications_applicationkey": (NO, SIGNED, "as the application under which it stands"),
    "applications_jointtext": (NO, NO, "who wrote it last has not signed it"),
    "applications_owntext": (NO, NO, "each read it when both had written"),
    "assistance_assistedentry": (NO, ALONE, "sealed between somebody and a helper"),
    "assistance_assistedkey": (NO, ALONE, "that somebody had help when they signed"),
    "assistance_assistedsession": (NO, ALONE, "between somebody and a helper"),
    "assistance_helperchoice": (NO, ALONE, "whom somebody asked to help"),
    "assistance_lettercode": (YES, YES, "the hash of a code that an invited person had by letter"),
    "audit_event": (NO, YES, "what happened and when, without a word; it is of its chapter"),
    "conversations_message": (NO, NO, "what one said to the other"),
    "conversations_readmark": (NO, ALONE, "how far somebody has read"),
    "disclosure_disclosuregrant": (YES, YES, "what the pair shows, and to whom"),
    "instruments_answer": (NO, NO, "what somebody answered, opened to the partner of then"),
    "instruments_remark": (NO, NO, "what somebody said to a difference"),
    "instruments_round": (NO, YES, "which questions two people were asked, without their answers"),
    "meetings_meeting": (NO, SIGNED, "when two people met; what was never agreed is of who asked"),
    "meetings_move": (NO, NO, "who moved a meeting"),
    "meetings_offeredtime": (NO, NO, "when somebody would have had time"),
    "members_invitation": (NO, YES, "the address of somebody whom the pair invited; the partner of then knows it"),
    "pairs_leavingreason": (NO, ALONE, "why somebody left"),
    "pairs_seat": (YES, YES, "who sat here from when to when"),
    "projects_decision": (SIGNED, SIGNED, "what was agreed stands"),
    "projects_decisionkey": (SIGNED, SIGNED, "as the decision under which it stands"),
    "projects_decisionoption": (NO, NO, "what was weighed, and what spoke for and against"),
    "projects_decisionreason": (NO, NO, "why somebody did not agree"),
    "projects_resultclaim": (SIGNED, SIGNED, "what was found stands"),
    "projects_resultkey": (SIGNED, SIGNED, "as the result under which it stands"),
    "projects_resultpoint": (SIGNED, SIGNED, "the numbers of a result"),
    "projects_sharedtask": (YES, YES, "the pair has one, which either may write anew"),
    "projects_sharedtaskkey": (YES, YES, "who signed the task, without a word"),
    "projects_witness": (SIGNED, SIGNED, "who was asked about a result"),
    "reflections_learning": (NO, SIGNED, "what two people learnt; what both told others stays with both"),
    "reflections_learningshare": (NO, SIGNED, "a sentence for others, with two keys"),
    "reflections_learningsharekey": (NO, SIGNED, "as the sentence under which it stands"),
    "reflections_pairreflection": (NO, SIGNED, "what two people wrote together"),
    "reflections_pairreflectionkey": (NO, SIGNED, "as the text under which it stands"),
    "reflections_pairreflectionpart": (NO, NO, "one person's part of it"),
    "reflections_sharedpassage": (NO, NO, "somebody shared it with the partner of then"),
    "relationship_assumption": (NO, NO, "what somebody believed"),
    "relationship_differenceitem": (NO, NO, "where somebody saw it otherwise"),
    "relationship_experiment": (NO, NO, "what somebody tried"),
    "relationship_hardconversation": (NO, NO, "somebody shared it with the partner of then"),
    "relationship_lookback": (NO, NO, "what one asked the other"),
    "relationship_minutes": (NO, NO, "somebody's own minutes"),
    "relationship_pauseanswer": (NO, NO, "what somebody wanted to do about the balance"),
    "relationship_restatement": (NO, NO, "how somebody said again what the other had said"),
    "relationship_snapback": (NO, NO, "opened to the partner of then"),
    "relationship_sprint": (NO, NO, "two people tried it for a time; it ends when one leaves"),
    "relationship_timereason": (NO, NO, "somebody showed it to the partner of then"),
    "surfacing_supportrequest": (NO, NO, "it asks for the time of those who were here then"),
    "surfacing_surfacing": (SIGNED, SIGNED, "the pair's record of what it shows"),
    "surfacing_surfacingitem": (SIGNED, SIGNED, "as the package in which it lies"),
    "surfacing_surfacingkey": (SIGNED, SIGNED, "as the package under which it stands"),
    "workplan_framekey": (YES, YES, "who signed the project, without a word"),
    "workplan_framesource": (YES, YES, "part of the project"),
    "workplan_measure": (YES, YES, "what the project counts, which either may write anew"),
    "workplan_measurenote": (YES, NO, "what somebody noted beside a number"),
    "workplan_measurevalue": (YES, YES, "a number and a day"),
    "workplan_milestone": (YES, NO, "part of the plan; somebody's own words"),
    "workplan_pairfile": (SIGNED, SIGNED, "evidence of a result that both signed"),
    "workplan_plantask": (YES, NO, "part of the plan; somebody's own words"),
    "workplan_projectframe": (YES, YES, "the pair has one project, which either may write anew until both sign"),
    "workplan_stakeholder": (YES, YES, "somebody outside, whom either may describe anew"),
    "workplan_stakeholdercontact": (NO, NO, "what was said with somebody outside"),
}

SHOWN = """
UPDATE applications_owntext SET put_down_at = now() WHERE pair_id = %(pair)s;
UPDATE instruments_round SET state = 'revealed', ended_at = now() WHERE pair_id = %(pair)s;
UPDATE relationship_differenceitem SET shown_to_id = %(other)s, state = 'shown', shown_at = now()
  WHERE pair_id = %(pair)s;
UPDATE relationship_hardconversation SET shown_to_id = %(other)s WHERE pair_id = %(pair)s;
UPDATE relationship_timereason SET shown_to_id = %(other)s WHERE pair_id = %(pair)s;
UPDATE relationship_snapback SET shown_to_id = %(other)s, pairing = gen_random_uuid(), revealed_at = now()
  WHERE pair_id = %(pair)s;
UPDATE reflections_pairreflection SET text = 'secret' WHERE pair_id = %(pair)s;
UPDATE relationship_lookback SET asked_id = %(other)s WHERE pair_id = %(pair)s
"""
"""The citizen may read it."""

AGREED = """
UPDATE agreement_principleversion SET agreed_at = edited_at WHERE pair_id = %(pair)s;
UPDATE agreement_timeagreement SET agreed_at = edited_at WHERE pair_id = %(pair)s;
UPDATE applications_application SET submitted_at = begun_at, host = 'organisation', host_name = 'x'
  WHERE pair_id = %(pair)s;
UPDATE meetings_meeting SET starts_at = proposed_at WHERE pair_id = %(pair)s;
UPDATE projects_decision SET state = 'agreed', proposed_at = drafted_at, agreed_at = drafted_at
  WHERE pair_id = %(pair)s;
UPDATE projects_resultclaim SET state = 'claimed', claimed_at = written_at WHERE pair_id = %(pair)s;
UPDATE reflections_learningshare SET agreed_at = proposed_at WHERE pair_id = %(pair)s;
UPDATE reflections_pairreflection SET state = 'written', closed_at = edited_at WHERE pair_id = %(pair)s;
UPDATE surfacing_surfacing SET signed_at = made_at, effective_from = made_at WHERE pair_id = %(pair)s;
UPDATE workplan_pairfile SET result_id = (SELECT id FROM projects_resultclaim r WHERE r.pair_id = %(pair)s)
  WHERE pair_id = %(pair)s
"""
"""Both had signed it before."""

SAID: dict[str, Any] = {
    "assistance_assistedentry.sealed": "x",
    "agreement_reviewanswer.text": "",
    "agreement_reviewanswer.answer": "keep",
    "applications_jointtext.kind": "ambition",
    "assistance_assistedsession.helper_id": UUID(int=1),
    "relationship_restatement.answer": "",
    "projects_witness.answer": "",
}
"""Values that the rules of a row ask for."""


@dataclass
class Story:
    """A pair in which the professional did something of every kind."""

    organisation: Organisation
    pair: UUID
    professional: Any
    citizen: Any
    seat: UUID
    other: UUID
    rows: dict[str, set[UUID]]


def begun(server: Any, north: Organisation) -> Story:
    pair, professional, citizen = hidden_pair_with_rows(north)
    with inside(north, professional):
        seat, other = (
            sql("SELECT id FROM pairs_seat WHERE pair_id = %s AND member_id = %s", pair, member.pk)[0][0]
            for member in (professional, citizen)
        )
    story = Story(north, pair, professional, citizen, seat, other, {})
    for table in PAIR_TABLES:
        if not ids(server, story, table):
            _put(server, story, table)
    told(server, story, SHOWN)
    story.rows = {table: ids(server, story, table) for table in PAIR_TABLES}
    return story


def ids(server: Any, story: Story, table: str) -> set[UUID]:
    """The professional's rows in a table, as the administrator finds them."""
    mine = "AND seat_id = %(seat)s" if "seat_id" in {f.column for f in _model(table)._meta.concrete_fields} else ""
    found = server.execute(f"SELECT id FROM {table} WHERE pair_id = %(pair)s {mine}", vars(story))
    return {row["id"] for row in found}


def told(server: Any, story: Story, statements: str) -> None:
    for statement in statements.split(";"):
        server.execute(statement, vars(story))


def _model(table: str) -> type[Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _put(server: Any, story: Story, table: str) -> UUID:
    """A row of the professional, with the least that its columns ask for."""
    row: dict[str, Any] = {}
    for field in _model(table)._meta.concrete_fields:
        if f"{table}.{field.column}" in SAID:
            row[field.column] = SAID[f"{table}.{field.column}"]
        elif field.null:
            continue
        elif isinstance(field, ForeignKey):
            row[field.column] = _leads_to(server, story, table, field)
        elif field.has_default():
            row[field.column] = field.get_default()
        elif isinstance(field, DateTimeField | DateField):
            row[field.column] = clock.now()
        elif isinstance(field, CharField | TextField):
            row[field.column] = field.choices[0][0] if field.choices else "" if field.blank else "x"
        elif field.get_internal_type() == "UUIDField":
            row[field.column] = story.pair
        elif field.get_internal_type() == "BinaryField":
            row[field.column] = b"x"
        else:
            row[field.column] = field.get_internal_type() != "BooleanField" and 1
    into = text.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        text.Identifier(table),
        text.SQL(", ").join(map(text.Identifier, row)),
        text.SQL(", ").join(map(text.Placeholder, row)),
    )
    return server.execute(into, row).fetchone()["id"]


def _leads_to(server: Any, story: Story, table: str, field: Any) -> UUID:
    there = field.related_model._meta.db_table
    if (table, field.column) in {
        ("relationship_restatement", "author_id"),
        ("applications_jointtext", "citizen_text_id"),
    }:
        if there == "pairs_seat":
            return story.other
        found = server.execute(
            "INSERT INTO applications_owntext (id, pair_id, seat_id, partner_seat_id, kind, text, saved_at)"
            " VALUES (gen_random_uuid(), %(pair)s, %(other)s, %(seat)s, 'ambition', 'x', now()) RETURNING id",
            vars(story),
        )
        return found.fetchone()["id"]
    if there in ("pairs_pair", "pairs_seat", "members_member"):
        return {"pairs_pair": story.pair, "pairs_seat": story.seat}.get(there, story.professional.pk)
    known = ids(server, story, there) if there in PAIR_TABLES else set()
    return next(iter(known)) if known else _put(server, story, there)


def finds(server: Any, story: Story, who: Any) -> dict[str, str]:
    """For each table whether somebody finds the professional's rows of then."""
    found = {}
    with inside(story.organisation, who):
        for table, rows in story.rows.items():
            left = rows & ids(server, story, table)
            seen = {row[0] for row in sql(f"SELECT id FROM {table} WHERE pair_id = %s", story.pair)} & left
            assert seen in (set(), left), table
            found[table] = (YES if seen else NO) if left else "gone"
    return found


@pytest.fixture
def server(committed: str) -> Any:
    with superuser(Organisation.objects.get(slug="north")) as server:
        yield server


def leave(story: Story, who: Any, **more: Any) -> None:
    with clock.at(clock.now() + DAY), inside(story.organisation, who):
        actions.leave(pair=Pair.objects.get(pk=story.pair), by=who, **more)


def succeeded(story: Story, stays: Any, side: Side) -> Any:
    with clock.at(clock.now() + 10 * DAY):
        return world.joined(story.organisation, story.pair, stays, "Sam Successor", side)


def differing(found: dict[str, str], expected: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Where the database does otherwise than the table says; what is gone is found by nobody."""
    return {
        table: (found[table], expected[table])
        for table in expected
        if found[table] != expected[table] and not (found[table] == "gone" and table in ENDS)
    }


ENDS = {
    "agreement_needshare", "agreement_linekey", "agreement_principlekey", "agreement_timekey",
    "assistance_assistedentry",
}  # fmt: skip
"""Rows that a departure takes away: the keys of the one who stays are given anew."""


def test_every_table_of_a_pair_stands_in_the_list():
    assert sorted(TABLES) == PAIR_TABLES
    assert all(why for _after, _hidden, why in TABLES.values())


def expected(column: int, signed: bool) -> dict[str, str]:
    return {
        table: {SIGNED: YES if signed else NO, ALONE: NO}.get(entry[column], entry[column])
        for table, entry in TABLES.items()
    }


def test_who_stays_finds_nothing_that_a_leaver_hid_but_what_both_signed(server):
    story = begun(server, Organisation.objects.get(slug="north"))
    before = finds(server, story, story.citizen)  # the control: as long as both sit here, the citizen reads it all
    assert {table for table, found in before.items() if found != YES} == {
        table for table, entry in TABLES.items() if entry[1] == ALONE
    }
    leave(story, story.professional, hide=True)
    assert differing(finds(server, story, story.citizen), expected(1, signed=False)) == {}
    told(server, story, AGREED)
    assert differing(finds(server, story, story.citizen), expected(1, signed=True)) == {}


@pytest.mark.parametrize("leaver", ["professional", "citizen"])
def test_who_comes_after_finds_what_the_list_says_and_nothing_else(server, leaver):
    story = begun(server, Organisation.objects.get(slug="north"))
    gone, stays = (story.professional, story.citizen)[:: 1 if leaver == "professional" else -1]
    leave(story, gone)
    successor = succeeded(story, stays, Side[leaver.upper()])
    assert differing(finds(server, story, successor), expected(0, signed=False)) == {}
    told(server, story, AGREED)
    assert differing(finds(server, story, successor), expected(0, signed=True)) == {}
    kept = finds(server, story, stays)  # the control: who was there finds it still
    hidden = {table for table, found in kept.items() if found == NO}
    assert hidden <= {table for table, entry in TABLES.items() if entry[1] == ALONE}
