"""One list for a whole file: its headings and its labels that nobody knows, each with what it could be.

It is filled in with a spreadsheet, saved in whatever dialect that has, and read back. One row is one heading or label.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import commence_une_formule, enregistrer_classeur
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import forme_de
from cil_analysis.extraits.inconnus.choix import choisir_surs
from cil_analysis.extraits.inconnus.questions import Inconnu
from cil_analysis.extraits.saisies.tableau import lire_le_tableau
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


def ecrire(chemin: Path, inconnus: Sequence[Inconnu]) -> int:
    """Write the list of what is to be decided, the sure proposals filled in. Returns how many rows it has.

    Raises ErreurCIL for a file that is neither .csv nor .xlsx, or that is there already: it may hold choices.
    """
    suffixe = chemin.suffix.lower()
    if suffixe not in (".csv", ".xlsx"):
        raise ErreurCIL(f"{chemin.name} : donnez à la liste un nom en .csv ou .xlsx.")
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà, et porte peut-être vos choix : nommez un autre fichier.")
    surs = choisir_surs(inconnus).ajouts
    lignes: dict[tuple[str, str], tuple[str, ...]] = {}
    admis: dict[str, list[tuple[str, ...]]] = {}
    for un in inconnus:
        question = un.question
        nature, colonne = (LIBELLE, question.colonne.nom) if question.colonne else (EN_TETE, "")
        choix = surs.get((question.extrait, question.colonne), {}).get(un.texte, "")
        dites = "" if un.lignes is None else str(un.lignes), un.dire_les_propositions(), choix
        lignes.setdefault((colonne, forme_de(un.texte)), (nature, question.extrait, colonne, un.texte, *dites))
        admis.setdefault(colonne, [(colonne or EN_TETE, *paire) for paire in question.admis.items()])
    if suffixe == ".csv":
        table = pd.DataFrame(lignes.values(), columns=TITRES)
        texte = table.map(lambda c: f"'{c}" if commence_une_formule(c) else c).to_csv(
            sep=";", index=False, lineterminator="\r\n"
        )
        remplacer(chemin, texte.encode("utf-8-sig"))
    else:
        _ecrire_le_classeur(chemin, [*lignes.values()], [paire for siennes in admis.values() for paire in siennes])
    return len(lignes)


def _ecrire_le_classeur(chemin: Path, lignes: Sequence[tuple[str, ...]], admis: Sequence[tuple[str, ...]]) -> None:
    classeur = Workbook()
    classeur.remove(classeur.active)
    for nom, titres, contenu in (("Choix", TITRES, lignes), ("Codes admis", _ADMIS, admis)):
        feuille = classeur.create_sheet(nom)
        feuille.append(titres)
        for rang, ligne in enumerate(contenu, start=2):
            for place, texte in enumerate(ligne, start=1):
                feuille.cell(rang, place, texte).data_type = "s"  # Text, whatever it begins with.
        for place, largeur in enumerate(_LARGEURS[: len(titres)], start=1):
            feuille.column_dimensions[feuille.cell(1, place).column_letter].width = largeur
        feuille.freeze_panes = "A2"
    enregistrer_classeur(classeur, chemin)


def relire(chemin: Path) -> Choisis:
    """The choices of a list; the rows without one are passed over.

    Raises ErreurCIL for a file that is no such list, or a row that cannot be understood.
    """
    conseil = "Partez d’une liste écrite par « cil libelles FICHIER --vers LISTE »."
    choisis: dict[str, list[str]] = {normaliser(EN_TETE): [], normaliser(LIBELLE): []}
    extraits: set[str] = set()
    lu, _ = lire_le_tableau(chemin, {normaliser(t): t for t in TITRES}, _LUS, conseil)
    for numero, dite in lu.lignes():
        genre, texte, colonne = normaliser(dite["nature"]), dite["texte"].removeprefix("'"), dite["colonne"]
        if not dite["choix"]:
            continue
        if not texte or genre not in choisis:
            raise ErreurCIL(
                f"{chemin.name}, ligne {numero} : attendu « {EN_TETE} » ou « {LIBELLE} », son texte et votre choix."
            )
        extraits.add(dite["extrait"])
        choisis[genre].append(f"{colonne}:{texte}={dite['choix']}" if colonne else f"{texte}={dite['choix']}")
    if len(extraits) > 1:
        raise ErreurCIL(f"{chemin.name} : les lignes choisies sont de plusieurs extraits. N’en gardez qu’un.")
    return Choisis(next(iter(extraits), ""), *choisis.values())
