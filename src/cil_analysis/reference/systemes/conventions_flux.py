"""The conventions of gestion en flux (data/reference/parameters/conventions_flux.csv): who is reserved which share."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.parametres import CONFIANCES

FICHIER = "conventions_flux.csv"
COLONNES = ("bailleur", "reservataire", "departement", "debut", "fin", "taux_pct", "source", "confiance")
_DEPARTEMENT = re.compile(r"\d\d|2[AB]|97\d")
_CLES = ["bailleur", "reservataire", "departement"]


def charger_conventions(dossier: Path, bailleurs: Collection[str], reservataires: Collection[str]) -> pd.DataFrame:
    """One row is the share of a landlord's yearly flux that a convention reserves, in one département, for a period.

    ``debut`` and ``fin`` are datetime64 (NaT: open), ``taux_pct`` a float from 0 to 100 (NaN: « à renseigner »), the
    rest is text. ``dossier``: the parameters folder; a project made before conventions existed has none.
    Source of the rule: art. R441-5 CCH, one convention per landlord, réservataire and département.

    Raises:
        ErreurCIL: naming the line, for an unknown landlord or réservataire, a département that is none, a rate out of 0
            to 100, two rows in force together, or shares of one landlord that exceed 100 % together.
    """
    chemin = dossier / FICHIER
    table = tables.lire_table(chemin, COLONNES) if chemin.is_file() else pd.DataFrame(columns=COLONNES, dtype="str")
    tables.exiger_rempli(table, ("bailleur", "reservataire", "departement", "source"), chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    _exiger_codes(table, "bailleur", bailleurs, chemin)
    _exiger_codes(table, "reservataire", reservataires, chemin)
    for ligne, code in table["departement"].items():
        if not _DEPARTEMENT.fullmatch(code):
            message = f"« {code} » n’est pas un code de département. L’écrire 01, 72, 2A ou 971."
            raise tables.erreur(chemin, message, int(str(ligne)))
    tables.convertir_dates(table, ("debut", "fin"), chemin)
    tables.convertir_nombres(table, ("taux_pct",), chemin)
    tables.exiger_periode(table, "debut", "fin", chemin)
    for ligne in table.index[~table["taux_pct"].isna() & ~table["taux_pct"].between(0, 100)]:
        message = (
            f"le taux {float(str(table.at[ligne, 'taux_pct'])):g} n’est pas compris entre 0 et 100. Corriger taux_pct."
        )
        raise tables.erreur(chemin, message, int(ligne))
    tables.exiger_sans_chevauchement(table, _CLES, "debut", "fin", chemin)
    _exiger_un_tout(table, chemin)
    return table.reset_index(drop=True)


def conventions_en_vigueur(conventions: pd.DataFrame, departement: str, jour: date) -> pd.DataFrame:
    """The rows of a département that are in force on a day and have a rate, in file order."""
    garde = tables.en_vigueur(conventions, "debut", "fin", pd.Timestamp(jour))
    return conventions[garde & conventions["departement"].eq(departement) & conventions["taux_pct"].notna()]


def _exiger_codes(table: pd.DataFrame, colonne: str, connus: Collection[str], chemin: Path) -> None:
    for ligne, code in table[colonne].items():
        if code not in connus:
            liste = f"nomenclatures/{colonne}s.csv"
            message = f"« {code} » n’est pas un code de {liste} (colonne {colonne}). Donner le code, et non le nom."
            raise tables.erreur(chemin, message, int(str(ligne)))


def _exiger_un_tout(table: pd.DataFrame, chemin: Path) -> None:
    """No landlord reserves more than its whole flux: looked at on each day on which a rate begins."""
    for (bailleur, departement), siennes in table.groupby(["bailleur", "departement"]):
        for ligne, debut in siennes["debut"].items():
            jour = pd.Timestamp("1000-01-01") if pd.isna(debut) else debut
            total = siennes.loc[tables.en_vigueur(siennes, "debut", "fin", jour), "taux_pct"].sum()
            if total > 100:
                quand = "sans date de début" if pd.isna(debut) else f"au {debut:%d/%m/%Y}"
                message = (
                    f"les taux du bailleur {bailleur} (département {departement}), {quand}, font {total:g} % au total. "
                    "Corriger taux_pct, ou clore une ligne (fin)."
                )
                raise tables.erreur(chemin, message, int(str(ligne)))
