"""Words and terms that the indicators of the cotation share."""

from __future__ import annotations

from cil_analysis.indicators.vocabulaire import FICHIER, FICHIER_D

_GRILLE = "grille de data/reference/cotation, ou score du fichier ; décret 2019-1378 du 17/12/2019"
SOURCE, SOURCE_D = f"{FICHIER}, {_GRILLE}", f"{FICHIER_D}, {_GRILLE}"
# In deciles, which parameters/cotation.yml sets: the points of two grids do not compare.
SCORE_BAS = "dans les premiers déciles des scores des demandes (paramètre « deciles_bas »)"
SCORE_HAUT = "dans les derniers déciles des scores des demandes (paramètre « deciles_hauts »)"
NOTES = (("note", "connu"),)
RANG_BAS, RANG_HAUT = (("rang_score", "BAS"),), (("rang_score", "HAUT"),)
