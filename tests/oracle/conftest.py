"""Fixtures of this folder; what they are lives in conftest_oracle.py."""

from conftest_oracle import cadre as cadre
from conftest_oracle import fabrique as fabrique
from conftest_oracle import modele as modele
from conftest_oracle import sans_rien_changer as sans_rien_changer
