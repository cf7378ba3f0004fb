from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tenants.conversations"
    label = "conversations"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tenants.conversations import waiting
        from tenants.pairs import home, page

        for kind in waiting.KINDS:
            home.add_kind(kind)
        page.add_doorway(
            page.Group.TALK,
            page.Doorway(_("Messages"), _("Write to your partner."), "conversations:messages"),
            place=10,
        )
