"""What secteurs add to the sums that a reader knows: they gather communes, and QPV and résidences cut out of them."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.grammaire.termes import SECTEUR
from cil_analysis.secret.relations.cases import Case, par_dimension
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.relations.systeme import Systeme

_AUTRES_LIEUX = (COMMUNE, QPV, "zone")


def croiser_les_secteurs(systeme: Systeme, connues: set[Case], zones: set[Case], structure: Structure) -> set[Case]:
    """The cases of each secteur in each commune, quarter or zone, where the same rows are counted by both.

    ``zones``: the cases of each commune in each zone. What several secteurs share of a place, no table shows, and a
    difference would tell.
    """
    croisees: set[Case] = set()
    if all(case.classe(SECTEUR) is None for case in connues):
        return croisees
    for _ in range(2):  # In a commune, or in a zone; then in a zone of a commune.
        for base, siennes in par_dimension(connues | zones | croisees, (SECTEUR, *_AUTRES_LIEUX)).items():
            for lieu in ((d, classe) for d in _AUTRES_LIEUX if SECTEUR in siennes for classe in siennes[d]):
                parts = {base.avec(lieu, (SECTEUR, secteur)) for secteur in siennes[SECTEUR]}
                parts = {part for part in parts if not structure.vide(part)}
                croisees |= parts
                systeme.restes |= parts - connues if len(parts) > 1 else set()
    return croisees
