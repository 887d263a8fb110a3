"""Where quotation marks stand in a text: whether Python's reader and the fast one agree on what is between them."""

from __future__ import annotations

import numpy as np

from cil_analysis.extracts.sources import Octets

_BLOC = 1 << 17  # larger blocks leave the cache of a processor
_MOT = np.dtype("<u8")


def guillemets_en_place(octets: Octets, separateur: str, *, sur_une_ligne: bool) -> bool:
    """Whether quotation marks come in pairs, the first at the start of a cell and the second at its end.

    A doubled one closes and opens again: both readers then agree on the limits of every cell. ``sur_une_ligne``: the
    two of a pair are on one line as well, so that any line end may part two blocks.
    """
    if octets.find(b'"') < 0:
        return True
    tous = np.frombuffer(octets, np.uint8)
    ouvert = False
    for debut in range(0, len(tous), _BLOC):
        fin = min(debut + _BLOC, len(tous))
        avant, apres = max(debut - 1, 0), min(fin + 1, len(tous))
        vus = tous[avant:apres]
        marques, fins = vus == ord('"'), (vus == ord("\n")) | (vus == ord("\r"))
        # What may stand beside a mark; at either end of the file, nothing does.
        voisins = np.ones(fin - debut + 2, bool)
        voisins[avant - debut + 1 : apres - debut + 1] = marques | fins | (vus == ord(separateur))
        marques, fins = (_bits(masque[debut - avant :][: fin - debut]) for masque in (marques, fins))
        dedans = _dedans(marques, ouvert=ouvert)
        mal_ouverts, mal_fermes = marques & dedans & ~_bits(voisins[:-2]), marques & ~dedans & ~_bits(voisins[2:])
        if mal_ouverts.any() or mal_fermes.any() or (sur_une_ligne and (fins & dedans).any()):
            return False
        ouvert = bool(dedans[-1] >> np.uint64(63))
    return not ouvert


def _bits(masque: np.ndarray) -> np.ndarray:
    """A mask as words of 64 bits, the lowest first; the last word is completed with zeros."""
    octets = np.packbits(masque, bitorder="little")
    return np.append(octets, np.zeros(-len(octets) % _MOT.itemsize, np.uint8)).view(_MOT)


def _dedans(marques: np.ndarray, *, ouvert: bool) -> np.ndarray:
    """For each byte, whether an odd number of marks stand up to it, itself included; one more when already open."""
    dedans = marques
    for pas in (1, 2, 4, 8, 16, 32):
        dedans = dedans ^ (dedans << np.uint64(pas))
    impairs = dedans >> np.uint64(63)  # whether a word holds an odd number of them
    avant = np.bitwise_xor.accumulate(np.append(np.uint64(ouvert), impairs[:-1]))
    return dedans ^ (np.uint64(0) - avant)
