"""The workbook of objectives that an analyst fills in: its matrices, and the sheet that describes their columns.

Each cell is read, and each objective checked, as those of objectifs.csv are; a workbook that is at fault says all its
faults at once, each with its sheet and its cell.
"""

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.sources import abime, ouvrir_un
from cil_analysis.reference.ecriture.objectifs import (
    AU_PLUS,
    CODE,
    DESCRIPTION,
    FEUILLES,
    NOM,
    TITRES,
    Feuille,
    Objectif,
    bornes,
    en_texte,
    exiger_sans_faute,
)
from cil_analysis.reference.ecriture.retouches import ecrire_valeur
from cil_analysis.reference.lecture import Faute, en_table, fautes_des_lignes, lire_cellule
from cil_analysis.reference.objectifs import PCT
from cil_analysis.reference.tables import Champ, schemas
from cil_analysis.reference.texte import enumerer

_SUFFIXES = (".xlsx", ".xlsm")
# An objective that is read is named when it is written; what is not said of a column is asked for then.
_SCHEMA = replace(schemas()["parameters/objectifs"], cle=())
_CHAMPS = {nom: replace(champ, obligatoire="") for nom, champ in _SCHEMA.colonnes.items()} | {
    "feuille": Champ("feuille", valeurs=tuple(feuille.nom for feuille in FEUILLES)),
    "colonne": Champ("colonne", obligatoire="oui"),
    "repere": Champ("repere"),
}
_ABIMES = (KeyError, TypeError, ValueError, IndexError, AttributeError, zipfile.BadZipFile, ElementTree.ParseError)

Ligne = Mapping[str, Any]
"""Heading → cell."""


# What a workbook may name: the rows of each sheet, code → name; and for each unit, indicator → categories.
Lignes = Mapping[str, Mapping[str, str]]
Indicateurs = Mapping[str, Mapping[str, Collection[str]]]


def lire_objectifs_saisis(fichier: Path, connues: Lignes, indicateurs: Indicateurs) -> list[Objectif]:
    """What the workbook says of each cell of its matrices, blank ones included. Raises ErreurCIL for all its faults."""
    classeur, lecture = _ouvrir(fichier), _Lecture(connues, indicateurs)
    manque, titres = f"la feuille « {DESCRIPTION} »", list[str]()
    if DESCRIPTION in classeur.sheetnames:
        titres, lignes = lecture.lire_les_lignes(classeur[DESCRIPTION])
        absents = enumerer([f"« {titre} »" for titre in TITRES.values() if titre not in titres])
        manque = absents and f"{absents} en tête de sa feuille « {DESCRIPTION} »"
    if manque:
        raise ErreurCIL(
            f"{fichier.name} n’a pas {manque} : ce n’est pas un classeur d’objectifs. « cil objectifs --modele "
            "objectifs.xlsx » en écrit un à remplir."
        )
    decrites = lecture.decrire(lignes)
    presentes = [feuille for feuille in FEUILLES if feuille.nom in classeur.sheetnames]
    lecture.fautes += [
        f"Feuille « {feuille.nom} » : elle manque, et « {DESCRIPTION} » en décrit des colonnes. Remettez-la."
        for feuille in FEUILLES
        if feuille not in presentes and decrites[feuille.nom]
    ]
    lus = [lu for feuille in presentes for lu in lecture.lire_la_matrice(feuille, classeur[feuille.nom], decrites)]
    lecture.controler(lus)
    exiger_sans_faute(fichier.name, lecture.fautes)
    return [en_texte(lu) for _, lu in lus]


def _ouvrir(fichier: Path) -> Workbook:
    if fichier.suffix.lower() not in _SUFFIXES and fichier.is_file():
        raise ErreurCIL(f"{fichier.name} n’est pas un classeur .xlsx : enregistrez-le sous ce format, puis relancez.")
    source = ouvrir_un(fichier)
    lire_classeur(source)  # Refuses what is protected, damaged or hostile.
    try:
        return load_workbook(io.BytesIO(source.octets))
    except _ABIMES as erreur:
        raise abime(source.nom) from erreur


class _Lecture:
    """The reading of a workbook, and what is at fault in it."""

    def __init__(self, connues: Lignes, indicateurs: Indicateurs) -> None:
        self.connues, self.indicateurs = connues, indicateurs
        self.fautes: list[str] = []

    def noter(self, cellule: Any, faute: str) -> None:
        self.fautes.append(f"Feuille « {cellule.parent.title} », cellule {cellule.coordinate} : {faute}")

    def lire(self, cellule: Any, champ: Champ, unite: str = "") -> Any:
        """What a cell says, in the type of a column; nothing, and a fault, where it says something else."""
        try:
            return lire_cellule(_texte(cellule, unite), champ)
        except Faute as faute:
            self.noter(cellule, f"{faute.quoi}. {faute.remede}.")
            return lire_cellule("", Champ(champ.nom, champ.type))

    def lire_les_lignes(self, page: Worksheet) -> tuple[list[str], list[Ligne]]:
        """The headings of a sheet, and its rows that are not blank."""
        entete, *lignes = [*page.iter_rows()] or [()]
        rangs: dict[str, int] = {}
        for rang, cellule in enumerate(entete):
            titre = self.lire(cellule, Champ("titre"))
            if titre and rangs.setdefault(titre, rang) != rang:
                self.noter(cellule, f"deux colonnes s’appellent « {titre} ». N’en gardez qu’une.")
        remplies = [ligne for ligne in lignes if any(cellule.value not in (None, "") for cellule in ligne)]
        for cellule in (c for ligne in remplies for rang, c in enumerate(ligne) if rang not in rangs.values()):
            if cellule.value not in (None, ""):
                self.noter(cellule, "cette cellule n’est sous aucun en-tête. Donnez-en un à sa colonne, ou videz-la.")
        return [*rangs], [{titre: ligne[rang] for titre, rang in rangs.items()} for ligne in remplies]

    def decrire(self, lignes: list[Ligne]) -> dict[str, dict[str, dict[str, Any]]]:
        """Sheet → heading → what is said of the column."""
        decrites: dict[str, dict[str, dict[str, Any]]] = {feuille.nom: {} for feuille in FEUILLES}
        for ligne in lignes:
            dite: dict[str, Any] = {}
            for nom, titre in TITRES.items():
                dite[nom] = self.lire(ligne[titre], _CHAMPS[nom], dite["unite"] if nom == "tolerance" else "")
            self._exiger_un_indicateur(ligne, dite)
            dite["ou"] = f"Feuille « {DESCRIPTION} », ligne {ligne[TITRES['feuille']].row}"
            if dite["feuille"] and decrites[dite["feuille"]].setdefault(dite["colonne"], dite) is not dite:
                self.noter(
                    ligne[TITRES["colonne"]], f"« {dite['colonne']} » est décrite deux fois. N’en gardez qu’une."
                )
        return decrites

    def _exiger_un_indicateur(self, ligne: Ligne, dite: Mapping[str, Any]) -> None:
        """That an indicator is followed in this unit, and has this category."""
        indicateurs = self.indicateurs.get(dite["unite"], {})
        code, modalite = dite["indicateur"], dite["modalite"]
        if indicateurs and code not in indicateurs:
            faute = f"aucun objectif ne se suit sur l’indicateur « {code} ». Attendu {', '.join(indicateurs)}."
            self.noter(ligne[TITRES["indicateur"]], faute)
        elif modalite and modalite not in indicateurs.get(code, ()):
            self.noter(ligne[TITRES["modalite"]], f"« {modalite} » n’est pas un public de {code}. Corrigez-le.")

    def lire_la_matrice(
        self, feuille: Feuille, page: Worksheet, decrites: Mapping[str, Mapping[str, Mapping[str, Any]]]
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        """The cells of a matrix, in each row and column, and what each says."""
        (titres, lignes), siennes = self.lire_les_lignes(page), decrites[feuille.nom]
        if CODE not in titres:
            self.fautes.append(
                f"Feuille « {page.title} » : l’en-tête « {CODE} » manque. Remettez-le en première ligne."
            )
            return
        for titre in titres:
            if titre not in (CODE, NOM) and titre.removesuffix(AU_PLUS) not in siennes:
                faute = f"la colonne « {titre} » n’est pas décrite dans « {DESCRIPTION} ». Ajoutez-y sa ligne."
                self.noter(page.cell(1, titres.index(titre) + 1), faute)
        self.fautes += [
            f"Feuille « {page.title} » : la colonne « {colonne} » manque ({dite['ou']}). Remettez-la ; pour retirer "
            "ses objectifs, videz ses cellules et ajoutez --retirer."
            for colonne, dite in siennes.items()
            # One that was offered, and is blank, may be taken away.
            if colonne not in titres and (dite["repere"] or dite["source"] or colonne + AU_PLUS in titres)
        ]
        for code, ligne in self._par_code(lignes, self.connues[feuille.nom]).items():
            for colonne, dite in siennes.items():
                if colonne in titres:
                    cellules = [ligne[titre] for titre in (colonne, colonne + AU_PLUS) if titre in titres]
                    lues = [self.lire(cellule, _CHAMPS["valeur"], dite["unite"]) for cellule in cellules]
                    cibles = {"valeur": lues[0], "valeur_max": lues[1] if len(lues) > 1 else None}
                    yield cellules[0], {**dite, **feuille.place(code), **cibles, "code": code}

    def _par_code(self, lignes: list[Ligne], connues: Mapping[str, str]) -> dict[str, Ligne]:
        """Code → its row; a row without a known code is noted as a fault."""
        par_code: dict[str, Ligne] = {}
        for ligne in lignes:
            code = self.lire(ligne[CODE], Champ(CODE))
            if code not in connues and code.zfill(5) in connues:
                code = code.zfill(5)  # A code that a spreadsheet took for a number.
            if code not in connues:
                dit = f"« {code} » n’est pas un code connu du projet" if code else "le code manque"
                self.noter(ligne[CODE], f"{dit}. Corrigez-le, ou supprimez la ligne.")
            elif par_code.setdefault(code, ligne) is not ligne:
                self.noter(ligne[CODE], f"« {code} » ({connues[code]}) a déjà une ligne. N’en gardez qu’une.")
        return par_code

    def controler(self, lus: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """Note what objectifs.csv would refuse of an objective, in its cell; what is blank is none."""
        for rang, faute in fautes_des_lignes(en_table([lu for _, lu in lus], _SCHEMA), _SCHEMA):
            cellule, lu = lus[rang]
            dites = " à ".join(borne.replace(".", ",") for borne in bornes(en_texte(lu)) if borne)
            if dites:
                self.noter(cellule, f"« {dites} », {faute}")


def _texte(cellule: Any, unite: str) -> str:
    """A cell as objectifs.csv would have it; of a share, « 25 % », which a spreadsheet keeps as 0.25, is 25.

    Raises Faute for a formula or an error.
    """
    valeur = cellule.value
    if cellule.data_type in ("f", "e"):
        quoi = "une formule" if cellule.data_type == "f" else "une erreur"
        raise Faute(f"c’est {quoi}", "La remplacer par sa valeur (copier, puis coller les valeurs)")
    if unite == PCT and type(valeur) in (int, float) and "%" in str(cellule.number_format):
        valeur *= 100.0
    texte = ecrire_valeur(valeur)
    return texte.removesuffix("%") if unite == PCT else texte
