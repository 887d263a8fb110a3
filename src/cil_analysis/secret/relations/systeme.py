"""The sums that link the cases of a year, as they are gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cil_analysis.grammaire.dimensions import NON, OUI
from cil_analysis.secret.relations.cases import Case, cle_de

RESTE = "reste"


@dataclass(frozen=True)
class Relation:
    """``total`` is the sum of ``parties``."""

    total: Case
    parties: tuple[Case, ...]


@dataclass(frozen=True)
class Inegalite:
    """Cases, each times a whole number, add up to ``minimum`` at least."""

    termes: tuple[tuple[Case, int], ...]
    minimum: int = 0

    def tient(self, valeurs: Mapping[Case, float]) -> bool:
        """Whether it holds of counts that are all known."""
        return self.connue(valeurs) and sum(poids * valeurs[case] for case, poids in self.termes) >= self.minimum

    def connue(self, valeurs: Mapping[Case, float]) -> bool:
        """Whether all its counts are known."""
        return all(case in valeurs for case, _ in self.termes)


def au_plus(partie: Case, tout: Case) -> Inegalite:
    """A part is no larger than its whole."""
    return Inegalite(((tout, 1), (partie, -1)))


@dataclass
class Systeme:
    """The relations of a year, and the inequalities that no relation tells.

    ``restes``: what is left over by a difference and would tell of households. ``nulles``: counts that are zero, since
    a table that would list them does not. ``neutres``: the dimensions in which what is left over tells of nobody.
    """

    neutres: frozenset[str] = frozenset()
    relations: list[Relation] = field(default_factory=list)
    inegalites: list[Inegalite] = field(default_factory=list)
    restes: set[Case] = field(default_factory=set)
    nulles: set[Case] = field(default_factory=set)

    def ajouter(self, total: Case, parties: Iterable[Case], *restes: Case, reste: str | None = None) -> None:
        """Add that a total is the sum of parts, and of ``restes``, which tell of households.

        ``reste``: the dimension in which something may be left over.
        """
        self.restes.update(restes)
        termes = sorted([*parties, *restes], key=cle_de)
        if reste is not None and (len(termes) != 2 or {case.classe(reste) for case in termes} != {OUI, NON}):
            case = total.avec((reste, RESTE))
            termes.append(case)
            if reste not in self.neutres:
                self.restes.add(case)
        self.relations.append(Relation(total, tuple(termes)))
