"""The life of the CIL as rows of a year, from the reference tables: what G01… count."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from cil_analysis.reference.ensemble import References
from cil_analysis.reference.systemes import etats
from cil_analysis.reference.systemes.gouvernance import Gouvernance
from cil_analysis.reference.tables import en_vigueur


def preparer_la_gouvernance(
    lignes: dict[str, pd.DataFrame], references: References, annee: int
) -> dict[str, pd.DataFrame]:
    """Add the populations of ``gouvernance/lignes.yml`` to the rows of a year, as they stood on 31 December.

    A table without a row is left out: nothing is known, which is not zero. So are the sessions of the years before the
    first one that is recorded.
    """
    jour = pd.Timestamp(annee, 12, 31)
    tables = {
        "communes_membres": _communes(references.territoire.communes, jour),
        "documents": _documents(references.documents, jour),
        **_vie_de_la_cil(references.gouvernance, jour),
    }
    return lignes | {nom: table for nom, table in tables.items() if table is not None}


@lru_cache(maxsize=64)  # Of a project, for all the preparations of a year.
def _vie_de_la_cil(gouvernance: Gouvernance, jour: pd.Timestamp) -> dict[str, pd.DataFrame | None]:
    seances, membres = gouvernance.seances, gouvernance.membres
    decisions, actions = gouvernance.decisions, gouvernance.actions
    connues = not seances.empty and seances["date"].min() <= jour
    prises = decisions[~decisions["date"].gt(jour)]
    return {
        "seances": seances[seances["date"].dt.year.eq(jour.year)] if connues else None,
        "membres": None if membres.empty else membres[etats.sieges_a(membres, jour)],
        "mouvements": None if membres.empty else etats.mouvements(membres, jour.year),
        "decisions": None
        if decisions.empty
        else prises.assign(
            etat=_renseignes(etats.etats_des_decisions(prises, jour)),
            est_en_retard=etats.est_en_retard(prises, jour),
            est_de_l_annee=prises["date"].dt.year.eq(jour.year),
        ),
        "actions": None if actions.empty else actions.assign(etat=_renseignes(etats.etats_des_actions(actions, jour))),
    }


def _documents(documents: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame | None:
    connus = etats.documents_connus(documents, jour)
    return None if documents.empty else connus.assign(etat=_renseignes(etats.etats_des_documents(connus, jour)))


def _communes(communes: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame:
    """One row is one commune that is a member on the day; « ADHESION » when it joined in the year."""
    membres = communes[en_vigueur(communes, "membre_du", "membre_au", jour)]
    nouvelle = membres["membre_du"].dt.year.eq(jour.year)
    return membres.assign(adhesion=pd.array(np.where(nouvelle, "ADHESION", "DEJA_MEMBRE"), dtype="str"))


def _renseignes(codes: pd.Series) -> pd.Series:
    """A code that nobody has filled in is missing."""
    return codes.mask(codes.eq(""))
