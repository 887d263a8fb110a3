"""The life of the CIL: members, sessions, decisions, actions, facts, budget, and the state of each on a day.

Public facts about organisations; none is about a person.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import en_tete

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
