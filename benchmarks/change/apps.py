from django.apps import AppConfig


class ChangeConfig(AppConfig):
    """An organisation's app that gets a column and an index with each release."""

    name = "benchmarks.change"
    label = "change"
