"""What a breakdown that not everybody gives leaves out: the dwellings of those that do not give it.

Places leave them out, classes list them as « non renseigné ». The page says that they are not in it, and the totals say
who that is: their own counts then tell the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from cil_analysis.grammaire.dimensions import TERRITOIRE
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, NON_RENSEIGNE, RESERVATAIRE
from cil_analysis.grammaire.populations import lignes_de
from cil_analysis.secret.relations.cases import Case, cle_de
from cil_analysis.secret.relations.liens import Somme
from cil_analysis.secret.relations.structure import Structure


def sommes_ventilees(connues: Collection[Case], structure: Structure) -> Iterator[Somme]:
    """The sums between known cases. Under a constant perimeter (P9), the communes that moved are left out too."""
    classes: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for case in connues:
        for nom in lignes_de(case.population).ventilations:
            if case.classe(nom) is not None and case.classe(BAILLEUR) is None:
                classes[case.sans(nom), nom].append(case)
    for (total, nom), siennes in sorted(classes.items(), key=lambda e: (e[0][0].cle, e[0][1])):
        muets = _muets(total, nom, structure)
        if structure.dimensions[nom].decrit != TERRITOIRE:
            inconnue = total.avec((nom, NON_RENSEIGNE))
            if muets and inconnue in connues:
                yield inconnue, muets, frozenset()
        elif total in connues:
            listees = {case.classe(nom) for case in siennes}
            restes = frozenset[Case]()
            if structure.dimensions[nom].comme == COMMUNE and not (structure.membres or set()) <= listees:
                restes = frozenset({total.avec((nom, "autres"))})
            yield total, (*siennes, *muets, *restes), restes


def _muets(total: Case, nom: str, structure: Structure) -> tuple[Case, ...]:
    """The dwellings of a total that are not broken down, by landlord and réservataire."""
    reservataire, cases = total.classe(RESERVATAIRE), set()
    for muet in structure.sans_ventilation:
        if muet.dimension == nom and reservataire in (None, muet.reservataire):
            siens = total.avec((BAILLEUR, muet.bailleur), (RESERVATAIRE, muet.reservataire))
            cases.add(siens.avec((nom, NON_RENSEIGNE)) if muet.en_partie else siens)
    return tuple(sorted(cases, key=cle_de))
