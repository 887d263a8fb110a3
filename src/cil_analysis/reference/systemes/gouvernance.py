"""The life of the CIL: members, sessions, decisions, actions, facts, budget (data/reference/governance).

Public facts about organisations; none is about a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.schemas import en_tete


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
    noms = ("membres", "seances", "decisions", "actions", "faits", "enveloppe", "documents")
    lues = {nom: tables[f"governance/{nom}"].reset_index(drop=True) for nom in noms}
    decisions, faits, enveloppe = lues["decisions"], lues["faits"], lues["enveloppe"]
    decisions["date"] = _dates_des_decisions(decisions, lues["seances"], lues["documents"])
    for table, annee in ((faits, "annee_debut"), (faits, "annee_fin"), (enveloppe, "annee")):
        table[annee] = pd.to_numeric(table[annee]).astype("float64")
    return Gouvernance(**lues)


def _dates_des_decisions(decisions: pd.DataFrame, seances: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """The day of the session of each decision, or else that of its document; NaT when neither is known."""
    jours = dict(zip(documents["document"], documents["date_adoption"], strict=True))
    des_documents = [jours.get(document) for document in decisions["document"]]
    jours = dict(zip(seances["seance"], seances["date"], strict=True))
    dates = map(jours.get, decisions["seance"], des_documents)
    return pd.Series(list(dates), index=decisions.index, dtype="datetime64[us]")
