"""The classes that the gestion en flux is counted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from cil_analysis.indicators.classement import Contexte, Dimension, oui_non, par_colonne
from cil_analysis.indicators.derives import COLONNES_D_ORIGINE

# The end of each quarter by which leases are counted: the codes of nomenclatures/trimestres.csv.
TRIMESTRES = ("T1", "T2", "T3", "T4")


def _signe_au_plus_tard(rang: int) -> Callable[[pd.DataFrame, Contexte], pd.Series]:
    return lambda lignes, _: lignes["date_signature_bail"].dt.quarter.le(rang)


def _sous_convention(lignes: pd.DataFrame, _: Contexte) -> pd.Series:
    return lignes["quota"].notna()


DIMENSIONS: Mapping[str, Dimension] = {
    "commune_flux": Dimension(par_colonne("commune_insee"), ("commune_insee",)),
    "motif_soustraction": Dimension(
        par_colonne("motif_soustraction"), ("motif_soustraction",), "motifs_soustraction_flux"
    ),
    "composante_flux": Dimension(par_colonne("composante_flux")),
    "convention": Dimension(oui_non(_sous_convention), aussi=COLONNES_D_ORIGINE["flux:quota"]),
    **{
        f"cumul_{code}": Dimension(oui_non(_signe_au_plus_tard(rang)), ("date_signature_bail",))
        for rang, code in enumerate(TRIMESTRES, start=1)
    },
}
