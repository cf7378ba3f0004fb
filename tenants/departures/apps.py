from django.apps import AppConfig


class DeparturesConfig(AppConfig):
    """What the database of an organisation does for somebody who leaves. It has no tables of its own."""

    name = "tenants.departures"
    label = "departures"
