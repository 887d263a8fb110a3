"""The headings of a table, or the labels of a column, of which somebody may decide: what those unknown could be."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from cil_analysis.a_coller import exemple_de_choix
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import forme_de
from cil_analysis.extraits.rapprochement import PLANCHER, ressemblance
from cil_analysis.reference.colonnes import Colonne
from cil_analysis.reference.ecriture.inscriptions import est_un_alias
from cil_analysis.reference.texte import normaliser, une_ligne
from cil_analysis.typographie import francais

PROPOSITIONS_MAXIMALES = 3
# Between the scores of two columns, or of two headings for one column, below which neither is sure.
MARGE = 0.10
LONGUEUR_MONTREE = 120
_LONGUEUR_DU_SENS = 40
_MOTS_VIDES = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou"))
_MOT_LONG = 5
_ABREGE = 4
_TERMINAISONS = re.compile(r"(?<=\w)(?:\((?:e|s|es)\)|[·.]e(?:[·.]?s)?\b)")
# Comparison forms, each with the code or the column that it leads to.
Formes = Iterable[tuple[str, str]]


class Proposition(NamedTuple):
    """A code or a canonical column that a label or a heading could be. ``score``: 0 to 1."""

    nom: str
    score: float

    @property
    def score_ecrit(self) -> str:
        """The score as the user reads it."""
        return francais(f"{self.score:.2f}")


@dataclass(frozen=True)
class Question:
    """Texts that somebody may decide of: the headings of a table, or the labels of a column (``colonne``) of files.

    ``ou``: what a message calls the table or the column. ``codes``: what a text may stand for → its meaning;
    ``autres``: choices that are never proposed. ``connus``: form → the code that it leads to already. ``presents``: the
    texts; ``formes``: the comparison forms of those that a cut one may stand for.
    """

    extrait: str
    colonne: Colonne | None
    ou: str
    codes: Mapping[str, str] = field(repr=False)
    autres: Mapping[str, str]
    connus: Mapping[str, str] = field(repr=False)
    presents: Sequence[str] = field(default=(), repr=False)
    formes: Collection[str] = field(default=(), repr=False)

    @property
    def admis(self) -> dict[str, str]:
        """What may be chosen → its meaning."""
        return {**self.codes, **self.autres}

    @cached_property
    def ecrits(self) -> Mapping[str, str]:
        """Comparison form → the first text that is written so."""
        return {forme_de(present): present for present in reversed(self.presents)}

    def trouver(self, texte: str) -> str:
        """The text that the user means, as written, or the only one that begins so; empty for none."""
        if (forme := forme_de(texte)) in self.ecrits:
            return self.ecrits[forme]
        debut = normaliser(texte.rstrip(".… ")) if texte.endswith(("…", "...")) else ""
        suites = [forme for forme in self.formes if debut and forme.startswith(debut)]
        if len(suites) > 1:
            raise ErreurCIL(f"{self.ou} : plusieurs textes commencent par « {texte} » : écrivez-en davantage.")
        return self.ecrits[suites[0]] if suites else ""

    def code(self, demande: str) -> str:
        """The code that the user means, by itself (« 5 » is « 05 ») or by its meaning; empty when not admitted."""
        forme = normaliser(demande)
        proches = [
            c for c, sens in self.admis.items() if forme in (normaliser(c), c.lstrip("0") or c, normaliser(sens))
        ]
        return demande if demande in self.admis else proches[0] if len(proches) == 1 else ""

    def lieu(self, code: str) -> str:
        """What a choice is shared by: every column of a list of codes."""
        return self.colonne.nomenclature if self.colonne and est_un_alias(self.colonne, code) else self.ou


@dataclass(frozen=True)
class Inconnu:
    """A text of a question that nothing knows. ``lignes``: on how many rows a label is.

    ``sur``: the code or the column that leaves no doubt, or empty; ``doute``: why a heading has none.
    """

    question: Question
    texte: str
    propositions: Sequence[Proposition]
    sur: str
    lignes: int | None = None
    doute: str = ""

    @property
    def exemple(self) -> Proposition:
        """What may be shown as a choice: of a label, what is sure; of a heading, what no other column comes near."""
        if self.question.colonne is not None:
            return Proposition(self.sur or "CODE", 0.0)
        return self.propositions[0] if sans_rivale(self.propositions) else Proposition("COLONNE", 0.0)

    def dire_les_propositions(self) -> str:
        """Codes or columns that are near, each with its meaning, unless it says itself, and its score."""
        dites = []
        for p in self.propositions:
            mots = une_ligne(self.question.codes.get(p.nom, ""), _LONGUEUR_DU_SENS)
            suite = f" – {mots}" if mots and normaliser(mots) != normaliser(p.nom) else ""
            dites.append(f"{p.nom}{suite} ({p.score_ecrit})")
        return " ; ".join(dites)


def sans_rivale(propositions: Sequence[Proposition]) -> bool:
    """Whether there is a proposal that no other comes near."""
    scores = [proposition.score for proposition in propositions[:2]]
    return bool(scores) and (len(scores) == 1 or round(scores[0] - scores[1], 2) > MARGE)


def que_faire(cil: str, inconnus: Sequence[Inconnu]) -> Iterator[str]:
    """How the sure choices are written, then any. ``cil``: the command that shows them, without its choices."""
    if surs := sum(bool(inconnu.sur) for inconnu in inconnus):
        quoi = "la proposition sûre" if surs == 1 else f"les {surs} propositions sûres"
        yield f"Pour inscrire {quoi} : {cil} --accepter"
    restent = [inconnu for inconnu in inconnus if not inconnu.sur] or inconnus
    for un in sorted(restent, key=lambda inconnu: -inconnu.exemple.score)[:1]:
        colonne = f"{un.question.colonne.nom}:" if un.question.colonne else ""
        autres = " ; ".join(f"{code} : {sens}" for code, sens in un.question.autres.items())
        if exemple := exemple_de_choix(cil, colonne + une_ligne(un.texte, LONGUEUR_MONTREE), un.exemple.nom):
            yield f"Pour choisir, un ou plusieurs à la fois ({autres}) : {exemple}"


def par_une_liste(cil: str) -> Iterator[str]:
    """How headings and labels are all chosen at once. ``cil``: « cil libelles », its files and its extract."""
    yield f"Pour une liste à remplir dans un tableur, en-têtes compris : {cil} --vers liste.xlsx"
    yield f"Pour inscrire la liste remplie : {cil} --depuis liste.xlsx"


# --- What a text could be ---------------------------------------------------------------------------------------------


def proposer(texte: str, formes: Formes, part_lue: Callable[[str], float] = lambda _: 1.0) -> list[Proposition]:
    """What a text resembles, best first: its likeness to the forms × ``part_lue``, the share of cells that are read."""
    proximites: dict[str, float] = {}
    for forme, nom in formes:
        proximites[nom] = max(proximites.get(nom, 0.0), ressemblance(texte, [forme]))
    proches = [
        (-round(proximite * part_lue(nom), 2), -proximite, nom)
        for nom, proximite in proximites.items()
        if proximite >= PLANCHER
    ]
    retenues = [Proposition(nom, -score) for score, _, nom in sorted(proches) if -score >= PLANCHER]
    return retenues[:PROPOSITIONS_MAXIMALES]


def code_sur(libelle: str, formes: Formes) -> str:
    """The one code of which a known label has the same words, or empty: nothing is guessed.

    Words are the same to a plural, to a slip of one letter in a long one, or cut short; numbers, short words and
    negations are the same to the letter, and none is left over, but the code itself before its label, as many files
    have it, and the endings that a form writes « seul(e) ». « Un » is a number: « avec enfants » is not « avec un
    enfant ».

    >>> formes = [("dalo actif", "ACTIF"), ("dalo caduc", "CADUC"), ("type 3", "T3")]
    >>> [code_sur(libelle, formes) for libelle in ("DALO (actifs)", "DALO non actif", "Type 4", "DALO")]
    ['ACTIF', '', '', '']
    >>> [code_sur(libelle, formes) for libelle in ("T3 - Type 3", "T3 - Type 4", "DALO actif(ve)", "DALO caduc(s)")]
    ['T3', '', '', 'CADUC']
    """
    mots = _mots(normaliser(_TERMINAISONS.sub("", libelle)))
    codes = {
        code
        for forme, code in formes
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
