"""What everybody takes for true of a territory, and the leases of a year belie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.secret.preuve.probleme import toutes_les_cases
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Programme, Temoins
from cil_analysis.secret.relations.cases import Case, Relation
from cil_analysis.secret.relations.structure import Structure


@dataclass(frozen=True)
class Dementi:
    """What everybody takes for true of a year and its counts belie, for those who prove what is published.

    ``relations``: sums, such as those of a QPV and the communes that it touches; ``absentes``: counts that are nothing,
    of those whose rows are listed as if they were not (see ``cases.Releve``); ``temoins``: where the proof may start
    from.
    """

    relations: frozenset[Relation] = frozenset()
    absentes: frozenset[Case] = frozenset()
    temoins: Temoins = field(default=SANS_TEMOIN, compare=False, repr=False)


def communes_dementies(valeurs: Mapping[Case, float], structure: Structure) -> frozenset[str]:
    """The communes where a count that is zero by nature is not."""
    lieux = (c.classe(COMMUNE) for c, v in valeurs.items() if v > 0 and structure.vide(c))
    return frozenset(commune for commune in lieux if commune is not None)


def dementies(relations: Sequence[Relation], valeurs: Mapping[Case, float]) -> frozenset[Relation]:
    """The relations that the counts belie; a reader who trusts one is misled, so that it shows nothing.

    A sum is checked where all is counted. The others are kept one by one, those that rest on which communes a QPV
    touches last, as long as some counts fit them all.
    """

    def dement(relation: Relation) -> bool:
        total = valeurs.get(relation.total)
        parties = [valeurs.get(case) for case in relation.parties]
        somme = sum(v for v in parties if v is not None)
        return total is not None and (total < somme or (None not in parties and total > somme))

    ecartees = {relation for relation in relations if dement(relation)}
    douteuses = [r for r in relations if r not in ecartees and not valeurs.keys() >= {r.total, *r.parties}]
    return frozenset(ecartees.union(douteuses).difference(_tenables([], sorted(douteuses, key=_croisee), valeurs)))


def _tenables(
    tenues: Sequence[Relation], douteuses: Sequence[Relation], valeurs: Mapping[Case, float]
) -> list[Relation]:
    """The relations that hold, and of the doubtful ones each that some counts fit beside those kept before it.

    Together while they fit, else by halves: what is found is what one by one would find.
    """
    toutes = [*tenues, *douteuses]
    programme = Programme(toutes_les_cases((), toutes), toutes)
    programme.connaitre(valeurs)
    if programme.coherent():
        return toutes
    if len(douteuses) < 2:
        return list(tenues)
    moitie = len(douteuses) // 2
    return _tenables(_tenables(tenues, douteuses[:moitie], valeurs), douteuses[moitie:], valeurs)


def _croisee(relation: Relation) -> bool:
    """Rests on which communes a QPV touches, which a lease may belie."""
    return all(case.classe(QPV) is not None and case.classe(COMMUNE) is not None for case in relation.parties)
