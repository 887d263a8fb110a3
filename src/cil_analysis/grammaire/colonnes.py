"""The stored columns that an indicator is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cil_analysis.grammaire.dimensions import MANQUE, SOURCES_DES_PUBLICS, Dimension
from cil_analysis.grammaire.indicateur import (
    EN_QPV,
    HORS_QPV,
    QPV,
    Indicateur,
)
from cil_analysis.grammaire.populations import population
from cil_analysis.grammaire.termes import PARC, extrait_de, mesure_de, source_de
from cil_analysis.grammaire.vocabulaire import ATTENTE

_ZONES = (QPV, EN_QPV, HORS_QPV)


def avec_ses_colonnes(indicateur: Indicateur, dimensions: Mapping[str, Dimension]) -> Indicateur:
    """An indicator that says which stored columns it reads, by the dimensions that it counts by."""
    axe = indicateur.compte.axe
    de_l_axe = dimensions[axe].colonnes if axe in dimensions else ()
    return replace(indicateur, colonnes=_colonnes_utiles(indicateur, dimensions), colonnes_de_l_axe=de_l_axe)


def _colonnes_utiles(indicateur: Indicateur, dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    compte = indicateur.compte
    noms = [nom for nom, _ in (*compte.champ, *compte.champ_bailleur, *compte.public)]
    if compte.axe and compte.axe != MANQUE:
        noms += [n for n in dimensions if n.startswith(f"{compte.axe}_")] if compte.drapeaux else [compte.axe]
    noms += [v.acteur for v in indicateur.ventilations if v.acteur]
    noms += ["zone" for v in indicateur.ventilations if v.perimetre in _ZONES]
    noms += [QPV for v in indicateur.ventilations if v.perimetre == QPV]
    populations = [p for p in (*compte.population.split("+"), *compte.rapporte_a.split("+")) if p and p != PARC]
    lues = dict.fromkeys(map(extrait_de, populations))
    # What tells derived rows from those that they come from is needed too: a radiation that is cancelled is no exit.
    extraits = dict.fromkeys(nom for lu in lues for nom in (source_de(lu), lu))
    colonnes = [c for extrait in extraits for c in population(extrait).socle]
    colonnes += ["date_signature_bail"] if compte.mesure[1] == ATTENTE else []  # Of those housed, it ends the wait.
    colonnes += [c for p in populations if mesure_de(p) for c in _colonnes_de(p)]
    colonnes += [s for n in noms if n in dimensions for s in (*dimensions[n].colonnes, *dimensions[n].aussi)]
    colonnes += [c for sources in SOURCES_DES_PUBLICS.values() for c in sources] if compte.axe == "public" else []
    return tuple(dict.fromkeys([*colonnes, *(c for c in compte.mesure[:1] if c)]))


def _colonnes_de(nom: str) -> tuple[str, ...]:
    """The stored columns that a sum is computed from."""
    colonnes = population(nom).colonnes
    return (mesure_de(nom),) if colonnes is None else colonnes
