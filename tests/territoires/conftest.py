"""Fixtures of this folder; what they are lives in conftest_territoires.py."""

from conftest_territoires import fichiers as fichiers
from conftest_territoires import nouveau as nouveau
