"""What people do when they look back. Every act locks its row first, so two people at once are one after the other."""

from tenants.reflections.actions import learning, own, together

__all__ = ["learning", "own", "together"]
