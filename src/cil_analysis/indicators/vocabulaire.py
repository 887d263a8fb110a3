"""Words and terms that the definitions of indicators share."""

from __future__ import annotations

from cil_analysis.indicators.cadre import BAILLEUR, EN_QPV, EPCI, HORS_QPV, RESERVATAIRE, TOUTES
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import NON, OUI

# Suffixes: the same over the active requests, in households, and under each other choice of a counting rule.
DEMANDES, EN_NOMBRE, SENSIBILITE = "D", "N", "S"
# Categories that no nomenclature lists: communes, indicators, choices of counting rules (« P3=hors_mutations »).
COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE = "communes", "indicateurs", "regles"

# The statistic of the wait of requests, housed or not.
ATTENTE = "attente"

BAUX = "baux signés dans l’année"
CHAMP = "baux signés dans l’année, dans le champ des objectifs (règles P3 et P4)"
STOCK = "demandes actives au 31 décembre"
FICHIER, FICHIER_D = "extrait des attributions", "extrait des demandes"
DEUX_FICHIERS = "extraits des demandes et des attributions"
L441 = "art. L441-1 du code de la construction et de l’habitation"
OBJECTIFS = ("champ", "objectifs")
PRIORITAIRES = (("prioritaire", OUI),)
NON_INTERNES = (("mutation_INTERNE", NON),)
CHAQUE_ACTEUR = (V(EPCI, BAILLEUR), V(EPCI, RESERVATAIRE))
PAR_ZONE = (V(EPCI, modalites=TOUTES), V(EN_QPV, modalites=TOUTES), V(HORS_QPV, modalites=TOUTES))
ENSEMBLE = (V(EPCI, modalites=TOUTES),)
REGLES, REGLES_OBJECTIFS = ("P1", "P2", "P9"), ("P1", "P2", "P3", "P4", "P9")
