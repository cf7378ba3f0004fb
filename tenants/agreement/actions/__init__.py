"""What partners do to agree how they work. Every act on what both sign holds the pair first."""

from tenants.agreement.actions import hours, lines, needs, principles

__all__ = ["hours", "lines", "needs", "principles"]
