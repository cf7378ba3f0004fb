from django.apps import AppConfig


class FinderConfig(AppConfig):
    name = "tenants.finder"
    label = "finder"

    def ready(self) -> None:
        from tenants.finder import waiting
        from tenants.pairs import home

        for kind in waiting.KINDS:
            home.add_kind(kind)
