"""The pages of a pair's rounds, and those on which an organisation's instruments are added."""

from tenants.instruments.views import publishing, reading, rounds

__all__ = ["publishing", "reading", "rounds"]
