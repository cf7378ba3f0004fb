from django.apps import AppConfig


class FinderConfig(AppConfig):
    name = "tenants.finder"
    label = "finder"
