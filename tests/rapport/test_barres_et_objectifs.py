"""Bars against their objective: the result by a shape that is explained, the tick of each target, nothing masked."""

from __future__ import annotations

from typing import Any

import pytest
from rapports import rapport
from tables_publiees import avec_objectif, textes

from cil_analysis.rapport.dessins import theme
from messages import lisible

COMMUNE = {"perimetre_type": "commune", "perimetre_code": "72181"}
EN_NOMBRE = COMMUNE | {"numerateur": 110, "cible": 120, "sens": "plancher", "ecart": -10, "resultat": "non_atteint"}


def seule(n: int, sens: str, *bornes: float) -> list[dict[str, Any]]:
    """A commune that houses so many households of the public in a thousand."""
    brut = [COMMUNE | {"numerateur": n, "denominateur": 1000, "menages_manquants": 0}]
    return avec_objectif(brut, bornes[0], sens, bornes[-1])


@pytest.mark.parametrize(
    ("code", "lignes", "mots", "reperes"),
    [
        ("O01", seule(333, "plancher", 25), {"✓ 33,3 %", "✓ atteint", "objectif : au moins 25 %"}, {25.0}),
        ("O01", seule(100, "plancher", 25), {"✗ 10,0 %", "✗ non atteint"}, {25.0}),
        ("O01", seule(340, "intervalle", 20, 30), {"objectif : entre 20 et 30 %", "✗ 34,0 %"}, {20.0, 30.0}),
        ("O01", seule(450, "plafond", 40), {"objectif : au plus 40 %", "✗ 45,0 %"}, {40.0}),
        ("O01", seule(333, "plancher", float("nan")), {"33,3 %"}, set()),
        ("O01", seule(3, "plancher", 25), {"s"}, set()),
        ("O04N", [EN_NOMBRE], {"✗ 110"}, {120.0}),
    ],
)
def test_le_resultat_est_dit_par_un_signe_que_la_legende_explique(
    code: str, lignes: list[dict[str, Any]], mots: set[str], reperes: set[float]
) -> None:
    figure = rapport({code: lignes})[code].par("commune").objectifs("Un titre", "", "Commune")
    html = figure.html
    assert mots <= {lisible(t) for t in textes(html[html.index("<svg") : html.index("</svg>") + 6])}
    assert figure.axes is not None
    noirs = [x for x in figure.axes.lines if x.get_color() == theme.ENCRE and len(set(x.get_xdata())) == 1]
    assert {float(x.get_xdata()[0]) for x in noirs} == reperes
