"""The pages of a pair's work, and the one page of a witness."""

from tenants.projects.views import decisions, results, shared_task, witness

__all__ = ["decisions", "results", "shared_task", "witness"]
