"""The life of the CIL on a day, from the reference tables: what G01… count, and what pages show."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, EPCI, HORS_QPV, QPV, Ventilation
from cil_analysis.grammaire.registre import registre
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.systemes.colonnes import Lignes

PROJET, A_VENIR, EN_VIGUEUR, ECHU, ABROGE = "PROJET", "A_VENIR", "EN_VIGUEUR", "ECHU", "ABROGE"
A_FAIRE, EN_COURS = "A_FAIRE", "EN_COURS"
CLOSES = ("FAITE", "ABANDONNEE")
# All of those of the governance: a fault in one that nothing counts stops the bilan too.
_TABLES = ("membres", "seances", "decisions", "actions", "faits", "enveloppe", "documents")


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """Add the populations of ``gouvernance/lignes.yml`` to the rows of a year, as they stood on 31 December.

    A table without a row is left out: nothing is known, which is not zero. So are the sessions of the years before the
    first one that is recorded. Raises as :func:`exiger_les_decisions` does.
    """
    exiger_les_decisions(references)
    jour, communes, tables = date(annee, 12, 31), references.territoire.communes, references.tables
    membres = communes[en_vigueur(communes, "membre_du", "membre_au", pd.Timestamp(jour))]
    vie = vie_de_la_cil(tables, jour)
    de_l_annee = {nom: vie[nom][vie[nom]["date"].dt.year.eq(annee)] for nom in ("seances", "mouvements")}
    lues = {nom: tables[f"governance/{nom}"] for nom in _TABLES}
    sources = lues | {"seances": vie["seances"], "mouvements": lues["membres"]}
    connues = {nom: table for nom, table in {**vie, **de_l_annee}.items() if not sources[nom].empty}
    return lignes | {"communes_membres": membres} | connues


def vie_de_la_cil(tables: Tables, jour: date) -> Mapping[str, pd.DataFrame]:
    """Ce que les tables disent un jour, table par table ; ce qui est daté d’après n’y est pas.

    ``seances`` : celles qui sont tenues ; ``membres`` : les sièges pourvus, et ``mouvements`` ceux qui ont changé ;
    ``documents``, du plus ancien au plus récent, ``court`` toujours rempli ; ``decisions``, d’abord celles en retard,
    à la fin celles qui sont closes ; ``actions``. L’``etat`` des trois derniers est un code, qui manque quand personne
    ne l’a rempli.
    """
    # Copies: a notebook may add its columns, which nothing else is to count.
    return {nom: table.copy(deep=False) for nom, table in _vie(tables, jour).items()}


@lru_cache(maxsize=64)  # Of a project, for all the preparations of a year.
def _vie(tables: Tables, jour: date) -> Mapping[str, pd.DataFrame]:
    le = pd.Timestamp(jour)
    seances, membres = tables["governance/seances"], tables["governance/membres"]
    changes = mouvements(membres)
    return {
        "seances": seances[seances["date"].le(le)].sort_values("date"),
        "membres": membres[en_vigueur(membres, "debut", "fin", le)],
        "mouvements": changes[changes["date"].le(le)],
        "documents": _documents(tables["governance/documents"], le),
        "decisions": _decisions(tables, le),
        "actions": _actions(tables["governance/actions"], le),
    }


def _documents(documents: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame:
    connus = documents_connus(documents, jour).sort_values(["date_adoption", "debut"])
    entre_parentheses = connus["intitule"].str.replace(r".*\(([^()]+)\)", r"\1", regex=True)
    court = connus["court"].where(connus["court"].ne(""), entre_parentheses)
    return _avec_l_etat(connus.assign(court=court), etats_des_documents(connus, jour))


def _decisions(tables: Tables, jour: pd.Timestamp) -> pd.DataFrame:
    """Those of that day or before: a decision has the ``date`` of its session, or else of its document."""
    decisions = tables["governance/decisions"]
    des_seances, des_documents = (
        tables[f"governance/{de}s"].set_index(de)[quand].reindex(decisions[de]).set_axis(decisions.index)
        for de, quand in (("seance", "date"), ("document", "date_adoption"))
    )
    prises = decisions.assign(date=des_seances.fillna(des_documents))
    prises = prises[~prises["date"].gt(jour)]
    etats = etats_du_suivi(prises["statut"], prises["date_suivi"], jour)
    closes = etats.isin(CLOSES)
    en_retard, de_l_annee = prises["echeance"].lt(jour) & ~closes, prises["date"].dt.year.eq(jour.year)
    prises = prises.assign(est_close=closes, est_en_retard=en_retard, est_de_l_annee=de_l_annee)
    ordre = {"est_close": True, "est_en_retard": False, "echeance": True, "date": True}
    return _avec_l_etat(prises, etats).sort_values([*ordre], ascending=[*ordre.values()], kind="stable")


def _actions(actions: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame:
    """One that begins after the day was still to do."""
    a_venir = actions["statut"].ne("") & actions["debut"].gt(jour)
    return _avec_l_etat(actions, etats_du_suivi(actions["statut"], actions["fin"], jour).mask(a_venir, A_FAIRE))


def _avec_l_etat(table: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """The table with the state of each row; a code that nobody has filled in is missing."""
    return table.assign(etat=codes.mask(codes.eq("")))


def documents_connus(documents: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame:
    """The documents that a reader of that day may know: an act dated later, without a term, is not among them."""
    du = documents["date_adoption"].fillna(documents["debut"])
    connus: pd.DataFrame = documents[documents["fin"].notna() | ~du.gt(jour)]
    return connus


def etats_des_documents(documents: pd.DataFrame, jour: pd.Timestamp) -> pd.Series:
    """The state of each document on a day, a code of etats_document.csv; empty when nobody says it.

    Dates come first: a document is « à venir » before it begins (or is adopted), « échu » (« abrogé » when its row says
    so) after its end, « en vigueur » in between. Without an end, it is what its row says, if anything. A draft stays
    one whatever its dates.
    """
    dit, debut, fin = documents["statut"], documents["debut"].fillna(documents["date_adoption"]), documents["fin"]
    gardes = [dit.eq(PROJET), debut.gt(jour), fin.lt(jour) & dit.eq(ABROGE), fin.lt(jour), fin.notna()]
    etats = np.select(gardes, [PROJET, A_VENIR, ABROGE, ECHU, EN_VIGUEUR], dit.to_numpy(object))
    return pd.Series(etats, dit.index, "str")


def etats_du_suivi(dits: pd.Series, clos: pd.Series, jour: pd.Timestamp) -> pd.Series:
    """The state on a day of each thing to do, a code of etats_suivi.csv; empty when nobody says it.

    The table holds the last state known (``dits``): what was closed after the day (``clos``) was under way on it.
    """
    return dits.mask(dits.isin(CLOSES) & clos.gt(jour), EN_COURS).astype("str")


def mouvements(membres: pd.DataFrame) -> pd.DataFrame:
    """One row is one change of composition: the row of ``membres``, its « mouvement » and its « date ».

    The first composition of all is no change. A seat leaves on the last day that it is held.
    """
    entrees, sorties = membres[membres["debut"].gt(membres["debut"].min())], membres[membres["fin"].notna()]
    morceaux = [
        entrees.assign(mouvement="ENTREE", date=entrees["debut"]),
        sorties.assign(mouvement="SORTIE", date=sorties["fin"]),
    ]
    reunis: pd.DataFrame = pd.concat(morceaux)
    return reunis.sort_values(["date", "mouvement"], kind="stable", ignore_index=True)


def exiger_les_decisions(references: References) -> None:
    """Check that what decisions are to move is counted: an indicator of one figure, in the perimeter that they name.

    Raises ErreurCIL naming the line at fault and what is admitted.
    """
    tables, nom = references.tables, "governance/decisions"
    for ligne, code, ou in tables[nom][["indicateur", "perimetre"]].itertuples():
        if not code and not ou:
            continue
        genre = genre_du_perimetre(references, ou)
        admis = [i.code for i in registre(references).indicateurs if Ventilation(genre or EPCI) in i.ventilations]
        if genre and code in admis:
            continue
        if genre:
            lieu = f" pour le périmètre « {ou} »" if ou else ""
            quoi = f"l’indicateur « {code} » n’a pas de chiffre{lieu}" if code else "la colonne indicateur est vide"
            faute = f"{quoi}. Indicateurs possibles : {', '.join(admis)}."
        else:
            faute = (
                f"périmètre « {ou} » inconnu. Périmètres possibles : le code d’une commune ou d’un quartier du projet, "
                f"{EN_QPV}, {HORS_QPV}, ou rien pour l’intercommunalité."
            )
        raise erreur(tables.chemin(nom), faute, int(ligne))


def genre_du_perimetre(references: References, perimetre: str) -> str:
    """Ce qu’est un périmètre d’après son code (« commune », « qpv »…) ; rien s’il n’est pas du projet."""
    connus = references.codes_des_objectifs["perimetre"]
    sans_code = {"": EPCI, EN_QPV: EN_QPV, HORS_QPV: HORS_QPV}
    return sans_code.get(perimetre) or next((genre for genre in (COMMUNE, QPV) if perimetre in connus[genre]), "")
