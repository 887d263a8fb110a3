"""The workbook of objectives that an analyst fills in: how to, the columns, then a matrix a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.rapport.classeur import feuilles
from cil_analysis.rapport.classeur.feuilles import MOTS, Feuille
from cil_analysis.reference.ecriture.objectifs import AU_PLUS, CODE, DESCRIPTION, FEUILLES, NOM, TITRES, Colonne
from cil_analysis.reference.objectifs import INTERVALLE, NOMBRE, PCT, PLAFOND, PLANCHER
from cil_analysis.reference.tables import CONFIANCES
from cil_analysis.reference.texte import normaliser

_DATE, _CHIFFRE = "dd/mm/yyyy", "General"
_LARGEURS = {"feuille": 18, "nom": 34, "document": 22, "source": 60, "version": 14}
_CHOIX = {"sens": (PLANCHER, PLAFOND, INTERVALLE), "unite": (PCT, NOMBRE), "confiance": CONFIANCES}


def ecrire_modele(
    colonnes: Sequence[Colonne], lignes: Mapping[str, Mapping[str, str]], titre: str, chemin: Path
) -> None:
    """Write the workbook. ``lignes``: for each sheet, code → name. Same content, same bytes; all of it or nothing."""
    classeur = feuilles.nouveau_classeur(titre)
    notice = Feuille(classeur, "À lire", titre)
    notice.titrer(titre)
    faits = {"description": DESCRIPTION, "au_plus": AU_PLUS, "date_effet": TITRES["date_effet"]}
    notice.rediger(phrase.format(**faits) for phrase in MOTS["objectifs"])
    _decrire(classeur, colonnes, titre)
    for feuille in FEUILLES:
        siennes = [colonne for colonne in colonnes if colonne.feuille == feuille]
        if siennes:
            titres, cellules = _matrice(siennes, lignes[feuille.nom])
            nom = normaliser(feuille.nom).capitalize()
            Feuille(classeur, feuille.nom, titre, colonnes=titres).remplir(nom, cellules)
    enregistrer_classeur(classeur, chemin)


def _decrire(classeur: Workbook, colonnes: Sequence[Colonne], titre: str) -> None:
    """The sheet of the columns: where each is from, one a row; some cells offer a choice."""
    formats = dict.fromkeys(("date_effet", "date_fin"), _DATE)
    titres = [feuilles.Colonne(t, _LARGEURS.get(nom, 13), formats.get(nom, "")) for nom, t in TITRES.items()]
    contenus = []
    for colonne in colonnes:
        dits = dict(colonne.attributs) | {"feuille": colonne.feuille.nom, "nom": colonne.nom, "repere": colonne.repere}
        contenus.append([_contenu(nom, dits[nom]) for nom in TITRES])
    feuille = Feuille(classeur, DESCRIPTION, titre, colonnes=titres)
    feuille.remplir("Colonnes", contenus)
    for nom, choix in _CHOIX.items():
        lettre = get_column_letter([*TITRES].index(nom) + 1)
        liste = DataValidation(type="list", formula1=f'"{",".join(choix)}"', allow_blank=True)
        liste.add(f"{lettre}2:{lettre}{len(colonnes) + 50}")
        feuille.page.add_data_validation(liste)


def _contenu(nom: str, texte: str) -> object:
    """A date as one, a tolerance as a figure, None for a blank cell."""
    if not texte:
        return None
    if nom in ("date_effet", "date_fin"):
        return datetime.strptime(texte, "%Y-%m-%d")
    return float(texte) if nom == "tolerance" else texte


def _matrice(
    colonnes: Sequence[Colonne], lignes: Mapping[str, str]
) -> tuple[list[feuilles.Colonne], list[list[object]]]:
    """The columns and the rows of a sheet to fill in: an interval has two columns."""
    titres = [feuilles.Colonne(CODE, 14), feuilles.Colonne(NOM, 36)]
    cellules: list[list[object]] = [[code, nom] for code, nom in lignes.items()]
    for colonne in colonnes:
        suffixes = ("", AU_PLUS) if colonne.attributs["sens"] == INTERVALLE else ("",)
        for rang, suffixe in enumerate(suffixes):
            titres.append(feuilles.Colonne(colonne.nom + suffixe, 20, _CHIFFRE))
            for code, ligne in zip(lignes, cellules, strict=True):
                texte = colonne.cibles.get(code, ("", ""))[rang]
                ligne.append(float(texte) if texte else None)
    return titres, cellules
