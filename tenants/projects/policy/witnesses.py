"""What may become of a question to a witness, as one table. Pure: nothing here knows a person, a page or a database."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How a question stands. Nobody writes it down: it follows from the answer, the day and the result's text."""

    OPEN = "open"
    CHANGED = "changed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Act(StrEnum):
    """What happens to a question. CHANGE: the result is another one now. RETURN: signed as it was."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    CHANGE = "change"
    RETURN = "return"
    EXPIRE = "expire"


TRANSITIONS: dict[State, dict[Act, State]] = {
    State.OPEN: {Act.ANSWER: State.ANSWERED, Act.CHANGE: State.CHANGED, Act.EXPIRE: State.EXPIRED},
    State.CHANGED: {Act.RETURN: State.OPEN, Act.EXPIRE: State.EXPIRED},
    State.ANSWERED: {Act.WITHDRAW: State.WITHDRAWN},
    State.WITHDRAWN: {},
    State.EXPIRED: {},
}
"""State → act → the state after it. What is not here is refused, by these actions and by the database."""


def may(state: str, act: Act) -> bool:
    """Whether this act is possible in this state, whoever does it."""
    return act in TRANSITIONS[State(state)]
