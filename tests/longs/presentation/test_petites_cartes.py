"""The small multiples: one scale, one legend, and what each map paints is what indicateurs.csv says of its communes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
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
from page_lue import Noeud, arbre, contrat, figures

ANNEE = "2022"
ANNEES = ("2018", "2019", "2020", "2021", "2022")
MESURES = {"annees-o01": "O01", "annees-o04": "O04"}


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


def test_les_cartes_ont_la_meme_echelle_et_une_seule_legende() -> None:
    page = arbre(dessin())
    avant, apres = page.un("ul").tous("svg")
    assert avant.attributs["viewbox"] == apres.attributs["viewbox"]
    # The commune that joined in the second year moves none of the others.
    assert len(formes(avant)) == 3 and formes(apres)[:2] == formes(avant)[:2]
    legendes = page.tous("ul", "legende")
    assert len(legendes) == 1
    mots = [li.texte for li in legendes[0].tous("li")]
    assert mots[0] == "✓ atteint, 10 points ou plus au-dessus" and len(mots) == 4 + 3
    assert {"s\u202f: masqué par le secret statistique", "×\u202f: pas de logement social"} <= set(mots)


def test_un_chiffre_masque_ne_change_rien_au_dessin() -> None:
    assert dessin(1) == dessin(4) == dessin(4)
    page = arbre(dessin())
    avant, apres = page.un("ul").tous("svg")
    assert [
        len(re.findall("url", str([p.attributs.get("style") for p in c.tous("path")]))) for c in (avant, apres)
    ] == [
        0,
        1,
    ]
    assert "<b>" not in dessin() and "2021 &lt;b&gt;" in dessin()
    assert avant.un("desc").texte == "Une description" and avant.attributs["role"] == "img"


def test_sans_attribution_le_contour_est_pointille_et_sans_parc_une_croix() -> None:
    avant, apres = arbre(dessin()).un("ul").tous("svg")
    pointilles = [
        [p for p in c.tous("path") if "stroke-dasharray" in p.attributs.get("style", "")] for c in (avant, apres)
    ]
    assert [len(p) for p in pointilles] == [1, 0]
    assert [len(c.tous("use")) for c in (avant, apres)] == [0, 1]


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
    mots = [
        cc.echelle_des_ecarts(tables, [0, 10])[1].libelle for tables in ([plancher], [plafond], [plancher, plafond])
    ]
    assert [m.rpartition(" points ")[2] for m in mots] == ["au-dessus", "en dessous", "de marge"]


# --- Findings -------------------------------------------------------------------------------------------------------


def publiee(*parts: int, annee: int = 2022) -> Any:
    return table("pct", avec_objectif(communes([(n, 100) for n in parts], annee)))


MESUREES = "communes dont le résultat est publié"


@pytest.mark.parametrize(
    ("par_annee", "attendu"),
    [
        (
            {2018: publiee(30, 30, 20), 2022: publiee(30, 20, 20)},
            f"Une seule des 3 {MESUREES} atteint son objectif en 2022, contre 2\u00a0sur\u00a03 en 2018",
        ),
        (
            {2018: publiee(20, 20), 2022: publiee(30, 30)},
            f"Les 2 {MESUREES} atteignent leur objectif en 2022, contre aucune\u00a0sur\u00a02 en 2018",
        ),
        # The first year is masked: nothing to compare with.
        ({2018: publiee(2, 3), 2022: publiee(30, 20)}, f"Une seule des 2 {MESUREES} atteint son objectif en 2022"),
        ({2018: publiee(30, 30), 2022: publiee(2, 3)}, "Tous les résultats sont masqués par le secret statistique"),
    ],
)
def test_le_titre_compare_la_premiere_et_la_derniere_annee(par_annee: dict[int, Any], attendu: str) -> None:
    assert phrases.titre_par_annee(par_annee) == attendu


def test_le_titre_des_objectifs_nomme_le_plus_atteint() -> None:
    titre = phrases.titre_par_objectif({"Ménages A": publiee(30, 20), "Ménages B": publiee(30, 30)})
    assert titre == "L’objectif le plus souvent atteint par les communes\u202f: ménages B (2\u00a0sur\u00a02)"
    neutre = "Les objectifs de l’année, commune par commune"
    assert phrases.titre_par_objectif({"A": publiee(30, 20), "B": publiee(30, 20)}) == neutre
    assert phrases.titre_par_objectif({"A": publiee(30, 20)}) == neutre
    assert phrases.bilan_court(publiee(2, 3)) == "Aucun résultat publié"


def test_une_seule_annee_n_a_pas_de_petites_cartes() -> None:
    vide = rapport({"O01": avec_objectif(communes([(30, 100)]))})
    assert cartes_par_annee(vide, "O01", "Part").html == ""
    assert [t.indicateur.code for t in objectifs_des_communes(vide).values()] == ["O01"]
    assert objectifs_des_communes(rapport({"O01": communes([(30, 100)])})) == {}  # without a target


# --- The example, against its csv -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(exemple: Projet) -> Noeud:
    return arbre((exemple.rapports / ANNEE / "bilan.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lignes(exemple: Projet) -> list[dict[str, str]]:
    tout = contrat(exemple.rapports / ANNEE / "indicateurs.csv")
    return [x for x in tout if (x["perimetre_type"], x["acteur_type"], x["modalite"]) == ("commune", "", "")]


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


def a_une_decimale(nombre: str, signe: str = "") -> str:
    """A figure of the csv as a page writes it: a half is rounded away from zero."""
    arrondi = Decimal(nombre).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{arrondi:{signe}}".replace(".", ",").replace("-", "−")


def bornes(exemple: Projet) -> list[float]:
    """The bounds in force, from the file."""
    texte = (exemple.reference / "parameters/cartes.yml").read_text(encoding="utf-8")
    par_date = yaml.safe_load(texte)["bornes_ecart"]["values"]
    return par_date[max(jour for jour in par_date if jour.year <= int(ANNEE))]["value"]


def peintes(carte: Noeud) -> Counter[str]:
    styles = [p.attributs.get("style", "") for p in carte.tous("path")]
    fonds = [re.search(r"fill: (url|#\w+)", s) for s in styles if "stroke: #ffffff" in s]
    return Counter(f[1] for f in fonds if f)


def par_carte(nom: str, lignes: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """The rows that each map of a figure must paint, by the name of the map."""
    if nom in MESURES:
        return {a: [x for x in lignes if (x["indicateur"], x["annee"]) == (MESURES[nom], a)] for a in ANNEES}
    noms = {"O01": "Ménages du premier quartile logés hors quartier prioritaire", "O04": "Ménages prioritaires",
            "O02": "Ménages des trois autres quartiles logés en quartier prioritaire"}  # fmt: skip
    return {noms[c]: [x for x in lignes if (x["indicateur"], x["annee"]) == (c, ANNEE)] for c in ("O01", "O02", "O04")}


@pytest.mark.parametrize("nom", [*MESURES, "objectifs-communes"])
def test_chaque_commune_a_la_couleur_du_contrat(
    page: Noeud, lignes: list[dict[str, str]], exemple: Projet, nom: str
) -> None:
    figure, attendues = figures(page)[nom], par_carte(nom, lignes)
    cartes = figure.un("ul").tous("li")
    assert [c.un("p").texte for c in cartes] == list(attendues)
    for carte, voulues in zip(cartes, attendues.values(), strict=True):
        avec = [x for x in voulues if x["statut"] != "non_calculable"]  # no lease: an outline in dots, never painted
        assert peintes(carte) == Counter(couleur(x, bornes(exemple)) for x in avec) and len(voulues) == 19
        dessines = [p for p in carte.tous("path") if "stroke-dasharray" in p.attributs.get("style", "")]
        assert len(dessines) == len(voulues) - len(avec)
        resultats = Counter(x["resultat"] for x in voulues)
        atteints, publies = resultats["atteint"], resultats["atteint"] + resultats["non_atteint"]
        assert carte.tous("p", "bilan")[0].texte == f"Atteint\u202f: {atteints} sur {publies}"
        alternative = carte.un("desc").texte
        assert alternative.count(", objectif atteint") == atteints
        tus = ("", "non_calculable")  # What a masked row says of its objective where its result is not told.
        masques = Counter(x["resultat"] in tus for x in voulues if x["statut"] == "secret")
        assert alternative.count("secret statistique") == masques[True]
        assert alternative.count("part masquée, objectif ") == masques[False]
        for x in voulues:
            part = a_une_decimale(x["valeur"]) if x["statut"] == "publie" else ""
            assert part in alternative
    assert any(x["statut"] == "secret" for voulues in attendues.values() for x in voulues)


@pytest.mark.parametrize("nom", [*MESURES, "objectifs-communes"])
def test_le_tableau_des_ecarts_egale_le_contrat(
    page: Noeud, lignes: list[dict[str, str]], exemple: Projet, nom: str
) -> None:
    table_lue = figures(page)[nom].un("details").tous("table")[1]
    rangees = {tr.un("th").texte: [td.texte for td in tr.tous("td")] for tr in table_lue.un("tbody").tous("tr")}
    assert len(rangees) == 19
    noms = {x["code_insee"]: x["nom"] for x in contrat(exemple.reference / "territory/communes.csv")}
    for rang, voulues in enumerate(par_carte(nom, lignes).values()):
        for x in voulues:
            ecart = re.sub(r"[+−]0,0$", "0,0", a_une_decimale(x["ecart"] or "0", "+"))
            signe = {"atteint": "✓", "non_atteint": "✗"}.get(x["resultat"], "")
            attendu = {"publie": f"{signe}\u00a0{ecart}", "secret": f"{signe}\u00a0s".strip()}.get(x["statut"], "–")
            assert rangees[noms[x["perimetre_code"]]][rang] == attendu, x


def test_les_petites_cartes_pesent_peu(exemple: Projet) -> None:
    texte = Path(exemple.rapports / ANNEE / "bilan.html").read_text(encoding="utf-8")
    for nom in (*MESURES, "objectifs-communes"):
        figure = texte.split(f'id="fig-{nom}"')[1].split("</figure>")[0]
        assert len(figure) < 100_000, nom
