"""The sheet of series, one row an indicator and a year for the whole EPCI: what the charts of the workbook draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.rapport.classeur.feuilles import FORMATS, Colonne, Feuille
from cil_analysis.rapport.classeur.noms_de_feuilles import SERIES, SOMMAIRE, nom_de_feuille
from cil_analysis.rapport.mots.definitions import UNITES
from cil_analysis.rapport.mots.formats import NON_DISPONIBLE, RIEN, SECRET_COURT
from cil_analysis.rapport.mots.signes import signe
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.series import series_de_l_ensemble
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

_COLONNES = (
    Colonne("Feuille", 33),
    Colonne("Indicateur", 48),
    Colonne("Modalité", 30),
    Colonne("Année", 10),
    Colonne("Valeur", 12, "General"),
    Colonne("Objectif", 14, "General"),
    Colonne("Borne haute", 12, "General"),
    Colonne("Unité", 11),
    Colonne("État", 23),
)
ANNEE, VALEUR, OBJECTIF, BORNE = 4, 5, 6, 7  # Their ranks.
_ETATS = {"": "publié", SECRET_COURT: "masqué (s)", NON_DISPONIBLE: "non disponible (nd)", RIEN: "sans objet (–)"}
_PHRASES = (
    "Les chiffres de l’intercommunalité entière, année par année : ceux que tracent les graphiques du classeur.",
    "Une cellule vide n’a pas de chiffre : la colonne « État » dit pourquoi une valeur manque, et le graphique y "
    "laisse un blanc ; un objectif vide n’existe pas, ou est masqué avec la valeur.",
)


class Trace(NamedTuple):
    """Rows of the sheet that make one line of a chart, both ends included: of a category or none, and its name.

    ``a_objectif``, ``a_borne``: there is one to draw. ``est_dessous``: the last figure is below its objective.
    """

    page: Worksheet
    modalite: str
    nom: str
    debut: int
    fin: int
    a_objectif: bool
    a_borne: bool
    est_dessous: bool


def ecrire_series(classeur: Workbook, rapport: Rapport, tables: Sequence[PublishedTable]) -> dict[str, list[Trace]]:
    """Write the sheet, if there are series. Returns the lines that a chart can draw, by code: not those all masked."""
    par_table = [(table.indicateur, series_de_l_ensemble(table.donnees)) for table in tables]
    par_table = [(indicateur, series) for indicateur, series in par_table if len(series)]
    if not par_table:
        return {}
    titre = f"Séries annuelles, {rapport.projet.epci_nom_court}, {rapport.periode}"
    feuille = Feuille(classeur, SERIES, _COLONNES, titre, rapport.mention)
    feuille.titrer(titre)
    feuille.dire([*_PHRASES, rapport.mention])
    feuille.lier("Retour au sommaire", SOMMAIRE)
    traces: dict[str, list[Trace]] = {}
    lignes: list[list[object]] = []
    formats: list[str] = []
    for indicateur, series in par_table:
        for modalite, serie in series.groupby("modalite", sort=False):
            nom = rapport.modalites(indicateur.code).get(str(modalite), str(modalite)) if modalite else ""
            debut = feuille.ligne + 1 + len(lignes)
            lignes += [_ligne(indicateur, nom, chiffre) for chiffre in serie.to_dict("records")]
            formats += [FORMATS[indicateur.unite]] * len(serie)
            publiees = serie[serie["statut"].eq(PUBLIE)]
            if len(publiees):
                a_objectif, a_borne = (bool(publiees[c].notna().any()) for c in ("cible", "cible_max"))
                dessous = bool(publiees["valeur"].iloc[-1] < publiees["cible"].iloc[-1])
                places = debut, feuille.ligne + len(lignes)
                trace = Trace(feuille.page, str(modalite), nom, *places, a_objectif, a_borne, dessous)
                traces.setdefault(indicateur.code, []).append(trace)
    feuille.remplir("Series", lignes, liens=True)
    for ligne, format_ in enumerate(formats, start=feuille.entete + 1):
        for rang in (VALEUR, OBJECTIF, BORNE):
            feuille.page.cell(ligne, rang).number_format = format_
    return traces


def _ligne(indicateur: Indicateur, modalite: str, chiffre: Mapping[Any, Any]) -> list[object]:
    masque = chiffre["statut"] == SECRET
    nombres = [
        None if masque or pd.isna(chiffre[nom]) else float(chiffre[nom]) for nom in ("valeur", "cible", "cible_max")
    ]
    return [
        nom_de_feuille(indicateur),
        typographie(indicateur.titre),
        modalite or "Toutes",
        int(chiffre["annee"]),
        *nombres,
        UNITES[indicateur.unite],
        _ETATS[signe(chiffre, "valeur")],
    ]
