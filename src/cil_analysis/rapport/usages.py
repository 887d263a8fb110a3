"""What a cell asks wrong, refused by an ErreurCIL that says what may be written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, SupportsIndex

from cil_analysis.comptage.cadre import CHIFFRES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.axes import AXES

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffres import Chiffres

# How many codes a refusal cites where none is near the one that was asked.
_CITES = 6


def exiger_un_indicateur(code: object, connus: Iterable[str]) -> None:
    """Refuse a code that no indicator has, with those that are near."""
    if code not in (tous := list(connus)):
        proches = get_close_matches(str(code).upper(), tous)
        cites = f" Les plus proches : {', '.join(proches)}." if proches else ""
        raise ErreurCIL(
            f"L’indicateur « {code} » n’existe pas.{cites} "
            "« cil indicateurs » et projet.indicateurs() les donnent tous."
        )


def exiger_des_axes(noms: Iterable[object]) -> None:
    """Refuse a name that is no axis, in French, with those that are."""
    for nom in noms:
        if not isinstance(nom, str) or nom not in AXES:
            raise ErreurCIL(
                f"« {nom} » n’est pas une façon de lire un indicateur : choisir {', '.join(AXES)}, chacun entre "
                'guillemets, tel que .par("commune", "annee").'
            )


def un_axe(axes: Sequence[str], rang: int = -1) -> str:
    """One of the axes, which there must be."""
    if not axes:
        raise ErreurCIL(
            'Ce chiffre est seul : écrire d’abord de quoi il est fait, par .par("commune") ou un autre axe.'
        )
    return axes[rang]


def un_terme(nom: str) -> str:
    """What is read of a figure in the place of its value."""
    if nom not in (*CHIFFRES, "resultat"):
        raise ErreurCIL(f"« {nom} » n’est pas un terme d’un chiffre : choisir {', '.join((*CHIFFRES, 'resultat'))}.")
    return nom


def exiger_la_coupe(chiffres: Chiffres, *axes: str) -> None:
    """Refuse figures that are not cut by these axes."""
    if chiffres.axes != axes:
        raise autre_coupe(chiffres, *axes)


def autre_coupe(chiffres: Chiffres, *axes: str) -> ErreurCIL:
    """The refusal of figures that are not cut as a drawing asks, with axes that would do."""
    mots = ", ".join(f'"{axe}"' for axe in axes)
    return ErreurCIL(f"{chiffres.indicateur.code} : ce dessin se coupe autrement. Écrire d’abord .par({mots}).")


def exiger_un_identifiant(nom: str) -> None:
    """Refuse what cannot name a map in a page and in its script, which would then not run."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", nom):
        raise ErreurCIL(
            f"« {nom} » ne peut pas nommer une carte : écrire une lettre, puis des lettres sans accent, des chiffres "
            "ou des tirets, sans espace."
        )


def exiger_des_codes(chiffres: Chiffres) -> None:
    """Refuse a code or a year that is none among the conditions of figures; one that has no figures is one."""
    for nom, dits in chiffres.conditions:
        ecrits = [dits] if isinstance(dits, str) or not isinstance(dits, Iterable) else list(dits)
        axe, libelles = chiffres.axe(nom), chiffres.libelles(nom)
        if nom == "annee":
            _exiger_des_annees(ecrits)
        elif libelles:
            siennes = chiffres.table.ou(**axe.lignes)
            publies = {str(c): libelles.get(str(c), "") for c in siennes.valeurs(axe.colonne) if c}
            _exiger_parmi(nom, ecrits, libelles, publies)


def _exiger_des_annees(dites: Iterable[object]) -> None:
    for annee in dites:
        if not isinstance(annee, SupportsIndex):
            raise ErreurCIL(f"« {annee} » n’est pas une année : l’écrire sans guillemets, telle que annee={annee}.")


def _exiger_parmi(axe: str, dits: Iterable[object], libelles: Mapping[str, str], publies: Mapping[str, str]) -> None:
    """Refuse what is no code. ``publies``: those that have figures, cited rather than the others."""
    for code in dits:
        if code in libelles or code in publies:
            continue
        cites = ", ".join(f"{c} ({nom})" if nom else c for c, nom in _proches(str(code), publies or libelles).items())
        guillemets = "" if isinstance(code, str) else " : l’écrire entre guillemets"
        raise ErreurCIL(f"« {code} » n’est pas un code ({axe}){guillemets}. Choisir, par exemple : {cites}.")


def _proches(dit: str, libelles: Mapping[str, str]) -> Mapping[str, str]:
    """The codes that are near, or whose label is; the first ones where none is."""
    formes = {nom: code for code, nom in libelles.items()} | {code: code for code in libelles}
    proches = [formes[forme] for forme in get_close_matches(dit, formes, n=3)]
    return {code: libelles[code] for code in proches or list(libelles)[:_CITES]}


def exiger_des_reglages(reglages: Iterable[str], admis: Iterable[str]) -> None:
    """Refuse a setting that a drawing does not have: a typed dictionary takes any at run time."""
    for nom in set(reglages) - set(admis):
        raise ErreurCIL(f"« {nom} » n’est pas un réglage de ce dessin : choisir {', '.join(admis)}.")


def exiger_des_series(series: object) -> None:
    """Refuse what is not « name → figures »."""
    if not isinstance(series, Mapping):
        raise ErreurCIL('Nommer chaque chiffre : {"Nom": rapport["O01"].par("commune"), …}.')


def exiger_une_paire(nom: str, x: object) -> None:
    """Refuse a setting that is not two things."""
    if x is not None and (isinstance(x, str) or not isinstance(x, Sequence) or len(x) != 2):
        raise ErreurCIL(f"« {nom} » vaut deux choses, et « {x} » n’est pas cela : les écrire entre parenthèses.")
