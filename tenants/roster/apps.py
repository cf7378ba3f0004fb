from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "tenants.roster"
    label = "roster"

    def ready(self) -> None:
        """A partner's home page shows the pairs that are proposed to them."""
        from tenants.pairs import home
        from tenants.roster import waiting

        home.add_source(waiting.proposals)
