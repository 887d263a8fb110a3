"""The life of the CIL: what is known on a day of its members, its documents, and of what is to be done.

Public facts about organisations; none is about a person.
"""

import numpy as np
import pandas as pd

PROJET, ADOPTE, A_VENIR, EN_VIGUEUR, ECHU, ABROGE = "PROJET", "ADOPTE", "A_VENIR", "EN_VIGUEUR", "ECHU", "ABROGE"
A_FAIRE, EN_COURS, FAITE, ABANDONNEE = "A_FAIRE", "EN_COURS", "FAITE", "ABANDONNEE"
CLOSES = (FAITE, ABANDONNEE)


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
