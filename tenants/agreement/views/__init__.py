"""The pages of agreeing how to work."""

from tenants.agreement.views import hours, needs, principles, shared

__all__ = ["hours", "needs", "principles", "shared"]
