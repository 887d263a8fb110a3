"""A commune beside the whole EPCI: the gap between two published figures, as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.rapport.mots.formats import RIEN, signer
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.tables import Cellule, ColonneLibre
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

TITRE = "Écart à l’ensemble"
_UNITES = {PCT: "points", "mois": "mois"}


def ecart_a_l_ensemble(rapport: Rapport, table: PublishedTable) -> ColonneLibre:
    """How far above (+) or below (-) the EPCI each commune of a table of one year is, in points or in its unit."""
    code = table.indicateur.code
    annees = table.donnees["annee"].unique()
    ensemble = rapport.ensemble[code].ou(annee=int(annees[0])).seul.publie if len(annees) == 1 else None
    cellules = {}
    for ligne in table.lignes():
        absence = signe(ligne, "valeur")
        if absence:
            cellule = Cellule(absence, "secret" if absence == "s" else "absent")
        elif ensemble is None or ligne["statut"] != PUBLIE:
            cellule = Cellule(RIEN, "absent")
        else:
            cellule = Cellule(signer(round(float(ligne["valeur"]), 1) - round(ensemble, 1), 1))
        cellules[str(ligne["perimetre_code"])] = cellule
    return ColonneLibre(TITRE, _UNITES.get(table.indicateur.unite, ""), cellules)
