"""Words that the definitions of indicators and the machine share."""

from __future__ import annotations

# Suffixes of codes: the same in households, and under each other choice of a counting rule.
EN_NOMBRE, SENSIBILITE = "N", "S"
# Categories that no nomenclature lists: communes, indicators, choices of counting rules (« P3=hors_mutations »).
COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE = "communes", "indicateurs", "regles"
# The statistic of the wait of requests, housed or not.
ATTENTE = "attente"
