"""The workbook of objectives that an analyst fills in: its matrices, and the sheet that describes their columns.

A workbook that is at fault says all its faults at once, each with its sheet and its cell.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.sources import abime, ouvrir_un
from cil_analysis.reference.ecriture.objectifs import (
    ATTRIBUTS,
    AU_PLUS,
    CODE,
    DATES,
    DESCRIPTION,
    FEUILLES,
    NOM,
    NOMBRES,
    SCHEMA,
    TITRES,
    Colonne,
)
from cil_analysis.reference.ecriture.retouches import ecrire_nombre
from cil_analysis.reference.lecture import Faute, fautes_des_lignes, lire_cellule
from cil_analysis.reference.objectifs import INTERVALLE, PCT
from cil_analysis.reference.tables import Champ
from cil_analysis.reference.texte import enumerer, une_ligne

_FAUTES_DITES = 10
_SUFFIXES = (".xlsx", ".xlsm")
_ABIMES = (KeyError, TypeError, ValueError, IndexError, AttributeError, zipfile.BadZipFile, ElementTree.ParseError)


@dataclass(frozen=True)
class Connus:
    """What a workbook may name: the rows of each sheet, code → name; and for each unit, indicator → categories."""

    lignes: Mapping[str, Mapping[str, str]]
    indicateurs: Mapping[str, Mapping[str, Collection[str]]]


@dataclass(frozen=True)
class _Page:
    """A sheet: heading → its cell, the rows below that are not blank (heading → cell), and where faults are noted.

    ``egarees``: the cells that are under no heading.
    """

    nom: str
    titres: dict[str, Any]
    lignes: list[dict[str, Any]]
    egarees: list[Any]
    fautes: list[str]

    @classmethod
    def de(cls, feuille: Worksheet, fautes: list[str]) -> _Page:
        """The page of a sheet."""
        page = cls(feuille.title, {}, [], [], fautes)
        for cellule in next(feuille.iter_rows(max_row=1), ()):
            titre = page.texte(cellule)
            if titre and page.titres.setdefault(titre, cellule) is not cellule:
                page.noter(cellule, f"deux colonnes s’appellent « {titre} ». N’en gardez qu’une.")
        rangs = {cellule.column for cellule in page.titres.values()}
        for ligne in feuille.iter_rows(min_row=2):
            if remplies := [cellule for cellule in ligne if cellule.value not in (None, "")]:
                page.lignes.append({titre: ligne[cellule.column - 1] for titre, cellule in page.titres.items()})
                page.egarees.extend(cellule for cellule in remplies if cellule.column not in rangs)
        return page

    def noter(self, cellule: Any, faute: str) -> None:
        self.fautes.append(f"Feuille « {self.nom} », cellule {cellule.coordinate} : {faute}")

    def texte(self, cellule: Any) -> str:
        """A cell as text, on one line: a date as AAAA-MM-JJ, a share as it is seen, « 25 % »."""
        valeur = cellule.value
        if cellule.data_type in ("f", "e"):
            quoi = "une formule" if cellule.data_type == "f" else "une erreur"
            self.noter(cellule, f"c’est {quoi}. Remplacez-la par sa valeur (copier, puis coller les valeurs).")
            return ""
        if isinstance(valeur, datetime | date):
            return valeur.strftime("%Y-%m-%d")
        if type(valeur) in (int, float):
            est_une_part = "%" in str(cellule.number_format)
            return f"{ecrire_nombre(100 * valeur)} %" if est_une_part else ecrire_nombre(valeur)
        return "" if valeur is None else une_ligne(str(valeur))

    def lire(self, cellule: Any, champ: Champ, unite: str = "") -> str:
        """What a cell says of a field of objectifs.csv, in the form that it is compared in; blank for a fault."""
        texte = self.texte(cellule)
        if unite == PCT:
            texte = texte.removesuffix("%").strip()
        if not texte and not champ.valeurs:
            return ""
        try:
            lu = lire_cellule(texte, champ)
        except Faute as faute:
            self.noter(cellule, f"{faute.quoi}. {faute.remede}.")
            return ""
        return f"{lu:%Y-%m-%d}" if isinstance(lu, datetime) else ecrire_nombre(lu) if isinstance(lu, float) else str(lu)


def lire_objectifs_saisis(fichier: Path, connus: Connus) -> list[Colonne]:
    """The columns of the workbook, with the targets that are filled in.

    Raises ErreurCIL for a file that is not such a workbook, and for all that is at fault in it.
    """
    classeur = _ouvrir(fichier)
    fautes: list[str] = []
    pages = {feuille.title: _Page.de(feuille, fautes) for feuille in classeur.worksheets}
    if DESCRIPTION not in pages or (absents := {*TITRES.values()} - {*pages[DESCRIPTION].titres}):
        quoi = f"n’a pas la feuille « {DESCRIPTION} »" if DESCRIPTION not in pages else (
            f"n’a pas, en tête de sa feuille « {DESCRIPTION} », {enumerer([f'« {t} »' for t in sorted(absents)])}"
        )  # fmt: skip
        raise ErreurCIL(
            f"{fichier.name} {quoi} : ce n’est pas un classeur d’objectifs. « cil objectifs --modele objectifs.xlsx » "
            "en écrit un à remplir."
        )
    decrites = _decrites(pages[DESCRIPTION], connus)
    colonnes = []
    for feuille in FEUILLES:
        siennes = [colonne for colonne in decrites if colonne.feuille == feuille]
        if feuille.nom in pages:
            colonnes += _matrice(pages[feuille.nom], siennes, connus.lignes[feuille.nom])
        elif siennes:
            fautes.append(f"La feuille « {feuille.nom} » manque, alors que « {DESCRIPTION} » la décrit. Remettez-la.")
    if fautes:
        suite = len(fautes) - _FAUTES_DITES
        autres = [f"Et {suite} autres."] if suite > 1 else [f"Et {suite} autre."] if suite == 1 else []
        raise ErreurCIL("\n  ".join([f"{fichier.name} : rien n’a été écrit.", *fautes[:_FAUTES_DITES], *autres]))
    return colonnes


def _ouvrir(fichier: Path) -> Workbook:
    if fichier.suffix.lower() not in _SUFFIXES and fichier.is_file():
        raise ErreurCIL(f"{fichier.name} n’est pas un classeur .xlsx : enregistrez-le sous ce format, puis relancez.")
    source = ouvrir_un(fichier)
    lire_classeur(source)  # Refuses what is protected, damaged or hostile.
    try:
        return load_workbook(io.BytesIO(source.octets))
    except _ABIMES as erreur:
        raise abime(source.nom) from erreur


# --- The sheet of columns -------------------------------------------------------------------------------------------


def _decrites(page: _Page, connus: Connus) -> list[Colonne]:
    """The columns as they are described, without their targets."""
    feuilles = {feuille.nom: feuille for feuille in FEUILLES}
    colonnes: dict[tuple[str, str], Colonne] = {}
    for ligne in page.lignes:
        cellules = {nom: ligne[titre] for nom, titre in TITRES.items()}
        dite, nom, repere = (page.texte(cellules[quoi]) for quoi in ("feuille", "nom", "repere"))
        if (feuille := feuilles.get(dite)) is None:
            page.noter(cellules["feuille"], f"feuille « {dite} » inconnue. Attendu {enumerer([*feuilles])}.")
        elif not nom or (feuille.nom, nom) in colonnes:
            quoi = f"« {nom} » est décrite deux fois" if nom else "le nom de la colonne manque"
            page.noter(cellules["nom"], f"{quoi}. Donnez à chaque colonne un nom, qui soit son en-tête.")
        else:
            ou = f"Feuille « {DESCRIPTION} », ligne {cellules['nom'].row}"
            colonnes[feuille.nom, nom] = Colonne(feuille, nom, _attributs(page, cellules, connus), {}, repere, ou=ou)
    return list(colonnes.values())


def _attributs(page: _Page, cellules: Mapping[str, Any], connus: Connus) -> dict[str, str]:
    """What is said of a column."""
    lus = {nom: page.lire(cellules[nom], SCHEMA.colonnes[nom]) for nom in ATTRIBUTS if nom != "tolerance"}
    lus["tolerance"] = page.lire(cellules["tolerance"], SCHEMA.colonnes["tolerance"], lus["unite"])
    indicateurs = connus.indicateurs.get(lus["unite"], {})
    if indicateurs and lus["indicateur"] not in indicateurs:
        page.noter(
            cellules["indicateur"],
            f"aucun objectif ne se suit sur l’indicateur « {lus['indicateur']} ». Attendu {', '.join(indicateurs)}.",
        )
    elif lus["modalite"] and lus["modalite"] not in indicateurs.get(lus["indicateur"], ()):
        page.noter(cellules["modalite"], f"« {lus['modalite']} » n’est pas un public de {lus['indicateur']}.")
    return lus


# --- A matrix -------------------------------------------------------------------------------------------------------


def _matrice(page: _Page, decrites: Sequence[Colonne], connues: Mapping[str, str]) -> list[Colonne]:
    """The columns of a sheet, with their targets by code."""
    if CODE not in page.titres:
        page.fautes.append(f"Feuille « {page.nom} » : l’en-tête « {CODE} » manque à la première ligne.")
        return []
    voulus = {c.nom: [c.nom, *([c.nom + AU_PLUS] if c.attributs["sens"] == INTERVALLE else [])] for c in decrites}
    attendus = {CODE, NOM, *(titre for titres in voulus.values() for titre in titres)}
    for titre in (titre for titre in page.titres if titre not in attendus):
        faute = f"la colonne « {titre} » n’est pas décrite dans « {DESCRIPTION} ». Ajoutez-y sa ligne."
        page.noter(page.titres[titre], faute)
    for egaree in page.egarees:
        page.noter(egaree, "cette cellule n’est sous aucun en-tête. Donnez-en un à sa colonne, ou videz-la.")
    lignes, lues = _lignes_par_code(page, connues), []
    for colonne in decrites:
        absents = [titre for titre in voulus[colonne.nom] if titre not in page.titres]
        if absents and (colonne.repere or colonne.attributs["source"]):
            page.fautes.append(
                f"Feuille « {page.nom} » : la colonne « {absents[0]} », décrite dans « {DESCRIPTION} » "
                f"({colonne.ou.rpartition(', ')[2]}), manque. Remettez-la ; pour retirer ses objectifs, videz ses "
                "cellules et ajoutez --retirer."
            )
        if not absents:  # A blank column that was offered may be taken away.
            dites = {code: [ligne[titre] for titre in voulus[colonne.nom]] for code, ligne in lignes.items()}
            lues.append(replace(colonne, cibles=_cibles(page, colonne, dites), vus=frozenset(lignes)))
    return lues


def _lignes_par_code(page: _Page, connues: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Code → its row; a row without a known code is noted as a fault."""
    lignes: dict[str, dict[str, Any]] = {}
    for ligne in page.lignes:
        code = page.texte(ligne[CODE])
        if code not in connues and code.zfill(5) in connues:
            code = code.zfill(5)  # A code that a spreadsheet took for a number.
        if code not in connues:
            nom = page.texte(ligne[NOM]) if NOM in ligne else ""
            dit = f"« {code} » n’est pas un code connu du projet" if code else "le code manque"
            page.noter(ligne[CODE], f"{dit}{f' ({nom})' if nom else ''}. Corrigez-le, ou supprimez la ligne.")
        elif lignes.setdefault(code, ligne) is not ligne:
            page.noter(ligne[CODE], f"« {code} » ({connues[code]}) a déjà une ligne. N’en gardez qu’une.")
    return lignes


def _cibles(page: _Page, colonne: Colonne, cellules: Mapping[str, Sequence[Any]]) -> dict[str, tuple[str, str]]:
    """The targets of a column by code, noting those that objectifs.csv would refuse; none where the cells are blank."""
    cibles: dict[str, tuple[str, str]] = {}
    bornes = [SCHEMA.colonnes[nom] for nom in ("valeur", "valeur_max")]
    for code, siennes in cellules.items():
        dites = zip(siennes, bornes, strict=False)  # An interval alone has two.
        lus = [page.lire(cellule, borne, colonne.attributs["unite"]) for cellule, borne in dites]
        if any(lus):
            cibles[code] = lus[0], lus[1] if len(lus) == 2 else ""
    lignes = [colonne.ligne(code, code, cible) for code, cible in cibles.items()]
    table = pd.DataFrame(lignes, index=[*cibles], columns=[*SCHEMA.colonnes], dtype="str").fillna("")
    table[DATES], table[NOMBRES] = table[DATES].apply(pd.to_datetime), table[NOMBRES].apply(pd.to_numeric)
    for code, faute in fautes_des_lignes(table, SCHEMA):
        page.noter(cellules[code][0], f"« {page.texte(cellules[code][0])} » : {faute}")
    return cibles
