from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "governance.boards"
    label = "boards"

    def ready(self) -> None:
        from governance.boards import queries
        from tenants.surfacing import audiences

        audiences.add_source(queries.audience_choices)
