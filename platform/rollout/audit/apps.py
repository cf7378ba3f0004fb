from django.apps import AppConfig


class PlatformAuditConfig(AppConfig):
    name = "rollout.audit"
    label = "platform_audit"
    default_auto_field = "django.db.models.BigAutoField"
