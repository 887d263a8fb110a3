"""The secteur that each lease is in (reference/territory/secteurs.csv): where the dwelling is tells it."""

from __future__ import annotations

import pandas as pd

from cil_analysis.grammaire.termes import SECTEUR
from cil_analysis.reference.colonnes import DIT_OUI
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE
from cil_analysis.systemes.colonnes import Lignes, a_l_une, donnee, texte


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
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
