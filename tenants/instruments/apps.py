from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstrumentsConfig(AppConfig):
    name = "tenants.instruments"
    label = "instruments"

    def ready(self) -> None:
        from rollout.leaving import parts
        from tenants.conversations import subjects
        from tenants.instruments import proofs, queries, talks, waiting
        from tenants.pairs import evidence, home, page

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        subjects.add("round", talks.round_)
        home.add_speaker(waiting.how_we_are, place=40)
        page.add_doorway(
            page.Group.RELATIONSHIP,
            page.Doorway(
                _("Check-ins and other questions"),
                _("Each of you answers alone. Both answers appear at once."),
                "instruments:rounds",
            ),
        )
        parts.add_opener("instruments.Answer", queries.for_download)
