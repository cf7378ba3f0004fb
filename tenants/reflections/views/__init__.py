"""The pages on which people look back."""

from tenants.reflections.views import learning, own, together

__all__ = ["learning", "own", "together"]
