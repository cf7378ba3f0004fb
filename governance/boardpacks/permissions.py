"""Who makes board packs and who reads them. Which ones, the database says."""

from __future__ import annotations

from governance.hats import MAKERS, READERS
from rollout.kernel.permissions import grant
from tenants.members.models import Role
from tenants.members.permissions import holding, in_own_name

READ_PACKS = "boardpacks.read"
FIND_PACKS = "boardpacks.find"
MAKE_PACKS = "boardpacks.make"
USE_BOARD_HOME = "boardpacks.use_board_home"
USE_SECRETARY_HOME = "boardpacks.use_secretary_home"

grant(READ_PACKS, to=holding(*READERS))
grant(FIND_PACKS, to=in_own_name)
grant(MAKE_PACKS, to=holding(*MAKERS))
grant(USE_BOARD_HOME, to=holding(Role.BOARD_MEMBER))
grant(USE_SECRETARY_HOME, to=holding(Role.BOARD_SECRETARY))
