"""Zeros to mask with small counts: nearly as many « s » as there are households to share say that each hides one.

Zeros are shown where they hide nothing: whoever sees that takes « s » for « at least 1 », which no sum says. Where that
would leave too few values, zeros of the same sum are masked as well: « s » may then be one.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from cil_analysis.secret.preuve.probleme import Choix, Indeductible, Probleme
from cil_analysis.secret.preuve.suppression import choisir
from cil_analysis.secret.relations.cases import Case, cle_de
from cil_analysis.secret.relations.systeme import Relation


def choisir_avec_des_zeros(probleme: Probleme) -> Choix:
    """A choice, and these zeros beside what it masks. Raises Indeductible like ``choisir``."""
    choix = choisir(probleme)
    zeros = _zeros(probleme, choix)
    if not zeros:
        return choix
    try:
        return choisir(replace(probleme, masquees=probleme.masquees | choix.lignes | zeros), choix.temoins)
    except Indeductible:  # What readers have may tell one of them: it is no reason to publish nothing.
        return choix


def _zeros(probleme: Probleme, choix: Choix) -> Set[int]:
    """The rows of these zeros."""
    masquees = set(choix.cases)
    serrees = [r for r in probleme.relations if r.total in probleme.valeurs and probleme.valeurs.keys() >= {*r.parties}]
    croisees: dict[Case, list[Relation]] = {}
    for relation in serrees:
        for case in relation.parties:
            croisees.setdefault(case, []).append(relation)
    # An empty place is told by all that is counted there, and tells it: neither may be masked alone.
    touts = {relation.total for relation in probleme.relations}
    for relation in serrees:
        manquent = _zeros_qui_manquent(probleme, relation, masquees)
        if manquent > 0:
            possibles = [
                case
                for case in relation.parties
                if case not in masquees
                and case not in touts
                and _est_un_zero(probleme, case)
                and all(probleme.valeurs[r.total] for r in croisees[case])
            ]
            # A sum that has no small count would have to be broken for it.
            possibles.sort(key=lambda case: (sum(masquees.isdisjoint(r.parties) for r in croisees[case]), cle_de(case)))
            masquees.update(possibles[:manquent])
    return {i for case in masquees - choix.cases for i in probleme.rangees[case]}


def _zeros_qui_manquent(probleme: Probleme, relation: Relation, masquees: Set[Case]) -> int:
    """How many zeros of a sum whose total is shown are to be masked for « at least 1 » to leave the width."""
    siens = [probleme.valeurs[case] for case in relation.parties if case in masquees]
    presents = sum(valeur > 0 for valeur in siens)
    if relation.total in masquees or not presents:
        return 0
    return int(probleme.largeur - (sum(siens) - presents)) - (len(siens) - presents)


def _est_un_zero(probleme: Probleme, case: Case) -> bool:
    """Whether a case is a zero that some rows show first, which nobody knows otherwise."""
    lignes = probleme.rangees.get(case, set())
    return bool(lignes) and probleme.valeurs[case] == 0 and all(probleme.lignes[i][0] == case for i in lignes)
