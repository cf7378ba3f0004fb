from django.apps import AppConfig


class LeavingConfig(AppConfig):
    """How a person leaves: with what is theirs, and without a trace."""

    name = "rollout.leaving"
    label = "leaving"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Classify the tables of apps that cannot do it themselves."""
        from rollout.leaving.foreign import declare_all

        declare_all()
