"""The workbook of objectives that an analyst fills in: how to, the columns, then a matrix a sheet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.rapport.classeur import feuilles
from cil_analysis.rapport.classeur.feuilles import MOTS, Feuille
from cil_analysis.reference.ecriture.objectifs import AU_PLUS, CODE, DESCRIPTION, FEUILLES, NOM, TITRES, Objectif
from cil_analysis.reference.objectifs import INTERVALLE, NOMBRE, PCT, PLAFOND, PLANCHER
from cil_analysis.reference.tables import CONFIANCES
from cil_analysis.reference.texte import normaliser

_CHIFFRE, _FORMATS = "General", dict.fromkeys(("date_effet", "date_fin"), "dd/mm/yyyy")
_LARGEURS = {"feuille": 18, "colonne": 34, "document": 22, "source": 60, "version": 14}
_CHOIX = {"sens": (PLANCHER, PLAFOND, INTERVALLE), "unite": (PCT, NOMBRE), "confiance": CONFIANCES}


def ecrire_modele(
    objectifs: Sequence[Objectif], lignes: Mapping[str, Mapping[str, str]], titre: str, chemin: Path
) -> None:
    """Write the workbook. ``lignes``: for each sheet, code → name. Same content, same bytes; all of it or nothing."""
    classeur = feuilles.nouveau_classeur(titre)
    notice = Feuille(classeur, "À lire", titre)
    notice.ecrire(titre, allure=feuilles.TITRE)
    faits = {"description": DESCRIPTION, "au_plus": AU_PLUS, "date_effet": TITRES["date_effet"]}
    notice.ecrire(*(phrase.format(**faits) for phrase in MOTS["objectifs"]))
    colonnes: dict[tuple[str, str], list[Objectif]] = {}
    for objectif in objectifs:
        colonnes.setdefault((objectif["feuille"], objectif["colonne"]), []).append(objectif)
    _decrire(classeur, [siens[0] for siens in colonnes.values()], titre)
    for nom in (feuille.nom for feuille in FEUILLES):
        if siennes := [siens for (feuille, _), siens in colonnes.items() if feuille == nom]:
            titres, cellules = _matrice(siennes, lignes[nom])
            Feuille(classeur, nom, titre, colonnes=titres).remplir(normaliser(nom).capitalize(), cellules)
    enregistrer_classeur(classeur, chemin)


def _decrire(classeur: Workbook, colonnes: Sequence[Objectif], titre: str) -> None:
    """The sheet of the columns: where each is from, one a row; some cells offer a choice."""
    titres = [feuilles.Colonne(t, _LARGEURS.get(nom, 13), _FORMATS.get(nom, "")) for nom, t in TITRES.items()]
    feuille = Feuille(classeur, DESCRIPTION, titre, colonnes=titres)
    feuille.remplir("Colonnes", [[_contenu(nom, dite[nom]) for nom in TITRES] for dite in colonnes])
    for nom, choix in _CHOIX.items():
        lettre = get_column_letter([*TITRES].index(nom) + 1)
        liste = DataValidation(type="list", formula1=f'"{",".join(choix)}"', allow_blank=True)
        liste.add(f"{lettre}2:{lettre}{len(colonnes) + 50}")
        feuille.page.add_data_validation(liste)


def _contenu(nom: str, texte: str) -> object:
    """A date as one, a number as a figure, None for a blank cell."""
    if not texte:
        return None
    if nom in _FORMATS:
        return datetime.strptime(texte, "%Y-%m-%d")
    return float(texte) if nom in ("tolerance", "valeur", "valeur_max") else texte


def _matrice(
    colonnes: Sequence[Sequence[Objectif]], lignes: Mapping[str, str]
) -> tuple[list[feuilles.Colonne], list[list[object]]]:
    """The columns and the rows of a sheet to fill in: an interval has two columns."""
    titres, cellules = (
        [feuilles.Colonne(CODE, 14), feuilles.Colonne(NOM, 36)],
        [list[object](un) for un in lignes.items()],
    )
    for siens in colonnes:
        par_code = {objectif["code"]: objectif for objectif in siens}
        for nom, suite in (("valeur", ""), ("valeur_max", AU_PLUS))[: 1 + (siens[0]["sens"] == INTERVALLE)]:
            titres.append(feuilles.Colonne(siens[0]["colonne"] + suite, 20, _CHIFFRE))
            for code, ligne in zip(lignes, cellules, strict=True):
                ligne.append(_contenu(nom, par_code[code][nom]) if code in par_code else None)
    return titres, cellules
