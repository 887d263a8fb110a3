"""The life of the CIL as rows of a year, from the reference tables: what G01… count."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, EPCI, HORS_QPV, QPV, Ventilation
from cil_analysis.grammaire.registre import registre
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.systemes import gouvernance as vie_de_la_cil
from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.systemes.colonnes import Lignes


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """Add the populations of ``gouvernance/lignes.yml`` to the rows of a year, as they stood on 31 December.

    A table without a row is left out: nothing is known, which is not zero. So are the sessions of the years before the
    first one that is recorded. Raises as :func:`exiger_les_decisions` does.
    """
    exiger_les_decisions(references)
    jour, communes = pd.Timestamp(annee, 12, 31), references.territoire.communes
    membres = communes[en_vigueur(communes, "membre_du", "membre_au", jour)]
    return lignes | {"communes_membres": membres} | _vie_de_la_cil(references.gouvernance, jour)


@lru_cache(maxsize=64)  # Of a project, for all the preparations of a year.
def _vie_de_la_cil(gouvernance: vie_de_la_cil.Gouvernance, jour: pd.Timestamp) -> Lignes:
    vie: Lignes = {}
    seances, membres, decisions = gouvernance.seances, gouvernance.membres, gouvernance.decisions
    if not seances.empty and seances["date"].min() <= jour:
        vie["seances"] = seances[seances["date"].dt.year.eq(jour.year)]
    if not membres.empty:
        vie["membres"] = membres[en_vigueur(membres, "debut", "fin", jour)]
        vie["mouvements"] = vie_de_la_cil.mouvements(membres, jour.year)
    if not gouvernance.documents.empty:
        connus = vie_de_la_cil.documents_connus(gouvernance.documents, jour)
        vie["documents"] = _avec_l_etat(connus, vie_de_la_cil.etats_des_documents(connus, jour))
    if not decisions.empty:
        prises = decisions[~decisions["date"].gt(jour)]
        vie["decisions"] = _avec_l_etat(prises, vie_de_la_cil.etats_des_decisions(prises, jour)).assign(
            est_en_retard=vie_de_la_cil.est_en_retard(prises, jour), est_de_l_annee=prises["date"].dt.year.eq(jour.year)
        )
    if not gouvernance.actions.empty:
        vie["actions"] = _avec_l_etat(gouvernance.actions, vie_de_la_cil.etats_des_actions(gouvernance.actions, jour))
    return vie


def _avec_l_etat(table: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """The table with the state of each row; a code that nobody has filled in is missing."""
    return table.assign(etat=codes.mask(codes.eq("")))


def exiger_les_decisions(references: References) -> None:
    """Check that what decisions are to move is counted: an indicator of one figure, in the perimeter that they name.

    Raises ErreurCIL naming the line at fault and what is admitted.
    """
    for rang, code, ou in references.gouvernance.decisions[["indicateur", "perimetre"]].itertuples():
        if not code and not ou:
            continue
        genre = genre_du_perimetre(references, ou)
        admis = [i.code for i in registre(references).indicateurs if Ventilation(genre or EPCI) in i.ventilations]
        if genre and code in admis:
            continue
        lieu = f" pour le périmètre « {ou} »" if ou else ""
        faute = f"l’indicateur « {code} » n’a pas de chiffre{lieu}" if code else "la colonne indicateur est vide"
        remede = f"Indicateurs possibles : {', '.join(admis)}."
        if not genre:
            faute = f"périmètre « {ou} » inconnu"
            remede = (
                f"Périmètres possibles : le code d’une commune ou d’un quartier du projet, {EN_QPV}, {HORS_QPV}, ou "
                "rien pour l’intercommunalité."
            )
        lues = references.tables
        ligne = int(lues["governance/decisions"].index[rang])
        raise erreur(lues.chemin("governance/decisions"), f"{faute}. {remede}", ligne)


def genre_du_perimetre(references: References, perimetre: str) -> str:
    """The type of a perimeter by its code, or by its own name; empty for what is none."""
    if perimetre in (EN_QPV, HORS_QPV):
        return perimetre
    connus = references.codes_des_objectifs["perimetre"]
    return EPCI if not perimetre else next((genre for genre in (COMMUNE, QPV) if perimetre in connus[genre]), "")
