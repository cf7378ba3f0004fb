from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "rollout.kernel"
    label = "kernel"
