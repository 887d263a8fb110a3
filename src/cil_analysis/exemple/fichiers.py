"""The made-up extracts as files, each in the form that such an extract often has.

Attributions: a workbook with a title above the header and a total below. Requests: cp1252 text, « ; », decimal comma.
Radiations and proposals: UTF-8 text, tabs or commas, a title and a total. Headings change once in the period.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.exemple.irregularites import abimer
from cil_analysis.exemple.redaction import cellules
from cil_analysis.exemple.tirage import Tirage

TITRE = "DONNÉES FICTIVES – extrait d’exemple"
TABULATION = "\t"
_PERSONNELLES = ("Nom du demandeur", "Adresse du logement", "Téléphone")


def ecrire_classeur(tire: Tirage, extrait: str, table: pd.DataFrame, dossier: Path) -> Path:
    """Write ``<extrait>-<année>.xlsx``; returns its path."""
    titres, lignes = _rediger(tire, extrait, table, decimale=None)
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet(extrait.capitalize())
    feuille.append([f"{TITRE} – {extrait} {tire.annee}"])
    feuille.append([])
    for ligne in [titres, *lignes]:
        feuille.append([None if cellule == "" else cellule for cellule in ligne])
    feuille.append([f"Total : {len(lignes)} {extrait}"])
    chemin = dossier / f"{extrait}-{tire.annee}.xlsx"
    enregistrer_classeur(classeur, chemin)
    return chemin


def ecrire_csv(tire: Tirage, extrait: str, table: pd.DataFrame, dossier: Path) -> Path:
    """Write ``<extrait>-<année>.csv``, as a French spreadsheet saves it; returns its path."""
    titres, lignes = _rediger(tire, extrait, table, decimale=",")
    chemin = dossier / f"{extrait}-{tire.annee}.csv"
    _ecrire(chemin, [titres, *lignes], codage="cp1252", separateur=";")
    return chemin


def ecrire_texte(tire: Tirage, extrait: str, table: pd.DataFrame, dossier: Path, separateur: str) -> Path:
    """Write ``<extrait>-<année>``, with a title and a total, as .csv or, with tabs, as .txt; returns its path."""
    titres, lignes = _rediger(tire, extrait, table, decimale=",")
    chemin = dossier / f"{extrait}-{tire.annee}{'.txt' if separateur == TABULATION else '.csv'}"
    dessus: list[list[object]] = [[f"{TITRE} – {extrait} {tire.annee}"], []]
    dessous: list[list[object]] = [[f"Total : {len(lignes)} {extrait}"]]
    _ecrire(chemin, [*dessus, titres, *lignes, *dessous], codage="utf-8-sig", separateur=separateur)
    return chemin


def ecrire_lignes(
    tire: Tirage, extrait: str, titres: Sequence[str], lignes: Sequence[Sequence[object]], dossier: Path, codage: str
) -> Path:
    """Write ``<extrait>-<année>.csv`` from ready cells, « ; » between them, below a title; returns its path."""
    chemin = dossier / f"{extrait}-{tire.annee}.csv"
    _ecrire(chemin, [[f"{TITRE} – {extrait} {tire.annee}"], [], list(titres), *lignes], codage=codage, separateur=";")
    return chemin


def _rediger(
    tire: Tirage, extrait: str, table: pd.DataFrame, decimale: str | None
) -> tuple[list[object], list[list[object]]]:
    """The headings and the rows, with personal columns that hold nobody."""
    dictionnaire = tire.references.dictionnaires[extrait]
    titres, lignes = cellules(tire, dictionnaire, abimer(tire, dictionnaire, table), decimale)
    garnies: list[list[object]] = [
        [*ligne, f"NOM-FICTIF-{rang:05d}", f"{rang} RUE FICTIVE", f"00 00 00 {rang % 10000:04d}"]
        for rang, ligne in enumerate(lignes, start=1)
    ]
    return [*titres, *_PERSONNELLES], garnies


def _ecrire(chemin: Path, lignes: Sequence[Sequence[object]], *, codage: str, separateur: str) -> None:
    with chemin.open("w", encoding=codage, errors="replace", newline="") as flux:
        csv.writer(flux, delimiter=separateur, lineterminator="\r\n").writerows(lignes)
