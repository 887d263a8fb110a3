from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from tables_publiees import avec_objectif, contours, table, textes

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import maps, theme

PIEGE = 'L’"><img onerror=alert(1) src=x>Île</script><script>alert(2)</script>'
NOMS = ["Le Chef-Lieu", "Allière", "Bourg-Masqué", "Sans-Attribution", "Sans-Parc", PIEGE, "Absente"]
BORNES = [-10, 0, 10]
CONTOURS = Path(__file__).parents[2] / "data" / "reference" / "territory" / "communes.geojson"


def publiee(masque: int = 3) -> PublishedTable:
    lignes = [(900, 2500), (20, 100), (masque, 60), (0, 0), (0, 0), (10, 100)]
    return table("pct", avec_objectif([
        {"perimetre_type": "commune", "perimetre_code": f"720{i:02d}", "numerateur": n, "denominateur": d}
        for i, (n, d) in enumerate(lignes)
    ]))  # fmt: skip


ARGUMENTS: dict[str, Any] = {
    "identifiant": "carte-1", "titre": "Un <titre>", "description": "Une description", "bornes": BORNES,
    "parc_social": {"72004": 0.0, "72000": 60000.0},
}  # fmt: skip


def etats(publie: PublishedTable) -> dict[str, tuple[str, int]]:
    communes, _ = cc.communes_de_la_carte(publie, contours(NOMS), BORNES, {"72004": 0.0})
    return {c.code: (c.etat, c.rang) for c in communes}


def test_chaque_commune_a_sa_classe_ou_son_signe() -> None:
    assert etats(publiee()) == {
        "72000": (cc.CLASSE, 3),
        "72001": (cc.CLASSE, 1),
        "72002": (cc.SECRET, -1),
        "72003": (cc.SANS_ATTRIBUTION, -1),
        "72004": (cc.SANS_PARC, -1),
        "72005": (cc.CLASSE, 0),
    }  # the last commune of the contours is not in the table: not drawn


def test_sans_resultat_la_legende_n_a_pas_de_classe() -> None:
    masquee = publiee().ou(perimetre_code="72002")
    communes, echelle = cc.communes_de_la_carte(masquee, contours(NOMS), BORNES, None)
    assert [c.etat for c in communes] == [cc.SECRET] and echelle == []


@pytest.mark.parametrize(
    ("sens", "rangs"),
    [("plancher", {14: 0, 15: 1, 25: 2, 35: 3}), ("plafond", {24: 2, 36: 0})],
)
def test_les_bornes_sont_comptees_dans_le_sens_de_l_objectif(sens: str, rangs: dict[int, int]) -> None:
    for n, rang in rangs.items():
        ligne = {"perimetre_type": "commune", "perimetre_code": "72000", "numerateur": n, "denominateur": 100}
        assert etats(table("pct", avec_objectif([ligne], sens=sens)))["72000"] == (cc.CLASSE, rang)


def test_les_classes_ne_dependent_pas_des_donnees() -> None:
    assert [c.couleur for c in cc.classes(BORNES)] == list(theme.DIVERGENTE)
    assert [c.couleur for c in cc.classes([0])] == [theme.DIVERGENTE[1], theme.DIVERGENTE[2]]
    for sens, pire in (("plancher", "sous l’objectif"), ("plafond", "au-dessus"), ("intervalle", "d’écart")):
        mots = [c.libelle for c in cc.classes(BORNES, sens)]
        assert pire in mots[0] and "10 points" in mots[0] and [m[0] for m in mots] == ["✗", "✗", "✓", "✓"]


@pytest.mark.parametrize("bornes", [[-10, 10], [10, 0, -10], [-20, -10, 0], [0, 0]])
def test_des_bornes_inutilisables_sont_refusees(bornes: list[float]) -> None:
    with pytest.raises(ErreurCIL, match="bornes_ecart"):
        cc.classes(bornes)


def test_la_carte_statique_dit_tout_et_rien_de_plus() -> None:
    svg = maps.carte_statique(publiee(), contours(NOMS), **ARGUMENTS)
    mots = textes(svg)
    assert svg == maps.carte_statique(publiee(), contours(NOMS), **ARGUMENTS)
    assert svg == maps.carte_statique(publiee(1), contours(NOMS), **ARGUMENTS)  # what is masked leaves no trace
    assert {"✓ 36,0\u202f%", "✗ 20,0\u202f%", "s", "–", "×"} <= set(mots)
    assert "Absente" not in mots
    assert "s\u202f: masqué par le secret statistique" in mots
    assert "<script" not in svg and "<img" not in svg
    assert "DejaVu" not in svg and "<metadata" not in svg and "<?xml" not in svg
    assert all(i == "carte-1" or i.startswith("carte-1-") for i in re.findall(r'\bid="([^"]+)"', svg))


@pytest.mark.skipif(not CONTOURS.is_file(), reason="contours des communes absents de data/reference")
@pytest.mark.parametrize("graine", range(3))
def test_aucune_etiquette_n_en_recouvre_une_autre(graine: int) -> None:
    import numpy as np

    hasard = np.random.default_rng(graine)
    communes_csv = __import__("pandas").read_csv(CONTOURS.with_name("communes.csv"), dtype=str)
    formes = gpd.read_file(CONTOURS)[["code_insee", "geometry"]].to_crs(2154)
    noms = communes_csv[["code_insee", "nom"]].drop_duplicates("code_insee")
    territoire = gpd.GeoDataFrame(noms.merge(formes, on="code_insee"), geometry="geometry", crs=2154)
    publie = table("pct", avec_objectif([
        {"perimetre_type": "commune", "perimetre_code": c, "numerateur": int(hasard.integers(0, 60)),
         "denominateur": 100} for c in territoire["code_insee"]
    ]))  # fmt: skip
    communes, _ = cc.communes_de_la_carte(publie, territoire, BORNES, None)
    communes, bas = maps.en_pixels(communes)
    etiquettes = maps.placer_etiquettes(communes, bas)
    assert {e.commune.code for e in etiquettes} == set(territoire["code_insee"])  # none is left out
    for a, b in combinations(etiquettes, 2):
        (ag, ah, ad, ab), (bg, bh, bd, bb) = a.boite, b.boite
        assert ad <= bg or bd <= ag or ab <= bh or bb <= ah, (a.lignes, b.lignes)
    for e in etiquettes:
        gauche, haut, droite, _ = e.boite
        assert gauche >= 0 and haut >= 0 and droite <= maps.LARGEUR
