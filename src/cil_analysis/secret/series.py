"""Several years of published figures: the lines that few of them make, and the shares of all together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES, NON_CALCULABLE, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.comptage.cibles import par_cible, suivre
from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.secret.table_publiee import _SCEAU, PublishedTable

# More classes than colours that can be told apart are no lines in one drawing.
_MODALITES_MAXIMALES = 4
# What a row has besides: the years that it is of, the smallest and the largest of their shares.
PERIODE, ETENDUE = "periode", ("minimum", "maximum")
_SANS_ANNEE = [nom for nom in CLES if nom != "annee"]


def series_de_l_ensemble(lignes: Iterable[Mapping[Any, Any]]) -> list[list[Mapping[Any, Any]]]:
    """The rows of the whole EPCI over at least two years, class by class, each year by year.

    An indicator with a figure for all its classes together has one series; another has one a class, four at most. None:
    there is no such series.
    """
    series: dict[str, list[Mapping[Any, Any]]] = {}
    for ligne in lignes:
        if ligne["perimetre_type"] == EPCI and not ligne["acteur_type"]:
            series.setdefault(ligne["modalite"], []).append(ligne)
    gardees = [series[""]] if "" in series else [*series.values()]
    annees = {frozenset(ligne["annee"] for ligne in serie) for serie in gardees}
    if len(gardees) > _MODALITES_MAXIMALES or len(annees) != 1 or any(len(a) < 2 for a in annees):
        return []
    return [sorted(serie, key=lambda ligne: int(ligne["annee"])) for serie in gardees]


def lisser(table: PublishedTable, annees: Sequence[int], objectifs: pd.DataFrame) -> PublishedTable:
    """One row a row of the last of some years: the share of all of them together, before the objective of the last.

    It is published where that of every year is, with the columns ``PERIODE`` and ``ETENDUE``: one that is masked in a
    year is masked, for its two terms would be the sum less those of the other years. No households are missing over
    several years: ``menages_manquants`` is empty. ``table``: shares (« pct ») of one indicator.
    """
    donnees = table.ou(annee=list(annees)).donnees
    statuts = {"publiees": PUBLIE, "secretes": SECRET, "vides": SANS_OBJET}
    donnees = donnees.assign(**{nom: donnees["statut"].eq(statut) for nom, statut in statuts.items()})
    groupes = donnees.groupby(_SANS_ANNEE, sort=False)
    sommes = groupes[["numerateur", "denominateur", *statuts]].sum()
    sommes["minimum"], sommes["maximum"] = groupes["valeur"].min(), groupes["valeur"].max()
    derniere = donnees.loc[donnees["annee"].eq(annees[-1]), [*CLES, "unite"]]
    lignes = derniere.merge(sommes.reset_index(), on=_SANS_ANNEE)
    lignes["valeur"] = 100 * lignes["numerateur"] / lignes["denominateur"]
    lignes["statut"] = NON_CALCULABLE
    lignes.loc[lignes["vides"].eq(len(annees)), "statut"] = SANS_OBJET
    lignes.loc[lignes["secretes"].gt(0), "statut"] = SECRET
    lignes.loc[lignes["publiees"].eq(len(annees)), "statut"] = PUBLIE
    cibles = suivre({str(nom): lignes[nom].tolist() for nom in lignes}, par_cible(objectifs))
    lignes = lignes.assign(**cibles, periode=f"{annees[0]}-{annees[-1]}")
    lignes["menages_manquants"] = float("nan")
    lignes.loc[lignes["statut"].ne(PUBLIE), [*CHIFFRES, *ETENDUE]] = float("nan")
    masquees = lignes["statut"].eq(SECRET)
    lignes.loc[masquees & lignes["resultat"].ne(""), "resultat"] = NON_CALCULABLE
    lignes.loc[masquees, "sens"] = ""
    return PublishedTable(table.indicateur, lignes[[*COLONNES, PERIODE, *ETENDUE]], _SCEAU)
