"""What partners may do about how they work together. Whose it is is answered by the database and by the seat."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.permissions import in_own_name

READ = "agreement.read"
WRITE = "agreement.write"
SIGN = "agreement.sign"
NOTE_HOURS = "agreement.note_hours"
NOTE_NEEDS = "agreement.note_needs"

for name in (READ, WRITE, SIGN, NOTE_HOURS, NOTE_NEEDS):
    grant(name, to=in_own_name)
