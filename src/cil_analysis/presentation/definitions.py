"""The definition of an indicator, printed next to its figures."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.comptage.cadre import Indicateur
from cil_analysis.comptage.definitions import fiche
from cil_analysis.presentation.formats import INSECABLE, echapper
from cil_analysis.reference.texte import typographie

REGLES = "Règles de comptage"
# What the reader of a page needs; the columns and perimeters are in the method.
_TERMES = ("Définition", "Formule", "Dénominateur", "Unité", "Population", REGLES, "Source")


def definitions(indicateurs: Sequence[Indicateur], titre: str) -> str:
    """One or several indicators in a disclosure widget; rules lead to their row in the method."""
    if not indicateurs:
        return ""
    corps = "".join(_fiche(indicateur) for indicateur in indicateurs)
    mot = "Définition" if len(indicateurs) == 1 else "Définitions"
    return (
        f'<details class="donnees definition"><summary>{mot}<span class="masque-visuel">'
        f"{echapper(typographie(f' : {titre}'))}</span></summary>{corps}</details>"
    )


def _fiche(indicateur: Indicateur) -> str:
    lignes = []
    for terme, texte in fiche(indicateur):
        if terme in _TERMES:
            corps = _regles(indicateur) if terme == REGLES else echapper(typographie(texte))
            lignes.append(f"<div><dt>{terme}</dt> <dd>{corps}</dd></div>")
    nom = typographie(f"{indicateur.code}{INSECABLE}– {indicateur.titre}")
    return f'<p class="nom">{echapper(nom)}</p><dl>{"".join(lignes)}</dl>'


def _regles(indicateur: Indicateur) -> str:
    return ", ".join(
        f'<a href="#{ancre_de_la_regle(code)}">{code}</a>' for code in dict(fiche(indicateur))[REGLES].split(", ")
    )


def ancre_de_la_regle(code: str) -> str:
    """The anchor of a counting rule in the method section."""
    return f"regle-{code.lower()}"
