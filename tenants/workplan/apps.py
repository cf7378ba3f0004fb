from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkplanConfig(AppConfig):
    name = "tenants.workplan"
    label = "workplan"

    def ready(self) -> None:
        from tenants.conversations import subjects
        from tenants.pairs import evidence, home, page
        from tenants.workplan import proofs, talks, waiting

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for name, find in talks.TALKS.items():
            subjects.add(name, find)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        doorways = (
            (_("Aim and reasons"), _("What you want to change, where, and who else says so."), "workplan:frame"),
            (_("Plan"), _("Who does what until when, and the points on the way."), "workplan:plan"),
            (_("Measures"), _("What you count, as charts over time."), "workplan:measures"),
            (_("People around us"), _("Who matters for it, and who of you speaks with them."), "workplan:people"),
            (_("Files"), _("What only the two of you can open."), "workplan:files"),
        )
        for place, (title, hint, address) in enumerate(doorways, start=10):
            page.add_doorway(page.Group.PROJECT, page.Doorway(title, hint, address), place=place)
