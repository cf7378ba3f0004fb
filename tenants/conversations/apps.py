from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tenants.conversations"
    label = "conversations"
