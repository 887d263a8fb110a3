"""The objectives of the example: the legal ones of the model, and made-up local ones of every shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

FICTIF = "Donnée fictive de l’exemple"
# The made-up secteurs, of which ``secteurs.py`` says the places.
CENTRE, QUARTIERS, PREMIERE, SECONDE = "CENTRE", "QUARTIERS", "COURONNE-1", "COURONNE-2"
# A made-up résidence of the central commune, outside its quarters, which is of their secteur all the same.
RESIDENCE, NOM_DE_RESIDENCE = "RES-1", "Résidence fictive"


def objectifs_fictifs(
    modele: Iterable[Mapping[str, object]], communes: pd.DataFrame, annees: Sequence[int]
) -> list[dict[str, object]]:
    """The rows of objectifs.csv. ``communes``: code_insee and poids of each member (see ``projet.Decor``)."""
    milieu = sorted(annees)[len(annees) // 2]
    commun: dict[str, object] = {
        "document": "CIA fictive", "version": "exemple", "date_effet": f"{min(annees)}-01-01",
        "date_fin": f"{max(annees) + 1}-12-31", "unite": "pct", "sens": "plancher", "origine": "CIA", "source": FICTIF,
        "confiance": "FICTIF", "commentaire": "Engagement fictif",
    }  # fmt: skip
    locaux = _locaux(communes, annees)
    lignes = [commun | {"id": f"EXEMPLE-{rang:02d}"} | local for rang, local in enumerate(locaux, start=1)]
    releve = next(ligne for ligne in lignes if ligne["id"] == "EXEMPLE-PRIORITAIRES")
    avenant = releve | {
        "id": "EXEMPLE-AVENANT", "document": "Avenant fictif", "origine": "avenant", "date_effet": f"{milieu}-07-01",
        "valeur": 36, "remplace": releve["id"], "page": "article unique",
        "commentaire": "Avenant fictif, qui relève l’engagement",
    }  # fmt: skip
    return [*(dict(ligne) for ligne in modele if ligne["origine"] == "loi"), *lignes, avenant]


def _locaux(communes: pd.DataFrame, annees: Iterable[int]) -> list[dict[str, object]]:
    """What is promised by the place, the landlord or the number, in the order of the identifiers."""
    par_poids = communes.sort_values("poids", ascending=False, kind="stable")["code_insee"].tolist()
    petites = communes.nsmallest(6, "poids")["code_insee"].tolist()
    return [
        _viser("O01", 25, commune="*"),
        *(_viser("O01", 20, commune=code) for code in petites),
        _viser("O01", 25, bailleur="*"),
        _viser("O02", 50, commune="*"),
        _viser("O04", 25, commune="*"),
        _viser("O02", 50, qpv="*"),
        _viser("O02", 50, bailleur="*"),
        _viser("O08", 25, bailleur="*", id="EXEMPLE-PRIORITAIRES"),
        _viser("O09", 10, page="annexe D"),
        # Not more than its part in the centre, and a band in the two communes that come next.
        _viser("O04", 35, commune=par_poids[0], sens="plafond", page="annexe A"),
        *(_viser("O04", 20, commune=c, sens="intervalle", valeur_max=35, page="annexe A") for c in par_poids[1:3]),
        # A landlord in one commune; and households, year after year.
        _viser("O01", 22, commune=par_poids[0], bailleur="B1", page="annexe B"),
        *(
            _viser("O04", 950 + 20 * rang, unite="nombre", annee=annee, page="annexe C")
            for rang, annee in enumerate(sorted(annees))
        ),
        *(_viser("O13", 25, modalite=secteur, page="annexe E") for secteur in (CENTRE, PREMIERE, SECONDE)),
        _viser("O14", 50, modalite=QUARTIERS, page="annexe E"),
        *(_viser("O15", 25, modalite=secteur, page="annexe E") for secteur in (CENTRE, QUARTIERS, PREMIERE, SECONDE)),
    ]


def _viser(
    indicateur: str, valeur: float, *, commune: str = "", qpv: str = "", bailleur: str = "", **plus: object
) -> dict[str, object]:
    """An indicator and whom it is about: every commune, quarter or landlord (« * ») or one."""
    perimetre = ("commune", commune) if commune else ("qpv", qpv) if qpv else ("epci", "*")
    return {
        "indicateur": indicateur,
        "perimetre_type": perimetre[0],
        "perimetre_code": perimetre[1],
        "acteur_type": "bailleur" if bailleur else "",
        "acteur_code": bailleur,
        "valeur": valeur,
    } | plus
