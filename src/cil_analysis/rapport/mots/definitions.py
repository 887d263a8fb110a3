"""The definition of an indicator, printed next to its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    EPCI_CONSTANT,
    EUR,
    HORS_QPV,
    MOIS,
    NOMBRE,
    PCT,
    POINTS,
    QPV,
    RATIO,
    RESERVATAIRE,
    TOUTES,
    Indicateur,
)
from cil_analysis.rapport.bloc import a_cote_du_bilan
from cil_analysis.rapport.mots.formats import INSECABLE, echapper
from cil_analysis.reference.texte import typographie

REGLES = "Règles de comptage"
# What the reader of a page needs; the columns and perimeters are in the method.
_METHODE = "methode.html"
_TERMES = ("Définition", "Formule", "Dénominateur", "Unité", "Population", REGLES, "Source")
UNITES = {NOMBRE: "nombre", PCT: "%", RATIO: "rapport", MOIS: "mois", POINTS: "points", EUR: "euros"}
PERIMETRES = {
    EPCI: "intercommunalité",
    EPCI_CONSTANT: "intercommunalité, à périmètre constant",
    COMMUNE: "commune",
    QPV: "quartier prioritaire",
    EN_QPV: "ensemble des quartiers prioritaires",
    HORS_QPV: "hors quartier prioritaire",
}
ACTEURS = {BAILLEUR: "bailleur", RESERVATAIRE: "réservataire"}


def definitions(indicateurs: Sequence[Indicateur], titre: str, racine: str = "") -> str:
    """One or several indicators in a disclosure widget; rules lead to their row in the method, in ``racine``."""
    if not indicateurs:
        return ""
    corps = "".join(_fiche(indicateur, racine) for indicateur in indicateurs)
    mot = "Définition" if len(indicateurs) == 1 else "Définitions"
    return (
        f'<details class="donnees definition"><summary aria-label="{echapper(typographie(f"{mot} : {titre}"))}">{mot}'
        f"</summary>{corps}</details>"
    )


def _fiche(indicateur: Indicateur, racine: str) -> str:
    lignes = []
    for terme, texte in fiche(indicateur):
        if terme in _TERMES:
            corps = _regles(indicateur, racine) if terme == REGLES else echapper(typographie(texte))
            lignes.append(f"<div><dt>{terme}</dt> <dd>{corps}</dd></div>")
    nom = typographie(f"{indicateur.code}{INSECABLE}– {indicateur.titre}")
    return f'<p class="nom">{echapper(nom)}</p><dl>{"".join(lignes)}</dl>'


def _regles(indicateur: Indicateur, racine: str) -> str:
    codes = dict(fiche(indicateur))[REGLES].split(", ")
    if not a_cote_du_bilan():
        return ", ".join(codes)
    return ", ".join(f'<a href="{racine}{_METHODE}#{ancre_de_la_regle(code)}">{code}</a>' for code in codes)


def ancre_de_la_regle(code: str) -> str:
    """The anchor of a counting rule in the method section."""
    return f"regle-{code.lower()}"


def perimetres(indicateur: Indicateur) -> tuple[str, ...]:
    """Where an indicator is given, in words: « commune », « intercommunalité par bailleur », « … par catégorie »."""
    if not indicateur.ventilations:
        return ("là où un objectif est fixé en nombre",) if indicateur.unite == NOMBRE else (PERIMETRES[EPCI],)
    return tuple(
        dict.fromkeys(
            PERIMETRES[v.perimetre]
            + (f" par {ACTEURS[v.acteur]}" if v.acteur else "")
            + (" par catégorie" if v.modalites and (v.modalites == TOUTES or v.acteur == "") else "")
            for v in indicateur.ventilations
        )
    )


def fiche(indicateur: Indicateur) -> list[tuple[str, str]]:
    """Terms and texts: definition, formula, denominator, unit, population, columns, perimeters, rules, source."""
    lignes = [
        ("Définition", indicateur.definition),
        ("Formule", indicateur.formule),
        ("Dénominateur", indicateur.denominateur),
        ("Unité", UNITES[indicateur.unite]),
        ("Population", indicateur.population),
        ("Colonnes", _liste(indicateur.colonnes)),
        ("Périmètres", _liste(perimetres(indicateur))),
        ("Règles de comptage", _liste(sorted(indicateur.regles, key=lambda code: (len(code), code)))),
        ("Source", indicateur.source),
    ]
    return [(terme, texte) for terme, texte in lignes if texte]


def _liste(termes: Iterable[str]) -> str:
    return ", ".join(termes)
