"""What the systems derive from an extract before it is counted: its origin, and what to say where it lacks."""

from __future__ import annotations

from collections.abc import Mapping

# Derived rows → those that they come from, as they were imported.
ORIGINES: Mapping[str, str] = {"calendrier": "attributions", "sorties": "radiations", "rpls_securise": "rpls"}
# A measure that is computed → the stored columns that it is computed from.
_BASE = ("base_previsionnelle", "nb_liberations_prevues", "nb_mises_en_service_prevues", "nb_soustraits_prevus")
COLONNES_D_ORIGINE: Mapping[str, tuple[str, ...]] = {
    "flux:base": _BASE,
    "flux:assiette": ("taux_flux_pct", *_BASE),
    "flux:quota": ("taux_flux_pct", *_BASE),
    "flux:logements_prevus": _BASE[1:],
    "calendrier:jours_ecoules": (),
    "calendrier:jours": (),
}
# What to say when a measure has no value at all, or cannot be told.
ABSENCES: Mapping[str, str] = {
    "flux:nb_proposes": "logements proposés non renseignés, ou pas par tous les bailleurs",
    "flux:base": "base prévisionnelle à renseigner",
    "flux:assiette": "taux des conventions, ou base prévisionnelle, à renseigner",
    "flux:quota": "taux des conventions, ou base prévisionnelle, à renseigner",
    "flux:logements_prevus": "libérations, mises en service et logements à soustraire à renseigner",
    "flux:nb_soustraits_prevus": "prévision de logements à soustraire à renseigner",
    "calendrier:jours_ecoules": "aucun bail daté",
}
# Forecasts, rates and days: public, they tell of no household.
PUBLIQUES = frozenset(
    {
        "flux:base",
        "flux:assiette",
        "flux:quota",
        "flux:logements_prevus",
        "flux:nb_soustraits_prevus",
        "calendrier:jours_ecoules",
        "calendrier:jours",
    }
)


def extrait_d_origine(nom: str) -> str:
    """The rows, as they were imported, that others come from."""
    return ORIGINES.get(nom, nom)
