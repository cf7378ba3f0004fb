from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReflectionsConfig(AppConfig):
    name = "tenants.reflections"
    label = "reflections"

    def ready(self) -> None:
        from rollout.leaving import parts
        from tenants.conversations import subjects
        from tenants.pairs import home, page
        from tenants.reflections import queries, talks, waiting
        from tenants.relationship import why

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for name, talk in talks.TALKS.items():
            subjects.add(name, talk)
        why.add_kind("pair_reflection", waiting.missed)
        parts.add_opener("reflections.Reflection", queries.opened_rows)
        for place, doorway in (
            (10, page.Doorway(_("My reflections"), _("What you write for yourself. Only you can read it."),
                              "reflections:own-in-pair")),
            (20, page.Doorway(_("Our reflections"), _("A time every four weeks to look back together."),
                              "reflections:slots")),
            (30, page.Doorway(_("What we learn"), _("What you learnt, how you know, and what changed."),
                              "reflections:learnings")),
        ):  # fmt: skip
            page.add_doorway(page.Group.LEARNING, doorway, place=place)
