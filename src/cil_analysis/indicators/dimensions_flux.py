"""The classes that the gestion en flux is counted by."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Contexte, Dimension, Garde, oui_non, par_colonne
from cil_analysis.indicators.colonnes import MOIS_PAR_AN, Booleens, Colonnes
from cil_analysis.indicators.derives import COLONNES_D_ORIGINE

# The end of each quarter by which leases are counted: the codes of nomenclatures/trimestres.csv.
TRIMESTRES = ("T1", "T2", "T3", "T4")
_MOIS_PAR_TRIMESTRE = MOIS_PAR_AN // len(TRIMESTRES)


def _signe_au_plus_tard(rang: int) -> Garde:
    return lambda lignes, _: lignes.mois("date_signature_bail") % MOIS_PAR_AN < rang * _MOIS_PAR_TRIMESTRE


def _sous_convention(lignes: Colonnes, _: Contexte) -> Booleens:
    return lignes.connu("quota")


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
