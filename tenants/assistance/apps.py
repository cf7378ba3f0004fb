from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistanceConfig(AppConfig):
    name = "tenants.assistance"
    label = "assistance"

    def ready(self) -> None:
        from tenants.pairs import page

        page.add_doorway(
            page.Group.TOGETHER,
            page.Doorway(
                _("Without a computer"),
                _("Letters, paper forms, and somebody who types for you."),
                "assistance:without-computer",
            ),
            place=90,
        )
