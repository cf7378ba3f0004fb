"""What partners do with their project. Every act locks its row first, so two people at once are one after the other."""

from tenants.workplan.actions import files, frame, measures, plan, stakeholders

__all__ = ["files", "frame", "measures", "plan", "stakeholders"]
