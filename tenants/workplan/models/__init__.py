"""The project of a pair: its aim and reasons, what is measured, the plan, the people around it, and its files."""

from tenants.workplan.models.files import PairFile
from tenants.workplan.models.frame import FrameKey, FrameSource, ProjectFrame, Theme
from tenants.workplan.models.measures import Measure, MeasureNote, MeasureValue
from tenants.workplan.models.people import Stakeholder, StakeholderContact
from tenants.workplan.models.plan import Milestone, Planned, PlanTask, Who

__all__ = [
    "FrameKey",
    "FrameSource",
    "Measure",
    "MeasureNote",
    "MeasureValue",
    "Milestone",
    "PairFile",
    "PlanTask",
    "Planned",
    "ProjectFrame",
    "Stakeholder",
    "StakeholderContact",
    "Theme",
    "Who",
]
