"""The fixtures of tests/extracts."""

from conftest_extracts import cles as cles
from conftest_extracts import importe as importe
from conftest_extracts import projet as projet
from conftest_extracts import references_communes as references_communes
from conftest_extracts import refuse as refuse
from conftest_extracts import source as source
