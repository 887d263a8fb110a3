"""The small maps of the example: what each paints is what indicateurs.csv says of its communes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

import pytest
import yaml

from cil_analysis.projet import Projet
from cil_analysis.rapport.dessins import theme
from page_lue import arbre, contrat, figures

ANNEE = "2022"


def couleur(ligne: dict[str, str], bornes: list[float], *, deux_cotes: bool) -> str:
    """What paints a commune, from the csv: the class of its gap in the favourable direction, or its sign.

    ``deux_cotes``: objectives of the map may be missed on either side, and only the side is told.
    """
    if ligne["statut"] == "secret":
        return theme.BLANC.lower()  # under its hatching
    if ligne["statut"] != "publie":
        return theme.FOND_NEUTRE.lower()
    ecart = float(ligne["ecart"])
    if deux_cotes:
        return theme.DES_DEUX_COTES[1 if ligne["resultat"] == "atteint" else 2 * (ecart > 0)].lower()
    gain = {"plancher": ecart, "plafond": -ecart}.get(ligne["sens"], -abs(ecart))
    gain = max(gain, 0) if ligne["resultat"] == "atteint" else min(gain, -1e-9)
    return theme.DIVERGENTE[bisect_right(bornes, gain)].lower()


@pytest.mark.parametrize("nom", ["cartes-o01-commune-annee", "cartes-o04-commune-annee"])
def test_chaque_commune_a_la_couleur_du_contrat(exemple: Projet, nom: str) -> None:
    """A map a year of an objective; its words count what it paints."""
    texte = (exemple.reference / "parameters/cartes.yml").read_text(encoding="utf-8")
    par_date = yaml.safe_load(texte)["bornes_ecart"]["values"]
    bornes = par_date[max(jour for jour in par_date if jour.year <= int(ANNEE))]["value"]
    lignes = [
        x
        for x in contrat(exemple.rapports / ANNEE / "indicateurs.csv")
        if (x["perimetre_type"], x["acteur_type"], x["modalite"]) == ("commune", "", "")
    ]
    deux_cotes = nom.startswith("cartes-o04")  # floors, ceilings, intervals
    cles = [(nom.split("-")[1].upper(), str(annee)) for annee in range(2018, 2023)]
    figure = figures(arbre((exemple.rapports / ANNEE / "bilan.html").read_text(encoding="utf-8")))[nom]
    for carte, cle in zip(figure.un("ul", "multiples").tous("li"), cles, strict=True):
        voulues = [x for x in lignes if (x["indicateur"], x["annee"]) == cle]
        avec = [x for x in voulues if x["statut"] != "non_calculable"]  # no lease: an outline in dots, never painted
        styles = [p.attributs.get("style", "") for balise in ("path", "use") for p in carte.tous(balise)]
        fonds = [re.search(r"fill: (#\w+)", s) for s in styles if "stroke: #ffffff" in s]
        assert (
            Counter(f[1] for f in fonds if f) == Counter(couleur(x, bornes, deux_cotes=deux_cotes) for x in avec)
            and len(voulues) == 19
        )
        assert sum("stroke-dasharray" in s for s in styles) == len(voulues) - len(avec)
        resultats = Counter(x["resultat"] for x in voulues)
        atteints, publies = resultats["atteint"], resultats["atteint"] + resultats["non_atteint"]
        assert carte.un("p", "bilan").texte.endswith(f": {atteints} sur {publies}")
        assert carte.un("desc").texte.count(", objectif atteint") == atteints
