"""What a notebook shows of a project: its extracts, years and numbers of rows, never a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cil_analysis.nombres import accorder
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import nommer_l_extrait
from cil_analysis.typographie import typographie

USAGE_INTERNE = "Usage interne : les lignes sont celles de ménages, même sous pseudonyme. Ne les diffusez pas."


def dire(projet: Projet, journaux: Iterable[Mapping[str, Any]]) -> str:
    """Its name, an extract a line: « attributions 2018-2022 : 14 345 lignes », then what rows are."""
    extraits: dict[str, dict[int, int]] = defaultdict(dict)
    for journal in journaux:
        extrait = nommer_l_extrait(journal["extrait"]).lower()
        extraits[extrait][int(journal["annee"])] = int(journal["comptes"]["conservees"])
    lignes = [
        f"- {nom} {_periode(sorted(n))} : {accorder(sum(n.values()), 'ligne', 'lignes')}"
        for nom, n in sorted(extraits.items())
    ]
    titre = f"Projet {projet.epci_nom_court}" + (" (données fictives)" if projet.donnees_fictives else "")
    dits = [*lignes, USAGE_INTERNE] if lignes else ["Aucune donnée : importez un extrait, « cil importer »."]
    return typographie("\n".join([titre, *dits]))


def _periode(annees: Sequence[int]) -> str:
    """« 2018-2022 », or the years one by one when some are missing."""
    suivies = len(annees) > 1 and annees[-1] - annees[0] == len(annees) - 1
    return f"{annees[0]}-{annees[-1]}" if suivies else ", ".join(map(str, annees))
