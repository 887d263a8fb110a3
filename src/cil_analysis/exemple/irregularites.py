"""What a real extract holds and a drawn one does not: blanks, duplicates, other years, communes outside, bad dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.colonnes import Dictionnaire

# Share of the cells that nobody filled.
_BLANCS = {
    "revenu_mensuel_eur": 0.03, "composition_familiale": 0.01, "age": 0.004, "est_en_qpv": 0.008,
    "tranche_plafonds": 0.02, "typologie": 0.004, "reservataire": 0.006, "nationalite": 0.012, "est_mutation": 0.005,
    "annee_construction": 0.03, "periode_construction": 0.03, "type_construction": 0.015,
}  # fmt: skip
_INCONNUE = "INTROUVABLE-SUR-CARTE"


def abimer(tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame) -> pd.DataFrame:
    """The rows, some cells of which are blank, and fourteen more at the end; empty text is a blank cell.

    Three are duplicates, five have a commune outside, two an unknown one; where rows are dated, three are of another
    year and one has an impossible date.
    """
    h = tire.hasard
    table = table.astype("object")
    table = table.where(table.notna(), "")
    _vider(h, table)
    dehors = _communes_dehors(tire)
    extra = table.sample(14, random_state=int(h.integers(1 << 31))).reset_index(drop=True)
    extra.loc[3:7, "commune_insee"] = h.choice(dehors, 5)
    extra.loc[8:9, "commune_insee"] = _INCONNUE
    # The first three stay duplicates; the others are rows of their own.
    cle = dictionnaire.doublon[0]
    cles = [str(valeur) for valeur in extra[cle]]
    extra[cle] = [*cles[:3], *(f"{c[:-4]}FIC{i % 10}" for i, c in enumerate(cles[3:]))]
    for jour in dictionnaire.jour:
        for rang in (10, 11, 12):
            extra.loc[rang, jour] = table[jour].iloc[rang] - pd.DateOffset(years=1)
        extra.loc[13, jour] = f"31/02/{tire.annee}"
    return pd.concat([table, extra], ignore_index=True)


def _vider(h: np.random.Generator, table: pd.DataFrame) -> None:
    for colonne, part in _BLANCS.items():
        if colonne in table:
            table.loc[h.random(len(table)) < part, colonne] = ""
    if "qpv" in table:
        table.loc[table["est_en_qpv"].eq(""), "qpv"] = ""


def _communes_dehors(tire: Tirage) -> list[str]:
    territoire = tire.references.territoire
    membres = set(territoire.communes["code_insee"])
    return [code for code in territoire.noms() if code not in membres][:40]
