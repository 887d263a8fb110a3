"""How many draws the tests of chance make: enough to see a mistake come back, and many more on demand.

CIL_TESTS_LONGS=1 is the long run (CONTRIBUTING.md): before a release, and after a change of what is drawn for.
"""

from __future__ import annotations

import os

LONGS = os.environ.get("CIL_TESTS_LONGS") == "1"


def essais(longs: int, courts: int) -> int:
    """The number of seeds or examples of a test: ``longs`` on demand, ``courts`` in every run."""
    return longs if LONGS else courts
