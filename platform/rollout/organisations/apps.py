from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "rollout.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rollout.organisations import protection  # noqa: F401  # registers its check
