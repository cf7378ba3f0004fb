from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """An organisation's app that is released again and again, with one kind of migration after the other."""

    name = "tests.rollout.organisations.practice"
    label = "lessons"
