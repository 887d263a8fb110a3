"""Keyed pseudonyms: the N° unique never reaches the disk (domain, §8.2).

HMAC-SHA-256 with a key kept outside the project; the same number gives the same pseudonym every year, so that a
household can be followed without being named.
"""

import hmac
import os
import secrets
from pathlib import Path

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.cellules.textes import distinctes
from cil_analysis.fichiers import remplacer
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS

_OCTETS_D_UNE_CLE = 32


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
    if len(cle) != _OCTETS_D_UNE_CLE:
        raise ErreurCIL(f"La clé de pseudonymisation {chemin} est abîmée : remettez-en la copie de sauvegarde.")
    return cle


def cle_verifiee(projet: Projet) -> bytes:
    """The key, the one that earlier imports used; a new one is in memory only, until the import succeeds."""
    # Aggregated tables have no key: nobody is in them.
    anciennes = {j.get("empreinte_cle") for j in store.journaux(projet) if j["extrait"] != AGREGATS}
    if anciennes and not projet.cle.exists():
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} a disparu, alors que des données ont été importées avec elle : "
            "remettez-en la copie de sauvegarde, ou videz data/processed et réimportez toutes les années."
        )
    dossiers = {projet.brut.parent.resolve(), projet.rapports.resolve()}
    if dossiers & set(projet.cle.resolve().parents):
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} serait dans le projet, avec les données qu’elle protège : "
            "désignez un autre dossier par la variable CIL_DOSSIER_CLES."
        )
    cle = lire_cle(projet.cle) or tirer_cle()
    if anciennes and empreinte(cle) not in anciennes:
        raise ErreurCIL(
            f"La clé de pseudonymisation {projet.cle} n’est pas celle des imports précédents : remettez la bonne, ou "
            "videz data/processed et réimportez toutes les années."
        )
    return cle


def tirer_cle() -> bytes:
    """A new key, not written yet."""
    return secrets.token_bytes(_OCTETS_D_UNE_CLE)


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
    return hmac.digest(cle, b"cil-analysis:empreinte", "sha256").hex()[:16]


def pseudonymiser(numeros: pd.Series, cle: bytes) -> pd.Series:
    """Replace each number by 32 hexadecimal digits; a missing number stays missing.

    >>> pseudonymiser(pd.Series(["A1", None], dtype="str"), b"k" * 32).isna().tolist()
    [False, True]
    """
    distincts, neuf = distinctes(numeros.fillna("")), hmac.new(cle, digestmod="sha256")

    def pseudonyme(numero: str) -> str:
        suite = neuf.copy()  # The key is digested once, which is most of the work.
        suite.update(numero.encode())
        return suite.hexdigest()[:32]

    return distincts.etaler(pd.Series([pseudonyme(n) if n else None for n in distincts.textes], dtype="str"))
