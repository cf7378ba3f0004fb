"""What a table of states does not know, the API refuses: with 409, its code, and the row as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rollout.kernel import clock
from tenants.agreement import policy as agreements
from tenants.agreement.models import State
from tenants.applications import actions as applying
from tenants.applications import policy as applications
from tenants.finder import actions as finding
from tenants.finder import policy as introductions
from tenants.instruments import actions as rounds_of
from tenants.instruments import policy as rounds
from tenants.meetings import actions as meeting
from tenants.meetings import policy as meetings
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects import policy as decisions
from tenants.projects.actions import decisions as deciding
from tenants.projects.actions import results as proving
from tenants.projects.policy import results
from tenants.reflections import policy as reflections
from tenants.reflections.actions import together
from tenants.relationship import policy as differences
from tenants.relationship.actions import differences as differing
from tenants.workplan import policy as plans
from tenants.workplan.actions import plan
from tests import (
    world,
    world_agreement,
    world_applications,
    world_finder,
    world_instruments,
    world_meetings,
    world_relationship,
)
from tests.world import inside
from tests.world_api import Call, send
from tests.world_pairs import accepted
from tests.world_projects import Workshop, workshop

if TYPE_CHECKING:
    from django.db.models import Model

    from tenants.members.models import Member

OLD, DAY = {"shown": "0"}, "2190-01-01"
Rows = dict[Any, Any]


@dataclass(frozen=True)
class Ask:
    """How an act is asked for. `{row}` and `{pair}` stand for ids; a body may be made of the row."""

    path: str
    body: Any = None
    method: str = "POST"
    code: str = "wrong_state"
    by_citizen: bool = False


@dataclass(frozen=True)
class Machine:
    """A table of states, a row in each of them, and what the API is asked for. `nobody` are acts that nobody asks for
    by themselves; `repeats` are (state, act) that are harmless a second time, or about another row.
    """

    table: Mapping[Any, Collection[Any]]
    rows: Callable[[Workshop], Rows]
    acts: Mapping[Any, Ask]
    nobody: Collection[Any] = ()
    repeats: Collection[tuple[Any, Any]] = ()
    hidden: Collection[tuple[Any, Any]] = ()
    without_row: Collection[Any] = field(default=())


def both(shop: Workshop, act: Callable[[Member], Any]) -> Any:
    """Both do it, one after the other."""
    for who in shop.partners:
        done = alone(shop, who, act)
    return done


def alone(shop: Workshop, who: Member, act: Callable[[Member], Any]) -> Any:
    """One does it."""
    with inside(shop.organisation, who):
        return act(who)


def another(shop: Workshop) -> Workshop:
    """Another pair of the same professional."""
    pair = world.founded(shop.organisation, shop.professional, title="Another")
    citizen = world.joined(shop.organisation, pair, shop.professional, "Cleo Citizen")
    with inside(shop.organisation, shop.professional):
        return Workshop(shop.organisation, Pair.objects.get(pk=pair), shop.professional, citizen)


def left(shop: Workshop) -> None:
    """The citizen leaves."""
    alone(shop, shop.citizen, lambda who: pairs.leave(pair=shop.pair, by=who))


def of_decisions(shop: Workshop) -> Rows:
    me, known = shop.professional, decisions.State
    made = {
        known.DRAFT: shop.draft(), known.PROPOSED: shop.proposed(), known.CONTESTED: shop.proposed(),
        known.PARKED: shop.proposed(), known.WITHDRAWN: shop.draft(),
        known.AGREED: shop.proposed(signed_by=shop.partners), known.SUPERSEDED: shop.proposed(signed_by=shop.partners),
    }  # fmt: skip
    alone(shop, me, lambda who: deciding.contest(decision=made[known.CONTESTED], reason="No", by=who))
    day = clock.today() + timedelta(days=9)
    alone(shop, me, lambda who: deciding.park(decision=made[known.PARKED], revisit_on=day, by=who))
    alone(shop, me, lambda who: deciding.withdraw(decision=made[known.WITHDRAWN], by=who))
    older = made[known.SUPERSEDED]
    newer = alone(shop, me, lambda who: deciding.supersede(decision=older, title="New", text="Words", by=who))
    newer = alone(shop, me, lambda who: deciding.propose(decision=newer, by=who))
    both(shop, lambda who: deciding.sign(decision=newer, shown=newer.content_hash, by=who))
    alone_now = another(shop)
    made[known.VOID_ON_DEPARTURE] = alone_now.draft()
    left(alone_now)
    return made


def of_results(shop: Workshop) -> Rows:
    known = results.State
    wrong = shop.result(signed_by=shop.partners)
    alone(shop, shop.citizen, lambda who: proving.disprove(result=wrong, by=who))
    return {
        known.DRAFT: shop.result(), known.CLAIMED: shop.result(signed_by=shop.partners),
        known.CORROBORATED: shop.confirmed()[0], known.DISPROVED: wrong,
    }  # fmt: skip


def of_rounds(shop: Workshop) -> Rows:
    known, me = rounds.State, shop.professional
    kept = world_instruments.opened(shop, "power_map")
    world_instruments.answered(shop, kept, me, keeps_sealed=True)
    closed = world_instruments.opened(shop, "capability")
    alone(shop, me, lambda who: rounds_of.close(round=closed, by=who))
    return {
        known.KEPT: world_instruments.answered(shop, kept, shop.citizen), known.CLOSED: closed,
        known.REVEALED: world_instruments.revealed(shop, "dialogue"), known.OPEN: world_instruments.opened(shop),
    }  # fmt: skip


def of_lines(shop: Workshop) -> Rows:
    contested = world_agreement.line(shop, "ownership")
    alone(shop, shop.citizen, lambda who: world_agreement.lines.contest(line=contested, reason="No", by=who))
    return {
        State.PROPOSED: world_agreement.line(shop, "purpose"), State.CONTESTED: contested,
        State.AGREED: world_agreement.line(shop, "ambition", signed_by=shop.partners),
    }  # fmt: skip


def of_principles(shop: Workshop) -> Rows:
    me = shop.professional
    old, gone = (world_agreement.principle(shop, signed_by=shop.partners) for _one in range(2))
    newer = alone(
        shop,
        me,
        lambda who: world_agreement.principles.write(principle=old.principle, title="New", text="Words", by=who),
    )
    both(shop, lambda who: world_agreement.principles.sign(version=newer, shown=newer.content_hash, by=who))
    alone(shop, me, lambda who: world_agreement.principles.withdraw(version=gone, by=who))
    return {
        State.PROPOSED: world_agreement.principle(shop), State.REPLACED: old, State.WITHDRAWN: gone,
        State.AGREED: newer,
    }  # fmt: skip


def of_times(shop: Workshop) -> Rows:
    gone = world_agreement.time(shop, signed_by=shop.partners, hours_citizen=Decimal(1))
    alone(shop, shop.citizen, lambda who: world_agreement.hours.withdraw(agreement=gone, by=who))
    old, new = (world_agreement.time(shop, signed_by=shop.partners, hours_citizen=Decimal(number)) for number in (2, 3))
    return {
        State.WITHDRAWN: gone, State.REPLACED: old, State.AGREED: new,
        State.PROPOSED: world_agreement.time(shop, hours_citizen=Decimal(4)),
    }  # fmt: skip


def of_introductions(shop: Workshop) -> Rows:
    known, north, me = introductions.State, shop.organisation, shop.professional
    world_finder.looking(north, me, "clinician")
    people = [world_finder.somebody(north, f"Person {number}", "patient") for number in range(6)]
    made = {}
    for state, who in zip(known, people, strict=True):
        step = world_finder.met if state in (known.ACCEPTED, known.ENDED, known.FOUNDED) else world_finder.asked
        made[state] = step(north, who, me)
    by = dict(zip(known, people, strict=True))
    one = made.__getitem__
    alone(shop, me, lambda who: finding.not_yet(introduction=one(known.NOT_YET), by=who))
    alone(shop, by[known.WITHDRAWN], lambda who: finding.withdraw(introduction=one(known.WITHDRAWN), by=who))
    alone(shop, me, lambda who: finding.say_no(introduction=one(known.ENDED), by=who))
    world_finder.said_yes(north, one(known.FOUNDED), me, by[known.FOUNDED])
    return made


def of_applications(shop: Workshop) -> Rows:
    known, over = applications.State, another(shop)
    sent, gone = (world_applications.signed(one, world_applications.ready(one), *one.partners) for one in (shop, over))
    alone(over, over.citizen, lambda who: applying.withdraw(application=gone, by=who))
    begun = another(shop)
    draft = alone(begun, begun.citizen, lambda who: applying.choose_host(pair=begun.pair, host="organisation", by=who))
    return {known.DRAFT: draft, known.SUBMITTED: sent, known.WITHDRAWN: gone}


def of_differences(shop: Workshop) -> Rows:
    known, me = differences.State, shop.professional
    corrected, heard = (world_relationship.restated(shop, me) for _one in range(2))
    alone(shop, me, lambda who: differing.correct(item=corrected, correction="Not so.", by=who))
    alone(shop, me, lambda who: differing.accept(item=heard, by=who))
    return {
        known.DRAFT: world_relationship.line(shop, me), known.SHOWN: world_relationship.shown(shop, me),
        known.RESTATED: world_relationship.restated(shop, me), known.CORRECTED: corrected, known.HEARD: heard,
    }  # fmt: skip


def of_reflections(shop: Workshop) -> Rows:
    known, me, today = reflections.State, shop.professional, clock.today()

    def planned(one: Workshop = shop) -> Any:
        return alone(one, me, lambda who: together.plan(pair=one.pair, on=today, by=who))

    written = planned()
    written = alone(shop, me, lambda who: together.write(slot=written, text="So it was.", by=who))
    both(shop, lambda who: together.sign(slot=written, shown=written.content_hash, by=who))
    talked = planned()
    alone(shop, me, lambda who: together.talked(slot=talked, by=who))
    missed = planned()
    alone(shop, me, lambda who: together.missed(slot=missed, reason="away", next_on=today, by=who))
    ended_with = another(shop)
    ended = planned(ended_with)
    left(ended_with)
    return {
        known.WRITTEN: written,
        known.TALKED: talked,
        known.MISSED: missed,
        known.ENDED: ended,
        known.PLANNED: planned(),
    }


def of_plans(add: Any) -> Callable[[Workshop], Rows]:
    def rows(shop: Workshop) -> Rows:
        made = {
            state: alone(shop, shop.citizen, lambda who: add(pair=shop.pair, text="Ask", by=who))
            for state in plans.State
        }
        for state, line in made.items():
            alone(shop, shop.citizen, lambda who, line=line, state=state: plan.move(line=line, to=state, by=who))
        return made

    return rows


def of_meetings(shop: Workshop) -> Rows:
    known, me, other = meetings.State, *shop.partners
    made = {
        state: world_meetings.offered(shop, me)
        for state in (known.PROPOSED, known.ASKED, known.DECLINED, known.CANCELLED)
    }
    alone(shop, other, lambda who: meeting.ask_for_other_times(meeting=made[known.ASKED], by=who))
    alone(shop, other, lambda who: meeting.decline(meeting=made[known.DECLINED], reason="no_time", by=who))
    alone(shop, other, lambda who: meeting.cancel(meeting=made[known.CANCELLED], by=who))
    made[known.AGREED] = world_meetings.agreed(shop, me, choice=1)
    for state, met in ((known.HELD, True), (known.NOT_HELD, False)):
        made[state] = world_meetings.past(shop, me)
        alone(shop, me, lambda who, state=state, met=met: meeting.close(meeting=made[state], met=met, by=who))
    return made


def second_time(row: Any) -> dict[str, str]:
    return {"time": str(row.times.order_by("-choice").first().pk)}


D, R, Q, A, N, P, F, T, M = (
    decisions.Act, results.Act, rounds.Act, agreements.Act, introductions.Act, applications.Act, differences.Act,
    reflections.Act, meetings.Act,
)  # fmt: skip
_TIMES = {"times": ["2190-01-01T14:30"], "minutes": 60, "venue": "online"}
_WITNESS = {"name": "Wu", "email": "wu@example.org", "relation": "Knows"}
_MOVES = {state: Ask("plan-tasks/{row}/move/", {"to": state.value}) for state in plans.State}


def versions(path: str) -> dict[Any, Ask]:
    return {A.SIGN: Ask(f"{path}/{{row}}/sign/", OLD), A.WITHDRAW: Ask(f"{path}/{{row}}/withdraw/")}


MACHINES = {
    "decisions": Machine(
        decisions.TRANSITIONS,
        of_decisions,
        {
            D.EDIT: Ask("decisions/{row}/", {"text": "Otherwise"}, "PATCH"),
            D.SIGN: Ask("decisions/{row}/sign/", OLD),
            D.CONTEST: Ask("decisions/{row}/contest/", {"reason": "No"}),
            D.PARK: Ask("decisions/{row}/park/", {"revisit_on": DAY}),
            D.SUPERSEDE: Ask("decisions/{row}/supersede/", {"title": "New", "text": "Words"}),
            **{act: Ask(f"decisions/{{row}}/{act.value}/") for act in (D.PROPOSE, D.REOPEN, D.WITHDRAW)},
        },
        nobody=(D.AGREE, D.REPLACE, D.DEPART),
    ),
    "results": Machine(
        results.TRANSITIONS,
        of_results,
        {
            R.EDIT: Ask("results/{row}/", {"place": "Ward 9"}, "PATCH"),
            R.SIGN: Ask("results/{row}/sign/", OLD),
            R.DISPROVE: Ask("results/{row}/disprove/"),
            R.ASK: Ask("witnesses/", lambda row: {"result": str(row.pk), **_WITNESS}, code="not_signed"),
        },
        nobody=(R.CLAIM, R.CONFIRM, R.LAPSE),
        repeats=((results.State.DISPROVED, R.DISPROVE),),
    ),
    "rounds": Machine(
        rounds.TRANSITIONS,
        of_rounds,
        {
            Q.ANSWER: Ask(
                "rounds/{row}/answer/",
                lambda row: {"values": world_instruments.values_of(world_instruments.shipped()[row.code, 1])},
                code="round_is_over",
            ),
            Q.SHOW: Ask("rounds/{row}/show/", code="round_is_over"),
            Q.CLOSE: Ask("rounds/{row}/close/", code="round_is_over"),
            Q.REPLACE: Ask("rounds/{row}/again/", code="round_is_over"),
            Q.REMARK: Ask("rounds/{row}/remark/", {"text": "Let us talk."}),
        },
        nobody=(Q.COMPLETE, Q.KEEP),
    ),
    "lines": Machine(
        agreements.LINE,
        of_lines,
        {A.SIGN: Ask("shared-lines/{row}/sign/", OLD), A.CONTEST: Ask("shared-lines/{row}/contest/", {"reason": "No"})},
        nobody=(A.WRITE, A.AGREE, A.DEPART),
        without_row=(State.BLANK,),
    ),
    "principles": Machine(
        agreements.VERSION,
        of_principles,
        versions("principle-versions"),
        nobody=(A.WRITE, A.AGREE, A.REPLACE, A.DEPART),
    ),
    "time": Machine(
        agreements.VERSION, of_times, versions("time-agreements"), nobody=(A.WRITE, A.AGREE, A.REPLACE, A.DEPART)
    ),
    "introductions": Machine(
        introductions.TRANSITIONS,
        of_introductions,
        {
            N.ACCEPT: Ask("introductions/{row}/accept/"),
            N.NOT_YET: Ask("introductions/{row}/not-yet/"),
            N.DECLINE: Ask("introductions/{row}/decline/"),
            N.PLAN: Ask("introductions/{row}/plan/", {"meeting": "Tuesday"}),
            N.YES: Ask("introductions/{row}/say-yes/"),
            N.NO: Ask("introductions/{row}/say-no/"),
        },
        nobody=(N.WITHDRAW, N.FOUND),  # taking back is the asker's: below
        repeats=((introductions.State.FOUNDED, N.YES),),
    ),
    "applications": Machine(
        applications.TRANSITIONS,
        of_applications,
        {
            P.CHOOSE_HOST: Ask("applications/", lambda row: {"pair": str(row.pair_id), "host": "organisation"}),
            P.SIGN: Ask("applications/{row}/sign/", OLD),
            P.WITHDRAW: Ask("applications/{row}/withdraw/"),
        },
        nobody=(P.SUBMIT, P.DEPART),
        repeats=((applications.State.WITHDRAWN, P.CHOOSE_HOST),),  # it begins another
    ),
    "differences": Machine(
        differences.DIFFERENCES,
        of_differences,
        {
            F.EDIT: Ask("differences/{row}/", {"text": "Otherwise"}, "PATCH"),
            F.SHOW: Ask("differences/{row}/show/"),
            F.TAKE_BACK: Ask("differences/{row}/take-back/"),
            F.ACCEPT: Ask("differences/{row}/accept/"),
            F.CORRECT: Ask("differences/{row}/correct/", {"correction": "No."}),
            F.RESTATE: Ask("differences/{row}/restate/", {"text": "You fear it."}, by_citizen=True),
        },
        hidden=((differences.State.DRAFT, F.RESTATE),),
    ),
    "pair reflections": Machine(
        reflections.TRANSITIONS,
        of_reflections,
        {
            T.WRITE: Ask("pair-reflections/{row}/", {"text": "Otherwise."}, "PATCH"),
            T.WRITE_PART: Ask("pair-reflections/{row}/part/", {"text": "It was hard."}),
            T.SIGN: Ask("pair-reflections/{row}/sign/", OLD),
            T.TALK: Ask("pair-reflections/{row}/talked/"),
            T.MISS: Ask("pair-reflections/{row}/missed/", {"reason": "away", "next_on": DAY}),
        },
        nobody=(T.MOVE, T.AGREE, T.LEAVE),  # planning again moves what is planned
    ),
    "plan: tasks": Machine(
        plans.MOVES, of_plans(plan.add_task), _MOVES, repeats=[(state, state) for state in plans.State]
    ),
    "plan: milestones": Machine(
        plans.MOVES,
        of_plans(plan.add_milestone),
        {state: Ask("milestones/{row}/move/", ask.body) for state, ask in _MOVES.items()},
        repeats=[(state, state) for state in plans.State],
    ),
    "meetings": Machine(
        meetings.TRANSITIONS,
        of_meetings,
        {
            M.OFFER: Ask("meetings/{row}/offer/", _TIMES),
            M.CHOOSE: Ask("meetings/{row}/choose/", second_time, by_citizen=True),
            M.ASK: Ask("meetings/{row}/ask/", {"words": "Mornings."}, by_citizen=True),
            M.DECLINE: Ask("meetings/{row}/decline/", {"reason": "no_time"}, by_citizen=True),
            M.CANCEL: Ask("meetings/{row}/cancel/"),
            M.HOLD: Ask("meetings/{row}/close/", {"met": True}),
            M.MISS: Ask("meetings/{row}/close/", {"met": False}),
            M.NOTE: Ask("meetings/{row}/note/", {"text": "We spoke."}),
        },
        nobody=(M.DEPART,),
        repeats=((meetings.State.CANCELLED, M.CANCEL),),
    ),
}


def kept(shop: Workshop, row: Model) -> dict[str, Any]:
    """The row as the professional reads it."""
    with inside(shop.organisation, shop.professional):
        return type(row)._default_manager.filter(pk=row.pk).values().get()


@pytest.mark.parametrize("name", MACHINES)
def test_what_the_table_does_not_know_is_refused_and_changes_nothing(north, name):
    machine, shop = MACHINES[name], workshop(north)
    assert {act for acts in machine.table.values() for act in acts} == {*machine.acts, *machine.nobody}
    accepted(*shop.partners)
    rows = machine.rows(shop)
    browsers = {who.pk: world.browser(who, north) for who in shop.partners}
    unknown = [(state, act) for state, acts in machine.table.items() for act in machine.acts if act not in acts]
    tried = 0
    for state, act in unknown:
        if state in machine.without_row:
            continue
        row, ask = rows[state], machine.acts[act]
        before = kept(shop, row)
        assert before["state"] == state, name
        who = shop.citizen if ask.by_citizen else shop.professional
        with inside(north, who):
            body = ask.body(row) if callable(ask.body) else ask.body
        answer = send(browsers[who.pk], Call(who, ask.method, ask.path.format(row=row.pk), body))
        met = (answer.status_code, answer.json().get("code"))
        if (state, act) in machine.repeats:
            assert met in ((200, None), (201, None)), (name, state, act, answer.content)
        else:
            wanted = (404, "not_found") if (state, act) in machine.hidden else (409, ask.code)
            assert met == wanted, (name, state, act, answer.content)
        assert kept(shop, row) == before, (name, state, act)
        tried += 1
    assert tried


def test_an_introduction_is_taken_back_only_while_it_waits(north):
    shop, asker = workshop(north), world_finder.somebody(north, "Una", "patient")
    accepted(asker)
    world_finder.looking(north, shop.professional, "clinician")
    row = world_finder.met(north, asker, shop.professional)
    before = kept(shop, row)
    answer = send(world.browser(asker, north), Call(asker, "POST", f"introductions/{row.pk}/withdraw/"))
    assert (answer.status_code, answer.json()["code"], kept(shop, row)) == (409, "wrong_state", before)
