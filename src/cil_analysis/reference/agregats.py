"""What the sheets of aggregated tables hold (data/reference/agregats.csv): households by commune and class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cil_analysis.reference.tables import en_vigueur
from cil_analysis.reference.texte import normaliser

if TYPE_CHECKING:
    from cil_analysis.reference.lecture import Tables

AGREGATS = "agregats"
# What a column holds that is not a class.
COMMUNE, TOTAL, IGNOREE = "commune", "total", "ignoree"


@dataclass(frozen=True)
class Tableau:
    """What a sheet holds: rows of ``extrait``, counted by commune and by the classes of ``dimension``.

    ``colonnes``: by heading as it is written, the code of a class, or ``COMMUNE``, ``TOTAL``, ``IGNOREE``; none for a
    sheet that is not to be read. ``ligne``: its first line in the file.
    """

    feuille: str
    extrait: str
    dimension: str
    colonnes: Mapping[str, str]
    ligne: int


def nommer_l_extrait(extrait: str) -> str:
    """What an import is called at the beginning of a sentence: « Attributions », « Tableaux agrégés »."""
    return "Tableaux agrégés" if extrait == AGREGATS else extrait.capitalize()


def option_d_import(extrait: str) -> str:
    """How « cil importer » is told what it imports."""
    return "--agregats" if extrait == AGREGATS else f"--extrait {extrait}"


def tableaux(tables: Tables, annee: int) -> dict[str, Tableau]:
    """The sheets that are known on 31 December of a year, by name in comparison form; none where nobody filled them in.

    Raises ErreurCIL, naming the line, for a sheet of two extracts or dimensions, without communes or classes, or whose
    headings are one.
    """
    import pandas as pd  # Slow to import: « cil » alone reads the words above.

    from cil_analysis.reference.lecture import exiger_hors_refus

    table = tables[AGREGATS]
    table = table[en_vigueur(table, "valide_du", "valide_au", pd.Timestamp(annee, 12, 31))]
    table = table.assign(forme=table["feuille"].map(normaliser), titre=table["entete"].map(normaliser))
    laissees = table["contenu"].eq(IGNOREE) & table["titre"].eq("") & ~table.duplicated("forme", keep=False)
    contenus = {"commune": table["contenu"].eq(COMMUNE), "classe": ~table["contenu"].isin([COMMUNE, TOTAL, IGNOREE])}
    lues = table.assign(**contenus, double=table.duplicated(["forme", "titre"]))[~laissees]
    exiger_hors_refus(lues, AGREGATS, tables.chemin(AGREGATS))
    laisses = table.loc[laissees, ["feuille", "forme"]].itertuples()
    connus = {forme: Tableau(feuille, "", "", {}, int(ligne)) for ligne, feuille, forme in laisses}
    for forme, siennes in lues.groupby("forme"):
        feuille, extrait, dimension = siennes[["feuille", "extrait", "dimension"]].iloc[0]
        colonnes = dict(zip(siennes["entete"], siennes["contenu"], strict=True))
        connus[str(forme)] = Tableau(feuille, extrait, dimension, colonnes, int(siennes.index[0]))
    return connus
