"""Where quotation marks stand in a text: whether Python's reader and the fast one agree on what is between them."""

from __future__ import annotations

import numpy as np

from cil_analysis.extraits.lecture.sources import Octets

_BLOC = 1 << 18  # larger blocks leave the cache of a processor
_MOT = np.dtype("<u8")
_BITS = np.uint64(63)


def guillemets_en_place(octets: Octets, separateur: str, *, sur_une_ligne: bool) -> bool:
    """Whether quotation marks come in pairs, the first at the start of a cell and the second at its end.

    A doubled one closes and opens again: both readers then agree on the limits of every cell. ``sur_une_ligne``: the
    two of a pair are on one line as well, so that any line end may part two blocks.
    """
    if octets.find(b'"') < 0:
        return True
    tous = np.frombuffer(octets, np.uint8)
    retours = b"\n\r" if octets.find(b"\r") >= 0 else b"\n"
    voisins = b'"' + retours + separateur.encode()  # what may stand beside a mark; at either end, nothing does
    vus = np.empty(_BLOC, bool)
    ouvert, avant = False, True
    for debut in range(0, len(tous), _BLOC):
        bloc = tous[debut : debut + _BLOC]
        fin = debut + len(bloc)
        apres = fin == len(tous) or octets[fin] in voisins
        marques = _bits(bloc, b'"', vus)
        fins = _bits(bloc, retours, vus)
        bords = marques | fins | _bits(bloc, separateur.encode(), vus)
        dedans = _dedans(marques, ouvert=ouvert)
        mal_ouverts = marques & dedans & ~_suivre(bords, avant=avant)
        mal_fermes = marques & ~dedans & ~_preceder(bords, len(bloc), apres=apres)
        if mal_ouverts.any() or mal_fermes.any() or (sur_une_ligne and (fins & dedans).any()):
            return False
        ouvert, avant = bool(dedans[-1] >> _BITS), octets[fin - 1] in voisins
    return not ouvert


def _bits(bloc: np.ndarray, signes: bytes, vus: np.ndarray) -> np.ndarray:
    """Where one of the signs stands, as words of 64 bits, the lowest first; the last is completed with zeros.

    ``vus``: where to work, at least as long as the block.
    """
    bits = np.zeros(-(-len(bloc) // 64), _MOT)
    for signe in signes:
        octets = np.packbits(np.equal(bloc, signe, out=vus[: len(bloc)]), bitorder="little")
        bits.view(np.uint8)[: len(octets)] |= octets
    return bits


def _suivre(bits: np.ndarray, *, avant: bool) -> np.ndarray:
    """For each byte, the bit of the one before it; ``avant``: that of the byte before the first."""
    return (bits << np.uint64(1)) | np.append(np.uint64(avant), bits[:-1] >> _BITS)


def _preceder(bits: np.ndarray, longueur: int, *, apres: bool) -> np.ndarray:
    """For each byte of so many, the bit of the one after it; ``apres``: that of the byte after the last."""
    suivants = (bits >> np.uint64(1)) | np.append(bits[1:] << _BITS, np.uint64(0))
    suivants[-1] |= np.uint64(apres) << np.uint64((longueur - 1) % 64)
    return suivants


def _dedans(marques: np.ndarray, *, ouvert: bool) -> np.ndarray:
    """For each byte, whether an odd number of marks stand up to it, itself included; one more when already open."""
    dedans = marques
    for pas in (1, 2, 4, 8, 16, 32):
        dedans = dedans ^ (dedans << np.uint64(pas))
    impairs = dedans >> _BITS  # whether a word holds an odd number of them
    avant = np.bitwise_xor.accumulate(np.append(np.uint64(ouvert), impairs[:-1]))
    return dedans ^ (np.uint64(0) - avant)
