from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "tenants.disclosure"
    label = "disclosure"
