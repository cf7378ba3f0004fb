from django.apps import AppConfig


class BoardpacksConfig(AppConfig):
    name = "governance.boardpacks"
    label = "boardpacks"
