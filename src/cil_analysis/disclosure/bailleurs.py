"""What the extracts tell of a landlord: where it holds nearly all the stock, what it does not break down.

Where one landlord holds nearly all, what its tenants are would be told of it (domain, §8.1); what a breakdown leaves
out is those that do not give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from cil_analysis.disclosure.rules import part_dominante
from cil_analysis.extracts import store
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.flux import (
    FLUX,
    SansVentilation,
    conventions,
    preparer_le_flux,
    sans_ventilation,
)
from cil_analysis.systemes.occupation import (
    BAILLEURS,
    OPS,
    RPLS,
    communes_dominees,
    lignes_des_bailleurs,
)


class Bailleurs(NamedTuple):
    """``dominees``: the communes of a survey where one landlord holds nearly all; none without a survey or a rule.

    ``sans_ventilation``: the dwellings of the flux that are not broken down. ``conventions``: the landlords and
    réservataires for whom dwellings are reserved (a rate and a base), as F04 says to readers; None without a flux.
    """

    dominees: frozenset[str] = frozenset()
    sans_ventilation: frozenset[SansVentilation] = frozenset()
    conventions: frozenset[tuple[str, str]] | None = None


AUCUN_BAILLEUR = Bailleurs()


def bailleurs(references: References, annee: int, lignes: Mapping[str, pd.DataFrame]) -> Bailleurs:
    """The same of a year, by its rows as they are prepared."""
    part = part_dominante(references.parametres, annee)
    dominees = frozenset[str]() if part is None or OPS not in lignes else communes_dominees(lignes, part)
    return Bailleurs(dominees, sans_ventilation(lignes), conventions(lignes))


def bailleurs_du_projet(projet: Projet, references: References, annee: int) -> Bailleurs:
    """The same, from the rows that are stored."""
    noms = {nom: AUTRES_EXTRAITS.get(nom, nom) for nom in (OPS, RPLS, FLUX)}
    lues = {p: store.lire(projet, nom, annee) for p, nom in noms.items() if annee in store.annees(projet, nom)}
    if OPS in lues:
        lues[BAILLEURS] = lignes_des_bailleurs(lues[OPS])
    if FLUX in lues:
        lues |= preparer_le_flux(lues[FLUX], references, annee)
    return bailleurs(references, annee, lues)
