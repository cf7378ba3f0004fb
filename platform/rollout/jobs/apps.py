from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Background work: the job rows, who takes them, and looking after what got stuck."""

    name = "rollout.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app say which jobs it can do."""
        from rollout.jobs import limits  # noqa: F401 - registers its check

        autodiscover_modules("tasks")
