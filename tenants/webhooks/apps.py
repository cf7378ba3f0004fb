from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "tenants.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from tenants.members import notices
        from tenants.webhooks import delivering, places

        notices.describe(
            delivering.PAUSED_NOTICE,
            _("A webhook of yours is paused: nothing has arrived there."),
            lambda notice: places.address("webhook", notice.subject_id, hat=notice.capacity),
        )
