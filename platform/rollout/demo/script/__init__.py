"""What the people of the demo's story say and do in the rooms of their pairs, by room. Every word is made up.

Days are days of the story. `by` is the side of the partner who acts.
"""

from __future__ import annotations

CITIZEN, PROFESSIONAL = "citizen", "professional"
OTHER = {CITIZEN: PROFESSIONAL, PROFESSIONAL: CITIZEN}

LETTERS, HANDOVER = "Discharge letters", "Carers at handover"
"""The pair that shows every room from its first days, and one that has come half as far."""
WAITING, PAIN = "Waiting well", "Pain plans that travel"
"""Two that show what their projects are about."""

Keys = tuple[tuple[float, str], ...]
"""Who signs, and on which day."""
