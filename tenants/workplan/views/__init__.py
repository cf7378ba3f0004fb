"""The pages of a pair's project."""

from tenants.workplan.views import files, frame, measures, people, plan

__all__ = ["files", "frame", "measures", "people", "plan"]
