"""The key: created once, private, never guessed when it is damaged; and what it makes of a number."""

from __future__ import annotations

import hashlib
import hmac
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis import repartition
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import condensation
from cil_analysis.extraits.pseudonyms import (
    Pseudonymisation,
    ecrire_cle,
    empreinte,
    graine,
    lire_cle,
    pseudonymiser,
    tirer_cle,
)
from messages import exiger_un_remede

LIGNES = 20_000  # more than a pipe holds: a child that reads nothing is noticed
# What an interpreter may be: itself, missing, one that reads nothing, answers too little, or anything.
INTERPRETES = {
    "python": None,
    "absent": None,
    "inconnu": None,
    "sourd": "exit 0",
    "bref": "cat > /dev/null; printf trop-court",
    "menteur": f"cat > /dev/null; head -c {LIGNES // 2 * 32} /dev/zero",
    "en echec": "cat > /dev/null; exit 3",
}


def test_l_empreinte_et_la_graine_distinguent_les_cles_sans_les_reveler() -> None:
    for derive in (empreinte, graine):
        cle = bytes(range(32))
        assert derive(cle) == derive(bytes(range(32))) != derive(b"x" * 32)
        assert derive(cle) not in cle.hex() and cle.hex()[:12] not in derive(cle)


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
    with pytest.raises(ErreurCIL) as erreur:
        lire_cle(chemin)
    exiger_un_remede(erreur.value, chemin.name)
    assert chemin.read_bytes() == octets


def test_dossier_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    (tmp_path / "dossier.cle").mkdir()
    for faire in (
        lambda: ecrire_cle(tmp_path / "fichier" / "projet.cle", tirer_cle()),
        lambda: ecrire_cle(tmp_path / "dossier.cle", tirer_cle()),
        lambda: lire_cle(tmp_path / "dossier.cle"),
    ):
        with pytest.raises(ErreurCIL) as erreur:
            faire()
        exiger_un_remede(erreur.value, "CIL_DOSSIER_CLES")


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
    monkeypatch.setattr(repartition, "LIGNES_NOMBREUSES", 2)
    monkeypatch.setattr(repartition, "coeurs", lambda: 2)
    faits_ici = 0

    def condenser(mots: Iterable[bytes], cle: bytes) -> bytes:
        nonlocal faits_ici
        mots = list(mots)
        faits_ici += len(mots)
        return vraie(mots, cle)

    vraie = condensation.condenser
    monkeypatch.setattr(condensation, "condenser", condenser)
    if interprete == "inconnu":
        monkeypatch.setattr(sys, "executable", None)
    elif interprete != "python":
        monkeypatch.setattr(sys, "executable", str(_interprete(tmp_path, INTERPRETES[interprete])))
    cle = bytes(range(32))
    textes = [f"{rang:017}F" for rang in range(LIGNES)]
    numeros = pd.Series([None, *textes, None], dtype="str", index=range(5, LIGNES + 7))
    with Pseudonymisation(numeros, cle, a_cote=True) as pseudonymisation:
        obtenu = pseudonymisation.finir(numeros.index)
    assert obtenu.index.equals(numeros.index)
    attendu = [hmac.digest(cle, texte.encode(), hashlib.sha256).hex()[:32] for texte in textes]
    assert obtenu.iloc[1:-1].tolist() == attendu
    assert obtenu.iloc[[0, -1]].isna().all()
    if interprete == "python":
        assert faits_ici == 4, "the first and the last of each child, to see that they are right"
    else:
        assert faits_ici >= LIGNES


def test_une_erreur_ne_laisse_aucun_processus(monkeypatch: pytest.MonkeyPatch) -> None:
    """They hold the numbers and the key: a notebook would keep them as long as it is open."""
    monkeypatch.setattr(repartition, "LIGNES_NOMBREUSES", 2)
    numeros = pd.Series([f"{rang:018}" for rang in range(200_000)], dtype="str")
    with pytest.raises(ErreurCIL), Pseudonymisation(numeros, b"k" * 32, a_cote=True) as pseudonymisation:
        enfants = [condensation._enfant for condensation in pseudonymisation._a_cote]
        assert all(enfant is not None and enfant.poll() is None for enfant in enfants) and enfants
        raise ErreurCIL("essai")
    assert all(enfant is not None and enfant.poll() is not None for enfant in enfants)


def test_a_cote_rien_que_des_numeros_d_une_longueur(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repartition, "LIGNES_NOMBREUSES", 0)
    cle = bytes(range(32))
    for textes in ([], [None], ["A", "BB", ""], ["", ""], ["é", "A"]):
        numeros = pd.Series(textes, dtype="str")
        with Pseudonymisation(numeros, cle, a_cote=True) as pseudonymisation:
            assert pseudonymisation.finir(numeros.index).equals(pseudonymiser(numeros, cle))


@pytest.mark.skipif(sys.platform == "win32", reason="un script du système tient lieu d’interprète")
def test_rien_dans_la_commande_ni_l_environnement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What other users of the machine may see of a child says neither the key nor a number."""
    monkeypatch.setattr(repartition, "LIGNES_NOMBREUSES", 2)
    vu = tmp_path / "vu"
    faux = _interprete(tmp_path, f'(echo "$@"; env; ls /proc/$$/fd -l) >> {vu}; cat > /dev/null')
    monkeypatch.setattr(sys, "executable", str(faux))
    numeros = pd.Series(["0721180169821G1104"] * 9, dtype="str")
    with Pseudonymisation(numeros, b"k" * 32, a_cote=True) as pseudonymisation:
        pseudonymisation.finir(numeros.index)
    dit = vu.read_text()
    assert "condensation.py" in dit
    assert "0721180169821G1104" not in dit and "kkkk" not in dit and (b"k" * 32).hex() not in dit


def _interprete(dossier: Path, commande: str | None) -> Path:
    chemin = dossier / "interprete"
    if commande is not None:
        chemin.write_text(f"#!/bin/sh\n{commande}\n")
        chemin.chmod(0o700)
    return chemin
