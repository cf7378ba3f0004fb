from django.apps import AppConfig


class ReflectionsConfig(AppConfig):
    name = "tenants.reflections"
    label = "reflections"
