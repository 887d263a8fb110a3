"""The priority quarters (QPV) of an EPCI, from the list of the ANCT or any list of code, name and communes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import code_insee
from cil_analysis.territoires.tableaux import QPV, lire_tableaux


class Quartier(NamedTuple):
    """One QPV of one zoning; the three last are empty when nothing tells them."""

    code: str
    nom: str
    communes: tuple[str, ...]
    generation: str
    valide_du: str
    valide_au: str


def lire_quartiers(fichiers: Sequence[Path], membres: Collection[str], modele: pd.DataFrame) -> list[Quartier]:
    """The QPV of some lists with a commune among the members, in their order.

    The zoning of each is read in the file (generation, valide_du, valide_au); otherwise it is that of the QPV whose
    code begins alike in the ``modele`` project (« QP » for the zoning of 2015, « QN » for that of 2024).

    Raises:
        ErreurCIL: a file without such a table, or none of their QPV in the EPCI.
    """
    tableaux = []
    for fichier in fichiers:
        siens = lire_tableaux(fichier, QPV, ("code", "nom", "communes"))
        if not siens:
            raise ErreurCIL(
                f"{fichier.name} n’est pas une liste de quartiers prioritaires : il y faut le code, le nom et les "
                "communes de chaque quartier (code_qp, lib_qp, insee_com)."
            )
        tableaux += siens
    zonages = _zonages(modele)
    trouves: dict[str, Quartier] = {}
    for tableau in tableaux:
        for ligne in tableau.lignes.to_dict("records"):
            dite = {str(genre): str(cellule) for genre, cellule in ligne.items()}
            code = dite["code"]
            communes = [c for c in map(code_insee, re.split(r"[^0-9A-Za-z]+", dite["communes"])) if c]
            if not set(communes) & set(membres):
                continue
            zonage = dite.get("generation", ""), dite.get("valide_du", ""), dite.get("valide_au", "")
            if not any(zonage):
                zonage = zonages.get(code[:2], zonage)
            deja = trouves[code].communes if code in trouves else ()
            toutes = tuple(dict.fromkeys((*deja, *(c for c in communes if c in membres))))
            trouves[code] = Quartier(code, dite["nom"], toutes, *zonage)
    if not trouves:
        raise ErreurCIL(
            f"Aucun quartier de {', '.join(fichier.name for fichier in fichiers)} n’est dans une commune de l’EPCI : "
            "vérifiez le fichier, ou relancez sans --qpv."
        )
    return list(trouves.values())


def _zonages(modele: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """First letters of the code → generation, first and last day, where the model's QPV all agree."""
    zonages: dict[str, set[tuple[str, str, str]]] = {}
    for code, *zonage in modele[["code", "generation", "valide_du", "valide_au"]].itertuples(index=False):
        generation, *jours = zonage
        dates = ["" if pd.isna(jour) else f"{jour:%Y-%m-%d}" for jour in jours]
        zonages.setdefault(code[:2], set()).add((generation, dates[0], dates[1]))
    return {debut: next(iter(trouves)) for debut, trouves in zonages.items() if len(trouves) == 1}
