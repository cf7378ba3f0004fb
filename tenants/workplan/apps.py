from django.apps import AppConfig


class WorkplanConfig(AppConfig):
    name = "tenants.workplan"
    label = "workplan"
