"""Keyed pseudonyms: the N° unique never reaches the disk (domain, §8.2).

HMAC-SHA-256 with a key kept outside the project; the same number gives the same pseudonym every year, so that a
household can be followed without being named.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis import repartition
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cleaning import bout_a_bout
from cil_analysis.extraits.condensation import (
    OCTETS_D_UN_CONDENSE,
    OCTETS_D_UNE_CLE,
    CondensationACote,
    condenser,
)
from cil_analysis.fichiers import remplacer


def lire_cle(chemin: Path) -> bytes | None:
    """The project's key, or None when there is none yet. Raises ErreurCIL for a key that is damaged or unreadable."""
    try:
        if not chemin.exists():
            return None
        if os.name != "nt" and chemin.stat().st_mode & 0o077:  # A restored copy is often readable by all.
            chemin.chmod(0o600)
        cle = bytes.fromhex(chemin.read_text(encoding="ascii").strip())
    except OSError as erreur:
        raise _inutilisable(chemin) from erreur
    except ValueError:
        cle = b""
    if len(cle) != OCTETS_D_UNE_CLE:
        raise ErreurCIL(f"La clé de pseudonymisation {chemin} est abîmée : remettez-en la copie de sauvegarde.")
    return cle


def tirer_cle() -> bytes:
    """A new key, not written yet."""
    return secrets.token_bytes(OCTETS_D_UNE_CLE)


def ecrire_cle(chemin: Path, cle: bytes) -> None:
    """Write a new key, readable by its owner alone. Raises ErreurCIL when there is one, or for an unusable folder."""
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if chemin.exists():
            raise FileExistsError(chemin)
        # Whole or not at all: a key cut short could never be told from a damaged one.
        remplacer(chemin, f"{cle.hex()}\n".encode("ascii"), droits=0o600)
    except OSError as erreur:
        raise _inutilisable(chemin) from erreur


def _inutilisable(chemin: Path) -> ErreurCIL:
    return ErreurCIL(
        f"La clé de pseudonymisation {chemin} ne peut être ni lue ni créée : vérifiez ce dossier et ses droits, ou "
        "désignez-en un autre par la variable CIL_DOSSIER_CLES."
    )


def empreinte(cle: bytes) -> str:
    """A fingerprint that tells two keys apart without revealing either."""
    return hmac.new(cle, b"cil-analysis:empreinte", hashlib.sha256).hexdigest()[:16]


def graine(cle: bytes) -> str:
    """What digests of rows are keyed by, 16 signs: without it, the numbers of a département could be tried on them."""
    return hmac.new(cle, b"cil-analysis:lignes", hashlib.sha256).hexdigest()[:16]


def pseudonymiser(numeros: pd.Series, cle: bytes) -> pd.Series:
    """Replace each number by 32 hexadecimal digits; a missing number stays missing.

    >>> pseudonymiser(pd.Series(["A1", None], dtype="str"), b"k" * 32).isna().tolist()
    [False, True]
    """
    suite, places = bout_a_bout(numeros.dropna())
    mots = (suite[debut:fin] for debut, fin in pairwise(places.tolist()))
    return _en_pseudonymes(condenser(mots, cle), numeros)


class Pseudonymisation:
    """:func:`pseudonymiser` under way. ``a_cote``: child processes digest the numbers, when they are many.

    To be used in a « with »: what it has begun ends with it.
    """

    def __init__(self, numeros: pd.Series, cle: bytes, *, a_cote: bool) -> None:
        self._numeros, self._cle = numeros, cle
        self._a_cote: list[CondensationACote] = []
        if not a_cote or len(numeros) < repartition.LIGNES_NOMBREUSES:
            return
        suite, places = bout_a_bout(numeros.dropna())
        longueurs = set(np.diff(places).tolist())
        if len(longueurs) == 1 and (longueur := longueurs.pop()):
            mots = max(repartition.LIGNES_NOMBREUSES // 2, -(-len(places) // repartition.coeurs()))
            for debut in range(0, len(suite), mots * longueur):
                self._a_cote.append(CondensationACote(suite[debut : debut + mots * longueur], longueur, cle))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for condensation in self._a_cote:
            condensation.fermer()

    def finir(self, index: pd.Index) -> pd.Series:
        """The pseudonyms of some of the rows, once they are all there."""
        if not self._a_cote:
            return pseudonymiser(self._numeros.loc[index], self._cle)
        condenses = b"".join(condensation.finir() for condensation in self._a_cote)
        return _en_pseudonymes(condenses, self._numeros).loc[index]


def _en_pseudonymes(condenses: bytes, numeros: pd.Series) -> pd.Series:
    """The digests of the numbers that are given, in hexadecimal, the first half of each."""
    moities = np.frombuffer(condenses, "uint8").reshape(-1, OCTETS_D_UN_CONDENSE)[:, : OCTETS_D_UN_CONDENSE // 2]
    chiffres = pa.py_buffer(moities.tobytes().hex().encode("ascii"))
    bornes = pa.py_buffer(np.arange(len(moities) + 1, dtype="int64") * OCTETS_D_UN_CONDENSE)  # two digits a byte
    pseudonymes = pa.LargeStringArray.from_buffers(len(moities), bornes, chiffres).to_pandas().array
    donnes = numeros.notna()
    if not donnes.all():
        pseudonymes = pseudonymes.take(np.where(donnes, donnes.cumsum() - 1, -1), allow_fill=True)
    return pd.Series(pseudonymes, index=numeros.index)
