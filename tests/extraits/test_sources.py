"""The members of an archive, piece by piece: what zipfile reads, or a refusal."""

from __future__ import annotations

import io
import random
import zipfile
import zlib

import pytest
from conftest_extraits import mentir

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.sources import _TRANCHE, ouvrir_zip, tranches
from messages import exiger_un_remede, refuser

METHODES = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]
ALEA = random.Random(7)
MOTS = b"".join(b"ligne %d;%d\r\n" % (rang, ALEA.randrange(9**9)) for rang in range(40_000))
CONTENUS = {
    "vide": b"",
    "un": b"x",
    "une tranche": bytes(_TRANCHE),
    "une tranche et un": bytes(_TRANCHE) + b"x",
    "mots": MOTS,
    "sans ordre": ALEA.randbytes(3 * _TRANCHE + 5),
    "bombe": bytes(40 * _TRANCHE),
}


def archive(contenu: bytes, methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as ecrite:
        ecrite.writestr("a.csv", contenu)
        ecrite.writestr("b.csv", b"autre")
    return sortie.getvalue()


def lire(octets: bytes) -> list[bytes]:
    with ouvrir_zip(octets, "a.zip") as ouverte:
        return list(tranches(ouverte, ouverte.getinfo("a.csv"), "a.zip"))


@pytest.mark.parametrize("methode", METHODES)
@pytest.mark.parametrize("nom", CONTENUS)
def test_les_tranches_sont_le_contenu(nom: str, methode: int) -> None:
    morceaux = lire(archive(CONTENUS[nom], methode))
    assert b"".join(morceaux) == CONTENUS[nom]
    assert all(0 < len(morceau) <= _TRANCHE for morceau in morceaux)


def refuse(octets: bytes) -> None:
    with refuser("a.zip"):
        lire(octets)


@pytest.mark.parametrize("methode", METHODES)
def test_un_en_tete_qui_ment_est_refuse(methode: int) -> None:
    """A content that ends too soon or goes on, another sum, a cipher."""
    octets = archive(MOTS, methode)
    entier = octets.index(b"PK\x03\x04", 30) - 30 - len("a.csv")
    mensonges = [{"comprimee": int(entier * part)} for part in (0, 0.5, 0.999)]
    mensonges += [{"taille": promis} for promis in (0, 10, len(MOTS) - 1)]
    for mensonge in (*mensonges, {"somme": 12345}, {"drapeaux": 1}):
        refuse(mentir(octets, "a.csv", **mensonge))


@pytest.mark.parametrize("nom", ["a.zip", "a.xlsx"])
@pytest.mark.parametrize("methode", [9, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93])
def test_une_autre_compression(methode: int, nom: str) -> None:
    """Deflate64 is that of the files beyond 2 GB in Windows; the others inflate without bounds in zipfile."""
    octets = mentir(archive(MOTS), "a.csv", methode=methode)
    with ouvrir_zip(octets, nom) as ouverte, pytest.raises(ErreurCIL) as erreur:
        list(tranches(ouverte, ouverte.getinfo("a.csv"), nom))
    exiger_un_remede(erreur.value, nom, "compressé")


def test_un_membre_vide_sans_un_octet() -> None:
    """Some programs say of a folder, or of an empty file, that it is deflated."""
    octets = archive(b"", zipfile.ZIP_STORED)
    assert lire(mentir(octets, "a.csv", methode=zipfile.ZIP_DEFLATED)) == []


def test_un_flux_sans_fin_dont_tout_est_la() -> None:
    """Flushed and not finished: the content is whole, as its sum says."""
    compresseur = zlib.compressobj(wbits=-15)
    flux = compresseur.compress(MOTS) + compresseur.flush(zlib.Z_SYNC_FLUSH)
    octets = archive(flux, zipfile.ZIP_STORED)
    octets = mentir(octets, "a.csv", methode=zipfile.ZIP_DEFLATED, somme=zlib.crc32(MOTS), taille=len(MOTS))
    assert b"".join(lire(octets)) == MOTS
