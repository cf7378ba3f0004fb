from django.apps import AppConfig


class StockConfig(AppConfig):
    """The tenants of django-tenants as it comes."""

    name = "benchmarks.stock"
    label = "stock"
