from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "governance.exports"
    label = "exports"

    def ready(self) -> None:
        from governance.exports import tasks
        from tenants.members import notices

        notices.describe(
            tasks.READY, _("Your organisation's data is ready to take along."), lambda notice: reverse(PAGE)
        )


PAGE = "exports:exports"
