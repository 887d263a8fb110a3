"""What the two terms of a figure are called, on the page and in the workbook."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import MOIS, POINTS, RATIO, Indicateur

# What the terms of a unit are, where an indicator does not say what its own are.
_DE_L_UNITE = {
    (RATIO, "numerateur"): "Demandes actives",
    (RATIO, "denominateur"): "Attributions",
    (MOIS, "denominateur"): "Ménages au délai connu",
    (POINTS, "denominateur"): "Ménages au score connu",
}
USUELS = {"numerateur": "Ménages concernés", "denominateur": "Ensemble"}


def nom_du_terme(indicateur: Indicateur, terme: str) -> str:
    """The name of « numerateur » or « denominateur »: of the indicator, of its unit, or the usual one."""
    return dict(indicateur.termes).get(terme) or _DE_L_UNITE.get((indicateur.unite, terme)) or USUELS[terme]
