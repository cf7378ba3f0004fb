"""How two people work together: what pulls them back, where they differ, what they assume, and what they try."""

from tenants.relationship.models.balance import Minutes, PauseAnswer, Sprint
from tenants.relationship.models.differences import DifferenceItem, Restatement
from tenants.relationship.models.reasons import TimeReason
from tenants.relationship.models.snapbacks import LookBack, SnapBack
from tenants.relationship.models.trying import Assumption, Experiment, HardConversation

__all__ = [
    "Assumption",
    "DifferenceItem",
    "Experiment",
    "HardConversation",
    "LookBack",
    "Minutes",
    "PauseAnswer",
    "Restatement",
    "SnapBack",
    "Sprint",
    "TimeReason",
]
