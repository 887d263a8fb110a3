"""The opening: title block, key figures, documents."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rapports import lu, rapport

from cil_analysis.presentation import ouverture
from page_lue import arbre


@pytest.mark.parametrize("interne", [False, True])
def test_l_entete_dit_annee_periode_et_statut_comme_les_sources(interne: bool) -> None:
    r = rapport({}, (2018, 2022))
    r = replace(r, publication=replace(r.publication, interne=interne))
    page = lu(ouverture.entete(r, "Bilan"))
    bandeau = page.un("p", "bandeau").texte
    assert page.un("h1").texte == "Bilan 2022" and "2018-2022" in page.texte and "fictives" not in page.texte
    assert ("Version interne" in bandeau) == ("Version interne" in r.source("V01")) == interne
    assert ("Version publiée" in bandeau) == ("effectifs de 1 à 4 ménages" in bandeau) == (not interne)


def test_ce_qu_il_faut_retenir_mene_aux_chapitres_qui_disent_quelque_chose() -> None:
    page = arbre(ouverture.a_retenir({
        "demande": ("La demande.", "12 demandes."), "evolution": ("L’évolution.", ""), "x": ("<b>", "1 < 2"),
    }).html)  # fmt: skip
    assert page.un("h3").texte == "À retenir"
    lignes = page.tous("li")
    assert [ligne.un("a").attributs["href"] for ligne in lignes] == ["#demande", "#x"]
    assert [ligne.texte for ligne in lignes] == ["La demande. 12 demandes.", "<b> 1 < 2"]
    assert ouverture.a_retenir({"demande": ("La demande.", "")}).html == ""
