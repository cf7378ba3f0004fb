from django.apps import AppConfig


class JourneyConfig(AppConfig):
    name = "governance.journey"
    label = "journey"

    def ready(self) -> None:
        from governance.journey import own
        from tenants.pairs import home, page

        home.add_speaker(own.speak, place=10)
        page.add_section(own.section, place=1)
