from django.apps import AppConfig


class RelationshipConfig(AppConfig):
    name = "tenants.relationship"
    label = "relationship"
