"""What every rule does first with a cell: is anything given, and what text does it hold."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.texte import normaliser

T = TypeVar("T")

_ABSENTS = frozenset(lire_du_logiciel("extraits/mots.yml")["absents"])
BLANCS = re.compile(r"[\s\u200b\u2060\ufeff]+")
_FORMULE = re.compile(r'=\s*"((?:[^"]|"")*)"')


def est_absent(texte: str) -> bool:
    """Whether a cell says that nothing is given: blank, a word for it, or punctuation alone.

    >>> [est_absent(mot) for mot in ("Non renseigné", "N/A", " - ", "0", "✔", "#N/A")]
    [True, True, True, False, False, False]
    """
    if texte.lstrip().startswith("#"):
        return False  # « #N/A », « #REF! »: a formula that failed, which somebody has to see
    mot = normaliser(texte)
    # A tick, or the mark of a broken encoding, leaves nothing in comparison form either, but says something.
    return mot in _ABSENTS and (mot != "" or not any(unicodedata.category(signe) == "So" for signe in texte))


def sans_formule(texte: str) -> str:
    """The text that ``="…"`` or a leading apostrophe protects from a spreadsheet, without that protection.

    >>> sans_formule('="0441180169821G1104"'), sans_formule("'44109"), sans_formule("44109")
    ('0441180169821G1104', '44109', '44109')
    """
    texte = serrer(texte)
    if trouve := _FORMULE.fullmatch(texte):
        return trouve.group(1).replace('""', '"')
    return texte.removeprefix("'")


def serrer(texte: str) -> str:
    """The text without spaces around it, and with plain single ones inside; a new line stays one."""
    return BLANCS.sub(lambda blanc: "\n" if "\n" in blanc.group() else " ", texte).strip()


@dataclass(frozen=True)
class Distinctes:
    """The distinct cells of a column, each of which is looked at once; ``rangs`` tells which one each row holds."""

    textes: list[str]
    rangs: np.ndarray
    index: pd.Index

    def lire(self, lire: Callable[[str], T | None]) -> tuple[pd.Series, pd.Series]:
        """The value of each distinct cell (object, None for missing), and whether it is unreadable.

        >>> lues, illisibles = distinctes(pd.Series(["3", "trois"])).lire(int)
        >>> lues.tolist(), illisibles.tolist()
        ([3, None], [False, True])
        """
        valeurs = np.empty(len(self.textes), dtype="object")
        illisibles = np.zeros(len(self.textes), dtype="bool")
        for rang, texte in enumerate(self.textes):
            try:
                valeurs[rang] = lire(texte)
            except (ValueError, OverflowError):
                illisibles[rang] = True
        return pd.Series(valeurs, dtype="object"), pd.Series(illisibles)

    def etaler(self, valeurs: pd.Series) -> pd.Series:
        """One value for each distinct cell, made one for each row."""
        return pd.Series(valeurs.array.take(self.rangs), index=self.index, copy=False)

    def ou(self, test: Callable[[str], bool]) -> pd.Series:
        """The rows whose cell passes a test.

        >>> distinctes(pd.Series(["3", "trois", "3"])).ou(str.isdigit).tolist()
        [True, False, True]
        """
        return self.etaler(pd.Series([test(texte) for texte in self.textes], dtype="bool"))


def distinctes(colonne: pd.Series) -> Distinctes:
    """The distinct cells of a column of text."""
    rangs, textes = pd.factorize(colonne)
    return Distinctes(textes.tolist(), rangs, colonne.index)
