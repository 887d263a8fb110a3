"""In which direction another counting rule moves a count: what the figures of its variants tell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from cil_analysis.grammaire.indicateur import Reunion
from cil_analysis.grammaire.registre import registre_du_logiciel
from cil_analysis.grammaire.termes import Case
from cil_analysis.reference.regles import REGLES_CONNUES, Regles

# The class of the lowest incomes.
PREMIER = "Q1"


@dataclass(frozen=True)
class Effet:
    """How a rule set otherwise moves counts: -1 they are a part of what they were, 1 they hold it, 0 they are the same.

    None: neither. ``champ``: the rows of the objectives; ``premier_quartile``: the households that are of it by their
    income; ``relogements``: those that are counted with it whatever their income. ``champ_entier``: it leaves nothing
    out of the field, and counts the same rows. ``lignes``: the rows that count at all (P1 and P9).
    """

    champ: int | None
    premier_quartile: int | None
    relogements: int
    champ_entier: bool = False
    lignes: int | None = 0

    def sur(self, case: Case) -> int | None:
        """The direction in which a count moves, but for the unknown incomes that P8 may leave out."""
        return reunir([self.champ, *self._sur_les_revenus(case)])

    def _sur_les_revenus(self, case: Case) -> Iterator[int | None]:
        autres = None if self.premier_quartile is None else -self.premier_quartile
        for public in publics_des_revenus():
            if case.classe(public.nom) is not None:
                yield self.premier_quartile if PREMIER in public.reunion.valeurs else autres
                yield self.relogements if public.reunion.avec else 0
            classe = case.classe(public.reunion.dimension)
            if classe is not None and self.premier_quartile != 0:
                yield self.premier_quartile if classe == PREMIER else None


class Public(NamedTuple):
    """A public of the objectives that incomes make: the dimension that says it, what it gathers, and « revenus »."""

    nom: str
    reunion: Reunion
    revenus: str


@cache
def publics_des_revenus() -> tuple[Public, ...]:
    """As the definitions of the indicators say them."""
    comptes = (i.compte for i in registre_du_logiciel().indicateurs)
    lus = (Public(nom, c.reunion, c.revenus) for c in comptes for nom, _ in c.public if c.reunion and c.revenus)
    return tuple(dict.fromkeys(lus))


def reunir(sens: Iterable[int | None]) -> int | None:
    """The direction of several moves together."""
    directions = set(sens) - {0}
    return 0 if not directions else directions.pop() if len(directions) == 1 else None


def effet(avant: Regles, apres: Regles) -> Effet:
    """How a set of rules moves counts, compared with another."""

    def sens(nom: str) -> int:
        a, b = getattr(avant, nom), getattr(apres, nom)
        return 0 if a == b else -1 if b == REGLES_CONNUES[nom]["moins"] else 1

    exclus, autres_exclus = set(avant.p4_financements_exclus), set(apres.p4_financements_exclus)
    financements = (
        (exclus >= autres_exclus) - (exclus <= autres_exclus)
        if exclus >= autres_exclus or exclus <= autres_exclus
        else None
    )
    q1, autre_q1 = avant.seuils[0] or 0.0, apres.seuils[0] or 0.0
    lignes = reunir([sens("p1_attribution"), sens("p9_perimetre")])
    if avant.p1_attribution == apres.p1_attribution == "un_par_menage" and sens("p9_perimetre"):
        lignes = None  # The first lease of a household in some communes may be another than its first of all.
    return Effet(
        champ=reunir([lignes, sens("p3_mutations"), financements]),
        premier_quartile=reunir([(autre_q1 > q1) - (autre_q1 < q1), sens("p7_comparaison")]),
        relogements=sens("p10_relogement_ru"),
        champ_entier=apres.champ_entier and lignes == 0,
        lignes=lignes,
    )
