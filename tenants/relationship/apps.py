from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelationshipConfig(AppConfig):
    name = "tenants.relationship"
    label = "relationship"

    def ready(self) -> None:
        from tenants.conversations import subjects
        from tenants.pairs import evidence, home
        from tenants.pairs.page import Doorway, Group, add_doorway
        from tenants.relationship import proofs, rendering, talks, waiting, why

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        for name, find in rendering.SUBJECTS.items():
            why.add_kind(name, find)
        for name, talk in talks.TALKS.items():
            subjects.add(name, talk)
        doorways = (
            Doorway(_("When we snapped back"), _("Moments when an old part took over."), "relationship:snapback-list"),
            Doorway(_("Where we differ"), _("Say it, and be heard."), "relationship:difference-list"),
            Doorway(_("What we assume"), _("And how we find out."), "relationship:assumption-list"),
            Doorway(_("Hard conversations"), _("Prepare one, and look back."), "relationship:conversation-list"),
            Doorway(_("Experiments"), _("Try something small."), "relationship:experiment-list"),
            Doorway(_("Task and relationship"), _("Where your time goes."), "relationship:balance"),
        )
        for place, doorway in enumerate(doorways, start=50):
            add_doorway(Group.RELATIONSHIP, doorway, place=place)
