from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistanceConfig(AppConfig):
    name = "tenants.assistance"
    label = "assistance"

    def ready(self) -> None:
        from tenants.assistance import queries
        from tenants.instruments import helped
        from tenants.pairs import page

        helped.add(queries.assisted_answers)

        page.add_doorway(
            page.Group.TOGETHER,
            page.Doorway(
                _("Without a computer"),
                _("Letters, paper forms, and somebody who types for you."),
                "assistance:without-computer",
            ),
            place=90,
        )
