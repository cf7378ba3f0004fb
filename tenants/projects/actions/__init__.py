"""What partners do with their work. Every act locks its row first, so two people at once are one after the other."""

from tenants.projects.actions import decisions, options, results, shared_task, witnesses

__all__ = ["decisions", "options", "results", "shared_task", "witnesses"]
