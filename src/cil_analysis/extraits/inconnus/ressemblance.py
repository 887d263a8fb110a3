"""How alike two headings are, from 0 to 1: letters, words in another order, words cut short."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from cil_analysis.reference.texte import normaliser

# Below, two headings have letters in common and nothing else.
PLANCHER = 0.40
# « Nb pers. » spelt out is « nb personnes »: close to sure, never quite.
_DECOTE_D_ABREVIATION = 0.90
_ABREVIATION_MINIMALE = 3
_LONGUEUR_COMPAREE = 120


def ressemblance(entete: str, formes: Sequence[str]) -> float:
    """The best likeness of a heading to one of the comparison forms of a column, words in any order or abbreviated.

    >>> ressemblance("Bailleur (organisme)", ["organisme bailleur"]), ressemblance("Tél.", ["telephone"])
    (1.0, 0.9)
    """
    forme = normaliser(entete)[:_LONGUEUR_COMPAREE]
    return max((_ressemblance(forme, connue) for connue in formes), default=0.0)


def ressemblance_exacte(entete: str, formes: Sequence[str], plancher: float = PLANCHER) -> float:
    """The same by letters in their order alone: never above :func:`ressemblance`; 0 below ``plancher``."""
    forme = normaliser(entete)[:_LONGUEUR_COMPAREE]
    return max((_lettres(forme, connue, plancher) for connue in formes), default=0.0)


@lru_cache(maxsize=1 << 17)
def _ressemblance(a: str, b: str) -> float:
    """Of two comparison forms; 0 below PLANCHER."""
    entiere = " ".join(_en_toutes_lettres(mot, b.split()) for mot in a.split())
    abregee = 0.0 if entiere == a else _DECOTE_D_ABREVIATION * _rapport(entiere, b)
    return max(_rapport(a, b), abregee)


def _en_toutes_lettres(mot: str, connus: Sequence[str]) -> str:
    if len(mot) < _ABREVIATION_MINIMALE:
        return mot
    return next((connu for connu in connus if connu.startswith(mot)), mot)


def _rapport(a: str, b: str) -> float:
    return max(_lettres(a, b), _lettres(" ".join(sorted(a.split())), " ".join(sorted(b.split()))))


def _lettres(a: str, b: str, plancher: float = PLANCHER) -> float:
    if a == b:
        return 1.0
    comparaison = SequenceMatcher(None, a, b, autojunk=False)
    # Two upper bounds, quick to tell: most pairs end here.
    if comparaison.real_quick_ratio() < plancher or comparaison.quick_ratio() < plancher:
        return 0.0
    exact = comparaison.ratio()
    return exact if exact >= plancher else 0.0
