"""Objectives of the law and of the CIA (data/reference/parameters/objectifs.csv)."""

from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.parameters import CONFIANCES

COLONNES = (
    "id", "document", "version", "date_effet", "date_fin", "indicateur", "perimetre_type", "perimetre_code",
    "acteur_type", "acteur_code", "valeur", "unite", "sens", "origine", "source", "confiance", "commentaire",
)  # fmt: skip
_PERIMETRES = ("epci", "commune", "qpv", "en_qpv", "hors_qpv")
_ACTEURS = ("", "bailleur", "reservataire")
_UNITES = ("pct",)
_SENS = ("plancher", "plafond")
_CIBLE = ["indicateur", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "sens", "origine"]


def charger_objectifs(dossier: Path) -> pd.DataFrame:
    """One row is one objective: an indicator, a perimeter, an actor and the value to reach while it is in force.

    ``date_effet`` and ``date_fin`` are datetime64 (NaT: open), ``valeur`` is a float (NaN: « à renseigner »), the rest
    is text; ``*`` in a code column stands for every code of that type. ``dossier`` is the parameters folder.

    Raises:
        ErreurCIL: naming the line, for an unknown value, two rows with one id, or two objectives of the same origin
            for the same target at the same time.
    """
    chemin = dossier / "objectifs.csv"
    table = tables.lire_table(chemin, COLONNES)
    tables.exiger_rempli(table, ("id", "document", "indicateur", "perimetre_code", "origine", "source"), chemin)
    tables.exiger_unique(table, "id", chemin)
    for colonne, admises in (
        ("perimetre_type", _PERIMETRES),
        ("acteur_type", _ACTEURS),
        ("unite", _UNITES),
        ("sens", _SENS),
        ("confiance", CONFIANCES),
    ):
        tables.exiger(table, colonne, admises, chemin)
    tables.convertir_dates(table, ("date_effet", "date_fin"), chemin)
    tables.convertir_nombres(table, ("valeur",), chemin)
    tables.exiger_periode(table, "date_effet", "date_fin", chemin)
    for ligne, objectif in table.iterrows():
        numero = int(str(ligne))
        if (objectif["acteur_type"] == "") != (objectif["acteur_code"] == ""):
            raise tables.erreur(chemin, "acteur_type et acteur_code vont ensemble. Remplir ou vider les deux.", numero)
        if objectif["unite"] == "pct" and not pd.isna(objectif["valeur"]) and not 0 <= objectif["valeur"] <= 100:
            raise tables.erreur(chemin, "un pourcentage est compris entre 0 et 100. Corriger la valeur.", numero)
    tables.exiger_sans_chevauchement(table, _CIBLE, "date_effet", "date_fin", chemin)
    return table.reset_index(drop=True)
