"""The made-up extracts as files, each in the form that such an extract often has.

Attributions: a workbook with a title above the header and a total below. Requests: cp1252 text, « ; », decimal comma.
Radiations and proposals: UTF-8 text, tabs or commas, a title and a total. Headings change once in the period, labels
are as people type them, and some rows are what a real extract holds and a drawn one does not.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.texte import normaliser

TITRE = "DONNÉES FICTIVES – extrait d’exemple"
TABULATION = "\t"
_PERSONNELLES = ("Nom du demandeur", "Adresse du logement", "Téléphone")
_MILLESIME = "exemple_"
_AILLEURS = "Hors département"
# Share of the cells that nobody filled.
_BLANCS = {
    "revenu_mensuel_eur": 0.03, "composition_familiale": 0.01, "age": 0.004, "est_en_qpv": 0.008,
    "tranche_plafonds": 0.02, "typologie": 0.004, "reservataire": 0.006, "nationalite": 0.012, "est_mutation": 0.005,
    "annee_construction": 0.03, "periode_construction": 0.03, "type_construction": 0.015,
}  # fmt: skip
_INCONNUE = "INTROUVABLE-SUR-CARTE"


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
    ecrire(chemin, [titres, *lignes], codage="cp1252", separateur=";")
    return chemin


def ecrire_texte(tire: Tirage, extrait: str, table: pd.DataFrame, dossier: Path, separateur: str) -> Path:
    """Write ``<extrait>-<année>``, with a title and a total, as .csv or, with tabs, as .txt; returns its path."""
    titres, lignes = _rediger(tire, extrait, table, decimale=",")
    chemin = dossier / f"{extrait}-{tire.annee}{'.txt' if separateur == TABULATION else '.csv'}"
    dessus: list[list[object]] = [[f"{TITRE} – {extrait} {tire.annee}"], []]
    dessous: list[list[object]] = [[f"Total : {len(lignes)} {extrait}"]]
    ecrire(chemin, [*dessus, titres, *lignes, *dessous], codage="utf-8-sig", separateur=separateur)
    return chemin


def ecrire_lignes(
    tire: Tirage, extrait: str, titres: Sequence[str], lignes: Sequence[Sequence[object]], dossier: Path, codage: str
) -> Path:
    """Write ``<extrait>-<année>.csv`` from ready cells, « ; » between them, below a title; returns its path."""
    chemin = dossier / f"{extrait}-{tire.annee}.csv"
    ecrire(chemin, [[f"{TITRE} – {extrait} {tire.annee}"], [], list(titres), *lignes], codage=codage, separateur=";")
    return chemin


def _rediger(
    tire: Tirage, extrait: str, table: pd.DataFrame, decimale: str | None
) -> tuple[list[object], list[list[object]]]:
    """The headings and the rows, with personal columns that hold nobody."""
    dictionnaire = tire.references.dictionnaires[extrait]
    titres, lignes = cellules(tire, dictionnaire, _abimer(tire, dictionnaire, table), decimale)
    garnies: list[list[object]] = [
        [*ligne, f"NOM-FICTIF-{rang:05d}", f"{rang} RUE FICTIVE", f"00 00 00 {rang % 10000:04d}"]
        for rang, ligne in enumerate(lignes, start=1)
    ]
    return [*titres, *_PERSONNELLES], garnies


def ecrire(chemin: Path, lignes: Sequence[Sequence[object]], *, codage: str, separateur: str) -> None:
    """Write ready cells as delimited text."""
    with chemin.open("w", encoding=codage, errors="replace", newline="") as flux:
        csv.writer(flux, delimiter=separateur, lineterminator="\r\n").writerows(lignes)


# --- The cells --------------------------------------------------------------------------------------------------------


def _entetes(tire: Tirage, dictionnaire: Dictionnaire) -> dict[str, str]:
    """Canonical column → heading: the latest example vintage of the dictionary that is not after the year."""
    millesimes = sorted(nom for nom in dictionnaire.millesimes if nom.startswith(_MILLESIME))
    passes = [nom for nom in millesimes if int(nom.removeprefix(_MILLESIME)) <= tire.annee] or millesimes[:1]
    millesime = dictionnaire.millesimes[passes[-1]]
    return {nom: millesime[nom][0] for nom in dictionnaire.colonnes if nom in millesime}


def cellules(
    tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame, decimale: str | None
) -> tuple[list[str], list[list[object]]]:
    """The headings, and the rows as they are typed; ``decimale``: the mark of a text file, None for a workbook."""
    titres = _entetes(tire, dictionnaire)
    colonnes = []
    for nom in titres:
        colonne = dictionnaire.colonnes[nom]
        # A name is written from the code that it stands for.
        source = table[nom if nom in table else colonne.alternative_de]
        ecrire = _redacteur(tire, colonne, decimale)
        colonnes.append([ecrire(valeur) if valeur != "" else "" for valeur in source])
    return list(titres.values()), [list(ligne) for ligne in zip(*colonnes, strict=True)]


def _redacteur(tire: Tirage, colonne: Colonne, decimale: str | None) -> Callable[[object], object]:
    """How a value of a column, which is there, is typed in a file."""
    h = tire.hasard
    if colonne.type == "provenance":
        noms = tire.references.territoire.noms()
        return lambda v: _varier(h, noms.get(str(v), _AILLEURS)) if colonne.alternative_de else v
    if colonne.type in ("code", "codes", "commune", "qpv"):
        libelles = _libelles(tire, colonne)
        return lambda v: "; ".join(_varier(h, libelles.get(code, code)) for code in str(v).split(";"))
    if colonne.type == "date":
        return lambda v: v if isinstance(v, str) else v.to_pydatetime() if decimale is None else f"{v:%d/%m/%Y}"  # type: ignore[attr-defined]  # drawn as timestamps
    if colonne.type == "oui_non":
        return lambda v: "Oui" if v else "Non"
    if colonne.type == "nombre":
        return lambda v: str(v).replace(".", decimale) if decimale else float(str(v))
    return lambda v: int(v) if isinstance(v, int | float) else v


def _libelles(tire: Tirage, colonne: Colonne) -> dict[str, str]:
    if colonne.type == "commune":
        return tire.references.territoire.noms()
    if colonne.type == "qpv":
        quartiers = tire.references.territoire.qpv(pd.Timestamp(tire.annee, 12, 31).date())
        return dict(zip(quartiers["code"], quartiers["nom"], strict=True))
    return tire.references.nomenclatures[colonne.nomenclature].libelles()


def _varier(h: np.random.Generator, libelle: str) -> str:
    """A label as people type it: most often as it is, sometimes in capitals or without accents."""
    de = h.random()
    if de < 0.84:
        return libelle
    if de < 0.92:
        return libelle.upper()
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", libelle) if not unicodedata.combining(c))
    return sans_accents if normaliser(sans_accents) == normaliser(libelle) else libelle


# --- What a real extract holds: blanks, duplicates, other years, communes outside, bad dates --------------------------


def _abimer(tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame) -> pd.DataFrame:
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
