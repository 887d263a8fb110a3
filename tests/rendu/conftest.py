"""Fixtures of this folder; what the tests import lives in conftest_rendu.py."""

from conftest_rendu import demo as demo
