"""Ce qu’un seul système calcule : pour sa page, pour le classeur d’une fiche, pour le jour où elle est due."""

from collections.abc import Callable, Mapping
from datetime import date

from cil_analysis.grammaire.indicateur import RESERVATAIRE
from cil_analysis.rapport.classeur.fiche import Tableaux
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.systemes import flux

# By the kind of its subject.
CLASSEURS: Mapping[str, Callable[[Rapport], Tableaux]] = {RESERVATAIRE: flux.tableaux}
ECHEANCES: Mapping[str, Callable[[Rapport], date | None]] = {RESERVATAIRE: flux.echeance}
