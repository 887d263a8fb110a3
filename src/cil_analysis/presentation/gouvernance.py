"""The frame of the bilan: the dated documents and decisions of the governance."""

from __future__ import annotations

import re

import pandas as pd

from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, accorder, date_en_mots, enumerer
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.texte import typographie

_EN_VIGUEUR, _ECHU, _A_VENIR = "en vigueur", "échu", "à venir"


def constat_du_cadre(rapport: Rapport) -> str:
    """Which documents that have a term are in force on 31 December, and which have run out."""
    etats = _etats(rapport)
    jour = date_en_mots(pd.Timestamp(rapport.jour))
    en_vigueur, echus = (_noms(rapport, etats.eq(etat)) for etat in (_EN_VIGUEUR, _ECHU))
    if not en_vigueur:
        phrase = f"Au {jour}, aucun document cadre à terme n’est en vigueur"
    else:
        nombre = accorder(len(en_vigueur), "document cadre est", "documents cadres sont")
        phrase = f"Au {jour}, {nombre} en vigueur ({enumerer(en_vigueur)})"
    if echus:
        autres = "autre" if en_vigueur else ""
        sujet, verbe = f"un {autres}", "est arrivé à son terme"
        if len(echus) > 1:
            sujet, verbe = f"{len(echus)} {autres and 'autres'}", "sont arrivés à leur terme"
        phrase += f" ; {sujet.strip()} {verbe} ({enumerer(echus)})"
    return typographie(phrase + ".")


def documents_cadres(rapport: Rapport) -> Bloc:
    """The documents and decisions in a table, oldest first, with the state of those that have a term."""
    table = rapport.references.documents.assign(etat=_etats(rapport)).sort_values(["date_adoption", "debut"])
    lignes: list[list[str | Cellule]] = [
        [
            typographie(document["intitule"]),
            *(Cellule(texte, "texte court") for texte in (_date(document), _periode(document))),
            document["etat"] or RIEN,
        ]
        for _, document in table.iterrows()
    ]
    entetes = ["Document", "Date", "Période", f"État au 31 décembre {rapport.annee}"]
    return Bloc(tableau_libre("Documents et décisions qui encadrent les attributions", entetes, lignes, [1, 2, 3]))


def _etats(rapport: Rapport) -> pd.Series:
    """The state of each document on 31 December; empty for a decision, which has no term."""
    documents, jour = rapport.references.documents, pd.Timestamp(rapport.jour)
    etats = pd.Series(_EN_VIGUEUR, index=documents.index)
    etats = etats.mask(documents["fin"].lt(jour), _ECHU).mask(documents["debut"].gt(jour), _A_VENIR)
    return etats.where(documents["fin"].notna(), "")


def _noms(rapport: Rapport, garde: pd.Series) -> list[str]:
    """Short titles in the order of their term: « CIA 2018-2023 » of « Convention … (CIA) 2018-2023 »."""
    documents = rapport.references.documents[garde].sort_values(["fin", "debut"])
    return [re.sub(r".*\(([^()]+)\)", r"\1", str(nom)) for nom in documents["intitule"]]


def _date(document: pd.Series) -> str:
    return date_en_mots(document["date_adoption"]) if pd.notna(document["date_adoption"]) else RIEN


def _periode(document: pd.Series) -> str:
    debut, fin = document["debut"], document["fin"]
    if pd.isna(debut):
        return RIEN if pd.isna(fin) else f"jusqu’en {fin.year}"
    return f"{debut.year}-{fin.year}" if pd.notna(fin) else f"depuis {debut.year}"
