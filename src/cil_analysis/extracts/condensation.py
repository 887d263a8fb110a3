"""HMAC-SHA-256 of many words, here or in a child process: threads of one process would take turns at it.

Of Python alone, so that the child starts at once.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Sequence

OCTETS_D_UNE_CLE = 32
OCTETS_D_UN_CONDENSE = hashlib.sha256().digest_size
_FIN = b"\n"  # no word holds it


def condenser(mots: Iterable[bytes], cle: bytes) -> bytes:
    """The digests one after the other, as RFC 2104 defines them: the blocks of the key are digested once for all."""
    bloc = cle.ljust(hashlib.sha256().block_size, b"\0")
    dedans, dehors = (hashlib.sha256(bytes(octet ^ masque for octet in bloc)) for masque in (0x36, 0x5C))
    copier_dedans, copier_dehors = dedans.copy, dehors.copy
    condenses = bytearray()
    for mot in mots:
        interieur, exterieur = copier_dedans(), copier_dehors()
        interieur.update(mot)
        exterieur.update(interieur.digest())
        condenses += exterieur.digest()
    return bytes(condenses)


class CondensationACote:
    """The same in a child process, while this one goes on; here, in the end, if there can be no child.

    The key and the words go through a pipe: nothing of them is in a command, a file or an environment.
    """

    def __init__(self, mots: Sequence[bytes], cle: bytes) -> None:
        self._mots, self._cle = mots, cle
        # -P: a file of the current folder is no module.
        commande = [sys.executable, "-P", "-c", f"from {__name__} import _servir; _servir()"]
        self._enfant: subprocess.Popen[bytes] | None = None
        try:
            self._enfant = subprocess.Popen(
                commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert self._enfant.stdin is not None
            with self._enfant.stdin as entree:  # The child reads all before it writes.
                entree.write(cle)
                entree.write(_FIN.join(mots))
        except OSError:  # No child, or one that stops before it has read all: see below.
            pass

    def finir(self) -> bytes:
        """The digests, once they are all there."""
        condenses = b""
        if self._enfant is not None:
            with self._enfant as enfant:
                assert enfant.stdout is not None
                condenses = enfant.stdout.read()
        entiers = len(condenses) == len(self._mots) * OCTETS_D_UN_CONDENSE
        return condenses if entiers else condenser(self._mots, self._cle)


def _servir() -> None:
    """The child: a key and words on the standard input, their digests on the standard output."""
    cle = sys.stdin.buffer.read(OCTETS_D_UNE_CLE)
    sys.stdout.buffer.write(condenser(sys.stdin.buffer.read().split(_FIN), cle))
