"""Series over the years: breaks marked, constant perimeter, gap to the EPCI."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest
from rapports import EPCI, rapport, serie
from tables_publiees import SVG, avec_objectif, table, textes

from cil_analysis.presentation import charts, comparaison_epci
from cil_analysis.presentation import series as les_series
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.ruptures import Rupture
from messages import lisible

ANNEES = (2021, 2022, 2023, 2024, 2025)
RUPTURES = (
    Rupture(2023, 2022, "perimetre", "19 → 20 communes", "en 2023, Fatines rejoint l’intercommunalité"),
    Rupture(2024, 2023, "zonage", "QPV 2024", "les quartiers prioritaires sont ceux du zonage de 2024"),
    Rupture(2021, None, "seuil", "seuil à renseigner", "le seuil est à renseigner pour 2021"),
)


def part(**effectifs: tuple[float, float]) -> Any:
    """O01 by year (« a2021 »), for the EPCI."""
    lignes = [{"annee": int(a[1:]), "numerateur": n, "denominateur": d} for a, (n, d) in effectifs.items()]
    return table("pct", avec_objectif(lignes), "O01")


def constante(**effectifs: tuple[float, float]) -> Any:
    lignes = [
        {"annee": int(a[1:]), "perimetre_type": "epci_constant", "numerateur": n, "denominateur": d}
        for a, (n, d) in effectifs.items()
    ]
    return table("pct", lignes, "O01")


SERIE = part(a2021=(200, 1000), a2022=(240, 1000), a2023=(260, 1000), a2024=(290, 1000), a2025=(310, 1000))


def verticales(svg: str) -> list[float]:
    """The abscissas of the dashed vertical lines of a drawing."""
    trouvees = []
    for trait in ET.fromstring(svg).iter(f"{SVG}path"):
        points = [tuple(map(float, p.split())) for p in trait.attrib["d"].removeprefix("M").split("L")]
        if trait.attrib.get("stroke-dasharray") == "3 4" and len({x for x, _ in points}) == 1:
            trouvees.append(points[0][0])
    return trouvees


def abscisse(svg: str, texte: str) -> float:
    return next(float(t.attrib["x"]) for t in ET.fromstring(svg).iter(f"{SVG}text") if "".join(t.itertext()) == texte)


@pytest.mark.parametrize("genre", ["barres", "courbes"])
def test_une_rupture_est_un_trait_entre_deux_annees_et_des_mots(genre: str) -> None:
    if genre == "barres":
        svg = charts.barres_annees(SERIE, "x", "t", "d", accent=2025, ruptures=RUPTURES)
    else:
        svg = charts.courbes_annees(SERIE, "x", "t", "d", par="perimetre_code", libelles={EPCI: "E"}, ruptures=RUPTURES)
    traits = verticales(svg)
    assert len(traits) == 2  # A year without figure is « nd », not a line.
    for trait, (avant, apres) in zip(traits, [("2022", "2023"), ("2023", "2024")], strict=True):
        assert trait == pytest.approx((abscisse(svg, avant) + abscisse(svg, apres)) / 2, abs=0.2)
    assert {"19 → 20 communes", "QPV 2024"} <= set(textes(svg)) and "seuil à renseigner" not in textes(svg)


def test_les_mots_des_ruptures_ne_se_chevauchent_pas_et_restent_dans_le_dessin() -> None:
    annees = range(2016, 2026)
    longue = part(**{f"a{a}": (200 + a % 5, 1000) for a in annees})
    nombreuses = [Rupture(a, a - 1, "perimetre", "19 → 20 communes", "") for a in annees if a > 2016]
    svg = charts.barres_annees(longue, "x", "t", "d", accent=2025, ruptures=nombreuses)
    mots = [t for t in ET.fromstring(svg).iter(f"{SVG}text") if "".join(t.itertext()) == "19 → 20 communes"]
    hauteurs = [float(t.attrib["y"]) for t in mots]
    assert len(hauteurs) == 9 and min(b - a for a, b in pairwise(hauteurs)) >= 14
    assert all(60 < float(t.attrib["x"]) < 520 - 60 for t in mots)


def test_le_perimetre_constant_est_nomme_avec_son_chiffre() -> None:
    for derniere, dit in ((301, "30,1 %"), (3, "s")):  # A masked one shows nothing.
        autre = constante(a2023=(250, 1000), a2024=(280, 1000), a2025=(derniere, 1000))
        barres = charts.barres_annees(SERIE, "x", "t", "d", accent=2025, constante=autre)
        assert f"à périmètre constant : {dit} en 2025" in [lisible(t) for t in textes(barres)]


def test_la_colonne_a_perimetre_constant_reprend_le_chiffre_des_annees_communes() -> None:
    (colonne,) = les_series.colonne_constante(SERIE, constante(a2023=(250, 1000), a2024=(2, 1000)))
    assert [lisible(colonne.cellules[str(a)].texte) for a in ANNEES] == ["20,0", "24,0", "25,0", "s", "31,0"]
    assert les_series.colonne_constante(SERIE, constante(a2023=(250, 1000)).ou(annee=1999)) == []


def publier(**tables: list[dict[str, Any]]) -> Rapport:
    return rapport(tables, ANNEES)


def test_la_note_dit_les_ruptures_des_annees_du_bilan() -> None:
    r = publier(V01=serie(dict.fromkeys(ANNEES, 1000)))
    autre = constante(a2023=(250, 1000))
    note = les_series.note(r, autre, les_series.ruptures_de(r, r.publication["V01"].indicateur))
    assert "en 2023, Fatines rejoint l’intercommunalité (19 → 20 communes)" in lisible(note)
    assert "À périmètre constant : les 19 communes de 2021." in lisible(note)
    assert "zonage" not in note  # V01 counts every lease, wherever it is.


def test_l_ecart_a_l_ensemble_ne_compare_que_des_chiffres_publies() -> None:
    commune = {"perimetre_type": "commune"}
    lignes = [
        {"numerateur": 300, "denominateur": 1000},
        commune | {"perimetre_code": "A", "numerateur": 350, "denominateur": 1000},
        commune | {"perimetre_code": "B", "numerateur": 2, "denominateur": 90},
        commune | {"perimetre_code": "C", "numerateur": 254, "denominateur": 1000},
    ]
    r = rapport({"O01": lignes}, (2022,))
    colonne = comparaison_epci.ecart_a_l_ensemble(r, r.par_commune("O01"))
    assert colonne.unite == "points"
    assert {c: x.texte for c, x in colonne.cellules.items()} == {"A": "+5,0", "B": "s", "C": "−4,6"}
    masque = rapport({"O01": [lignes[0] | {"numerateur": 2}, *lignes[1:]]}, (2022,))
    colonne = comparaison_epci.ecart_a_l_ensemble(masque, masque.par_commune("O01"))
    assert {c: x.texte for c, x in colonne.cellules.items()} == {"A": "–", "B": "s", "C": "–"}
