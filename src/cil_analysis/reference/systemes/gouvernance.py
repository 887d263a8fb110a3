"""The life of the CIL: members, sessions, decisions, actions of the PPGDLSID, facts (data/reference/governance).

Public facts about organisations; none is about a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.parametres import CONFIANCES
from cil_analysis.reference.personnes import refuser_les_personnes

SOURCES = ("source", "confiance")
MEMBRES = ("membre", "organisation", "role", "college", "debut", "fin", "motif", *SOURCES)
SEANCES = ("seance", "date", "type", "objet", "quorum", *SOURCES)
DECISIONS = (
    "decision", "seance", "document", "intitule", "echeance", "responsable", "statut", "date_suivi", *SOURCES,
)  # fmt: skip
ACTIONS = (
    "action", "document", "axe", "intitule", "pilote", "indicateur", "cible", "statut", "debut", "fin", *SOURCES,
)  # fmt: skip
FAITS = ("fait", "intitule", "annee_debut", "annee_fin", *SOURCES)
QUORUMS = ("", "oui", "non")


@dataclass(frozen=True, eq=False)  # Two are never compared: what is derived from one is kept by it.
class Gouvernance:
    """The five tables; dates are datetime64 (NaT: not known), the rest is text, empty when nobody has filled it in.

    ``membres``: one row is one seat, held by an organisation from ``debut`` to ``fin`` (both included), in a
    ``college`` of colleges.csv. ``seances``: one meeting, its ``type`` of types_seance.csv, the ``quorum`` reached (oui
    or non). ``decisions``: one decision with its ``date`` (that of its session, or else of its document), what is known
    of its state (etats_suivi.csv) and the day of that state. ``actions``: one action of a plan, with the code of an
    indicator of the registry, or words. ``faits``: one fact whose source gives years and no day; without
    ``annee_fin`` it lasts.
    """

    membres: pd.DataFrame
    seances: pd.DataFrame
    decisions: pd.DataFrame
    actions: pd.DataFrame
    faits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FAITS)))


def est_fictive(table: pd.DataFrame) -> pd.Series:
    """Which rows are made up: those of the example say so."""
    fictives: pd.Series = table["confiance"].eq("FICTIF")
    return fictives


def charger_gouvernance(
    dossier: Path, nomenclatures: Mapping[str, Nomenclature], documents: pd.DataFrame
) -> Gouvernance:
    """Read and check the five tables; one that a project does not have is empty.

    Raises:
        ErreurCIL: naming the file and the line, for a key twice, an unknown code, session or document, an unreadable
            date or year, a period that ends before it begins, or a person's name.
    """
    membres = _lire(dossier, "membres", MEMBRES, ("organisation", "college"), ("organisation", "role", "motif"))
    seances = _lire(dossier, "seances", SEANCES, ("date", "type"), ("objet",))
    decisions = _lire(dossier, "decisions", DECISIONS, ("intitule",), ("intitule", "responsable"))
    actions = _lire(dossier, "actions", ACTIONS, ("intitule",), ("intitule", "axe", "pilote", "indicateur", "cible"))
    for table, nom, dates, listes in (
        (membres, "membres", ("debut", "fin"), {"college": "colleges"}),
        (seances, "seances", ("date",), {"type": "types_seance"}),
        (decisions, "decisions", ("echeance", "date_suivi"), {"statut": "etats_suivi"}),
        (actions, "actions", ("debut", "fin"), {"statut": "etats_suivi"}),
    ):
        chemin = dossier / f"{nom}.csv"
        tables.convertir_dates(table, dates, chemin)
        tables.convertir_codes(table, listes, nomenclatures, chemin)
        if "fin" in table:
            tables.exiger_periode(table, "debut", "fin", chemin)
    faits = _lire_les_faits(dossier)
    tables.exiger(seances, "quorum", QUORUMS, dossier / "seances.csv")
    connus = {"seance": set(seances["seance"]), "document": set(documents["document"])}
    _exiger_connus(decisions, "seance", connus["seance"], dossier / "decisions.csv")
    for table, nom in ((decisions, "decisions"), (actions, "actions")):
        _exiger_connus(table, "document", connus["document"], dossier / f"{nom}.csv")
    decisions["date"] = _dates_des_decisions(decisions, seances, documents)
    return Gouvernance(*(table.reset_index(drop=True) for table in (membres, seances, decisions, actions, faits)))


def _lire_les_faits(dossier: Path) -> pd.DataFrame:
    faits = _lire(dossier, "faits", FAITS, ("intitule", "annee_debut"), ("intitule",))
    annees, chemin = ("annee_debut", "annee_fin"), dossier / "faits.csv"
    tables.convertir_nombres(faits, annees, chemin)
    for ligne in faits.index[(faits[list(annees)] % 1 > 0).any(axis=1)]:
        raise tables.erreur(chemin, "une année n’est pas un nombre entier (AAAA). La corriger.", int(str(ligne)))
    tables.exiger_periode(faits, *annees, chemin)
    return faits


def _lire(
    dossier: Path, nom: str, colonnes: Collection[str], remplies: Collection[str], lues: Collection[str]
) -> pd.DataFrame:
    """A table as text, checked as all of them are; ``lues``: the columns of free text, besides the source."""
    chemin = dossier / f"{nom}.csv"
    if not chemin.exists():
        return pd.DataFrame({colonne: pd.Series(dtype="str") for colonne in colonnes})
    table = tables.lire_table(chemin, colonnes)
    cle = next(iter(colonnes))
    tables.exiger_rempli(table, (cle, *remplies, "source"), chemin)
    tables.exiger_codes(table, cle, chemin)
    tables.exiger_unique(table, cle, chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    refuser_les_personnes(table, (*lues, "source"), chemin)
    return table


def _exiger_connus(table: pd.DataFrame, colonne: str, connus: Collection[str], chemin: Path) -> None:
    """Check that what a row refers to is in its own table."""
    for ligne, texte in table[colonne].items():
        if texte and texte not in connus:
            message = f"« {texte} » n’est pas dans governance/{colonne}s.csv. L’y ajouter, ou corriger la colonne."
            raise tables.erreur(chemin, message, int(str(ligne)))


def _dates_des_decisions(decisions: pd.DataFrame, seances: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """The day of the session of each decision, or else that of its document; NaT when neither is known."""
    des_seances = dict(zip(seances["seance"], seances["date"], strict=True))
    des_documents = dict(zip(documents["document"], documents["date_adoption"], strict=True))
    jours = [
        des_seances.get(seance, des_documents.get(document, pd.NaT))
        for seance, document in zip(decisions["seance"], decisions["document"], strict=True)
    ]
    return pd.Series(jours, index=decisions.index, dtype="datetime64[us]")
