"""The audit of a bilan as it is published: its files are read back, and no masked case may be deduced too closely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import pandas as pd

from cil_analysis.disclosure.audit import Deduction, auditer, tables_en_defaut
from cil_analysis.disclosure.dementis import AUCUN_DEMENTI, Dementis
from cil_analysis.disclosure.programme import Contradiction
from cil_analysis.disclosure.publication import communes_constantes, structure_du_territoire
from cil_analysis.disclosure.publies import FICHIER, lire_chiffres, lire_publications
from cil_analysis.disclosure.rules import regles_secret
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.cadre import CHIFFRES, NON_CALCULABLE, SECRET
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

CLASSEUR = "bilan.xlsx"
_AUTRES_FEUILLES = ("Couverture", "Sommaire")


def prouver(
    projet: Projet,
    references: References,
    annee: int,
    dossier: Path | None = None,
    dementis: Dementis = AUCUN_DEMENTI,
    *,
    precis: bool = True,
) -> list[Deduction]:
    """What a reader deduces of each masked case from the bilan in a folder (reports/<année> by default) and the others.

    ``dementis``: what the data belie of what everybody takes for true. Not ``precis``: an interval that is wide enough
    may be wider still, and the proof is as good.

    Raises ErreurCIL when the workbook shows what the csv masks, when the figures contradict each other, or naming the
    tables where a masked case is deduced too closely.
    """
    lieu = dossier or projet.rapports / str(annee)
    chiffres = lire_chiffres(lieu)
    publications = lire_publications(projet, sauf=annee) | {annee: chiffres}
    annees = sorted(set(chiffres["annee"].astype(int)))
    constantes = communes_constantes(references, annees)
    _exiger_le_classeur(lieu / CLASSEUR, chiffres)
    try:
        deductions = auditer(
            publications,
            annee,
            PAR_CODE,
            {a: regles_secret(references.parametres, a) for a in annees},
            {a: structure_du_territoire(references, a, constantes) for a in annees},
            dementis,
            precis=precis,
        )
    except (Contradiction, ValueError) as erreur:
        raise ErreurCIL(
            f"Le secret statistique du bilan {annee} ne peut pas être vérifié : ses chiffres se contredisent. "
            f"Produisez-le de nouveau avec « cil bilan --annee {annee} » ; si le message revient, réimportez les "
            "extraits."
        ) from erreur
    fautes = tables_en_defaut(deductions)
    if fautes:
        raise ErreurCIL(
            f"Le bilan {annee} laisse déduire des effectifs masqués, dans : {', '.join(fautes)}. Il ne peut pas être "
            "diffusé. Un autre bilan de reports/ peut en être la cause : déplacez son dossier, puis relancez "
            f"« cil bilan --annee {annee} » ; si le message revient, signalez-le."
        )
    return deductions


def _exiger_le_classeur(chemin: Path, chiffres: pd.DataFrame) -> None:
    """The workbook shows the figures of the csv, row by row, and none that it masks."""
    if not chemin.is_file():
        return
    try:
        classeur = fastexcel.read_excel(chemin)
    except fastexcel.FastExcelError as erreur:
        raise ErreurCIL(f"Le classeur {chemin} est illisible : produisez le bilan de nouveau.") from erreur
    if not set(classeur.sheet_names) <= {*_AUTRES_FEUILLES, *chiffres["indicateur"]}:
        raise ErreurCIL(
            f"Le classeur {chemin.name} a une feuille que le bilan n’écrit pas : il ne peut pas être diffusé. "
            "Produisez le bilan de nouveau."
        )
    for code in chiffres["indicateur"].unique():
        lignes = chiffres[chiffres["indicateur"].eq(code)]
        if code not in classeur.sheet_names:
            raise ErreurCIL(f"Le classeur {chemin.name} n’a pas de feuille {code} : produisez le bilan de nouveau.")
        feuille = classeur.load_sheet(str(code), header_row=None, dtypes="string").to_pandas()
        if lignes["statut"].eq(NON_CALCULABLE).all():  # One line says why, and no grid.
            permis = [float(a) for a in lignes["annee"].unique()]
            permis += [x for ligne in lignes.to_dict("records") for x in _chiffres(ligne)]
            if not set(_nombres(feuille.to_numpy().ravel().tolist())) <= set(permis):
                raise _chiffre_en_trop(chemin, str(code))
            continue
        montrees = feuille.iloc[len(feuille) - len(lignes) :].to_numpy().tolist()
        for montree, attendue in zip(montrees, lignes.to_dict("records"), strict=True):
            nombres = _nombres(montree)
            permis = [attendue["annee"]] if attendue["statut"] == SECRET else [attendue["annee"], *_chiffres(attendue)]
            if any(not any(abs(x - y) <= 1e-6 * max(1.0, abs(y)) for y in permis) for x in nombres):
                raise _chiffre_en_trop(chemin, str(code))


def _chiffre_en_trop(chemin: Path, code: str) -> ErreurCIL:
    return ErreurCIL(
        f"Le classeur {chemin.name} montre, feuille {code}, un chiffre que {FICHIER} ne publie pas. Il ne peut pas "
        f"être diffusé : relancez « cil bilan --annee {chemin.parent.name} » sans le modifier."
    )


def _chiffres(ligne: Mapping[Any, Any]) -> list[float]:
    return [float(ligne[nom]) for nom in CHIFFRES if not pd.isna(ligne[nom])]


def _nombres(cellules: Sequence[object]) -> list[float]:
    """The numbers among the cells of a row; codes of perimeters are written as names."""
    nombres = []
    for cellule in cellules:
        try:
            nombres.append(float(str(cellule)))
        except ValueError:
            continue
    return [n for n in nombres if n == n]
