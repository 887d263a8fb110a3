"""The secteurs of a convention: communes, QPV, résidences that an objective is set on together (secteurs.csv)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.tables import en_vigueur
from cil_analysis.reference.territoire import Territoire

SECTEURS = "secteurs"
# The code list of the résidences that a secteur may name; the column of the leases of which it is the list.
RESIDENCES, RESIDENCE = "residences", "residence"
# The class of a dwelling that no secteur has.
HORS_SECTEUR = "HORS_SECTEUR"
_TABLE, _DEHORS = f"territory/{SECTEURS}", "Hors des secteurs"
_AUCUN = Nomenclature(SECTEURS, pd.DataFrame(columns=list(COLONNES), dtype="str"))


class Lieux(NamedTuple):
    """Which secteur each résidence of a commune, each QPV and each commune is of, in a year: the first that has one."""

    residences: Mapping[tuple[str, str], str]
    quartiers: Mapping[str, str]
    communes: Mapping[str, str]


@dataclass(frozen=True)
class Secteurs:
    """One row of ``table`` is a place of a secteur over a period, as the file has them."""

    table: pd.DataFrame

    def au(self, annee: int) -> Lieux:
        """The places of the secteurs as they are on 31 December of a year, which holds for all of it."""
        valables = en_vigueur(self.table, "valide_du", "valide_au", pd.Timestamp(annee, 12, 31))
        lignes = self.table[valables].to_dict("records")
        return Lieux(
            {(une["code_insee"], une[RESIDENCE]): une["secteur"] for une in lignes if une[RESIDENCE]},
            {une["qpv_code"]: une["secteur"] for une in lignes if une["qpv_code"]},
            {une["code_insee"]: une["secteur"] for une in lignes if une["code_insee"] and not une[RESIDENCE]},
        )

    @property
    def liste(self) -> Nomenclature:
        """Their code list: empty in a project that has none, else ended by what is in none."""
        if self.table.empty:
            return _AUCUN
        dehors = pd.DataFrame({"code": [HORS_SECTEUR], "libelle": _DEHORS})
        lignes = pd.concat([self.table.rename(columns={"secteur": "code", "nom": "libelle"}), dehors])
        dates = {nom: pd.to_datetime(lignes[nom]) for nom in ("valide_du", "valide_au")}
        return Nomenclature(SECTEURS, lignes.assign(groupe="", alias="", **dates)[list(COLONNES)])


def charger_secteurs(tables: Tables, territoire: Territoire) -> Secteurs:
    """The secteurs of a territory: those of its communes, of their résidences and of its QPV."""
    table, communes, qpv = tables[_TABLE], territoire.communes["code_insee"], territoire.table_qpv["code"]
    return Secteurs(table[table["code_insee"].isin(communes) | table["qpv_code"].isin(qpv)].reset_index(drop=True))
