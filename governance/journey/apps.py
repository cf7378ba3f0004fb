from django.apps import AppConfig


class JourneyConfig(AppConfig):
    name = "governance.journey"
    label = "journey"
