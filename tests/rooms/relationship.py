"""How two people work together, as the tests that walk through everything need to know it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel import clock
from tenants.relationship import actions, policy
from tenants.relationship.actions import balance, differences, snapbacks, trying
from tenants.relationship.models import DifferenceItem, LookBack
from tests.permissions.doors import Door, boxes
from tests.privacy.secrets_of import OF_THE_PAIR, ONE, Secret
from tests.world import inside, sql
from tests.world_relationship import assumed, line, prepared, restated, shown, snapped, tried

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.pairs.models import Pair, Seat
    from tests.world_api import Call, Everything
    from tests.world_projects import Workshop

PARTNER = ("partner",)
PRIVATE = "the partner reads the pair's record, and an entry would tell that something was written"


def things_of(shop: Workshop) -> dict[str, Any]:
    """Each kind in each state, as the professional meets it."""
    me, partner = shop.partners
    _lived_before(shop)
    mine, theirs = snapped(shop, me, 40), snapped(shop, partner, 80)
    with inside(shop.organisation, partner):
        asked = snapbacks.invite(snapback=theirs, by=partner)
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + timedelta(days=9), by=partner)
    assumption = assumed(shop, me)
    with inside(shop.organisation, me):
        reason = actions.say_why(
            pair=shop.pair, kind="assumption", subject=assumption.pk, first="no_time", second="worried", by=me
        )
        for start in policy.finished_fortnights(clock.today()):
            balance.tell_minutes(pair=shop.pair, on=start, task=600, relationship=0, by=me)
    return {
        "snapback": mine.pk,
        "look_back": asked.pk,
        "line": line(shop, me).pk,
        "line_shown": shown(shop, me).pk,
        "line_restated": restated(shop, me).pk,
        "line_theirs": shown(shop, partner).pk,
        "assumption": assumption.pk,
        "conversation": prepared(shop, me).pk,
        "experiment": tried(shop, me).pk,
        "why_kind": "assumption",
        "time_reason": reason.pk,
    }


def _lived_before(shop: Workshop) -> None:
    """What the professional did in an earlier time, and is over."""
    me, partner = shop.partners
    restated(shop, partner)
    asked = snapped(shop, me, 120)
    with clock.at(clock.now() - timedelta(days=70)), inside(shop.organisation, me):
        for start in policy.finished_fortnights(clock.today()):
            balance.tell_minutes(pair=shop.pair, on=start, task=600, relationship=0, by=me)
        balance.answer_pause(pair=shop.pair, answer="dismissed", by=me)
    with inside(shop.organisation, me):
        snapbacks.invite(snapback=asked, by=me)
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today(), by=me)


_PAIR = "/pairs/<uuid:pair>"
_ONE = {"pair": "pair"}


def _of(thing: str) -> dict[str, str]:
    return {"pair": "pair", "pk": thing}


_SNAP = {
    "part": "morning", "trigger": "money", "own_default": "expert", "intensity": "2", "words": "I took over.",
}  # fmt: skip
_LINE = {"kind": "need", "text": "Time to think."}
_ASSUMPTION = {"text": "They read it.", "test": "We ask."}
_TALK = {"title": "The money", "tags": ["fear", "control"], "before": "Breathe."}
_TRY = {"attempt": "I speak last.", "limit": "One meeting."}
_WHY = {"pair": "pair", "kind": "why_kind", "subject": "assumption"}

DOORS: dict[str, Door] = {
    f"{_PAIR}/my-entries/": Door(PARTNER, _ONE),
    f"{_PAIR}/snap-backs/": Door(PARTNER, _ONE),
    f"{_PAIR}/snap-backs/new/": Door(
        PARTNER, _ONE, typed=lambda things: {**_SNAP, **boxes("day", 200)}, silent=PRIVATE
    ),
    f"{_PAIR}/snap-backs/<uuid:pk>/": Door(PARTNER, _of("snapback")),
    f"{_PAIR}/snap-backs/<uuid:pk>/mended/": Door(
        PARTNER,
        _of("snapback"),
        typed=lambda things: {"mended_part": "evening", **boxes("mended_day", 10)},
        silent=PRIVATE,
    ),
    f"{_PAIR}/snap-backs/<uuid:pk>/invite/": Door(PARTNER, _of("snapback"), records=("relationship.snapback_invited",)),
    f"{_PAIR}/snap-backs/asked/<uuid:pk>/set-aside/": Door(
        PARTNER, _of("look_back"), records=("relationship.snapback_set_aside",)
    ),
    f"{_PAIR}/differences/": Door(PARTNER, _ONE),
    f"{_PAIR}/differences/new/": Door(PARTNER, _ONE, typed=_LINE, silent=PRIVATE),
    f"{_PAIR}/differences/<uuid:pk>/": Door(PARTNER, _of("line_restated")),
    f"{_PAIR}/differences/<uuid:pk>/edit/": Door(PARTNER, _of("line"), typed=_LINE, silent=PRIVATE),
    f"{_PAIR}/differences/<uuid:pk>/show/": Door(PARTNER, _of("line"), records=("relationship.difference_shown",)),
    f"{_PAIR}/differences/<uuid:pk>/take-back/": Door(
        PARTNER, _of("line_shown"), records=("relationship.difference_taken_back",)
    ),
    f"{_PAIR}/differences/<uuid:pk>/restate/": Door(
        PARTNER, _of("line_theirs"), typed={"text": "You fear it."}, records=("relationship.difference_restated",)
    ),
    f"{_PAIR}/differences/<uuid:pk>/correct/": Door(
        PARTNER, _of("line_restated"), typed={"correction": "No."}, records=("relationship.difference_corrected",)
    ),
    f"{_PAIR}/differences/<uuid:pk>/accept/": Door(
        PARTNER, _of("line_restated"), records=("relationship.difference_heard",)
    ),
    f"{_PAIR}/assumptions/": Door(PARTNER, _ONE),
    f"{_PAIR}/assumptions/new/": Door(
        PARTNER,
        _ONE,
        typed=lambda things: {**_ASSUMPTION, **boxes("due_on", -9)},
        records=("relationship.assumption_written",),
    ),
    f"{_PAIR}/assumptions/<uuid:pk>/": Door(PARTNER, _of("assumption")),
    f"{_PAIR}/assumptions/<uuid:pk>/edit/": Door(
        PARTNER,
        _of("assumption"),
        typed=lambda things: {**_ASSUMPTION, **boxes("due_on", -9)},
        records=("relationship.assumption_edited",),
    ),
    f"{_PAIR}/assumptions/<uuid:pk>/close/": Door(
        PARTNER,
        _of("assumption"),
        typed={"result": "held", "evidence": "Eight of ten.", "seen_by": "Cora"},
        records=("relationship.assumption_closed",),
    ),
    f"{_PAIR}/hard-conversations/": Door(PARTNER, _ONE),
    f"{_PAIR}/hard-conversations/new/": Door(PARTNER, _ONE, typed=_TALK, silent=PRIVATE),
    f"{_PAIR}/hard-conversations/<uuid:pk>/": Door(PARTNER, _of("conversation")),
    f"{_PAIR}/hard-conversations/<uuid:pk>/edit/": Door(PARTNER, _of("conversation"), typed=_TALK, silent=PRIVATE),
    f"{_PAIR}/hard-conversations/<uuid:pk>/learned/": Door(
        PARTNER, _of("conversation"), typed={"learned": "To wait."}, silent=PRIVATE
    ),
    f"{_PAIR}/hard-conversations/<uuid:pk>/share/": Door(
        PARTNER, _of("conversation"), records=("relationship.hard_conversation_shared",)
    ),
    f"{_PAIR}/experiments/": Door(PARTNER, _ONE),
    f"{_PAIR}/experiments/new/": Door(PARTNER, _ONE, typed=_TRY, records=("relationship.experiment_written",)),
    f"{_PAIR}/experiments/<uuid:pk>/": Door(PARTNER, _of("experiment")),
    f"{_PAIR}/experiments/<uuid:pk>/edit/": Door(
        PARTNER, _of("experiment"), typed=_TRY, records=("relationship.experiment_edited",)
    ),
    f"{_PAIR}/experiments/<uuid:pk>/finish/": Door(
        PARTNER, _of("experiment"), typed={"happened": "It failed."}, records=("relationship.experiment_finished",)
    ),
    f"{_PAIR}/balance/": Door(PARTNER, _ONE),
    f"{_PAIR}/balance/minutes/": Door(
        PARTNER,
        _ONE,
        typed=lambda things: {"task": "30", "relationship": "20", **boxes("on", 0)},
        records=("balance.minutes_told",),
    ),
    f"{_PAIR}/balance/pause/": Door(PARTNER, _ONE, typed={"answer": "taken"}, records=("balance.pause_taken",)),
    f"{_PAIR}/balance/sprint/": Door(
        PARTNER, _ONE, typed=lambda things: boxes("ends_on", -7), records=("balance.sprint_proposed",)
    ),
    f"{_PAIR}/balance/sprint/agree/": Door(PARTNER, _ONE, records=("balance.sprint_agreed",)),
    f"{_PAIR}/balance/sprint/end/": Door(PARTNER, _ONE, records=("balance.sprint_ended",)),
    f"{_PAIR}/why/<slug:kind>/<uuid:subject>/": Door(
        PARTNER, _WHY, typed={"first": "no_time", "second": "priority"}, silent=PRIVATE
    ),
    f"{_PAIR}/why/<slug:kind>/<uuid:subject>/share/": Door(PARTNER, _WHY, records=("balance.reason_shared",)),
}

MAY = {"relationship.read": frozenset({"partner"}), "relationship.write": frozenset({"partner"})}


def calls_of(everything: Everything) -> dict[str, Call]:
    """One successful call of each operation."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    snap, line_ = f"snap-backs/{things['snapback']}/", "differences/{}/"
    mine, restated_ = line_.format(things["line"]), line_.format(things["line_restated"])
    assumption, talk = f"assumptions/{things['assumption']}/", f"hard-conversations/{things['conversation']}/"
    card, balance_, reason = f"experiments/{things['experiment']}/", f"balances/{pair}/", things["time_reason"]
    said = {
        "pair": pair, "moment": "2025-03-01T10:00:00Z", "trigger": "money", "own_default": "expert", "intensity": 2,
    }  # fmt: skip
    day = str(clock.today() + timedelta(days=5))
    why = {"pair": pair, "kind": "experiment", "subject": str(things["experiment"]), "first": "no_time"}
    return {
        "snap_backs_list": call("GET", f"snap-backs/?pair={pair}"),
        "snap_backs_retrieve": call("GET", snap),
        "snap_backs_create": call("POST", "snap-backs/", said, 201),
        "snap_backs_mend": call("POST", f"{snap}mend/", {"mended_at": clock.now().isoformat()}),
        "snap_backs_invite": call("POST", f"{snap}invite/"),
        "look_backs_list": call("GET", "look-backs/"),
        "look_backs_set_aside": call("POST", f"look-backs/{things['look_back']}/set-aside/"),
        "differences_list": call("GET", f"differences/?pair={pair}&state=shown"),
        "differences_retrieve": call("GET", restated_),
        "differences_create": call("POST", "differences/", {"pair": pair, **_LINE}, 201),
        "differences_partial_update": call("PATCH", mine, {"text": "Otherwise"}),
        "differences_show": call("POST", f"{mine}show/"),
        "differences_take_back": call("POST", f"{line_.format(things['line_shown'])}take-back/"),
        "differences_restate": call("POST", f"{line_.format(things['line_theirs'])}restate/", {"text": "You fear it."}),
        "differences_accept": call("POST", f"{restated_}accept/"),
        "differences_correct": call("POST", f"{restated_}correct/", {"correction": "No."}),
        "assumptions_list": call("GET", "assumptions/?ordering=-due_on"),
        "assumptions_retrieve": call("GET", assumption),
        "assumptions_create": call("POST", "assumptions/", {"pair": pair, **_ASSUMPTION, "due_on": day}, 201),
        "assumptions_partial_update": call("PATCH", assumption, {"due_on": day}),
        "assumptions_close": call(
            "POST", f"{assumption}close/", {"result": "unclear", "evidence": "Two of ten", "seen_by": "Cora"}
        ),
        "hard_conversations_list": call("GET", "hard-conversations/"),
        "hard_conversations_retrieve": call("GET", talk),
        "hard_conversations_create": call("POST", "hard-conversations/", {"pair": pair, **_TALK}, 201),
        "hard_conversations_partial_update": call("PATCH", talk, {"tags": ["change"]}),
        "hard_conversations_learn": call("POST", f"{talk}learn/", {"learned": "To wait"}),
        "hard_conversations_share": call("POST", f"{talk}share/"),
        "hard_conversations_unshare": call("POST", f"{talk}unshare/"),
        "experiments_list": call("GET", f"experiments/?pair={pair}"),
        "experiments_retrieve": call("GET", card),
        "experiments_create": call("POST", "experiments/", {"pair": pair, **_TRY}, 201),
        "experiments_partial_update": call("PATCH", card, {"limit": "Two meetings"}),
        "experiments_finish": call("POST", f"{card}finish/", {"happened": "It failed"}),
        "balances_retrieve": call("GET", balance_),
        "balances_tell_minutes": call(
            "POST", f"{balance_}minutes/", {"on": str(clock.today()), "task": 30, "relationship": 20}
        ),
        "balances_answer_pause": call("POST", f"{balance_}pause/", {"answer": "dismissed"}),
        "balances_propose_sprint": call("POST", f"{balance_}sprint/", {"ends_on": day}),
        "balances_agree_sprint": call("POST", f"{balance_}sprint/agree/"),
        "balances_end_sprint": call("POST", f"{balance_}sprint/end/"),
        "time_reasons_list": call("GET", "time-reasons/"),
        "time_reasons_create": call("POST", "time-reasons/", why, 201),
        "time_reasons_share": call("POST", f"time-reasons/{reason}/share/"),
        "time_reasons_unshare": call("POST", f"time-reasons/{reason}/unshare/"),
    }


SILENT = {
    **dict.fromkeys(
        (
            "snap_backs_create", "snap_backs_mend", "differences_create", "differences_partial_update",
            "hard_conversations_create", "hard_conversations_partial_update", "hard_conversations_learn",
            "time_reasons_create",
        ),
        PRIVATE,
    ),
    **dict.fromkeys(("hard_conversations_unshare", "time_reasons_unshare"), "it was not shared, so nothing was done"),
}  # fmt: skip


def hide(organisation: Organisation, pair: Pair, emails: tuple[str, str]) -> None:
    """They write, show, restate, prepare, try and plan, and one of them writes down that they snapped back."""
    founder, partner = emails
    word = "Zanzibarquill"
    with acting(organisation, partner) as who:
        moment = clock.now() - timedelta(days=2)
        snap = snapbacks.log(
            pair=pair, moment=moment, trigger="money", own_default="silence", intensity=4, words=word, by=who
        )
        snapbacks.invite(snapback=snap, by=who)
        item = differences.write(pair=pair, kind="fear", text=word, by=who)
        differences.show(item=item, by=who)
        assumption = trying.assume(pair=pair, text=word, test=word, due_on=clock.today(), by=who)
        actions.say_why(pair=pair, kind="assumption", subject=assumption.pk, first="no_time", by=who)
        talk = trying.prepare(pair=pair, title=word, tags=["loss"], before=word, by=who)
        trying.look_back(conversation=talk, learned=word, after=word, by=who)
        card = trying.try_out(pair=pair, attempt=word, limit=word, by=who)
        trying.finish(experiment=card, happened=word, by=who)
        for start in policy.finished_fortnights(clock.today()):
            balance.tell_minutes(pair=pair, on=start, task=600, relationship=0, by=who)
        balance.propose_sprint(pair=pair, ends_on=clock.today() + timedelta(days=7), by=who)
    with acting(organisation, founder) as who:
        snapbacks.set_aside(look_back=LookBack.objects.get(), by=who)
        differences.restate(item=DifferenceItem.objects.get(pk=item.pk), text=word, by=who)
        trying.close(assumption=assumption, result="changed", evidence=word, seen_by=word, by=who)
        balance.answer_pause(pair=pair, answer="taken", by=who)
        balance.agree_sprint(pair=pair, by=who)
    with acting(organisation, partner) as who:
        differences.correct(item=item, correction=word, by=who)


def put_rows(pair: Pair, seat: Seat) -> None:
    """A row of each kind, as a partner with a console writes it."""
    rows = {
        "snapback (moment, trigger, own_default, intensity, words, written_at": (
            "now(), 'other', 'silence', 3, 'secret', now()"
        ),
        "differenceitem (kind, text, not_for_restating, state, written_at": "'need', 'secret', false, 'draft', now()",
        "assumption (text, test, due_on, written_at, result, evidence, seen_by": "'secret', 'secret', current_date,"
        " now(), '', '', ''",
        "hardconversation (title, tags, before, after, learned, written_at": "'secret', '{}', 'secret', '', '', now()",
        'experiment (attempt, "limit", happened, written_at': "'secret', 'secret', '', now()",
        "sprint (ends_on, proposed_at": "current_date, now()",
        'minutes ("on", task, relationship': "current_date, 10, 10",
        "pauseanswer (fortnight, answer, answered_at": "current_date, 'taken', now()",
        "timereason (kind, subject, first, second, said_at": "'meeting', gen_random_uuid(), 'other', '', now()",
    }
    for columns, values in rows.items():
        sql(
            f"INSERT INTO relationship_{columns}, id, pair_id, seat_id) VALUES ({values}, gen_random_uuid(), %s, %s)",
            pair,
            seat,
        )
    sql(
        "INSERT INTO relationship_lookback (id, pair_id, seat_id, snapback_id, asked_id, day, asked_at)"
        " SELECT gen_random_uuid(), x.pair_id, x.seat_id, x.id, o.id, current_date, now() FROM relationship_snapback x"
        " JOIN pairs_seat o ON o.pair_id = x.pair_id AND o.id <> x.seat_id"
    )


def grow(everything: Everything) -> None:
    """More of what is listed."""
    shop, me = everything.mine, everything.professional
    for _time in range(2):
        snap = snapped(shop, me, 200)
        with inside(shop.organisation, me):
            snapbacks.invite(snapback=snap, by=me)
            actions.say_why(pair=shop.pair, kind="assumption", subject=assumed(shop, me).pk, first="other", by=me)
        restated(shop, me)
        prepared(shop, me)
        tried(shop, me)


THINGS, CALLS, HIDE, ROWS, GROW = things_of, calls_of, hide, put_rows, grow

_OF_ONE = Secret(OF_THE_PAIR.rows, ONE)
SECRETS = {
    "relationship.SnapBack": _OF_ONE,
    "relationship.HardConversation": _OF_ONE,
    "relationship.DifferenceItem": OF_THE_PAIR,
    "relationship.Restatement": OF_THE_PAIR,
    "relationship.Assumption": OF_THE_PAIR,
    "relationship.Experiment": OF_THE_PAIR,
}
_NUMBERS = "days and numbers"
OPEN_MODELS = {
    "relationship.LookBack": _NUMBERS,
    "relationship.Sprint": _NUMBERS,
    "relationship.Minutes": _NUMBERS,
    "relationship.PauseAnswer": _NUMBERS,
    "relationship.TimeReason": "codes of the house and ids",
}
OPEN_FIELDS = {"relationship.HardConversation.tags": "codes of the house"}
WRITTEN = ("words", "test", "before", "after", "learned", "attempt", "limit", "happened", "correction", "seen_by")
NO_PAGES = {"organisation /pairs/<uuid:pair>/my-entries/": "a file"}
