"""Cleaning rules: one text cell to one value. Pure functions.

A cell that cannot be read raises ValueError. ``None`` is « not given »: blank, or one of the words that extracts use
for it. A value is read back exactly or refused, never guessed.
"""

from cil_analysis.extraits.cellules.codes import AILLEURS as AILLEURS
from cil_analysis.extraits.cellules.codes import code_retabli as code_retabli
from cil_analysis.extraits.cellules.codes import codes_inconnus as codes_inconnus
from cil_analysis.extraits.cellules.codes import lire_code as lire_code
from cil_analysis.extraits.cellules.codes import lire_codes as lire_codes
from cil_analysis.extraits.cellules.codes import lire_commune as lire_commune
from cil_analysis.extraits.cellules.codes import lire_oui_non as lire_oui_non
from cil_analysis.extraits.cellules.codes import lire_provenance as lire_provenance
from cil_analysis.extraits.cellules.dates import est_mois_jour as est_mois_jour
from cil_analysis.extraits.cellules.dates import est_un_mois as est_un_mois
from cil_analysis.extraits.cellules.dates import lire_date as lire_date
from cil_analysis.extraits.cellules.dates import serie_1904_vers_1900 as serie_1904_vers_1900
from cil_analysis.extraits.cellules.nombres import est_arrondi as est_arrondi
from cil_analysis.extraits.cellules.nombres import est_flottant as est_flottant
from cil_analysis.extraits.cellules.nombres import lire_entier as lire_entier
from cil_analysis.extraits.cellules.nombres import lire_identifiant as lire_identifiant
from cil_analysis.extraits.cellules.nombres import lire_nombre as lire_nombre
from cil_analysis.extraits.cellules.nombres import numeros_perdus as numeros_perdus
from cil_analysis.extraits.cellules.textes import distinctes as distinctes
from cil_analysis.extraits.cellules.textes import est_absent as est_absent
