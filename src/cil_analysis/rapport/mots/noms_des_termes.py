"""What the two terms of a figure are called, on the page and in the workbook."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import Indicateur

# The two terms of a ratio, what a median rests on, and what is no household.
_PROPRES = {("T01R", "denominateur"): "Logements sociaux", ("T01R", "numerateur"): "Attributions",
            ("D09", "denominateur"): "Demandes suivies", ("D10", "denominateur"): "Demandes suivies",
            ("V05", "denominateur"): "Attributions et demandes", ("V05", "numerateur"): "Attributions",
            **{(code, "numerateur"): "Logements attribués" for code in ("F03", "F03T", "F03F", "F03P", "F05", "F06")},
            **{(code, "denominateur"): "Logements proposés" for code in ("F03", "F03T", "F03F", "F03P")},
            **{(code, "numerateur"): "Logements" for code in ("F01", "F02", "F04", "F08", "F09", "F10", "F10P")},
            ("F11", "numerateur"): "Baux signés",
            ("F05", "denominateur"): "Logements réservés", ("F06", "denominateur"): "Attribués, ensemble",
            ("F07", "numerateur"): "Logements réservés", ("F07", "denominateur"): "Bases prévisionnelles",
            ("F12", "numerateur"): "Jours écoulés", ("F12", "denominateur"): "Jours de l’année",
            ("S02", "denominateur"): "Logements", ("S02", "numerateur"): "Attributions",
            ("S03", "denominateur"): "Logements loués ou proposés", ("S03", "numerateur"): "Logements vacants",
            ("S08", "denominateur"): "Ménages occupants", ("S08", "numerateur"): "Emménagés récents",
            ("S09", "denominateur"): "Ménages occupants", ("S09", "numerateur"): "Occupants",
            **{(code, "numerateur"): "Logements" for code in ("S01T", "S01F", "S01P", "S01E")},
            **{(code, "numerateur"): "Ménages" for code in ("S05", "S06", "S07", "S07R", "S10", "S10R")},
            ("ratio", "numerateur"): "Demandes actives", ("ratio", "denominateur"): "Attributions",
            ("mois", "denominateur"): "Ménages au délai connu",
            ("points", "denominateur"): "Ménages au score connu",
            ("C06", "numerateur"): "Attributions", ("C06", "denominateur"): "Attributions et demandes",
            ("G01", "numerateur"): "Séances", ("G02", "numerateur"): "Séances", ("G03", "numerateur"): "Sièges",
            ("G04", "numerateur"): "Sièges", ("G05", "numerateur"): "Communes", ("G06", "numerateur"): "Documents",
            ("G07", "numerateur"): "Décisions", ("G08", "numerateur"): "Décisions", ("G09", "numerateur"): "Décisions",
            ("G10", "numerateur"): "Actions"}  # fmt: skip
USUELS = {"numerateur": "Ménages concernés", "denominateur": "Ensemble"}


def nom_du_terme(indicateur: Indicateur, terme: str) -> str:
    """The name of « numerateur » or « denominateur »: of the indicator, of its unit, or the usual one."""
    return _PROPRES.get((indicateur.code, terme)) or _PROPRES.get((indicateur.unite, terme)) or USUELS[terme]
