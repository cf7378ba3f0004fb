from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "tenants.agreement"
    label = "agreement"
