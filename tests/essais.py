"""How much the tests of chance do: enough to see a mistake come back, and much more on demand.

CIL_TESTS_APPROFONDIS=1 is for a release, and after a change of what is drawn for (CONTRIBUTING.md).
"""

from __future__ import annotations

import os

import pytest

APPROFONDIS = os.environ.get("CIL_TESTS_APPROFONDIS") == "1"
sur_demande = pytest.mark.skipif(not APPROFONDIS, reason="sur demande\u202f: CIL_TESTS_APPROFONDIS=1")


def essais(nombreux: int, courants: int) -> int:
    """The number of seeds or examples of a test: ``nombreux`` on demand, ``courants`` in every run."""
    return nombreux if APPROFONDIS else courants
