"""One list for a whole file: its headings and its labels that nobody knows, each with what it could be.

It is filled in with a spreadsheet, saved in whatever dialect that has, and read back. One row is one heading or label.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

from cil_analysis.classeurs import commence_une_formule, enregistrer_classeur
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus.choix import choisir_surs, des_entetes, des_libelles
from cil_analysis.extraits.inconnus.codes import dire_les_propositions
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.extraits.inconnus.libelles import ColonneLue
from cil_analysis.extraits.saisies.tableau import lire_tableaux
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.texte import normaliser

_LUS = ("nature", "extrait", "colonne", "texte", "choix")
TITRES = ("nature", "extrait", "colonne", "texte", "lignes", "propositions", "choix")
EN_TETE, LIBELLE = "en-tête", "libellé"
_ADMIS = ("colonne", "code", "signification")
_LARGEURS = (10, 14, 26, 50, 8, 50, 24)


class Choisis(NamedTuple):
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
    lignes = [*_entetes(examens), *_libelles(lues, examens[0].dictionnaire.extrait)]
    if suffixe == ".csv":
        tampon = io.StringIO(newline="")
        sans_formules = [[f"'{c}" if commence_une_formule(c) else c for c in ligne] for ligne in lignes]
        csv.writer(tampon, delimiter=";").writerows([TITRES, *sans_formules])
        remplacer(chemin, b"\xef\xbb\xbf" + tampon.getvalue().encode("utf-8"))
        return len(lignes)
    questions = [des_entetes(examens[0]), *(des_libelles(lue, "") for lue in lues if lue.libelles)]
    admis = [(q.colonne.nom if q.colonne else EN_TETE, *paire) for q in questions for paire in q.admis.items()]
    classeur = Workbook()
    classeur.remove(classeur.active)
    for nom, titres, contenu in (("Choix", TITRES, lignes), ("Codes admis", _ADMIS, admis)):
        feuille = classeur.create_sheet(nom)
        feuille.append(list(titres))
        for rang, ligne in enumerate(contenu, start=2):
            for place, texte in enumerate(ligne, start=1):
                feuille.cell(rang, place, texte).data_type = "s"  # Text, whatever it begins with.
        for place, largeur in enumerate(_LARGEURS[: len(titres)], start=1):
            feuille.column_dimensions[feuille.cell(1, place).column_letter].width = largeur
        feuille.freeze_panes = "A2"
    enregistrer_classeur(classeur, chemin)
    return len(lignes)


def _entetes(examens: Sequence[Examen]) -> Iterator[tuple[str, ...]]:
    surs = choisir_surs(examens).ajouts
    vus: set[str] = set()
    for examen in examens:
        extrait, sens = examen.dictionnaire.extrait, des_entetes(examen).admis
        for entete, propositions in examen.propositions.items():
            if normaliser(entete) not in vus:
                vus.add(normaliser(entete))
                choix = surs.get((extrait, None), {}).get(entete, "")
                yield EN_TETE, extrait, "", entete, "", dire_les_propositions(propositions, sens), choix


def _libelles(lues: Sequence[ColonneLue], extrait: str) -> Iterator[tuple[str, ...]]:
    for lue in lues:
        for libelle in lue.libelles:
            proches = dire_les_propositions(libelle.propositions, lue.codes.admis)
            yield LIBELLE, extrait, lue.colonne.nom, libelle.texte, str(libelle.lignes), proches, libelle.sur


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
    choisis: dict[str, list[str]] = {normaliser(EN_TETE): [], normaliser(LIBELLE): []}
    extraits: set[str] = set()
    for numero, cellules in tableau.cellules.items():
        nature, extrait, colonne, texte, choix = (cellules[tableau.champs[titre]] for titre in _LUS)
        if not choix:
            continue
        genre, texte = normaliser(nature), texte.removeprefix("'")
        if not texte or genre not in choisis:
            raise ErreurCIL(
                f"{chemin.name}, ligne {numero} : attendu « {EN_TETE} » ou « {LIBELLE} », son texte et votre choix."
            )
        extraits.add(extrait)
        choisis[genre].append(f"{colonne}:{texte}={choix}" if colonne else f"{texte}={choix}")
    if len(extraits) > 1:
        raise ErreurCIL(f"{chemin.name} : les lignes choisies sont de plusieurs extraits. N’en gardez qu’un.")
    return Choisis(next(iter(extraits), ""), *choisis.values())
