"""Fixtures of this folder; what the tests import lives in conftest_extraits.py."""

from conftest_extraits import classeurs_lus_ici as classeurs_lus_ici
from conftest_extraits import cles as cles
from conftest_extraits import importe as importe
from conftest_extraits import projet as projet
from conftest_extraits import references_communes as references_communes
from conftest_extraits import refuse as refuse
from conftest_extraits import source as source
