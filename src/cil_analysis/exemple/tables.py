"""The made-up rows of data/reference that depend on the territory and on the years; ``reference`` has the others.

Nobody's objectives, secteurs, grid or figures: for the example only, and named so wherever they are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.tables import ecrire_lignes

Ligne = dict[str, object]
# What the example is drawn from.
DIT: Any = lire_du_logiciel("exemple/decor.yml")
FICTIF = "Donnée fictive de l’exemple"
MARQUE: Ligne = {"source": FICTIF, "confiance": "FICTIF"}
# The made-up secteurs: the commune around the quarters, these and a résidence, two rings of communes.
CENTRE, QUARTIERS, PREMIERE, SECONDE = DIT["secteurs"]
# A made-up résidence of the central commune, outside its quarters, which is of their secteur all the same.
RESIDENCE, NOM_DE_RESIDENCE = "RES-1", "Résidence fictive"
# What an objective of decor.yml says as objectifs.csv does.
_PROMIS = ("indicateur", "valeur_max", "sens", "unite", "page", "id")
# The governance document that says when the trial of the grid began, where the project has one.
_DOCUMENT = "COTATION-ESSAI"


def ecrire_table(reference: Path, nom: str, lignes: Iterable[Mapping[str, object]], entete: Sequence[str] = ()) -> None:
    """Replace the rows of a table by made-up ones, which say that they are; without ``entete``, under its header."""
    ecrire_lignes(reference / f"{nom}.csv", ({**MARQUE, **ligne} for ligne in lignes), entete)


def objectifs_fictifs(
    modele: Iterable[Mapping[str, object]], communes: pd.DataFrame, annees: Sequence[int]
) -> list[Ligne]:
    """The rows of objectifs.csv. ``communes``: code_insee and poids of each member (see ``projet.Decor``)."""
    milieu = sorted(annees)[len(annees) // 2]
    commun: Ligne = {"date_effet": f"{min(annees)}-01-01", "date_fin": f"{max(annees) + 1}-12-31", **DIT["convention"]}
    locaux = _locaux(communes, annees)
    lignes = [commun | {"id": f"EXEMPLE-{rang:02d}"} | local for rang, local in enumerate(locaux, start=1)]
    releve = next(ligne for ligne in lignes if ligne["id"] == DIT["avenant"]["remplace"])
    avenant = releve | DIT["avenant"] | {"date_effet": f"{milieu}-07-01"}
    return [*(dict(ligne) for ligne in modele if ligne["origine"] == "loi"), *lignes, avenant]


def _locaux(communes: pd.DataFrame, annees: Iterable[int]) -> Iterator[Ligne]:
    """What is promised by the place, the landlord or the number, in the order of the identifiers."""
    par_poids = communes.sort_values("poids", ascending=False, kind="stable")["code_insee"].tolist()
    lieux = {
        "territoire": [("epci", "*")],
        "chaque commune": [("commune", "*")],
        "chaque quartier": [("qpv", "*")],
        "petites communes": [("commune", code) for code in communes.nsmallest(6, "poids")["code_insee"]],
        "commune centre": [("commune", par_poids[0])],
        "deux communes suivantes": [("commune", code) for code in par_poids[1:3]],
    }
    for promis in DIT["objectifs"]:
        bailleur, gain = promis.get("bailleur", ""), promis.get("chaque_annee", 0)
        rangs = enumerate(sorted(annees) if gain else [""])
        for lieu, modalite, (rang, annee) in product(lieux[promis["lieu"]], promis.get("modalites", [""]), rangs):
            yield {nom: dit for nom, dit in promis.items() if nom in _PROMIS} | {
                "perimetre_type": lieu[0],
                "perimetre_code": lieu[1],
                "acteur_type": "bailleur" if bailleur else "",
                "acteur_code": bailleur,
                "modalite": modalite,
                "annee": annee,
                "valeur": promis["valeur"] + gain * rang,
            }


def secteurs_fictifs(communes: pd.DataFrame, quartiers: Iterable[str]) -> list[Ligne]:
    """The rows of secteurs.csv. ``communes``: code_insee and poids of each; ``quartiers``: codes of QPV."""
    centre, *autres = communes.sort_values("poids", ascending=False, kind="stable")["code_insee"]
    moitie = (len(autres) + 1) // 2
    lieux = [
        (CENTRE, {"code_insee": centre}),
        *((QUARTIERS, {"qpv_code": quartier}) for quartier in quartiers),
        (QUARTIERS, {"code_insee": centre, "residence": RESIDENCE}),
        *((PREMIERE, {"code_insee": commune}) for commune in autres[:moitie]),
        *((SECONDE, {"code_insee": commune}) for commune in autres[moitie:]),
    ]
    return [{"secteur": code, "nom": DIT["secteurs"][code]} | lieu for code, lieu in lieux]


def comparateurs_fictifs(annees: Sequence[int]) -> list[Ligne]:
    """The rows of comparateurs.csv."""
    commun: Ligne = {"source": FICTIF.lower(), "consulte_le": f"{max(annees) + 1}-03-01", **DIT["comparateur"]}
    return [
        commun | {"indicateur": code, "annee": annee, "valeur": round(premiere + rang * pas, 1)}
        for code, (premiere, pas, manquantes) in DIT["comparateurs"].items()
        for rang, annee in enumerate(sorted(annees)[: len(annees) - manquantes])
    ]


def grilles_fictives(documents: pd.DataFrame, annees: Sequence[int]) -> list[Ligne]:
    """The rows of grilles.csv: a grid that two made-up landlords try, and a variant to simulate in the last year."""
    a_document = documents.loc[documents["document"].eq(_DOCUMENT), "debut"].notna().any()
    de_la_derniere = {"valide_du": f"{max(annees)}-01-01"}
    essai, variante = DIT["grilles"]
    return [essai | ({"document": _DOCUMENT} if a_document else de_la_derniere), variante | de_la_derniere]
