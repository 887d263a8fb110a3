"""The small multiples: one scale, one legend, and what each map paints is what indicateurs.csv says of its communes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import Any

import pytest
import yaml
from rapports import rapport
from tables_publiees import avec_objectif, contours, table

from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import sentences_cartes as phrases
from cil_analysis.presentation import theme
from cil_analysis.presentation.cartes_multiples import cartes_par_annee, objectifs_des_communes
from cil_analysis.presentation.petites_cartes import PetiteCarte, petites_cartes
from cil_analysis.project import Projet
from messages import lisible
from page_lue import Noeud, arbre, contrat, figures

ANNEE = "2022"


def communes(n: list[tuple[int, int]], annee: int = 2022) -> list[dict[str, Any]]:
    return [
        {"annee": annee, "perimetre_type": "commune", "perimetre_code": f"720{i:02d}"}
        | {"numerateur": a, "denominateur": b}
        for i, (a, b) in enumerate(n)
    ]


# --- Drawn from hand-written tables ---------------------------------------------------------------------------------


def dessin(masque: int = 3) -> str:
    """Two years; the second has one commune more, and one that is masked."""
    avant = table("pct", avec_objectif(communes([(900, 2500), (20, 100), (30, 100), (0, 0)], 2021)))
    apres = table("pct", avec_objectif(communes([(900, 2500), (40, 100), (masque, 60), (0, 0), (10, 100)])))
    cartes = [
        PetiteCarte("2021 <b>", avant, "Atteint : 2 sur 3", "Une description", {}),
        PetiteCarte("2022", apres, "", "", {"72003": 0.0}),
    ]
    return petites_cartes(cartes, contours(list("ABCDEFG")), identifiant="petites", bornes=[-10, 0, 10])


def formes(carte: Noeud) -> list[tuple[float, float]]:
    """The left and right edges of each commune of a map, in its own units."""
    chemins = [p for p in carte.tous("path") if "stroke: #ffffff" in p.attributs.get("style", "")]
    xs = [[float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+", p.attributs["d"])] for p in chemins]
    return [(min(x), max(x)) for x in xs]


def test_les_cartes_ont_la_meme_echelle_une_legende_et_un_signe_pour_ce_qui_n_est_pas_peint() -> None:
    page = arbre(dessin())
    avant, apres = page.un("ul").tous("svg")
    assert avant.attributs["viewbox"] == apres.attributs["viewbox"]
    # The commune that joined in the second year moves none of the others.
    assert len(formes(avant)) == 3 and formes(apres)[:2] == formes(avant)[:2]
    (legende,) = page.tous("ul", "legende")
    assert len(legende.tous("li")) == 4 + 3  # The classes, then the signs of this map.
    styles = [[p.attributs.get("style", "") for p in c.tous("path")] for c in (avant, apres)]
    for marque, combien in (("url", [0, 1]), ("stroke-dasharray", [1, 0])):  # Masked; without a lease.
        assert [sum(marque in style for style in carte) for carte in styles] == combien
    assert [len(c.tous("use")) for c in (avant, apres)] == [0, 1]  # Without a social dwelling.
    assert avant.un("desc").texte == "Une description" and avant.attributs["role"] == "img"


def test_un_chiffre_masque_ne_change_rien_au_dessin_et_un_titre_reste_du_texte() -> None:
    assert dessin(1) == dessin(4) == dessin(4)
    assert "<b>" not in dessin() and "2021 &lt;b&gt;" in dessin()


def test_sans_quartier_prioritaire_n_est_pas_sans_logement_social() -> None:
    lignes = avec_objectif(communes([(60, 100), (0, 0)]), cible=50)
    lignes = [lignes[0] | {"statut": "publie"}, lignes[1] | {"statut": "sans_objet", "resultat": "sans_objet"}]
    signes = {}
    for code in ("O01", "O02"):
        publiee = table("pct", lignes, code)
        object.__setattr__(publiee.indicateur, "objet", {"O01": "parc", "O02": "qpv"}[code])
        vues, _ = cc.communes_de_la_carte(publiee, contours(["A", "B"]), [-10, 0, 10], {"72001": 0.0})
        signes[code] = [c.etat for c in vues]
    assert signes == {"O01": [cc.CLASSE, cc.SANS_PARC], "O02": [cc.CLASSE, cc.SANS_QPV]}


def test_les_mots_des_classes_conviennent_a_toutes_les_cartes() -> None:
    plancher = table("pct", avec_objectif(communes([(60, 100)])))
    plafond = table("pct", avec_objectif(communes([(60, 100)]), sens="plafond"))
    mots = [cc.echelle_des_ecarts(t, [0, 10])[1].libelle for t in ([plancher], [plafond], [plancher, plafond])]
    assert [m.rpartition(" points ")[2] for m in mots] == ["au-dessus", "en dessous", "de marge"]


# --- Findings -------------------------------------------------------------------------------------------------------


def publiee(*parts: int, annee: int = 2022) -> Any:
    return table("pct", avec_objectif(communes([(n, 100) for n in parts], annee)))


@pytest.mark.parametrize(
    ("avant", "apres", "debut", "compare"),
    [
        ((30, 30, 20), (30, 20, 20), "Une seule des 3", "contre 2 sur 3 en 2018"),
        ((20, 20), (30, 30), "Les 2", "contre aucune sur 2 en 2018"),
        ((2, 3), (30, 20), "Une seule des 2", ""),  # The first year is masked: nothing to compare with.
        ((30, 30), (2, 3), "Tous les résultats sont masqués", ""),
    ],
)
def test_le_titre_compare_la_premiere_et_la_derniere_annee(
    avant: tuple[int, ...], apres: tuple[int, ...], debut: str, compare: str
) -> None:
    titre = lisible(phrases.titre_par_annee({2018: publiee(*avant), 2022: publiee(*apres)}))
    assert titre.startswith(debut) and titre.endswith(compare) and ("2018" in titre) == bool(compare)


def test_le_titre_des_objectifs_nomme_le_plus_atteint_s_il_y_en_a_un() -> None:
    titre = phrases.titre_par_objectif({"Ménages A": publiee(30, 20), "Ménages B": publiee(30, 30)})
    assert lisible(titre).endswith("ménages B (2 sur 2)")
    neutre = phrases.titre_par_objectif({"A": publiee(30, 20)})
    assert phrases.titre_par_objectif({"A": publiee(30, 20), "B": publiee(30, 20)}) == neutre
    assert not re.search(r"\d", neutre + phrases.bilan_court(publiee(2, 3)))


def test_une_seule_annee_n_a_pas_de_petites_cartes() -> None:
    vide = rapport({"O01": avec_objectif(communes([(30, 100)]))})
    assert cartes_par_annee(vide, "O01", "Part").html == ""
    assert [t.indicateur.code for t in objectifs_des_communes(vide).values()] == ["O01"]
    assert objectifs_des_communes(rapport({"O01": communes([(30, 100)])})) == {}  # without a target


# --- The example, against its csv -----------------------------------------------------------------------------------


def couleur(ligne: dict[str, str], bornes: list[float]) -> str:
    """What paints a commune, from the csv: the class of its gap in the favourable direction, or its sign."""
    if ligne["statut"] == "secret":
        return "url"
    if ligne["statut"] != "publie":
        return theme.FOND_NEUTRE.lower()
    ecart = float(ligne["ecart"])
    gain = {"plancher": ecart, "plafond": -ecart}.get(ligne["sens"], -abs(ecart))
    gain = max(gain, 0) if ligne["resultat"] == "atteint" else min(gain, -1e-9)
    return theme.DIVERGENTE[bisect_right(bornes, gain)].lower()


@pytest.mark.parametrize("nom", ["annees-o01", "annees-o04", "objectifs-communes"])
def test_chaque_commune_a_la_couleur_du_contrat(exemple: Projet, nom: str) -> None:
    """A map a year of an objective, or a map an objective of the year; its words count what it paints."""
    texte = (exemple.reference / "parameters/cartes.yml").read_text(encoding="utf-8")
    par_date = yaml.safe_load(texte)["bornes_ecart"]["values"]
    bornes = par_date[max(jour for jour in par_date if jour.year <= int(ANNEE))]["value"]
    lignes = [
        x
        for x in contrat(exemple.rapports / ANNEE / "indicateurs.csv")
        if (x["perimetre_type"], x["acteur_type"], x["modalite"]) == ("commune", "", "")
    ]
    if nom == "objectifs-communes":
        cles = [(code, ANNEE) for code in ("O01", "O02", "O04")]
    else:
        cles = [(nom.removeprefix("annees-").upper(), str(annee)) for annee in range(2018, 2023)]
    figure = figures(arbre((exemple.rapports / ANNEE / "bilan.html").read_text(encoding="utf-8")))[nom]
    for carte, cle in zip(figure.un("ul").tous("li"), cles, strict=True):
        voulues = [x for x in lignes if (x["indicateur"], x["annee"]) == cle]
        avec = [x for x in voulues if x["statut"] != "non_calculable"]  # no lease: an outline in dots, never painted
        styles = [p.attributs.get("style", "") for p in carte.tous("path")]
        fonds = [re.search(r"fill: (url|#\w+)", s) for s in styles if "stroke: #ffffff" in s]
        assert Counter(f[1] for f in fonds if f) == Counter(couleur(x, bornes) for x in avec) and len(voulues) == 19
        assert sum("stroke-dasharray" in s for s in styles) == len(voulues) - len(avec)
        resultats = Counter(x["resultat"] for x in voulues)
        atteints, publies = resultats["atteint"], resultats["atteint"] + resultats["non_atteint"]
        assert carte.un("p", "bilan").texte.endswith(f": {atteints} sur {publies}")
        assert carte.un("desc").texte.count(", objectif atteint") == atteints
