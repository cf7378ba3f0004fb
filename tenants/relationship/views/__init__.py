"""The pages of how two people work together."""

from tenants.relationship.views import balance, differences, reasons, snapbacks, taking, trying

__all__ = ["balance", "differences", "reasons", "snapbacks", "taking", "trying"]
