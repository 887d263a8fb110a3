"""What each system adds to the rows of a year before they are counted, and to what protects their figures."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from cil_analysis.grammaire.dimensions import Regroupement
from cil_analysis.grammaire.termes import SECTEUR
from cil_analysis.reference.colonnes import DIT_OUI
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE
from cil_analysis.systemes import cotation, flux, gouvernance, occupation, parcours, priorites
from cil_analysis.systemes.colonnes import Lignes, a_l_une, donnee, texte

# Those that change what a column of the leases says: they are due under other rules of counting as well.
DES_COLONNES = (priorites.preparer,)
# What protects figures, and one of them tells: of landlords, of households that rules make priority ones, of two
# dimensions that cut the same number.
sans_ventilation, conventions, communes_dominees = flux.sans_ventilation, flux.conventions, occupation.communes_dominees
inclusions, partages = priorites.inclusions, cotation.partages
SansVentilation = flux.SansVentilation
# What proposals have of the requests and the leases of their households, of which aggregated tables name none.
DES_MENAGES = ("revenu_du_menage_eur", cotation.SCORE, "rang_score")


def _rattacher(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The leases with their secteur: that of their résidence, else of their QPV, else of their commune.

    It is missing from all where secteurs name places of which the extract says nothing. A résidence told in another
    commune than its own is not it.
    """
    lieux = references.secteurs.au(annee)
    if "attributions" not in lignes or not any(lieux):
        return lignes
    baux, exigees = lignes["attributions"], {RESIDENCE: lieux.residences, "est_en_qpv": lieux.quartiers}
    secteurs: list[str | None] = [None] * len(baux)
    if all(donnee(baux, nom) for nom, siens in exigees.items() if siens):
        quartiers = texte(baux, "qpv").where(a_l_une(baux, "est_en_qpv", [DIT_OUI]))
        situes = zip(baux["commune_insee"], texte(baux, RESIDENCE), quartiers, strict=True)
        secteurs = [
            lieux.residences.get((commune, residence))
            or lieux.quartiers.get(qpv)
            or lieux.communes.get(commune, HORS_SECTEUR)
            for commune, residence, qpv in situes
        ]
    return lignes | {"attributions": baux.assign(**{SECTEUR: pd.Series(secteurs, index=baux.index, dtype="str")})}


# Each receives the rows by population, and returns them completed: new columns, new populations.
PREPARATIONS: tuple[Callable[[Lignes, References, int], Lignes], ...] = (
    flux.preparer,
    parcours.preparer,
    occupation.preparer,
    cotation.preparer,
    gouvernance.preparer,
    priorites.preparer,
    _rattacher,
)


def regroupements(references: References, jour: date) -> list[Regroupement]:
    """The classes that gather those of another dimension."""
    dits = (cotation.regroupements, priorites.regroupements, cotation.trimestres)
    return [groupe for du_systeme in dits for groupe in du_systeme(references, jour)]
