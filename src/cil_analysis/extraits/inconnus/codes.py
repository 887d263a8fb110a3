"""The codes that a label of a closed list could stand for: which are near, and which one leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from cil_analysis.extraits.rapprochement import PLANCHER, ressemblance
from cil_analysis.extraits.schemas import HORS, HORS_QPV, vers_code
from cil_analysis.nombres import francais
from cil_analysis.reference.colonnes import NON, OUI, Colonne
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne

PROPOSITIONS_MAXIMALES = 3
_LONGUEUR_DU_SENS = 40
_MOTS_VIDES = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou"))
_MOT_LONG = 5
_ABREGE = 4
_TERMINAISONS = re.compile(r"(?<=\w)(?:\((?:e|s|es)\)|[·.]e(?:[·.]?s)?\b)")


@dataclass(frozen=True)
class Proposition:
    """A code or a canonical column that a label or a heading could be. ``score``: 0 to 1."""

    nom: str
    score: float

    @property
    def score_ecrit(self) -> str:
        """The score as the user reads it."""
        return francais(f"{self.score:.2f}")


def dire_les_propositions(propositions: Sequence[Proposition], sens: Mapping[str, str]) -> str:
    """Codes or columns that are near, each with its meaning, unless it says itself, and its score."""
    dites = []
    for p in propositions:
        mots = une_ligne(sens.get(p.nom, ""), _LONGUEUR_DU_SENS)
        suite = f" – {mots}" if mots and normaliser(mots) != normaliser(p.nom) else ""
        dites.append(f"{p.nom}{suite} ({p.score_ecrit})")
    return " ; ".join(dites)


class Codes(NamedTuple):
    """What a label of a column may stand for, ``VIDE`` aside, which every column admits.

    ``admis``: code → its label. ``formes``: for each, the comparison forms that are known to lead to it.
    """

    admis: Mapping[str, str]
    formes: Mapping[str, Sequence[str]]


def codes_de(colonne: Colonne, references: References) -> Codes:
    """The codes of a column; none for one that is not of a closed list."""
    admis: Mapping[str, str] = {}
    connues: Iterable[tuple[str, str]] = ()
    if colonne.type in ("code", "codes"):
        admis = references.nomenclatures[colonne.nomenclature].libelles()
        connues = vers_code(colonne, references).items()
    elif colonne.type == "oui_non":
        admis, connues = {OUI: "oui", NON: "non"}, (("oui", OUI), ("non", NON))
    elif colonne.type == "commune":
        admis, connues = references.territoire.noms(), references.territoire.vers_commune.items()
    elif colonne.type == "qpv":
        table = references.territoire.table_qpv
        admis = dict(zip(table["code"], table["nom"], strict=True)) | {HORS: "hors quartier prioritaire"}
        ecrites = zip(table["nom"] + "|" + table["alias"], table["code"], strict=True)
        dits = {normaliser(forme): code for formes, code in ecrites for forme in formes.split("|")}
        connues = (dits | dict.fromkeys(HORS_QPV, HORS)).items()
    formes: dict[str, list[str]] = {}
    for forme, code in connues:
        if code and forme:
            formes.setdefault(code, []).append(forme)
    return Codes(admis, formes)


def proposer(libelle: str, formes: Mapping[str, Sequence[str]]) -> list[Proposition]:
    """The codes that a label resembles, best first; ``formes``: see :class:`Codes`."""
    scores = [Proposition(code, round(ressemblance(libelle, connues), 2)) for code, connues in formes.items()]
    proches = sorted((p for p in scores if p.score >= PLANCHER), key=lambda p: (-p.score, p.nom))
    return proches[:PROPOSITIONS_MAXIMALES]


def code_sur(libelle: str, formes: Mapping[str, Sequence[str]]) -> str:
    """The one code of which a known label has the same words, or empty: nothing is guessed.

    Words are the same to a plural, to a slip of one letter in a long one, or cut short; numbers, short words and
    negations are the same to the letter, and none is left over, but the code itself before its label, as many files
    have it, and the endings that a form writes « seul(e) ». « Un » is a number: « avec enfants » is not « avec un
    enfant ».

    >>> formes = {"ACTIF": ["dalo actif"], "CADUC": ["dalo caduc"], "T3": ["type 3"]}
    >>> [code_sur(libelle, formes) for libelle in ("DALO (actifs)", "DALO non actif", "Type 4", "DALO")]
    ['ACTIF', '', '', '']
    >>> [code_sur(libelle, formes) for libelle in ("T3 - Type 3", "T3 - Type 4", "DALO actif(ve)", "DALO caduc(s)")]
    ['T3', '', '', 'CADUC']
    """
    mots = _mots(normaliser(_TERMINAISONS.sub("", libelle)))
    codes = {
        code
        for code, connues in formes.items()
        for forme in connues
        if (len(mots) == len(_mots(forme)) and all(map(_meme_mot, mots, _mots(forme))))
        or mots == _mots(f"{normaliser(code)} {forme}")
    }
    return codes.pop() if len(codes) == 1 and mots else ""


@lru_cache(maxsize=1 << 14)
def _mots(forme: str) -> tuple[str, ...]:
    return tuple(sorted(mot for mot in forme.split() if mot not in _MOTS_VIDES))


def _meme_mot(un: str, autre: str) -> bool:
    if un == autre or un[0] != autre[0] or not (un.isalpha() and autre.isalpha()):
        return un == autre
    court, long = sorted((un, autre), key=len)
    if long in (court + "s", court + "e", court + "es") and len(court) > 2:
        return True
    if len(un) >= _ABREGE and autre.startswith(un):
        return True
    # One letter is another, or in excess, or two neighbours are swapped.
    return len(court) >= _MOT_LONG and OSA.distance(court, long) == 1
