"""Figures of other territories, drawn and said beside ours (data/reference/comparateurs.csv): public facts, sourced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.parametres import CONFIANCES
from cil_analysis.reference.personnes import refuser_les_personnes

FICHIER = "comparateurs.csv"
COLONNES = (
    "indicateur", "perimetre", "lieu", "annee", "valeur", "unite", "source", "lien", "consulte_le", "confiance",
)  # fmt: skip
# Of one indicator, as many as dotted lines can be told apart.
TERRITOIRES = 3
_PCT = "pct"


def charger_comparateurs(dossier: Path) -> pd.DataFrame:
    """One row is the figure of another territory in a year, comparable with ours: the index is its line in the file.

    ``perimetre``: its name on drawings (« Pays de la Loire »), ``lieu``: the same in a sentence (« dans la région »),
    ``annee`` an int, ``valeur`` a float in ``unite`` (empty: that of the indicator), ``source`` the title of the
    publication, ``lien`` its address, ``consulte_le`` a datetime64. A project made before this table has none.

    Raises:
        ErreurCIL: naming the line, for a cell to fill in, a year, a date, a value or an address that is none, the same
            territory twice in a year, more territories for an indicator than a drawing tells apart, or a person's name.
    """
    chemin = dossier / FICHIER
    table = tables.lire_table(chemin, COLONNES) if chemin.is_file() else pd.DataFrame(columns=COLONNES, dtype="str")
    tables.exiger_rempli(table, [nom for nom in COLONNES if nom not in ("unite", "lien", "confiance")], chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    refuser_les_personnes(table, ("perimetre", "lieu", "source"), chemin)
    tables.convertir_dates(table, ("consulte_le",), chemin)
    tables.convertir_nombres(table, ("valeur",), chemin)
    vus = dict[str, dict[str, set[str]]]()  # Years, by territory, by indicator.
    for ligne, dit in table.iterrows():
        territoires = vus.setdefault(dit["indicateur"], {})
        annees = territoires.setdefault(dit["perimetre"], set())
        if faute := _faute(dit, deja_dit=dit["annee"] in annees) or _trop(dit["indicateur"], list(territoires)):
            raise tables.erreur(chemin, faute, int(str(ligne)))
        annees.add(dit["annee"])
    table["annee"] = table["annee"].astype("int64")
    return table


def _faute(dit: pd.Series, *, deja_dit: bool) -> str:
    """What is wrong in a row, or nothing."""
    if not re.fullmatch(r"[12]\d{3}", dit["annee"]):
        return f"année « {dit['annee']} » illisible (colonne annee). L’écrire AAAA."
    if dit["lien"] and not re.fullmatch(r"https?://\S+", dit["lien"]):
        return f"« {dit['lien']} » n’est pas une adresse (colonne lien). La commencer par https://, ou laisser vide."
    if dit["valeur"] < 0:
        return "la valeur est négative. Corriger la colonne valeur."
    if deja_dit:
        qui = f"« {dit['perimetre']} » a deux valeurs de {dit['indicateur']} pour {dit['annee']}"
        return f"{qui}. Garder une seule ligne."
    return ""


def _trop(code: str, territoires: list[str]) -> str:
    """That an indicator has more territories than a drawing tells apart, or nothing."""
    if len(territoires) <= TERRITOIRES:
        return ""
    *gardes, dernier = (f"« {nom} »" for nom in territoires)
    return (
        f"{dernier} est un territoire de trop pour {code}, qui en a déjà {TERRITOIRES} ({', '.join(gardes)}) : "
        "un dessin n’en distingue pas plus. Retirer les lignes de l’un d’eux (colonne perimetre)."
    )


def exiger_les_indicateurs(table: pd.DataFrame, unites: Mapping[str, str], dossier: Path) -> None:
    """Check that each row is about an indicator of ``unites`` (code → unit), in its unit.

    Raises:
        ErreurCIL: naming the first line at fault.
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
            raise tables.erreur(dossier / FICHIER, faute, int(str(ligne)))
