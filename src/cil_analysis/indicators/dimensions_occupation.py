"""The classes that the stock and its occupants are counted by."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.indicators.classement import Classement, Dimension, oui_non, par_bornes, par_colonne

# Dimensions whose classes are columns of the OPS file, and the nomenclatures that say which (column « colonne »).
TABLES: Mapping[str, str] = {
    "composition_occupants": "compositions_occupants",
    "age_titulaire": "ages_titulaires",
    "ressources_plus": "ressources_plus",
}
# The dimension of incomes, and that of the lowest: these classes of the first.
MODESTES = ("ressources_plus", "ressources_modestes")
CLASSES_MODESTES = ("R_0_20", "R_20_40")

_COMPOSITIONS = (
    "nb_personnes_seules", "nb_couples_sans_enfant", "nb_couples_avec_enfants", "nb_familles_monoparentales",
    "nb_autres_compositions",
)  # fmt: skip
_AGES = tuple(f"nb_titulaires_{tranche}" for tranche in ("moins_30", "30_39", "40_49", "50_64", "65_plus"))
_RESSOURCES = tuple(
    f"nb_ressources_{tranche}" for tranche in ("0_20", "20_40", "40_60", "60_80", "80_100", "100_120", "120_plus")
)
_RECENTES = tuple(f"{colonne}_recents" for colonne in _RESSOURCES)
_MODE = ("mode_occupation",)


def _occupe(*modes: str) -> Classement:
    return oui_non(lambda lignes, _: lignes.texte("mode_occupation").parmi(lambda mode: mode in modes))


DIMENSIONS: Mapping[str, Dimension] = {
    **{
        nom: Dimension(par_colonne(nom), colonnes, TABLES[nom], aussi)
        for nom, colonnes, aussi in zip(TABLES, (_COMPOSITIONS, _AGES, _RESSOURCES), ((), (), _RECENTES), strict=True)
    },
    MODESTES[1]: Dimension(
        oui_non(lambda li, _: li.texte(MODESTES[0]).parmi(lambda classe: classe in CLASSES_MODESTES)),
        _RESSOURCES,
        aussi=_RECENTES,
    ),
    "epoque": Dimension(
        par_bornes("annee_construction", "periodes_construction"), ("annee_construction",), "periodes_construction"
    ),
    "dpe": Dimension(par_colonne("dpe_energie"), ("dpe_energie",), "etiquettes_dpe"),
    "loue_ou_propose": Dimension(_occupe("LOUE", "VACANT"), _MODE),
    "vacant": Dimension(_occupe("VACANT"), _MODE),
}
