"""La définition d’un indicateur, à côté de ses chiffres."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cil_analysis.grammaire.indicateur import EPCI, NOMBRE, TOUTES, Indicateur
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.rapport.bloc import a_cote_du_bilan, remplir

REGLES = "Règles de comptage"
# What the reader of a page needs; the columns and perimeters are in the method.
_METHODE = "methode.html"
_TERMES = ("Définition", "Formule", "Dénominateur", "Unité", "Population", REGLES, "Source")
MOTS: Any = lire_yaml(Path(__file__).with_name("mots.yml"), "mots/mots.yml", du_logiciel=True)
UNITES: Mapping[str, str] = MOTS["unites"]
USUELS: Mapping[str, str] = MOTS["termes"]


def nom_du_terme(indicateur: Indicateur, terme: str) -> str:
    """The name of « numerateur » or « denominateur », on the page and in the workbook."""
    de_l_unite = MOTS["termes_de_l_unite"].get(indicateur.unite, {})
    return str({**USUELS, **de_l_unite, **dict(indicateur.termes)}[terme])


def nom_de_feuille(indicateur: Indicateur) -> str:
    """Its sheet in the workbook: « O01 – 1er quartile hors QPV »."""
    return f"{indicateur.code} – {indicateur.feuille}"


def definitions(indicateurs: Sequence[Indicateur], titre: str, racine: str = "") -> str:
    """One or several indicators in a disclosure widget; rules lead to their row in the method, in ``racine``."""
    return remplir(
        "definitions",
        mot="Définition" if len(indicateurs) == 1 else "Définitions",
        titre=titre,
        fiches=[(i, [(terme, texte) for terme, texte in fiche(i) if terme in _TERMES]) for i in indicateurs],
        regles=REGLES,
        methode=f"{racine}{_METHODE}" if a_cote_du_bilan() else "",
        ancre=ancre_de_la_regle,
    )


def ancre_de_la_regle(code: str) -> str:
    """L’ancre d’une règle de comptage dans la page de méthode."""
    return f"regle-{code.lower()}"


def perimetres(indicateur: Indicateur) -> tuple[str, ...]:
    """Where an indicator is given, in words: « commune », « intercommunalité par bailleur », « … par catégorie »."""
    if not indicateur.ventilations:
        return ("là où un objectif est fixé en nombre",) if indicateur.unite == NOMBRE else (MOTS["perimetres"][EPCI],)
    return tuple(
        dict.fromkeys(
            MOTS["perimetres"][v.perimetre]
            + (f" par {MOTS['acteurs'][v.acteur]}" if v.acteur else "")
            + (" par catégorie" if v.modalites and (v.modalites == TOUTES or v.acteur == "") else "")
            for v in indicateur.ventilations
        )
    )


def fiche(indicateur: Indicateur) -> list[tuple[str, str]]:
    """Les termes et leurs textes : définition, formule, dénominateur, unité, population, etc."""
    lignes = [
        ("Définition", indicateur.definition),
        ("Formule", indicateur.formule),
        ("Dénominateur", indicateur.denominateur),
        ("Unité", UNITES[indicateur.unite]),
        ("Population", indicateur.population),
        ("Colonnes", ", ".join(indicateur.colonnes)),
        ("Périmètres", ", ".join(perimetres(indicateur))),
        (REGLES, ", ".join(indicateur.regles)),
        ("Source", indicateur.source),
    ]
    return [(terme, texte) for terme, texte in lignes if texte]
