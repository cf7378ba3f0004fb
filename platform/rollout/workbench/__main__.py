"""`python -m rollout.workbench`: the door that the Makefile uses."""

import sys

from rollout.workbench.cli import main

sys.exit(main())
