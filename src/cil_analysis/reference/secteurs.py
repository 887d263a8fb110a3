"""The secteurs of a convention: communes and QPV that an objective is set on together (territory/secteurs.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.reference.territoire import Territoire

SECTEURS = "secteurs"
# The class of a dwelling that no secteur has.
HORS_SECTEUR = "HORS_SECTEUR"
_TABLE, _DEHORS = f"territory/{SECTEURS}", "Hors des secteurs"


class Lieux(NamedTuple):
    """Which secteur each QPV and each commune is of, in a year."""

    quartiers: Mapping[str, str]
    communes: Mapping[str, str]


@dataclass(frozen=True)
class Secteurs:
    """One row of ``table`` is a place of a secteur over a period, as the file has them."""

    table: pd.DataFrame

    def au(self, annee: int) -> Lieux:
        """The places of the secteurs as they are on 31 December of a year, which holds for all of it."""
        table = self.table[en_vigueur(self.table, "valide_du", "valide_au", pd.Timestamp(annee, 12, 31))]
        lignes = table[["secteur", "qpv_code", "code_insee"]].to_numpy().tolist()
        return Lieux({q: s for s, q, _ in lignes if q}, {c: s for s, _, c in lignes if c})

    @property
    def liste(self) -> Nomenclature:
        """Their code list: empty in a project that has none, else ended by what is in none."""
        dehors = pd.DataFrame({"code": [HORS_SECTEUR][: len(self.table)], "libelle": _DEHORS})
        lignes = pd.concat([self.table.rename(columns={"secteur": "code", "nom": "libelle"}), dehors])
        dates = {nom: pd.to_datetime(lignes[nom]) for nom in ("valide_du", "valide_au")}
        return Nomenclature(SECTEURS, lignes.assign(groupe="", alias="", **dates)[list(COLONNES)])


def charger_secteurs(tables: Tables, territoire: Territoire) -> Secteurs:
    """The secteurs of a territory: those of its communes and of its QPV.

    Raises:
        ErreurCIL: naming the line, for a cell that cannot be read, a row that names no place or two, a place in two
            secteurs on the same day, or a secteur that has two names or the code of what is in none.
    """
    table, noms = tables[_TABLE], dict[str, str]()
    for ligne, dite in table.iterrows():
        if faute := _faute(dite, noms.setdefault(dite["secteur"], dite["nom"])):
            raise erreur(tables.chemin(_TABLE), faute, int(str(ligne)))
    siens = table["code_insee"].isin(territoire.communes["code_insee"]) | table["qpv_code"].isin(
        territoire.table_qpv["code"]
    )
    return Secteurs(table[siens].reset_index(drop=True))


def _faute(dite: pd.Series, nom: str) -> str:
    """What is wrong in a row, or nothing. ``nom``: what the first row of its secteur calls it."""
    secteur, lieux = dite["secteur"], [dite[cle] for cle in ("code_insee", "qpv_code") if dite[cle]]
    if secteur == HORS_SECTEUR:
        return f"« {secteur} » est le code de ce qui n’est d’aucun secteur (colonne secteur). En choisir un autre."
    if dite["nom"] != nom:
        return f"le secteur « {secteur} » s’appelle déjà « {nom} » (colonne nom). Écrire le même nom à chaque ligne."
    if len(lieux) != 1:
        quoi = "deux lieux sont donnés" if lieux else "aucun lieu n’est donné"
        return f"{quoi}. Remplir code_insee (une commune) ou qpv_code (un quartier), et l’un des deux seulement."
    return ""
