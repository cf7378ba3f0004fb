from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementConfig(AppConfig):
    name = "tenants.agreement"
    label = "agreement"

    def ready(self) -> None:
        from tenants.agreement import proofs, sections, talks, waiting
        from tenants.conversations import subjects
        from tenants.pairs import evidence, home, page

        for kind in waiting.KINDS:
            home.add_kind(kind)
        subjects.add("principle", talks.principle)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        page.add_section(sections.shared_needs, place=90)
        for place, (title, hint, address) in enumerate(
            (
                (_("What we share"), _("Purpose, ambition, leadership, ownership and responsibility."), "five"),
                (_("Working principles"), _("How you want to treat each other and decide."), "principles"),
                (_("Time"), _("The hours that each of you gives."), "time"),
                (_("What helps me take part"), _("Only you read it, until you share it."), "needs"),
            )
        ):
            doorway = page.Doorway(title, hint, f"agreement:{address}")
            page.add_doorway(page.Group.TOGETHER, doorway, place=10 + place)
