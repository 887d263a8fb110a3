"""One list for a whole file: its headings and its labels that nobody knows, each with what it could be.

It is filled in with a spreadsheet, saved in whatever dialect that has, and read back. One row is one heading or label.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from cil_analysis.classeurs import commence_une_formule, enregistrer_classeur
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus import choix_colonnes
from cil_analysis.extraits.inconnus.examen_colonnes import Examen
from cil_analysis.extraits.inconnus.examen_libelles import ColonneLue
from cil_analysis.extraits.inconnus.libelles import dire_les_propositions
from cil_analysis.extraits.saisies.tableau import lire_tableaux
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.colonnes import IGNOREE, NOUVEAU, PERSONNELLE, VIDE
from cil_analysis.reference.texte import normaliser

_LUS = ("nature", "extrait", "colonne", "texte", "choix")
TITRES = ("nature", "extrait", "colonne", "texte", "lignes", "propositions", "choix")
EN_TETE, LIBELLE = "en-tête", "libellé"
_ADMIS = ("colonne", "code", "signification")
_LARGEURS = (10, 14, 26, 50, 8, 50, 24)


@dataclass(frozen=True)
class Choisis:
    """What a list says, as the commands take it: « en-tête=colonne » and « colonne:libellé=code »."""

    extrait: str
    entetes: list[str]
    libelles: list[str]


def ecrire(chemin: Path, examens: Sequence[Examen], lues: Sequence[ColonneLue]) -> int:
    """Write the list of what is to be decided, the sure proposals filled in. Returns how many rows it has.

    Raises ErreurCIL for a file that is neither .csv nor .xlsx, or that is there already: it may hold choices.
    """
    suffixe = chemin.suffix.lower()
    if suffixe not in (".csv", ".xlsx"):
        raise ErreurCIL(f"{chemin.name} : donnez à la liste un nom en .csv ou .xlsx.")
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà, et porte peut-être vos choix : nommez un autre fichier.")
    lignes = list(_lignes(examens, lues))
    if suffixe == ".csv":
        tampon = io.StringIO(newline="")
        csv.writer(tampon, delimiter=";").writerows([TITRES, *([_sans_formule(c) for c in ligne] for ligne in lignes)])
        remplacer(chemin, b"\xef\xbb\xbf" + tampon.getvalue().encode("utf-8"))
        return len(lignes)
    classeur = Workbook()
    classeur.remove(classeur.active)
    _remplir(classeur, "Choix", TITRES, lignes)
    _remplir(classeur, "Codes admis", _ADMIS, list(_admis(examens, lues)))
    enregistrer_classeur(classeur, chemin)
    return len(lignes)


def _lignes(examens: Sequence[Examen], lues: Sequence[ColonneLue]) -> Iterator[tuple[str, ...]]:
    surs = choix_colonnes.choisir_surs(examens).ajouts
    vus: set[str] = set()
    for examen in examens:
        extrait = examen.dictionnaire.extrait
        sens = {colonne.nom: colonne.libelle for colonne in examen.dictionnaire.colonnes.values()}
        for entete, propositions in examen.propositions.items():
            if normaliser(entete) not in vus:
                vus.add(normaliser(entete))
                choix = surs.get(extrait, {}).get(entete, "")
                yield EN_TETE, extrait, "", entete, "", dire_les_propositions(propositions, sens), choix
    for lue in lues:
        for libelle in lue.libelles:
            proches = dire_les_propositions(libelle.propositions, lue.admis)
            yield LIBELLE, extrait, lue.colonne.nom, libelle.texte, str(libelle.lignes), proches, libelle.sur


def _admis(examens: Sequence[Examen], lues: Sequence[ColonneLue]) -> Iterator[tuple[str, ...]]:
    """What may be chosen: the columns for the headings, the codes for the labels."""
    for colonne in examens[0].dictionnaire.colonnes.values():
        if colonne.conservation != "derivee":
            yield EN_TETE, colonne.nom, colonne.libelle
    yield EN_TETE, IGNOREE, "colonne sans usage, écartée"
    yield EN_TETE, PERSONNELLE, "colonne personnelle, écartée"
    for lue in (lue for lue in lues if lue.libelles):
        for code, sens in lue.admis.items():
            yield lue.colonne.nom, code, sens
        yield lue.colonne.nom, VIDE, "non renseigné"
        if lue.ouverte:
            yield lue.colonne.nom, NOUVEAU, "un organisme de plus, à ajouter à la liste sous ce nom"


def _sans_formule(cellule: str) -> str:
    return f"'{cellule}" if commence_une_formule(cellule) else cellule


def _remplir(classeur: Workbook, nom: str, titres: Sequence[str], lignes: Sequence[Sequence[str]]) -> None:
    feuille = classeur.create_sheet(nom)
    feuille.append(list(titres))
    for rang, ligne in enumerate(lignes, start=2):
        for place, contenu in enumerate(ligne, start=1):
            cellule = feuille.cell(rang, place, contenu)
            cellule.data_type = "s"  # Text, whatever it begins with.
    for place, largeur in enumerate(_LARGEURS[: len(titres)], start=1):
        feuille.column_dimensions[feuille.cell(1, place).column_letter].width = largeur
    feuille.freeze_panes = "A2"


def relire(chemin: Path) -> Choisis:
    """The choices of a list; the rows without one are passed over.

    Raises ErreurCIL for a file that is no such list, or a row that cannot be understood.
    """
    tableaux = lire_tableaux(chemin, {normaliser(titre): titre for titre in TITRES})
    tableau = next((t for t in tableaux if set(_LUS) <= set(t.champs)), None)
    if tableau is None:
        raise ErreurCIL(
            f"{chemin.name} : il faut les en-têtes {', '.join(_LUS)}. Partez d’une liste écrite par « cil libelles "
            "FICHIER --vers LISTE »."
        )
    choisis = Choisis("", [], [])
    extraits: set[str] = set()
    for numero, cellules in tableau.lignes:
        nature, extrait, colonne, texte, choix = (cellules[tableau.champs[titre]] for titre in _LUS)
        if not choix:
            continue
        extraits.add(extrait)
        texte = texte.removeprefix("'")
        genre = normaliser(nature)
        if not texte or genre not in (normaliser(EN_TETE), normaliser(LIBELLE)):
            raise ErreurCIL(
                f"{chemin.name}, ligne {numero} : attendu « {EN_TETE} » ou « {LIBELLE} », son texte et votre choix."
            )
        if genre == normaliser(EN_TETE):
            choisis.entetes.append(f"{texte}={choix}")
        else:
            choisis.libelles.append(f"{colonne}:{texte}={choix}")
    if len(extraits) > 1:
        raise ErreurCIL(f"{chemin.name} : les lignes choisies sont de plusieurs extraits. N’en gardez qu’un.")
    return Choisis(next(iter(extraits), ""), choisis.entetes, choisis.libelles)
