"""What published figures are cut by: a year, a place, an actor, a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import SupportsIndex

from cil_analysis.comptage.cadre import CHIFFRES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EN_QPV, EPCI, HORS_QPV, QPV, RESERVATAIRE

ENSEMBLE = {EPCI: "Ensemble"}
ZONES = {HORS_QPV: "Hors quartier prioritaire", EN_QPV: "En quartier prioritaire"}


@dataclass(frozen=True)
class Axe:
    """What figures are cut by: the column of their key, and which rows have one."""

    colonne: str
    type_de: str = ""
    types: tuple[str, ...] = ()


AXES: Mapping[str, Axe] = MappingProxyType(
    {
        "annee": Axe("annee"),
        "commune": Axe("perimetre_code", "perimetre_type", (COMMUNE,)),
        "quartier": Axe("perimetre_code", "perimetre_type", (QPV,)),
        "zone": Axe("perimetre_type", "perimetre_type", (HORS_QPV, EN_QPV)),
        "ensemble_et_zone": Axe("perimetre_type", "perimetre_type", (EPCI, HORS_QPV, EN_QPV)),
        "bailleur": Axe("acteur_code", "acteur_type", (BAILLEUR,)),
        "reservataire": Axe("acteur_code", "acteur_type", (RESERVATAIRE,)),
        "classe": Axe("modalite"),
    }
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


def exiger_des_codes(axe: str, dits: object, libelles: Mapping[str, str], connus: Iterable[object]) -> None:
    """Refuse what is no code of an axis, where nothing answers: ``connus`` are those that have figures, if any do.

    A year that has none is none the less one.
    """
    publies = {str(code): libelles.get(str(code), "") for code in connus if code}
    for code in [dits] if isinstance(dits, str | int) or not isinstance(dits, Iterable) else list(dits):
        if axe == "annee":
            if not isinstance(code, SupportsIndex):
                raise ErreurCIL(f"« {code} » n’est pas une année : l’écrire sans guillemets, telle que annee={code}.")
        elif libelles and code not in {**libelles, **publies}:
            tous = publies or libelles
            formes = {nom: c for c, nom in tous.items()} | {c: c for c in tous}
            proches = dict.fromkeys(formes[forme] for forme in get_close_matches(str(code), formes, n=3))
            cites = ", ".join(f"{c} ({tous[c]})" if tous[c] else c for c in proches or list(tous)[:6])
            guillemets = "" if isinstance(code, str) else " : l’écrire entre guillemets"
            lesquels = "parmi les plus proches" if proches else "par exemple parmi ceux-ci"
            raise ErreurCIL(f"« {code} » n’est pas un code ({axe}){guillemets}. Choisir {lesquels} : {cites}.")


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
