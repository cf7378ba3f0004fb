from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """An app with one kind of work, for workers that are killed while they do it."""

    name = "tests.rollout.jobs.practice"
    label = "practice"
