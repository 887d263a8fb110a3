"""A series of years: its breaks, and the same figure at constant perimeter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, Indicateur
from cil_analysis.rapport.publie import Rapport
from cil_analysis.rapport.ruptures import Rupture, concerne
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import PublishedTable


def ruptures_de(rapport: Rapport, indicateur: Indicateur) -> tuple[Rupture, ...]:
    """The breaks that touch the series of an indicator over the years of the report."""
    return tuple(r for r in rapport.ruptures if concerne(r, indicateur))


def constante(rapport: Rapport, code: str) -> PublishedTable:
    """The figures of the communes that are members in every year, in the years when the EPCI has others."""
    return rapport.epci(code, perimetre_type=EPCI_CONSTANT)


def note(rapport: Rapport, autre: PublishedTable, marques: Sequence[Rupture]) -> str:
    """What is said below a series: its breaks, and which communes the constant perimeter is."""
    return joindre(note_des_ruptures(marques), _note_constante(rapport, autre))


def note_des_ruptures(marques: Sequence[Rupture]) -> str:
    """What the reader of a series is told of its breaks, in one sentence."""
    if not marques:
        return ""
    debut = "Rupture de série" if len(marques) == 1 else "Ruptures de série"
    return typographie(f"{debut} : {' ; '.join(r.phrase for r in marques)}.")


def _note_constante(rapport: Rapport, autre: PublishedTable) -> str:
    if not len(autre):
        return ""
    nombre = len(rapport.references.territoire.constantes(rapport.annees))
    if nombre == len(rapport.references.territoire.membres(date(rapport.annees[0], 12, 31))):
        return f"À périmètre constant : les {nombre} communes de {rapport.annees[0]}."
    return f"À périmètre constant : les {nombre} communes membres toutes ces années."


def decrire_ruptures(texte: str, marques: Sequence[Rupture]) -> str:
    """A text alternative, with the breaks that the drawing marks."""
    return joindre(texte, note_des_ruptures(marques))


def joindre(*phrases: str) -> str:
    """Sentences that follow each other."""
    return " ".join(phrase for phrase in phrases if phrase)
