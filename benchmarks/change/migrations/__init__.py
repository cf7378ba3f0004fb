"""The first release's migration stands here; a run writes the later ones into a folder of its own."""

import os

__path__.append(os.environ["BENCH_RELEASES"])
