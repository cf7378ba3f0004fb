"""A pair of the demo looks back: each alone, both together, and what they learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.demo.stage import acting
from rollout.kernel import clock
from tenants.pairs.models import Pair
from tenants.reflections.actions import learning, own, together
from tenants.reflections.models import LearningShare
from tenants.reflections.queries import facilitators

if TYPE_CHECKING:
    from rollout.demo.plot import Plot
    from rollout.organisations.models import Organisation


def look_back(organisation: Organisation, plot: Plot, partners: tuple[str, str]) -> None:
    """Everything on one day. The next time is four weeks later, so it waits when the story ends."""
    said = plot.looks_back
    assert said is not None
    founder, partner = partners
    with acting(organisation, partner) as second:
        pair = Pair.objects.get(title=plot.title)
        alone = own.write(text=said.alone, by=second)
        own.share(reflection=alone, pair=pair, passage=said.passage, by=second)
        if (facilitator := facilitators(second).first()) is not None:
            own.show(reflection=alone, facilitator=facilitator, passage=said.passage, signed=second.name, by=second)
        slot = together.plan(pair=pair, on=clock.today(), by=second)
        together.write_part(slot=slot, text=said.parts[1], by=second)
    with acting(organisation, founder) as first:
        together.write_part(slot=slot, text=said.parts[0], by=first)
        slot = together.write(slot=slot, text=said.together, by=first)
        row = learning.write(pair=pair, text=said.learnt, evidence=said.evidence, changed=said.changed, by=first)
        shares = [
            learning.propose(learning=row, audience=audience, sentence=sentence, by=first)
            for audience, sentence in (said.told, said.proposed)
        ]
    for email, signed in ((founder, shares), (partner, shares[:1])):
        with acting(organisation, email) as person:
            together.sign(slot=slot, shown=slot.content_hash, by=person)
            for share in signed:
                learning.sign(share=LearningShare.objects.get(pk=share.pk), shown=share.content_hash, by=person)
