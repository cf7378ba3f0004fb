from django.apps import AppConfig


class DemoConfig(AppConfig):
    """One-click sign-in, the outbox page and the played story. Not installed on a production server."""

    name = "rollout.demo"
    label = "demo"
