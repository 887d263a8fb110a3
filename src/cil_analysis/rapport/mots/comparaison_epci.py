"""A commune beside the whole EPCI: the gap between two published figures, as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import EPCI, PCT
from cil_analysis.rapport.mots.formats import RIEN, signer
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.rapport.tables import Cellule, ColonneLibre
from cil_analysis.secret.lissage import PERIODE, lisser
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

TITRE = "Écart à l’ensemble"
_UNITES = {PCT: "points", "mois": "mois"}


def ecart_a_l_ensemble(rapport: Rapport, table: PublishedTable) -> ColonneLibre:
    """How far above (+) or below (-) the EPCI each commune of a table of one year is, in points or in its unit.

    Of a table of several years together, the EPCI in the same years.
    """
    code = table.indicateur.code
    annees = table.donnees["annee"].unique()
    ensemble = rapport.ensemble[code].ou(annee=int(annees[0])).seul.publie if len(annees) == 1 else None
    if PERIODE in table.donnees:
        ensemble = _de_plusieurs_annees(rapport, code, str(table.donnees[PERIODE].iloc[0]))
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


def _de_plusieurs_annees(rapport: Rapport, code: str, periode: str) -> float | None:
    """The figure of the EPCI over « 2020-2022 »; None when it is not published in each of these years."""
    debut, fin = map(int, periode.split("-"))
    tout = rapport.publication[code].ou(perimetre_type=EPCI, acteur_type="", modalite="")
    lisse = lisser(tout, range(debut, fin + 1), rapport.references.objectifs).ou(statut=PUBLIE)
    return float(lisse.lignes()[0]["valeur"]) if len(lisse) else None
