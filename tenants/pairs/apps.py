from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "tenants.pairs"
    label = "pairs"
