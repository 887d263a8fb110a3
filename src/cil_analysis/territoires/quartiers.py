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

_ZONAGE = ("generation", "valide_du", "valide_au")


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
    zonages = _zonages(modele)
    trouves: dict[str, Quartier] = {}
    for fichier in fichiers:
        tableaux = lire_tableaux(fichier, QPV, ("code", "nom", "communes"))
        if not tableaux:
            raise ErreurCIL(
                f"{fichier.name} n’est pas une liste de quartiers prioritaires : il y faut le code, le nom et les "
                "communes de chaque quartier (code_qp, lib_qp, insee_com)."
            )
        for ligne in (ligne for tableau in tableaux for ligne in tableau.lignes.to_dict("records")):
            code, dites = ligne["code"], map(code_insee, re.split(r"[^0-9A-Za-z]+", ligne["communes"]))
            if siennes := [commune for commune in dites if commune and commune in membres]:
                deja = trouves[code].communes if code in trouves else ()
                zonage = tuple(ligne.get(nom, "") for nom in _ZONAGE)
                zonage = zonage if any(zonage) else zonages.get(code[:2], zonage)
                trouves[code] = Quartier(code, ligne["nom"], tuple(dict.fromkeys((*deja, *siennes))), *zonage)
    if not trouves:
        raise ErreurCIL(
            f"Aucun quartier de {', '.join(fichier.name for fichier in fichiers)} n’est dans une commune de l’EPCI : "
            "vérifiez le fichier, ou relancez sans --qpv."
        )
    return list(trouves.values())


def _zonages(modele: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """First letters of the code → generation, first and last day, where the model's QPV all agree."""
    jours = {nom: modele[nom].dt.strftime("%Y-%m-%d").fillna("") for nom in _ZONAGE[1:]}
    dits = modele.assign(debut=modele["code"].str[:2], **jours)[["debut", *_ZONAGE]].drop_duplicates()
    seuls = dits.drop_duplicates("debut", keep=False)
    return {debut: tuple(zonage) for debut, *zonage in seuls.itertuples(index=False)}
