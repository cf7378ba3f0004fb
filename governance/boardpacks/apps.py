from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardpacksConfig(AppConfig):
    name = "governance.boardpacks"
    label = "boardpacks"

    def ready(self) -> None:
        from governance.boardpacks import queries, tasks
        from governance.hats import address
        from governance.indicators import papers
        from tenants.members import notices

        papers.register(for_reader=queries.papers_for, first_issued=queries.first_issued)
        notices.describe(
            tasks.PACK_READY,
            _("A board pack is ready to read."),
            lambda notice: address("boardpacks:pack", notice.subject_id, hat=notice.capacity),
        )
        notices.describe(
            "pack_corrected",
            _("Something in a board pack is corrected or no longer updated."),
            lambda notice: address("boardpacks:pack", notice.subject_id, hat=notice.capacity),
        )
