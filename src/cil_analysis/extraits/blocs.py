"""A large delimited file in blocks of whole lines: each is read as a file of its own, under the header of the whole.

What a block holds is what the whole file holds in those lines, since no cell is cut: quotation marks come in pairs in
every block. A file in which they do not, or in UTF-16, is read whole.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cil_analysis.extraits.lecture.codages import codage_d_un_octet
from cil_analysis.extraits.lecture.guillemets import guillemets_en_place
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.lecture.textes import separateur_de

# Smaller ones pay too often for what each costs, whatever its rows; larger ones take memory.
OCTETS_D_UN_BLOC = 32 << 20
_TETE = 1 << 20


@dataclass(frozen=True)
class Bloc:
    """Lines of a file behind its header, in UTF-8. ``suite``: they are not the first; ``fin``: they are the last."""

    nom: str
    octets: bytes = field(repr=False)
    separateur: str
    suite: bool
    fin: bool

    def lire(self, entetes_connus: Sequence[frozenset[str]]) -> Brut:
        """The rows of the block. After the first, ``lignes`` count from 1 and the header is counted no more."""
        source = Source(self.nom, self.octets, self.separateur)
        brut = lire(source, entetes_connus, suite=self.suite, fin=self.fin)
        if not self.suite:
            return brut
        entete = brut.ligne_d_entete + 1
        autres = {motif: n for motif, n in brut.ignorees.items() if motif not in ("titre", "en_tete")}
        return replace(brut, lignes=brut.lignes - entete, ignorees=autres)


@dataclass(frozen=True)
class Decoupe:
    """A large file: ``tete``, its first rows as read; the limits of its blocks; what to write before each."""

    source: Source = field(repr=False)
    tete: Brut = field(repr=False)
    codage: str
    separateur: str
    debut: int
    limites: tuple[int, ...]

    def blocs(self) -> Iterator[Bloc]:
        """The blocks in the order of the file; each is made when it is asked for."""
        octets = self.source.octets
        entete = octets[: self.debut].decode(self.codage).encode("utf-8")
        paires = list(itertools.pairwise((self.debut, *self.limites)))
        for rang, (debut, fin) in enumerate(paires):
            lignes = octets[debut:fin]
            if self.codage != "utf-8":
                lignes = lignes.decode(self.codage).encode("utf-8")
            yield Bloc(self.source.nom, entete + lignes, self.separateur, rang > 0, rang == len(paires) - 1)
            self.source.relacher()


def decouper(
    source: Source, entetes_connus: Sequence[frozenset[str]], taille: int = OCTETS_D_UN_BLOC
) -> Decoupe | None:
    """Where to cut a file of text; None for one that has to be read whole. Raises what :func:`tableau.lire` raises."""
    octets = source.octets
    if source.est_classeur or b"\0" in octets[:4096] or octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    codage = codage_d_un_octet(source)
    bout = octets[: octets.find(b"\n", _TETE) + 1 or len(octets)]
    texte = bout.decode(codage)
    tete = lire(Source(source.nom, bout), entetes_connus, fin=len(bout) == len(octets))
    separateur = separateur_de(texte.encode("utf-8"), entetes_connus)
    debut = len(_lignes_d_entete(texte, tete.ligne_d_entete + 1, separateur).encode(codage))
    limites: list[int] = []
    avant = debut
    while avant < len(octets):
        fin = octets.find(b"\n", avant + taille) + 1 or len(octets)
        if len(octets) - fin < taille // 4:  # A short end joins the last block: footnotes stand behind rows.
            fin = len(octets)
        if not guillemets_en_place(octets[avant:fin], separateur, sur_une_ligne=False):
            return None
        limites.append(fin)
        avant = fin
    source.relacher()
    return Decoupe(source, tete, codage, separateur, debut, tuple(limites))


def _lignes_d_entete(texte: str, enregistrements: int, separateur: str) -> str:
    """The lines of the first records: a heading may stand on several."""
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    for _ in itertools.islice(lecteur, enregistrements):
        pass
    return "".join(itertools.islice(io.StringIO(texte, newline=""), lecteur.line_num))
