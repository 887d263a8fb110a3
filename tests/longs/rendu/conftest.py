"""The fixtures of tests/rendu."""

from conftest_rendu import demo as demo
