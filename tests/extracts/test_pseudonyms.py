"""The key: created once, private, never guessed when it is damaged; and what it makes of a number."""

from __future__ import annotations

import hashlib
import hmac
import stat
import sys
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import pseudonyms
from cil_analysis.extracts.pseudonyms import (
    Pseudonymisation,
    ecrire_cle,
    empreinte,
    lire_cle,
    pseudonymiser,
    tirer_cle,
)

# What an interpreter may be: itself, missing, one that reads nothing, one that answers too little.
INTERPRETES = {"python": None, "absent": None, "sourd": "exit 0", "bref": "cat > /dev/null; printf trop-court"}


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
    with pytest.raises(ErreurCIL, match=r"projet\.cle est abîmée.*sauvegarde"):
        lire_cle(chemin)
    assert chemin.read_bytes() == octets


def test_dossier_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    (tmp_path / "dossier.cle").mkdir()
    for chemin in (tmp_path / "fichier" / "projet.cle", tmp_path / "dossier.cle"):
        with pytest.raises(ErreurCIL, match="CIL_DOSSIER_CLES"):
            ecrire_cle(chemin, tirer_cle())
    with pytest.raises(ErreurCIL, match="CIL_DOSSIER_CLES"):
        lire_cle(tmp_path / "dossier.cle")


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


@pytest.mark.skipif(sys.platform == "win32", reason="des scripts du système tiennent lieu d’interprète")
@pytest.mark.parametrize("interprete", INTERPRETES)
def test_a_cote_comme_ici(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, interprete: str) -> None:
    """Digests made by child processes, or in their place when one fails, are those of the definition."""
    monkeypatch.setattr(pseudonyms, "LIGNES_NOMBREUSES", 2)
    if interprete != "python":
        monkeypatch.setattr(sys, "executable", str(_interprete(tmp_path, INTERPRETES[interprete])))
    cle = bytes(range(32))
    # More than a pipe holds: a child that reads nothing is noticed.
    textes = [f"{rang:017}F" for rang in range(20_000)]
    numeros = pd.Series([None, *textes, None], dtype="str", index=range(5, 20_007))
    obtenu = Pseudonymisation(numeros, cle, a_cote=True).finir()
    assert obtenu.index.equals(numeros.index)
    attendu = [hmac.digest(cle, texte.encode(), hashlib.sha256).hex()[:32] for texte in textes]
    assert obtenu.iloc[1:-1].tolist() == attendu
    assert obtenu.iloc[[0, -1]].isna().all()


def test_a_cote_rien_que_des_numeros_d_une_longueur(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "LIGNES_NOMBREUSES", 0)
    cle = bytes(range(32))
    for textes in ([], [None], ["A", "BB", ""], ["", ""], ["é", "A"]):
        numeros = pd.Series(textes, dtype="str")
        assert Pseudonymisation(numeros, cle, a_cote=True).finir().equals(pseudonymiser(numeros, cle))


@pytest.mark.skipif(sys.platform == "win32", reason="un script du système tient lieu d’interprète")
def test_rien_dans_la_commande_ni_l_environnement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What other users of the machine may see of a child says neither the key nor a number."""
    monkeypatch.setattr(pseudonyms, "LIGNES_NOMBREUSES", 2)
    vu = tmp_path / "vu"
    faux = _interprete(tmp_path, f'(echo "$@"; env; ls /proc/$$/fd -l) >> {vu}; cat > /dev/null')
    monkeypatch.setattr(sys, "executable", str(faux))
    Pseudonymisation(pd.Series(["0721180169821G1104"] * 9, dtype="str"), b"k" * 32, a_cote=True).finir()
    dit = vu.read_text()
    assert "_servir" in dit
    assert "0721180169821G1104" not in dit and "kkkk" not in dit and (b"k" * 32).hex() not in dit


def _interprete(dossier: Path, commande: str | None) -> Path:
    chemin = dossier / "interprete"
    if commande is not None:
        chemin.write_text(f"#!/bin/sh\n{commande}\n")
        chemin.chmod(0o700)
    return chemin


def test_l_empreinte_distingue_sans_reveler() -> None:
    cle = bytes(range(32))
    assert empreinte(cle) == empreinte(bytes(range(32))) != empreinte(b"x" * 32)
    assert empreinte(cle) not in cle.hex()
