"""Figures of other territories, drawn and said beside ours (data/reference/comparateurs.csv): public facts, sourced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import erreur

COMPARATEURS = "comparateurs"
# Of one indicator, as many as dotted lines can be told apart.
TERRITOIRES = 3
_PCT = "pct"


def charger_comparateurs(tables: Tables) -> pd.DataFrame:
    """One row is the figure of another territory in a year, comparable with ours: the index is its line in the file.

    ``annee`` is an int, ``valeur`` a float, ``consulte_le`` a datetime64. A project made before this table has none.
    Raises ErreurCIL, naming the line, for a cell that cannot be read, the same territory twice in a year, or more
    territories for an indicator than a drawing tells apart.
    """
    table = tables[COMPARATEURS]
    vus = dict[str, list[str]]()  # Territories, by indicator.
    for ligne, code, territoire in table[["indicateur", "perimetre"]].itertuples():
        deja = vus.setdefault(code, [])
        if territoire in deja:
            continue
        if len(deja) == TERRITOIRES:
            message = (
                f"« {territoire} » est un territoire de trop pour {code}, qui en a déjà {TERRITOIRES} "
                f"({', '.join(f'« {nom} »' for nom in deja)}) : un dessin n’en distingue pas plus. Retirer les lignes "
                "de l’un d’eux (colonne perimetre)."
            )
            raise erreur(tables.chemin(COMPARATEURS), message, int(ligne))
        deja.append(territoire)
    return table.assign(annee=table["annee"].astype("int64"))


def exiger_les_indicateurs(table: pd.DataFrame, unites: Mapping[str, str], dossier: Path) -> None:
    """Check that each row is about an indicator of ``unites`` (code → unit), in its unit.

    Raises ErreurCIL, naming the first line at fault.
    """
    for ligne, dit in table.iterrows():
        code, faute = dit["indicateur"], ""
        if code not in unites:
            faute = (
                f"aucun chiffre ne se compare à l’indicateur « {code} ». Indicateurs possibles : {', '.join(unites)}."
            )
        elif dit["unite"] not in ("", unites[code]):
            faute = f"l’unité de {code} est « {unites[code]} », et non « {dit['unite']} ». Corriger, ou laisser vide."
        elif unites[code] == _PCT and dit["valeur"] > 100:
            faute = "un pourcentage est compris entre 0 et 100. Corriger la colonne valeur."
        if faute:
            raise erreur(dossier / f"{COMPARATEURS}.csv", faute, int(str(ligne)))
