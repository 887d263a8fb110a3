"""The key: created once, private, never guessed when it is damaged; and what it makes of a number."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.pseudonymes import (
    ecrire_cle,
    empreinte,
    lire_cle,
    pseudonymiser,
    tirer_cle,
)
from messages import refuser


def test_l_empreinte_distingue_les_cles_sans_les_reveler() -> None:
    cle = bytes(range(32))
    assert empreinte(cle) == empreinte(bytes(range(32))) != empreinte(b"x" * 32)
    assert empreinte(cle) not in cle.hex() and cle.hex()[:12] not in empreinte(cle)


def test_cle_creee_une_fois_et_privee(tmp_path: Path) -> None:
    chemin = tmp_path / "a" / "b" / "projet.cle"
    assert lire_cle(chemin) is None
    cle = tirer_cle()
    assert len(cle) == 32 and cle != tirer_cle()
    ecrire_cle(chemin, cle)
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o600
    assert stat.S_IMODE(chemin.parent.stat().st_mode) & 0o077 == 0
    assert lire_cle(chemin) == cle
    with pytest.raises(ErreurCIL):
        ecrire_cle(chemin, tirer_cle())
    assert lire_cle(chemin) == cle


@pytest.mark.parametrize("octets", [b"", b"abc", b"zz" * 32, b"ab" * 31, b"\xff\xfe" * 20, b"ab" * 33])
def test_cle_abimee(tmp_path: Path, octets: bytes) -> None:
    chemin = tmp_path / "projet.cle"
    chemin.write_bytes(octets)
    with refuser(chemin.name):
        lire_cle(chemin)
    assert chemin.read_bytes() == octets


def test_dossier_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    (tmp_path / "dossier.cle").mkdir()
    for faire in (
        lambda: ecrire_cle(tmp_path / "fichier" / "projet.cle", tirer_cle()),
        lambda: ecrire_cle(tmp_path / "dossier.cle", tirer_cle()),
        lambda: lire_cle(tmp_path / "dossier.cle"),
    ):
        with refuser("CIL_DOSSIER_CLES"):
            faire()


def test_pseudonyme() -> None:
    """By the definition of HMAC-SHA-256 (RFC 2104), cut to 32 hexadecimal digits."""
    cle = bytes(range(32))
    numeros = pd.Series(["A" * 18, None, "B" * 18, "A" * 18], dtype="str")
    attendu = [hmac.digest(cle, n.encode(), hashlib.sha256).hex()[:32] for n in ("A" * 18, "B" * 18)]
    obtenu = pseudonymiser(numeros, cle)
    assert obtenu.dtype == "str"
    assert obtenu.isna().tolist() == [False, True, False, False]
    assert obtenu.dropna().tolist() == [*attendu, attendu[0]]
    assert pseudonymiser(numeros, b"x" * 32)[0] != attendu[0]
    assert pseudonymiser(pd.Series([None], dtype="str"), cle).isna().all()
