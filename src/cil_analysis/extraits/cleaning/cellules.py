"""What every rule does first with a cell: is anything given, and what text does it hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis.reference.texte import normaliser

T = TypeVar("T")

# Words for « not given », in comparison form (domain, §5.3). « N.C. » reads « n c »; « (vide) » is the blank of pivot
# tables.
ABSENTS = frozenset({"", "na", "n a", "na na", "nc", "n c", "nr", "n r", "nd", "n d", "nsp", "so", "s o", "z", "null",
                     "vide", "non renseigne", "non renseignee", "non communique", "non communiquee", "non precise",
                     "non precisee", "non saisi", "non saisie", "non determine", "non determinee", "non connu",
                     "non connue", "non disponible", "non applicable", "ne sait pas", "ne se prononce pas", "inconnu",
                     "inconnue", "sans objet", "non documente", "nondoc", "a renseigner"})  # fmt: skip
BLANCS = re.compile(r"[\s\u200b\u2060\ufeff]+")
_MULTIPLICATEUR = 0x9E3779B97F4A7C15  # odd and without a pattern: 2^64 divided by the golden ratio
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
    return mot in ABSENTS and (mot != "" or not any(unicodedata.category(signe) == "So" for signe in texte))


def sans_formule(texte: str) -> str:
    """The text that ``="…"`` or a leading apostrophe protects from a spreadsheet, without that protection.

    >>> sans_formule('="0441180169821G1104"'), sans_formule("'44109"), sans_formule("44109")
    ('0441180169821G1104', '44109', '44109')
    """
    if texte.isalnum():
        return texte  # nearly every code
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


def paires_distinctes(premieres: pd.Series, secondes: pd.Series) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """The distinct pairs of two full columns, and which one each row holds.

    >>> paires_distinctes(pd.Series(["a", "b", "a"]), pd.Series(["x", "x", "x"]))
    (array([0, 1, 0]), [('a', 'x'), ('b', 'x')])
    """
    a, b = distinctes(premieres), distinctes(secondes)
    rangs, paires = pd.factorize(a.rangs * len(b.textes) + b.rangs)
    return rangs, [(a.textes[paire // len(b.textes)], b.textes[paire % len(b.textes)]) for paire in paires.tolist()]


def sont_de(colonne: pd.Series, signes: bytes, longueur: int) -> pd.Series:
    """The rows whose cell has so many signs, each among those of ASCII that are given: all are looked at as one text.

    >>> sont_de(pd.Series(["0a", "0A", "0", None], dtype="str"), b"0a", 2).tolist()
    [True, False, False, False]
    """
    suite, places = bout_a_bout(colonne)
    longues = (np.diff(places) == longueur) & colonne.notna().to_numpy()
    if suite.translate(None, signes):
        etrangers = np.flatnonzero(~np.isin(np.frombuffer(suite, "uint8"), [*signes]))
        longues[np.searchsorted(places, etrangers, side="right") - 1] = False
    return pd.Series(longues, index=colonne.index)


def peut_etre_repetees(colonne: pd.Series) -> np.ndarray:
    """Where a cell may stand elsewhere in its column: every one that does, and hardly any other.

    Cells of one length, as identifiers are, are told by a digest of their bytes: twice as fast as by their text.

    >>> peut_etre_repetees(pd.Series(["0a", "0b", None, "0a"], dtype="str")).tolist()
    [True, False, True, True]
    """
    donnees = colonne.notna().to_numpy()
    suite, places = bout_a_bout(colonne if donnees.all() else colonne[donnees])
    longueur, reste = divmod(len(suite), max(len(places) - 1, 1))
    if not longueur or reste or not (np.diff(places) == longueur).all():
        return colonne.duplicated(keep=False).to_numpy()
    mots = np.zeros((len(places) - 1, -(-longueur // 8)), dtype="uint64")
    mots.view("uint8")[:, :longueur] = np.frombuffer(suite, dtype="uint8").reshape(-1, longueur)
    condenses = mots @ np.array([pow(_MULTIPLICATEUR, rang + 1, 1 << 64) for rang in range(mots.shape[1])], "uint64")
    repetees = np.ones(len(colonne), dtype=bool)  # Nothing is known of those that are not given.
    repetees[donnees] = pd.Series(condenses).duplicated(keep=False)
    return repetees


def bout_a_bout(colonne: pd.Series) -> tuple[bytes, np.ndarray]:
    """The cells of a column one after the other, in UTF-8, and where each begins; the end of the last is there too.

    >>> suite, places = bout_a_bout(pd.Series(["été", "", "9"], dtype="str"))
    >>> suite.decode(), places.tolist()
    ('été9', [0, 5, 5, 6])
    """
    textes = pa.array(colonne.array, pa.large_string())
    if isinstance(textes, pa.ChunkedArray):
        textes = textes.combine_chunks()
    _, bornes, octets = textes.buffers()
    places = np.frombuffer(bornes, "int64")[textes.offset : textes.offset + len(textes) + 1]
    debut, fin = places[[0, -1]].tolist()
    return b"" if octets is None else octets.slice(debut, fin - debut).to_pybytes(), places - debut


def distinctes(colonne: pd.Series) -> Distinctes:
    """The distinct cells of a column of text."""
    rangs, textes = pd.factorize(colonne)
    return Distinctes(textes.tolist(), rangs, colonne.index)
