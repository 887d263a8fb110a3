"""The fixtures of tests/rendering."""

from conftest_rendering import demo as demo
