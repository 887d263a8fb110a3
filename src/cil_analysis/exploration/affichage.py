"""What a notebook shows of a project: its extracts, years and numbers of rows, never a row."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.nombres import francais
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.typographie import typographie

USAGE_INTERNE = "Usage interne : les lignes sont celles de ménages, même sous pseudonyme. Ne les diffusez pas."


def phrase(projet: Projet, journaux: Iterable[Mapping[str, Any]]) -> str:
    """One line: « Projet Nantes Métropole : attributions 2018-2022 (14 345 lignes) »."""
    extraits = [f"{nom} {annees} ({n} lignes)" for nom, annees, n in _extraits(journaux)]
    return typographie(f"{_titre(projet)} : {', '.join(extraits) or 'aucune donnée'}")


def tableau(projet: Projet, journaux: Iterable[Mapping[str, Any]]) -> str:
    """The same as a small table, with the reminder of what rows are."""
    extraits = pd.DataFrame(_extraits(journaux), columns=["Extrait", "Années", "Lignes"])
    note = "Aucune donnée : importez un extrait, « cil importer »." if extraits.empty else USAGE_INTERNE
    titre, note = (html.escape(typographie(mots)) for mots in (_titre(projet), note))
    return f"<p>{titre}</p>{'' if extraits.empty else extraits.to_html(index=False)}<p>{note}</p>"


def _titre(projet: Projet) -> str:
    return f"Projet {projet.epci_nom_court}" + (" (données fictives)" if projet.donnees_fictives else "")


def _extraits(journaux: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    lignes: dict[str, dict[int, int]] = defaultdict(dict)
    for journal in journaux:
        extrait = nommer_l_extrait(journal["extrait"]).lower()
        lignes[extrait][int(journal["annee"])] = int(journal["comptes"]["conservees"])
    return [(nom, _periode(sorted(n)), francais(f"{sum(n.values()):,}")) for nom, n in sorted(lignes.items())]


def _periode(annees: Sequence[int]) -> str:
    """« 2018-2022 », or the years one by one when some are missing."""
    suivies = len(annees) > 1 and annees[-1] - annees[0] == len(annees) - 1
    return f"{annees[0]}-{annees[-1]}" if suivies else ", ".join(map(str, annees))
