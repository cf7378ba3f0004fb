from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "tenants.roster"
    label = "roster"

    def ready(self) -> None:
        """A partner's home page shows the pairs that are proposed to them; the pair's page, whom it waits for."""
        from tenants.pairs import home, page
        from tenants.roster import waiting

        home.add_source(waiting.proposals)
        page.add_section(waiting.proposed_partner, place=5)
