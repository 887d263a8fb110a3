"""The opening: title block, key figures, documents."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rapports import lu, rapport

from cil_analysis.rapport import pages


@pytest.mark.parametrize("interne", [False, True])
def test_l_entete_dit_annee_periode_et_statut_comme_les_sources(interne: bool) -> None:
    r = rapport({}, (2018, 2022))
    r = replace(r, publication=replace(r.publication, interne=interne))
    page = lu(pages.entete(r, "Bilan"))
    bandeau = page.un("p", "bandeau").texte
    assert page.un("h1").texte == "Bilan 2022" and "2018 et 2022" in page.texte and "fictives" not in page.texte
    assert ("Version interne" in bandeau) == ("Version interne" in r.source("V01")) == interne
    assert ("Version publiée" in bandeau) == ("effectifs de 1 à 4 ménages" in bandeau) == (not interne)
