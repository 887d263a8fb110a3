"""Keyed pseudonyms: the N° unique never reaches the disk (domain, §8.2).

HMAC-SHA-256 with a key kept outside the project; the same number gives the same pseudonym every year, so that a
household can be followed without being named.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer

_OCTETS = 32


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
    if len(cle) != _OCTETS:
        raise ErreurCIL(f"La clé de pseudonymisation {chemin} est abîmée : remettez-en la copie de sauvegarde.")
    return cle


def tirer_cle() -> bytes:
    """A new key, not written yet."""
    return secrets.token_bytes(_OCTETS)


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
    donnes = numeros.notna()
    messages = pa.array(numeros[donnes].astype("str"), pa.large_string()).cast(pa.large_binary()).to_pylist()
    pseudonymes = _en_hexadecimal(_condenser(messages, cle)).array
    if not donnes.all():
        pseudonymes = pseudonymes.take(np.where(donnes, donnes.cumsum() - 1, -1), allow_fill=True)
    return pd.Series(pseudonymes, index=numeros.index)


def _condenser(messages: Sequence[bytes], cle: bytes) -> list[bytes]:
    """HMAC-SHA-256 of each message, as RFC 2104 defines it: both blocks of the key are digested once, not each time."""
    bloc = cle.ljust(hashlib.sha256().block_size, b"\0")
    dedans, dehors = (hashlib.sha256(bytes(octet ^ masque for octet in bloc)) for masque in (0x36, 0x5C))
    copier_dedans, copier_dehors = dedans.copy, dehors.copy
    condenses = []
    for message in messages:
        interieur, exterieur = copier_dedans(), copier_dehors()
        interieur.update(message)
        exterieur.update(interieur.digest())
        condenses.append(exterieur.digest())
    return condenses


def _en_hexadecimal(condenses: Sequence[bytes]) -> pd.Series:
    """The first half of each digest, in hexadecimal."""
    moities = np.frombuffer(b"".join(condenses), dtype="uint8").reshape(-1, _OCTETS)[:, : _OCTETS // 2]
    chiffres = pa.py_buffer(moities.tobytes().hex().encode("ascii"))
    bornes = pa.py_buffer(np.arange(len(condenses) + 1, dtype="int64") * _OCTETS)
    textes: pd.Series = pa.LargeStringArray.from_buffers(len(condenses), bornes, chiffres).to_pandas()
    return textes
