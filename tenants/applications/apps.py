from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "tenants.applications"
    label = "applications"

    def ready(self) -> None:
        from tenants.applications import talks, waiting
        from tenants.conversations import subjects
        from tenants.pairs import home, page

        for kind in waiting.KINDS:
            home.add_kind(kind)
        subjects.add("application", talks.application)
        for title, hint, address, place in (
            (_("Our application"), _("Apply together: your ambition, your task, how you start."), "application", 60),
            (_("Where we started"), _("What you wrote at the beginning. It stays."), "start", 70),
        ):
            page.add_doorway(page.Group.TOGETHER, page.Doorway(title, hint, f"applications:{address}"), place=place)
