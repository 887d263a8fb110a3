"""Fixtures of this folder; what the tests import lives in conftest_rendering.py."""

from conftest_rendering import demo as demo
