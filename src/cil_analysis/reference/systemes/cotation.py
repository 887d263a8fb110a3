"""The scoring grids of requests, as dated data (data/reference/cotation/grilles.csv and criteres.csv; domain, §7.2).

A criterion is a condition on one stored column, in a closed grammar of six operators, and the points that it gives.
There is no expression language. Points are kept in hundredths: sums are exact, whatever their order.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isnan, nan
from typing import Any

import pandas as pd

from cil_analysis.reference.colonnes import DIT_OUI, Colonne, Dictionnaire, valeur_inconnue
from cil_analysis.reference.lecture import (
    Faute,
    Tables,
    exiger,
    exiger_hors_refus,
    lire_cellule,
    morceaux,
    refuser_la_premiere,
)
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.tables import Champ, schemas

GRILLES, CRITERES = "cotation/grilles", "cotation/criteres"
EN_VIGUEUR, EXPERIMENTATION, SIMULATION = "en vigueur", "expérimentation", "simulation"
# The rows that a grid scores: a criterion has to be read in each of them.
NOTES = ("demandes", "attributions")
EST, PARMI, CONTIENT, AU_MOINS, AU_PLUS, RENSEIGNE = "est", "parmi", "contient", "au_moins", "au_plus", "renseigne"
# The operators whose value is a number.
_A_SEUIL, _SEUIL = (AU_MOINS, AU_PLUS), Champ("valeurs", "nombre")
# By type of column, the operators; a date is compared by the completed months between it and the day of the score.
OPERATEURS: Mapping[str, tuple[str, ...]] = {
    "code": (EST, PARMI, RENSEIGNE),
    "oui_non": (EST, RENSEIGNE),
    "codes": (CONTIENT, RENSEIGNE),
    "nombre": (AU_MOINS, AU_PLUS, RENSEIGNE),
    "entier": (AU_MOINS, AU_PLUS, RENSEIGNE),
    "date": (AU_MOINS, AU_PLUS, RENSEIGNE),
}
MOIS, ANNEE, UNITE = "mois", "annee", "unite"
# By type of column, what points may be multiplied by.
_PAR: Mapping[str, tuple[str, ...]] = {"date": ("", MOIS, ANNEE), "entier": ("", UNITE)}
CENTIEMES = 100


@dataclass(frozen=True)
class Critere:
    """A criterion.

    ``type``: that of the column. ``valeurs``: codes, or « oui » or « non »; ``seuil``: the number of « au_moins » and
    « au_plus », in months for a date. ``points``: hundredths of a point, negative allowed, for each ``par`` (a
    completed month or year, a unit of the column) or once. ``plafond``: the hundredths that the product stops at.
    ``cumulable``: False keeps only the best of such criteria of a ``famille``.
    """

    code: str
    libelle: str
    famille: str
    colonne: str
    type: str
    operateur: str
    valeurs: tuple[str, ...]
    seuil: float
    points: int
    par: str
    plafond: int | None
    cumulable: bool


@dataclass(frozen=True)
class Grille:
    """A version of a grid.

    ``debut`` and ``fin``: the days when it holds, both included (None: open). ``testeurs``: the landlords that try it;
    none where every landlord uses it.
    """

    code: str
    intitule: str
    statut: str
    debut: date | None
    fin: date | None
    testeurs: tuple[str, ...]
    source: str
    confiance: str
    criteres: tuple[Critere, ...]

    @property
    def est_fictive(self) -> bool:
        """Whether the grid is made up for the example."""
        return self.confiance == "FICTIF"

    def vaut(self, jour: date) -> bool:
        """Whether the grid holds on a day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or self.fin >= jour)


@dataclass(frozen=True)
class Cotation:
    """Every grid of a project."""

    grilles: tuple[Grille, ...] = ()

    @property
    def appliquees(self) -> list[Grille]:
        """The grids that landlords use, in the order of their dates."""
        return sorted((g for g in self.grilles if g.statut != SIMULATION), key=lambda g: g.debut or date.min)

    def grille_au(self, jour: date) -> Grille | None:
        """The grid that scores the rows of a day: the one in force, or the first to come.

        Years before the first grid are scored by it, so that before and after are measured by one yardstick.
        """
        valables = [g for g in self.appliquees if g.vaut(jour)]
        suivantes = [g for g in self.appliquees if g.debut is not None and g.debut > jour]
        return next(iter([*valables, *suivantes]), None)

    def simulee_au(self, jour: date) -> Grille | None:
        """The grid to simulate on the requests of a day, if there is one."""
        return next((g for g in self.grilles if g.statut == SIMULATION and g.vaut(jour)), None)

    @property
    def debut(self) -> date | None:
        """The first day of the first grid that is used."""
        return min((g.debut for g in self.appliquees if g.debut is not None), default=None)

    @property
    def testeurs(self) -> tuple[str, ...]:
        """The landlords that try a grid."""
        return tuple(dict.fromkeys(code for g in self.appliquees for code in g.testeurs))


def charger_cotation(tables: Tables, dictionnaires: Mapping[str, Dictionnaire]) -> Cotation:
    """Read and check the grids; none when the folder does not exist, as in a project made before it did.

    Raises ErreurCIL for a grid without criteria, or two in use (or simulated) on the same day.
    """
    chemin = tables.chemin(GRILLES)
    if not chemin.parent.is_dir():
        return Cotation()
    # A project without documents nor grids has neither: « map » would then lose that these are dates.
    documents = tables["governance/documents"].set_index("document")["debut"]
    table = tables[GRILLES]
    debuts = table["valide_du"].fillna(documents.reindex(table["document"]).set_axis(table.index))
    table = table.assign(valide_du=debuts, usage=table["statut"].eq(SIMULATION))
    exiger(table, replace(schemas()[GRILLES], sans_chevauchement=("usage",)), chemin)
    criteres = _lire_criteres(tables, dictionnaires)
    exiger_hors_refus(table.assign(notee=table["grille"].isin(criteres)), "grilles", chemin)
    return Cotation(tuple(
        Grille(
            g["grille"], g["intitule"], g["statut"], _jour(g["valide_du"]), _jour(g["valide_au"]),
            morceaux(g["bailleurs_testeurs"]), g["source"], g["confiance"], tuple(criteres[g["grille"]]),
        )
        for g in table.to_dict("records")
    ))  # fmt: skip


def _jour(valeur: object) -> date | None:
    return valeur.date() if isinstance(valeur, pd.Timestamp) else None


def _lire_criteres(tables: Tables, dictionnaires: Mapping[str, Dictionnaire]) -> dict[str, list[Critere]]:
    """By grid, its criteria in file order."""
    table, (demandes, baux) = tables[CRITERES], (dictionnaires[nom].colonnes for nom in NOTES)
    lisibles = {
        nom: c for nom, c in demandes.items()
        if nom in baux and {c.conservation, baux[nom].conservation} == {"gardee"} and c.type in OPERATEURS
    }  # fmt: skip
    chemin, lignes = tables.chemin(CRITERES), zip(table.index, table.to_dict("records"), strict=True)
    a_lire = table.assign(lisible=table["colonne"].isin(lisibles), possibles=", ".join(lisibles))
    exiger_hors_refus(a_lire, "criteres", chemin)
    refuser_la_premiere(((n, _faute(c, lisibles[c["colonne"]], tables.nomenclatures)) for n, c in lignes), chemin)
    criteres: dict[str, list[Critere]] = {}
    for c in table.to_dict("records"):
        valeurs, a_un_seuil = morceaux(c["valeurs"]), c["operateur"] in _A_SEUIL
        criteres.setdefault(c["grille"], []).append(Critere(
            c["critere"], c["libelle"], c["famille"], c["colonne"], lisibles[c["colonne"]].type, c["operateur"],
            valeurs, lire_cellule(valeurs[0], _SEUIL) if a_un_seuil else nan, round(c["points"] * CENTIEMES), c["par"],
            None if isnan(c["plafond"]) else round(c["plafond"] * CENTIEMES), c["cumulable"] == DIT_OUI,
        ))  # fmt: skip
    return criteres


def _faute(c: Mapping[Hashable, Any], colonne: Colonne, listes: Mapping[str, Nomenclature]) -> str:
    """What is wrong in a criterion on a column and what to write instead, or nothing."""
    valeurs = morceaux(c["valeurs"])
    for champ, admises in (("operateur", OPERATEURS[colonne.type]), ("par", _PAR.get(colonne.type, ("",)))):
        if c[champ] not in admises:
            return (
                f"« {c[champ]} » inconnu dans la colonne {champ}, pour « {colonne.nom} » ({colonne.type}). Valeurs "
                f"admises : {', '.join(valeur or '(vide)' for valeur in admises)}."
            )
    if c["operateur"] not in _A_SEUIL:
        return valeur_inconnue(valeurs, colonne, listes)
    try:
        lire_cellule(valeurs[0], _SEUIL)
    except Faute as faute:
        return f"{faute.quoi} (colonne valeurs). {faute.remede}."
    return ""
