"""The life of the CIL: members, sessions, decisions, actions, facts, budget, and the state of each on a day.

Public facts about organisations; none is about a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.schemas import en_tete

PROJET, ADOPTE, A_VENIR, EN_VIGUEUR, ECHU, ABROGE = "PROJET", "ADOPTE", "A_VENIR", "EN_VIGUEUR", "ECHU", "ABROGE"
A_FAIRE, EN_COURS, FAITE, ABANDONNEE = "A_FAIRE", "EN_COURS", "FAITE", "ABANDONNEE"
CLOSES = (FAITE, ABANDONNEE)


@dataclass(frozen=True, eq=False)  # Two are never compared: what is derived from one is kept by it.
class Gouvernance:
    """The seven tables of ``definitions/tables.yml``; dates are datetime64 (NaT: not known), the rest is text.

    ``decisions`` have a ``date`` besides: that of their session, or else of their document. The years of ``faits`` are
    floats; a fact without ``annee_fin`` (NaN) lasts. Those of ``enveloppe`` are too; an amount not known is NaN. The
    type and state of ``documents`` are codes (empty: nobody has filled them in).
    """

    membres: pd.DataFrame
    seances: pd.DataFrame
    decisions: pd.DataFrame
    actions: pd.DataFrame
    faits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=en_tete("governance/faits")))
    enveloppe: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=en_tete("governance/enveloppe")))
    documents: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=en_tete("governance/documents")))


def charger_gouvernance(tables: Tables) -> Gouvernance:
    """The seven tables; one that a project does not have is empty. Raises ErreurCIL naming the file and the line."""
    lues = {nom: tables[f"governance/{nom}"].reset_index(drop=True) for nom in Gouvernance.__dataclass_fields__}
    decisions, faits, enveloppe = lues["decisions"], lues["faits"], lues["enveloppe"]
    des_seances, des_documents = (
        lues[f"{de}s"].set_index(de)[jour].reindex(decisions[de]).set_axis(decisions.index)
        for de, jour in (("seance", "date"), ("document", "date_adoption"))
    )
    decisions["date"] = des_seances.fillna(des_documents)
    for table, annee in ((faits, "annee_debut"), (faits, "annee_fin"), (enveloppe, "annee")):
        table[annee] = pd.to_numeric(table[annee]).astype("float64")
    return Gouvernance(**lues)


# --- What the tables say on a day -------------------------------------------------------------------------------------


def date_du_document(documents: pd.DataFrame) -> pd.Series:
    """The day of each document: its adoption, or else its beginning; NaT when neither is known."""
    dates: pd.Series = documents["date_adoption"].fillna(documents["debut"])
    return dates


def documents_connus(documents: pd.DataFrame, jour: pd.Timestamp) -> pd.DataFrame:
    """The documents that a reader of that day may know: an act dated later, without a term, is not among them."""
    connus: pd.DataFrame = documents[documents["fin"].notna() | ~date_du_document(documents).gt(jour)]
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


def etats_des_decisions(decisions: pd.DataFrame, jour: pd.Timestamp) -> pd.Series:
    """The state of each decision on a day, a code of etats_suivi.csv; empty when nobody says it.

    The table holds the last state known: a decision closed after the day was under way on it.
    """
    plus_tard = decisions["statut"].isin(CLOSES) & decisions["date_suivi"].gt(jour)
    return decisions["statut"].mask(plus_tard, EN_COURS).astype("str")


def est_en_retard(decisions: pd.DataFrame, jour: pd.Timestamp) -> pd.Series:
    """Whether each decision had passed its deadline on a day, and was not closed."""
    en_retard: pd.Series = decisions["echeance"].lt(jour) & ~etats_des_decisions(decisions, jour).isin(CLOSES)
    return en_retard


def etats_des_actions(actions: pd.DataFrame, jour: pd.Timestamp) -> pd.Series:
    """The state of each action on a day, a code of etats_suivi.csv; empty when nobody says it.

    The table holds the last state known: an action that begins after the day was still to do, one that ended after it
    was under way.
    """
    dit = actions["statut"]
    plus_tard = dit.isin(CLOSES) & actions["fin"].gt(jour)
    return dit.mask(plus_tard, EN_COURS).mask(dit.ne("") & actions["debut"].gt(jour), A_FAIRE).astype("str")


def mouvements(membres: pd.DataFrame, annee: int) -> pd.DataFrame:
    """One row is one change of composition of a year: the row of ``membres``, its « mouvement » and its « jour ».

    The first composition of all is no change. A seat leaves on the last day that it is held.
    """
    premiere = membres["debut"].min()
    entrees = membres[membres["debut"].dt.year.eq(annee) & membres["debut"].gt(premiere)]
    sorties = membres[membres["fin"].dt.year.eq(annee)]
    morceaux = [
        entrees.assign(mouvement="ENTREE", jour=entrees["debut"]),
        sorties.assign(mouvement="SORTIE", jour=sorties["fin"]),
    ]
    reunis: pd.DataFrame = pd.concat(morceaux)
    return reunis.sort_values(["jour", "mouvement"], kind="stable", ignore_index=True)
