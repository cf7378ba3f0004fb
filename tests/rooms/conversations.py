"""Messages, comments on things, and what comes by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.demo.stage import acting
from rollout.kernel.tenancy import PARTNER
from tenants.conversations import actions
from tenants.conversations.models import Message
from tenants.pairs.models import Pair
from tenants.projects.models import Decision
from tests.permissions.doors import Door
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import inside, sql
from tests.world_meetings import written

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tests.world_projects import Workshop

EVERYBODY = frozenset({PARTNER})
_PAIR = "/pairs/<uuid:pair>"
_READ = {"conversations_readmark": "how far somebody has read is noted for them alone"}
ONLY_MINE = "it concerns nobody but the reader"

MAY = {
    "conversations.read_talk": EVERYBODY,
    "conversations.write_talk": EVERYBODY,
    "conversations.choose_news": EVERYBODY,
}

DOORS = {
    f"{_PAIR}/messages/": Door(
        ("partner",), {"pair": "pair"}, typed={"text": "Hello"}, records=("message.sent",), leaves=_READ
    ),
    f"{_PAIR}/messages/<uuid:pk>/take-back/": Door(
        ("partner",), {"pair": "pair", "pk": "own_message"}, records=("message.taken_back",)
    ),
    f"{_PAIR}/talk/<slug:kind>/<uuid:subject>/": Door(
        ("partner",),
        {"pair": "pair", "kind": "talk_kind", "subject": "talk_subject"},
        words=("kind",),
        typed={"text": "I wonder."},
        records=("message.sent",),
        leaves=_READ,
    ),
    "/notifications/": Door(("partner",), typed={"how": "none", "reflect_weeks": "2"}, silent=ONLY_MINE),
}


def THINGS(shop: Workshop) -> dict[str, Any]:
    """Both have written, in the conversation and about a decision; the professional has read some of it."""
    me, other = shop.partners
    with inside(shop.organisation, me):
        subject, another = Decision.objects.filter(pair_id=shop.pair.pk).order_by("drafted_at", "id")[:2]
        actions.choose_news(how="daily", by=me)
    mine = written(shop, me, "Mine")
    theirs = written(shop, other, "Theirs")
    written(shop, other, "A comment", kind="decision", subject=subject.pk)
    read = written(shop, other, "A comment that was read", kind="decision", subject=another.pk)
    with inside(shop.organisation, me):
        actions.read(messages=[read], by=me)
    return {"own_message": mine.pk, "their_message": theirs.pk, "talk_kind": "decision", "talk_subject": subject.pk}


def CALLS(everything: Any) -> dict[str, Any]:
    """One call of each operation."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    return {
        "messages_list": call("GET", f"messages/?pair={pair}&subject={pair}&ordering=-sent_at"),
        "messages_retrieve": call("GET", f"messages/{things['their_message']}/"),
        "messages_create": call("POST", "messages/", {"pair": pair, "text": "Hello"}, 201),
        "messages_take_back": call("POST", f"messages/{things['own_message']}/take-back/"),
        "messages_read": call("POST", f"messages/{things['their_message']}/read/", status=204),
        "news_choice_retrieve": call("GET", "news-choice/"),
        "news_choice_partial_update": call("PATCH", "news-choice/", {"how": "each", "reflect_weeks": 2}),
    }


def HIDE(northmoor: Organisation, pair: Pair, both: tuple[str, str]) -> None:
    """The two of the hidden pair write to each other, and one wants to hear of each act."""
    two_hats, unseen = both
    with acting(northmoor, unseen) as partner:
        actions.choose_news(how="each", reflect_weeks=2, by=partner)
    for email in both:
        with acting(northmoor, email) as partner:
            held = Pair.objects.get(pk=pair.pk)
            actions.write(pair=held, text="Zanzibarquill hello", by=partner)
            subject = Decision.objects.filter(pair_id=pair.pk).order_by("drafted_at", "id")[0].pk
            actions.write(pair=held, text="Zanzibarquill about it", kind="decision", subject=subject, by=partner)
    with acting(northmoor, two_hats) as partner:
        actions.read(messages=Message.objects.filter(pair_id=pair.pk), by=partner)


def ROWS(pair: UUID, seat: UUID) -> None:
    """A message, a mark and a choice."""
    sql("INSERT INTO conversations_message (id, pair_id, subject_kind, subject_id, seat_id, to_id, text, sent_at)"
        " SELECT gen_random_uuid(), %s, 'pair', %s, %s, id, 'secret', now() FROM pairs_seat WHERE pair_id = %s"
        " AND id <> %s", pair, pair, seat, pair, seat)  # fmt: skip
    sql("INSERT INTO conversations_readmark (id, pair_id, seat_id, subject_kind, subject_id, read_until)"
        " VALUES (gen_random_uuid(), %s, %s, 'pair', %s, now())", pair, seat, pair)  # fmt: skip


SILENT = {"messages_read": ONLY_MINE, "news_choice_partial_update": ONLY_MINE}
FOR_ALL = {"news_choice_partial_update": "every member chooses for themselves"}
CODES = "codes, ids and dates of the house: what may stand there is fixed"
SECRETS = {"conversations.Message": OF_THE_PAIR}
OPEN_MODELS = {"conversations.ReadMark": CODES, "conversations.NewsChoice": CODES}
OPEN_FIELDS = {"conversations.Message.subject_kind": CODES}
