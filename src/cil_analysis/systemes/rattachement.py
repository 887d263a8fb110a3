"""The secteur that each lease is in (reference/territory/secteurs.csv): where the dwelling is tells it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cil_analysis.grammaire.termes import SECTEUR
from cil_analysis.reference.colonnes import DIT_OUI
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.secteurs import HORS_SECTEUR, RESIDENCE, Lieux
from cil_analysis.systemes.colonnes import Lignes, a_l_une, donnee, texte


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The leases with their secteur: that of their résidence, else of their QPV, else of their commune.

    It is missing from all where secteurs name places of which the extract says nothing.
    """
    lieux = references.secteurs.au(annee)
    if "attributions" not in lignes or not any(lieux):
        return lignes
    baux = lignes["attributions"]
    if not _se_situent(baux, lieux):
        return lignes | {"attributions": baux.assign(**{SECTEUR: pd.Series(index=baux.index, dtype="str")})}
    quartiers = texte(baux, "qpv").where(a_l_une(baux, "est_en_qpv", [DIT_OUI]))
    secteurs = _des_residences(baux, lieux).fillna(_chercher(quartiers, lieux.quartiers))
    secteurs = secteurs.fillna(_chercher(baux["commune_insee"], lieux.communes)).fillna(HORS_SECTEUR)
    return lignes | {"attributions": baux.assign(**{SECTEUR: secteurs})}


def _se_situent(baux: pd.DataFrame, lieux: Lieux) -> bool:
    """Whether the leases say what the secteurs need: their résidence, or whether they are in a QPV."""
    exigees = {RESIDENCE: lieux.residences, "est_en_qpv": lieux.quartiers}
    return all(donnee(baux, nom) for nom, siens in exigees.items() if siens)


def _des_residences(baux: pd.DataFrame, lieux: Lieux) -> pd.Series:
    """The secteur of the résidence of each lease, missing where it has none; one told in another commune is not it."""
    paires = zip(baux["commune_insee"], texte(baux, RESIDENCE), strict=True)
    return pd.Series([lieux.residences.get(paire) for paire in paires], index=baux.index, dtype="str")


def _chercher(codes: pd.Series, secteurs: Mapping[str, str]) -> pd.Series:
    """The secteur of each place, missing where it has none."""
    return codes.astype("object").map(dict(secteurs)).astype("str")
