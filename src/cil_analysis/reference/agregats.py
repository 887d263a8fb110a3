"""What the sheets of aggregated tables hold (data/reference/agregats.csv): households by commune and class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cil_analysis.reference.tables import en_vigueur, erreur
from cil_analysis.reference.texte import normaliser

if TYPE_CHECKING:
    import pandas as pd

    from cil_analysis.reference.lecture import Tables

AGREGATS = "agregats"
# What a column holds that is not a class.
COMMUNE, TOTAL, IGNOREE = "commune", "total", "ignoree"
_UN_SEUL = ("extrait", "dimension")


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

    table = tables[AGREGATS]
    table = table[en_vigueur(table, "valide_du", "valide_au", pd.Timestamp(annee, 12, 31))]
    return {forme: _tableau(tables, siennes) for forme, siennes in table.groupby(table["feuille"].map(normaliser))}


def _tableau(tables: Tables, siennes: pd.DataFrame) -> Tableau:
    chemin, premiere = tables.chemin(AGREGATS), int(siennes.index[0])
    feuille, colonnes = str(siennes["feuille"].iloc[0]), dict(zip(siennes["entete"], siennes["contenu"], strict=True))
    if list(colonnes.items()) == [("", IGNOREE)]:
        return Tableau(feuille, "", "", {}, premiere)
    for nom in _UN_SEUL:
        if siennes[nom].nunique() > 1 or not siennes[nom].iloc[0]:
            message = f"la feuille « {feuille} » doit avoir une valeur de « {nom} », la même sur toutes ses lignes."
            raise erreur(chemin, f"{message} Corriger la colonne {nom}.", premiere)
    if len({normaliser(entete) for entete in siennes["entete"]} - {""}) < len(siennes):
        message = f"la feuille « {feuille} » a un en-tête vide, ou deux fois le même. En corriger un."
        raise erreur(chemin, message, premiere)
    contenus = siennes["contenu"].tolist()
    if contenus.count(COMMUNE) != 1 or not set(contenus) - {COMMUNE, TOTAL, IGNOREE}:
        message = (
            f"la feuille « {feuille} » doit avoir un en-tête, et un seul, dont le contenu est « {COMMUNE} », et un au "
            "moins qui est une classe. Corriger la colonne contenu."
        )
        raise erreur(chemin, message, premiere)
    return Tableau(feuille, str(siennes["extrait"].iloc[0]), str(siennes["dimension"].iloc[0]), colonnes, premiere)
