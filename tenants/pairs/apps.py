from typing import Any

from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "tenants.pairs"
    label = "pairs"

    def ready(self) -> None:
        from django.urls import reverse
        from django.utils.translation import gettext_lazy as _

        from tenants.members import notices

        def page(notice: Any) -> str:
            return reverse("pairs:page", args=[notice.subject_id])

        notices.describe("pair.left", _("Your partner has left. You can choose what happens now."), page)
        notices.describe("pair.returned", _("Your partner is back."), page)
