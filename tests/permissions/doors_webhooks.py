"""The doors of webhooks: once in one's own name, once for rollout leads, whose acts stand in the record."""

from __future__ import annotations

from tests.permissions.doors import Door

NOBODYS_BUSINESS = "an entry would tell others where a partner sends news of the pair"
NOTHING_CHANGED = "a message is sent, nothing of the organisation is changed"
TYPED = {"name": "Our chat", "url": "https://chat.example.org/in"}


def _doors(hat: str, place: str, topics: list[str]) -> dict[str, Door]:
    def door(took: str, record: str, **more: object) -> Door:
        own = {"pk": f"{took}_{hat}"} if took else {}
        if hat == "partner" or not record:
            return Door((hat,), own, silent=NOBODYS_BUSINESS if record else NOTHING_CHANGED, **more)  # type: ignore[arg-type]
        return Door((hat,), own, records=(record,), **more)  # type: ignore[arg-type]

    typed = {**TYPED, "topics": topics}
    return {
        place: door("", "webhook.made", post=200, typed=typed),
        f"{place}<uuid:pk>/": door("webhook", "webhook.changed", typed=typed),
        f"{place}<uuid:pk>/test/": door("webhook", ""),
        f"{place}<uuid:pk>/secret/": door("webhook", "webhook.secret_renewed", post=200),
        f"{place}<uuid:pk>/pause/": door("webhook", "webhook.paused"),
        f"{place}<uuid:pk>/resume/": door("webhook_paused", "webhook.resumed"),
        f"{place}<uuid:pk>/remove/": door("webhook", "webhook.removed"),
        f"{place}deliveries/<uuid:pk>/again/": door("delivery", ""),
    }


WEBHOOKS_DOORS = {
    **_doors("partner", "/webhooks/", ["decision"]),
    **_doors("rollout_lead", "/rollout/webhooks/", ["board"]),
}
