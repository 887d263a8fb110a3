"""The two counts behind a figure: from its keys to the conditions that the counted rows meet.

A case is one count of a year. Counting and disclosure control read figures by the same cases: what is counted is what
is protected. Two figures that rest on the same rows (V01 of a commune, the numerator of its T01, the denominator of its
T02) are one case.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from cil_analysis.grammaire.dimensions import CLASSES_MANQUANTES, CONNU, DIMENSIONS, MANQUE, OUI
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    EPCI_CONSTANT,
    HORS_QPV,
    NON_RENSEIGNE,
    PCT,
    QPV,
    RATIO,
    Condition,
    Indicateur,
)
from cil_analysis.grammaire.vocabulaire import ET, REGLE

HORS_EPCI = "HORS_EPCI"
# The dimension of the groups of communes and QPV that an objective is set on.
SECTEUR = "secteur"
# In the place of a code of a figure, when the same terms are those of many: each stands for a code of its kind.
VARIABLES = LIEU, ACTEUR, MODALITE = "*lieu", "*acteur", "*modalite"
_P8 = "P8="
# The same cases come back in every year, and a dozen times in each.
_gardee = lru_cache(1 << 17)


class Case(NamedTuple):
    """One count of a year: how many rows of a population meet every condition.

    ``population``: « demandes », whose rows are counted; « flux:nb_attribues », whose column is added up; or several of
    them together, « demandes+attributions ».
    """

    population: str
    conditions: frozenset[Condition]

    @property
    def parties(self) -> list[Case]:
        """The count in each of the populations."""
        if "+" not in self.population:
            return [self]
        return [Case(nom, self.conditions) for nom in self.population.split("+")]

    @_gardee
    def sans(self, dimension: str) -> Case:
        """The count that no longer distinguishes a dimension."""
        return Case(self.population, frozenset([c for c in self.conditions if c[0] != dimension]))

    @_gardee
    def avec(self, *conditions: Condition) -> Case:
        """The count restricted further."""
        return Case(self.population, self.conditions | frozenset(conditions))

    def classe(self, dimension: str) -> str | None:
        """The class of a dimension that the count is restricted to."""
        for nom, valeur in self.conditions:
            if nom == dimension:
                return valeur
        return None

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions that the count distinguishes."""
        return frozenset(nom for nom, _ in self.conditions)

    @property
    def variables(self) -> dict[str, str]:
        """The variables that its figures have codes of, in their order, and the dimension that says each."""
        lues = {valeur: nom for nom, valeur in self.conditions}
        return {variable: lues[variable] for variable in VARIABLES if variable in lues}

    @property
    @_gardee
    def cle(self) -> str:
        """A key that sorts, so that everything comes in one order: by population, then by condition after condition.

        One text compares much faster than pairs do; what stands between two names comes before any letter of them.
        """
        return "\0".join([self.population, *chain.from_iterable(sorted(self.conditions))])


cle_de = attrgetter("cle")


@cache  # The same in each year, and in each EPCI of a project.
def termes(
    indicateur: Indicateur,
    perimetre: Condition,
    acteur: Condition | None,
    modalite: str,
    *,
    revenus_exclus: bool = False,
) -> tuple[Case | None, Case | None]:
    """The numerator and the denominator of a figure; None where it has none.

    ``perimetre``: its type and code. A code may be a variable, such as ``LIEU``: a count has one name once it is
    :func:`canonique`. ``revenus_exclus``: rule P8 leaves unknown incomes out of the objectives.
    Raises ValueError for a type of perimeter that nothing links to the others.
    """
    compte = indicateur.compte
    lieu = conditions_du_lieu(*perimetre, commune=compte.lieu)
    acteurs = [acteur] if acteur else []
    classe = condition_de_classe(indicateur, modalite)
    champ = list(compte.champ) + (list(compte.champ_bailleur) if acteur and acteur[0] == BAILLEUR else [])
    en_vigueur = revenus_exclus
    for nom, valeur in [*champ, *classe]:
        if nom == REGLE and _P8 in valeur:  # A figure under another rule follows that one.
            revenus_exclus = f"{_P8}exclues" in valeur.split(ET)
    if compte.revenus and revenus_exclus:
        champ.append((compte.revenus, "connu"))
    total = Case(compte.population, frozenset([*champ, *lieu, *acteurs, *classe]))
    if indicateur.est_une_mesure:
        return None, total
    if compte.rapporte_a or indicateur.unite == RATIO:
        autre = compte.rapporte_a or f"{indicateur.code} (dénominateur)"
        return total, Case(autre, total.conditions)
    if indicateur.unite != PCT:
        return total.avec(*compte.public), None
    if compte.part_de:
        enlevees = {"perimetre": lieu, "acteur": acteurs, "modalite": classe}[compte.part_de]
        return total.avec(*compte.public), Case(total.population, total.conditions - frozenset(enlevees))
    partie = total.avec(*(compte.public or ((indicateur.code, OUI),)))
    if compte.revenus and change_le_denominateur(total):
        partie = partie.sans(REGLE).sans(compte.revenus).avec(*([(compte.revenus, "connu")] if en_vigueur else []))
    return partie, total


def change_le_denominateur(case: Case) -> bool:
    """Whether a case is under P8 alone set otherwise: the public has a known income, and stays what it is."""
    regle = case.classe(REGLE) or ""
    return regle.startswith(_P8) and ET not in regle


def conditions_du_lieu(genre: str, code: str, *, commune: str = COMMUNE) -> list[Condition]:
    """The conditions of a perimeter. Raises ValueError for one that nothing links to the others yet."""
    if genre == COMMUNE:
        return [(commune, code)]
    if genre == QPV:
        return [("zone", "QPV"), (QPV, code)]
    if genre in (EN_QPV, HORS_QPV):
        return [("zone", "QPV" if genre == EN_QPV else "HORS_QPV")]
    constant, _, communes = genre.partition(" ")
    if constant == EPCI_CONSTANT:  # That of another series says its communes.
        return [("constant", communes or OUI)]
    if genre == EPCI:
        return []
    raise ValueError(f"{genre!r}: a perimeter must be linked to the others before anything of it is published")


def condition_de_classe(indicateur: Indicateur, modalite: str) -> list[Condition]:
    """The condition of a category. A missing value that is a class of a dimension is that class."""
    compte = indicateur.compte
    if not modalite or compte.duree:
        return []
    if compte.axe == MANQUE:
        return [CLASSES_MANQUANTES.get(modalite, (f"{MANQUE}_{modalite}", OUI))]
    if compte.drapeaux:
        return [(f"{compte.axe}_{modalite}", OUI)]
    return [(compte.axe or indicateur.code, modalite)]


def canonique(case: Case) -> Case:
    """One name for one count: who is housed in the commune they come from is a cell of the matrix.

    A class of known incomes is of known income, said or not.
    """
    for nom, valeur in case.conditions:
        classe = case.classe(DIMENSIONS[nom].selon) if valeur == CONNU and nom in DIMENSIONS else None
        if classe not in (None, NON_RENSEIGNE):
            case = case.sans(nom)
    origine = case.classe("origine")
    if origine is None or origine in (HORS_EPCI, NON_RENSEIGNE):
        return case
    case = case.sans("vient_de_l_epci")
    return case.sans("meme_commune").avec((COMMUNE, origine)) if case.classe("meme_commune") == OUI else case
