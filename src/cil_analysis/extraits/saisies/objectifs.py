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

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.valeurs import lire_nombre
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.sources import abime, ouvrir_un
from cil_analysis.nombres import francais
from cil_analysis.reference.ecriture.objectifs import (
    ATTRIBUTS,
    AU_PLUS,
    CODE,
    DESCRIPTION,
    FEUILLES,
    NOM,
    TITRES,
    Colonne,
)
from cil_analysis.reference.ecriture.retouches import ecrire_nombre
from cil_analysis.reference.lecture import Faute, lire_cellule
from cil_analysis.reference.objectifs import INTERVALLE, NOMBRE, PCT
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import enumerer, une_ligne

_FAUTES_DITES = 10
_SUFFIXES = (".xlsx", ".xlsm")
# How what is said of a column is read: as in objectifs.csv.
_CHAMPS = {nom: schemas()["parameters/objectifs"].colonnes[nom] for nom in ATTRIBUTS if nom != "tolerance"}
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
    def lire(cls, feuille: Worksheet, fautes: list[str]) -> _Page:
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
        """A cell as text, on one line; a date as AAAA-MM-JJ."""
        valeur = cellule.value
        if cellule.data_type in ("f", "e"):
            quoi = "une formule" if cellule.data_type == "f" else "une erreur"
            self.noter(cellule, f"c’est {quoi}. Remplacez-la par sa valeur (copier, puis coller les valeurs).")
            return ""
        if isinstance(valeur, datetime | date):
            return valeur.strftime("%Y-%m-%d")
        if isinstance(valeur, float) and valeur == int(valeur):
            return str(int(valeur))
        return "" if valeur is None else une_ligne(str(valeur))


def lire_objectifs_saisis(fichier: Path, connus: Connus) -> list[Colonne]:
    """The columns of the workbook, with the targets that are filled in.

    Raises ErreurCIL for a file that is not such a workbook, and for all that is at fault in it.
    """
    classeur = _ouvrir(fichier)
    fautes: list[str] = []
    pages = {feuille.title: _Page.lire(feuille, fautes) for feuille in classeur.worksheets}
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
        textes = {nom: page.texte(cellule) for nom, cellule in cellules.items()}
        feuille, nom = feuilles.get(textes["feuille"]), textes["nom"]
        if feuille is None:
            quoi = f"feuille « {textes['feuille']} » inconnue. Attendu {enumerer([*feuilles])}."
            page.noter(cellules["feuille"], quoi)
        elif not nom or (feuille.nom, nom) in colonnes:
            quoi = f"« {nom} » est décrite deux fois" if nom else "le nom de la colonne manque"
            page.noter(cellules["nom"], f"{quoi}. Donnez à chaque colonne un nom, qui soit son en-tête.")
        else:
            attributs = _attributs(page, cellules, textes, connus)
            ou = f"Feuille « {DESCRIPTION} », ligne {cellules['nom'].row}"
            colonnes[feuille.nom, nom] = Colonne(feuille, nom, attributs, {}, textes["repere"], ou=ou)
    return list(colonnes.values())


def _attributs(page: _Page, cellules: Mapping[str, Any], textes: Mapping[str, str], connus: Connus) -> dict[str, str]:
    """What is said of a column, dates and numbers in the form that objectifs.csv is compared in."""
    lus = {nom: textes[nom] for nom in ATTRIBUTS}
    for nom, champ in _CHAMPS.items():
        if lus[nom] or champ.valeurs:
            try:
                lu = lire_cellule(lus[nom], champ)
            except Faute as faute:
                page.noter(cellules[nom], f"{faute.quoi}. {faute.remede}.")
            else:
                lus[nom] = f"{lu:%Y-%m-%d}" if isinstance(lu, datetime) else lu
    if lus["tolerance"]:
        lus["tolerance"] = _valeur(page, cellules["tolerance"], lus["unite"], moindre=0)
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
            unite = colonne.attributs["unite"]
            dites = {code: [ligne[titre] for titre in voulus[colonne.nom]] for code, ligne in lignes.items()}
            cibles = {code: _cible(page, cellules, unite) for code, cellules in dites.items()}
            remplies = {code: cible for code, cible in cibles.items() if any(cible)}
            lues.append(replace(colonne, cibles=remplies, vus=frozenset(lignes)))
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


def _cible(page: _Page, cellules: Sequence[Any], unite: str) -> tuple[str, str]:
    """The value of an objective, and its upper bound where it has one; blank where the cell is."""
    bornes = [_valeur(page, cellule, unite) for cellule in cellules]
    if len(bornes) == 2 and any(bornes):
        if not all(bornes):
            page.noter(cellules[0], "un intervalle a deux bornes. Remplissez ou videz les deux cellules.")
        elif float(bornes[0]) >= float(bornes[1]):
            page.noter(cellules[1], "la borne haute doit dépasser l’autre. Corrigez l’une des deux.")
    return bornes[0], bornes[1] if len(bornes) == 2 else ""


def _valeur(page: _Page, cellule: Any, unite: str, moindre: float = 1) -> str:
    """A target as text; « 25 % », which a spreadsheet keeps as 0.25, is 25.

    ``moindre``: the least percentage that is not zero. 0.25 for « 25 % » must not be read as a quarter of a percent.
    """
    texte = page.texte(cellule)
    if not texte:
        return ""
    est_un_nombre = type(cellule.value) in (int, float)
    try:
        nombre = float(cellule.value) if est_un_nombre else lire_nombre(texte, pourcentage=True)
    except ValueError:
        nombre = None
    if nombre is None:
        faute = f"« {une_ligne(texte, 40)} » n’est pas un nombre. Écrivez un nombre, ou videz la cellule."
        page.noter(cellule, faute)
        return ""
    if unite == PCT and "%" in str(cellule.number_format) and est_un_nombre:
        nombre *= 100
    if unite == PCT and not (nombre == 0 or moindre <= nombre <= 100):
        dit = francais(texte) if est_un_nombre else texte
        page.noter(cellule, f"« {dit} » n’est pas un pourcentage de 1 à 100 : pour 25 %, écrivez 25.")
    if unite == NOMBRE and (nombre < 0 or nombre != int(nombre)):
        page.noter(cellule, f"« {texte} » : un nombre de ménages est entier et n’est pas négatif.")
    return ecrire_nombre(nombre)
