"""HMAC-SHA-256 of many words of one length, here or in a child process: threads of one process would take turns at it.

Of Python alone: the child runs this very file and nothing else, so that it starts at once, and by the same rule.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from struct import iter_unpack
from threading import Thread

OCTETS_D_UNE_CLE = 32
OCTETS_D_UN_CONDENSE = hashlib.sha256().digest_size
_OCTETS_D_UNE_LONGUEUR = 4


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

    ``mots``: words of one ``longueur``, one after the other. They and the key go through a pipe: nothing of them is in
    a command, a file or an environment. Who begins one ends it, by :meth:`finir` or :meth:`fermer`.
    """

    def __init__(self, mots: bytes, longueur: int, cle: bytes) -> None:
        self._mots, self._longueur, self._cle = mots, longueur, cle
        self._enfant: subprocess.Popen[bytes] | None = None
        if not sys.executable or getattr(sys, "frozen", False):  # This program is no interpreter.
            return
        try:
            self._enfant = subprocess.Popen(
                [sys.executable, "-I", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows opens one for who has none.
            )
            self._envoi = Thread(target=self._envoyer, args=[self._enfant])
            self._envoi.start()
        except (OSError, RuntimeError):
            self.fermer()

    def _envoyer(self, enfant: subprocess.Popen[bytes]) -> None:
        assert enfant.stdin is not None
        with contextlib.suppress(OSError), enfant.stdin as entree:  # A child that has stopped reads nothing.
            entree.write(self._cle + self._longueur.to_bytes(_OCTETS_D_UNE_LONGUEUR, sys.byteorder))
            entree.write(self._mots)

    def finir(self) -> bytes:
        """The digests, once they are all there."""
        condenses = b""
        if self._enfant is not None:
            self._envoi.join()
            with self._enfant as enfant:
                assert enfant.stdout is not None
                condenses = enfant.stdout.read()
            if enfant.returncode or not self._sont_justes(condenses):
                condenses = b""
        return condenses or condenser(_couper(self._mots, self._longueur), self._cle)

    def _sont_justes(self, condenses: bytes) -> bool:
        """Whether they are as many as the words, the first and the last being what they are here."""
        bouts = [self._mots[: self._longueur], self._mots[-self._longueur :]]
        attendus = condenser(bouts, self._cle)
        entiers = len(condenses) * self._longueur == len(self._mots) * OCTETS_D_UN_CONDENSE
        return entiers and condenses[:OCTETS_D_UN_CONDENSE] + condenses[-OCTETS_D_UN_CONDENSE:] == attendus

    def fermer(self) -> None:
        """Stop the child, if it still works for nobody."""
        if self._enfant is None or self._enfant.returncode is not None:
            return
        self._enfant.kill()
        with contextlib.suppress(OSError), self._enfant:
            if self._envoi.ident is not None:
                self._envoi.join()


def _couper(mots: bytes, longueur: int) -> Iterator[bytes]:
    return (mot for (mot,) in iter_unpack(f"{longueur}s", mots))


def _servir() -> None:
    """The child: a key, a length and words on the standard input, their digests on the standard output."""
    entree = sys.stdin.buffer
    cle = entree.read(OCTETS_D_UNE_CLE)
    longueur = int.from_bytes(entree.read(_OCTETS_D_UNE_LONGUEUR), sys.byteorder)
    sys.stdout.buffer.write(condenser(_couper(entree.read(), longueur), cle))


if __name__ == "__main__":
    _servir()
