from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "tenants.instruments"
    label = "instruments"
