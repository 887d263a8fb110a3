"""Cleaning rules: one text cell to one value. Pure functions.

A cell that cannot be read raises ValueError. ``None`` is « not given »: blank, or one of the words that extracts use
for it. A value is read back exactly or refused, never guessed.
"""

from cil_analysis.extraits.cleaning.cellules import (
    ABSENTS,
    bout_a_bout,
    distinctes,
    est_absent,
    paires_distinctes,
    peut_etre_repetees,
    sans_formule,
    sont_de,
)
from cil_analysis.extraits.cleaning.codes import NON, OUI, codes_inconnus, lire_code, lire_codes, lire_oui_non
from cil_analysis.extraits.cleaning.dates import est_mois_jour, est_un_mois, lire_date, serie_1904_vers_1900
from cil_analysis.extraits.cleaning.identifiants import (
    code_retabli,
    est_arrondi,
    est_flottant,
    lire_commune,
    lire_identifiant,
    lire_identifiants,
    numeros_perdus,
)
from cil_analysis.extraits.cleaning.nombres import est_sentinelle, lire_entier, lire_nombre
from cil_analysis.extraits.cleaning.provenances import AILLEURS, lire_provenance

__all__ = [
    "ABSENTS",
    "AILLEURS",
    "NON",
    "OUI",
    "bout_a_bout",
    "code_retabli",
    "codes_inconnus",
    "distinctes",
    "est_absent",
    "est_arrondi",
    "est_flottant",
    "est_mois_jour",
    "est_sentinelle",
    "est_un_mois",
    "lire_code",
    "lire_codes",
    "lire_commune",
    "lire_date",
    "lire_entier",
    "lire_identifiant",
    "lire_identifiants",
    "lire_nombre",
    "lire_oui_non",
    "lire_provenance",
    "numeros_perdus",
    "paires_distinctes",
    "peut_etre_repetees",
    "sans_formule",
    "serie_1904_vers_1900",
    "sont_de",
]
