"""What partners do with rounds, and how an organisation adds an instrument."""

from tenants.instruments.actions import rounds
from tenants.instruments.actions.publishing import publish
from tenants.instruments.actions.rounds import answer, answer_again, close, open_round, remark, show

__all__ = ["answer", "answer_again", "close", "open_round", "publish", "remark", "rounds", "show"]
