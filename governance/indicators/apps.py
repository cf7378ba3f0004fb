from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "governance.indicators"
    label = "indicators"
