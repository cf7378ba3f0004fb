from django.apps import AppConfig


class SurfacingConfig(AppConfig):
    name = "tenants.surfacing"
    label = "surfacing"
