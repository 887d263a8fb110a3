"""Objectives that replace one another (avenants), and those that would contradict each other."""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.controles import exiger_chaque_ligne

# What an objective is set on: an avenant keeps it, and pct and nombre never mix.
CIBLE = ["indicateur", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite", "unite"]
Objectif = Mapping[Any, Any]
_DEBUT, _FIN = pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")  # bounds of what is open


def appliquer_remplacements(table: pd.DataFrame, chemin: Path) -> None:
    """End in place each objective the day before the one that names it in ``remplace`` takes effect.

    The index of ``table`` is the line number in the file. What replaces nothing any more does not bring back what it
    had replaced. Several rows may replace one (a yearly trajectory): the first of them ends it.

    Raises:
        ErreurCIL: naming the line, for an id that does not exist, another target, no date of effect, or one that does
            not follow that of the objective replaced: no two replace each other.
    """
    par_id: dict[str, Objectif] = {str(o["id"]): o for o in table.to_dict("records")}
    exiger_chaque_ligne(table, chemin, lambda objectif: _faute(objectif, par_id) if objectif["remplace"] else "")
    if table["remplace"].eq("").all():
        return
    veille = table.groupby("remplace")["date_effet"].min() - pd.Timedelta(days=1)
    fins = table["id"].map(veille).astype("datetime64[us]")
    table["date_fin"] = table["date_fin"].where(~(fins < table["date_fin"].fillna(_FIN)), fins)


def _faute(objectif: Objectif, par_id: Mapping[str, Objectif]) -> str:
    """What is wrong in the replacement that a row asks for, or nothing."""
    ancien_id, ancien = objectif["remplace"], par_id.get(objectif["remplace"])
    if ancien is None:
        return f"l’objectif à remplacer « {ancien_id} » n’existe pas. Corriger la colonne remplace."
    autres = [colonne for colonne in CIBLE if objectif[colonne] != ancien[colonne]]
    if autres:
        return f"« {ancien_id} », à remplacer, ne porte pas sur la même cible ({', '.join(autres)}). Corriger."
    if not isinstance(objectif["date_effet"], pd.Timestamp):  # NaT
        return f"un objectif qui en remplace un autre (« {ancien_id} ») a une date_effet. La remplir."
    if _borne(ancien["date_effet"], _DEBUT) >= objectif["date_effet"]:
        return (
            f"date_effet doit suivre celle de l’objectif remplacé, « {ancien_id} ». Corriger l’une des deux, ou la "
            "colonne remplace."
        )
    return ""


def exiger_sans_conflit(table: pd.DataFrame, chemin: Path) -> None:
    """Check that no two objectives say two things of one target at the same time.

    Two of the same origin for the same year (or both for every year) need ``remplace`` between them. A floor and a
    ceiling, of whatever origin, are one interval: only one of the two would be followed. An objective of a year beside
    one for every year is a trajectory: no conflict.

    Raises:
        ErreurCIL: naming the line of the later row.
    """
    for _, groupe in table[table.duplicated(CIBLE, keep=False)].groupby(CIBLE, sort=False):
        lignes: list[tuple[int, Objectif]] = list(zip(map(int, groupe.index), groupe.to_dict("records"), strict=True))
        for (_, a), (ligne, b) in combinations(lignes, 2):
            if not _ensemble(a, b):
                continue
            if {a["sens"], b["sens"]} == {"plancher", "plafond"}:
                message = (
                    f"cette ligne et « {a['id']} » donnent un plancher et un plafond à la même cible. Écrire un seul "
                    "objectif, de sens « intervalle », avec valeur et valeur_max."
                )
                raise tables.erreur(chemin, message, ligne)
            if a["origine"] == b["origine"] and a["annee"] == b["annee"]:
                message = (
                    f"cette ligne et « {a['id']} » visent la même cible et valent le même jour. Clore la plus ancienne "
                    "(date_fin), ou écrire son id dans la colonne remplace de l’autre."
                )
                raise tables.erreur(chemin, message, ligne)


def _ensemble(a: Objectif, b: Objectif) -> bool:
    """Whether there is a day on which both are in force."""
    debuts, fins = zip(_periode(a), _periode(b), strict=True)
    return bool(max(debuts) <= min(fins))


def _periode(objectif: Objectif) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The days in force; of an objective of one year, its 31 December."""
    debut, fin = _borne(objectif["date_effet"], _DEBUT), _borne(objectif["date_fin"], _FIN)
    if objectif["annee"]:
        jour = pd.Timestamp(int(objectif["annee"]), 12, 31)
        debut, fin = max(debut, jour), min(fin, jour)
    return debut, fin


def _borne(jour: object, sinon: pd.Timestamp) -> pd.Timestamp:
    return jour if isinstance(jour, pd.Timestamp) else sinon
