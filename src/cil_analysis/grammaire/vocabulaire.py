"""Words that the definitions of indicators and the machine share."""

from __future__ import annotations

import pyarrow as pa

# Suffixes of codes: the same in households, and under each other choice of a counting rule.
EN_NOMBRE, SENSIBILITE = "N", "S"
# Categories that no nomenclature lists: communes, indicators, choices of counting rules (« P3=hors_mutations »).
COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE = "communes", "indicateurs", "regles"
LISTES_DERIVEES = (COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE)
# … and the columns of an extract (« colonnes:demandes »).
COLONNES_D_EXTRAIT = "colonnes:"
# Days in a mean month (365.25 / 12): the unit of every delay (D10).
JOURS_PAR_MOIS = 30.4375
# The statistics that SQL has; a program of ``systemes`` estimates the others.
AGREGATS = {
    "moyenne": "avg({})",
    "premier_quartile": "quantile_cont({}, 0.25)",
    "mediane": "quantile_cont({}, 0.5)",
    "troisieme_quartile": "quantile_cont({}, 0.75)",
}
# The dimension of a figure counted by other rules, such as « P3=hors_mutations&P8=exclues ».
REGLE, ET = "regle", "&"
_TEXTES, _NOMBRE = pa.list_(pa.string()), pa.float64()
# What is known of each year, by the names that the SQL of dimensions calls it.
CONTEXTE = pa.schema(
    {"exercice": pa.int32(), "annee": pa.int32()}
    | dict.fromkeys(("communes", "constantes", "communes_avec_qpv", "p4"), _TEXTES)
    | dict.fromkeys(("p1", "p3", "p7", "p9", "p10"), pa.string())
    | dict.fromkeys(("q1", "q2", "q3", "mois_anormaux", "attente_minimale"), _NOMBRE)
)
# What a base of DuckDB is opened with: it reads what it is given, no file, no network, no extension; and what memory
# cannot hold goes to no disk.
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "preserve_insertion_order": False,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
    "lock_configuration": True,
}
