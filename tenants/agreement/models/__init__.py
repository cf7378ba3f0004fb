"""How two people agree to work: what they share, their principles, their time, and what helps each to take part."""

from tenants.agreement.models.hours import MOST_HOURS, HoursGiven, TimeAgreement, TimeKey
from tenants.agreement.models.needs import CommunicationNeed, NeedShare
from tenants.agreement.models.shared import (
    LineKey,
    LineReason,
    Principle,
    PrincipleKey,
    PrincipleVersion,
    Review,
    ReviewAnswer,
    SharedLine,
)
from tenants.agreement.models.signed import STANDING, State

__all__ = [
    "MOST_HOURS", "STANDING", "CommunicationNeed", "HoursGiven", "LineKey", "LineReason", "NeedShare", "Principle",
    "PrincipleKey", "PrincipleVersion", "Review", "ReviewAnswer", "SharedLine", "State", "TimeAgreement", "TimeKey",
]  # fmt: skip
