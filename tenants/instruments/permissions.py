"""Who may ask, answer and read, and who adds instruments. Whose round it is is answered by the database."""

from __future__ import annotations

from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_any_hat, in_own_name

READ_ROUNDS = "instruments.read_rounds"
OPEN_ROUND = "instruments.open_round"
ANSWER_ROUND = "instruments.answer_round"
CLOSE_ROUND = "instruments.close_round"
REMARK_ROUND = "instruments.remark_round"
READ_INSTRUMENTS = "instruments.read_instruments"
PUBLISH_INSTRUMENT = "instruments.publish_instrument"

for name in (READ_ROUNDS, OPEN_ROUND, ANSWER_ROUND, CLOSE_ROUND, REMARK_ROUND):
    grant(name, to=in_own_name)
grant(READ_INSTRUMENTS, to=in_any_hat)
grant(PUBLISH_INSTRUMENT, to=holding(Role.PROVIDER_LEAD))
