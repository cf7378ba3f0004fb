from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementConfig(AppConfig):
    name = "tenants.agreement"
    label = "agreement"

    def ready(self) -> None:
        from tenants.agreement import proofs, queries, sections, talks, waiting
        from tenants.conversations import subjects
        from tenants.instruments import voices
        from tenants.pairs import evidence, home, page

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for name, talk in (("principle", talks.principle), ("line", talks.line), ("time", talks.time)):
            subjects.add(name, talk)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        voices.add(queries.asks_felt_heard)
        page.add_section(sections.shared_needs, place=90)
        for place, doorway in enumerate(
            (
                page.Doorway(
                    _("What we share"),
                    _("Purpose, ambition, leadership, ownership and responsibility."),
                    "agreement:five",
                    _(
                        "Write five short texts together. Each counts when both of you have signed it."
                        " Either of you can say: this does not fit."
                    ),
                ),
                page.Doorway(
                    _("Working principles"),
                    _("How you want to treat each other and decide."),
                    "agreement:principles",
                    _(
                        "Write how you want to work together. A principle counts when both of you have signed it."
                        " Look at it again every two months."
                    ),
                ),
                page.Doorway(
                    _("Time"),
                    _("The hours that each of you gives."),
                    "agreement:time",
                    _(
                        "Write how many hours each of you gives in a month. Both sign it."
                        " Then each of you notes the hours really given."
                    ),
                ),
                page.Doorway(
                    _("What helps me take part"), _("Only you read it, until you share it."), "agreement:needs"
                ),
            ),
            start=10,
        ):
            page.add_doorway(page.Group.TOGETHER, doorway, place=place)
