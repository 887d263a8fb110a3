"""The scoring grids of requests, as dated data (data/reference/cotation/grilles.csv and criteres.csv; domain, §7.2).

A criterion is a condition on one stored column, in a closed grammar of six operators, and the points that it gives.
There is no expression language. Points are kept in hundredths: sums are exact, whatever their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.controles import exiger_periode, exiger_sans_chevauchement, morceaux
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.systemes.criteres import OPERATEURS, Critere, lire_critere
from cil_analysis.reference.tables import erreur

__all__ = ["CRITERES", "GRILLES", "OPERATEURS", "Cotation", "Critere", "Grille", "charger_cotation"]

GRILLES, CRITERES = "cotation/grilles", "cotation/criteres"
EN_VIGUEUR, EXPERIMENTATION, SIMULATION = "en vigueur", "expérimentation", "simulation"
_PERIODE = ("valide_du", "valide_au")
# The rows that a grid scores: a criterion has to be read in each of them.
NOTES = ("demandes", "attributions")


@dataclass(frozen=True)
class Grille:
    """A version of a grid.

    ``debut`` and ``fin``: the days when it holds, both included (None: open). ``document``: the governance document
    that sets it. ``testeurs``: the landlords that try it; none where every landlord uses it.
    """

    code: str
    intitule: str
    statut: str
    debut: date | None
    fin: date | None
    document: str
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
        jours = [g.debut for g in self.appliquees if g.debut is not None]
        return min(jours, default=None)

    @property
    def testeurs(self) -> tuple[str, ...]:
        """The landlords that try a grid."""
        return tuple(dict.fromkeys(code for g in self.appliquees for code in g.testeurs))

    def nommee(self, code: str) -> Grille | None:
        """The grid of a code."""
        return next((g for g in self.grilles if g.code == code), None)


def charger_cotation(tables: Tables, dictionnaires: Mapping[str, Dictionnaire]) -> Cotation:
    """Read and check the grids; none when the folder does not exist, as in a project made before it did.

    Raises:
        ErreurCIL: naming the file and the line, for a cell that cannot be read, a grid without criteria, or two grids
            in use (or simulated) on the same day.
    """
    chemin = tables.chemin(GRILLES)
    if not chemin.parent.is_dir():
        return Cotation()
    table, documents = tables[GRILLES].copy(), tables["governance/documents"]
    # A project without documents nor grids has neither: « map » would then lose that these are dates.
    debuts = documents.set_index("document")["debut"].reindex(table["document"]).set_axis(table.index)
    table["valide_du"] = table["valide_du"].fillna(debuts)
    exiger_periode(table, _PERIODE, chemin)
    simulees = table["statut"].eq(SIMULATION)
    for siennes in (table[~simulees], table[simulees]):
        exiger_sans_chevauchement(siennes.assign(usage=""), ["usage"], _PERIODE, chemin)
    criteres = _lire_criteres(tables, dictionnaires)
    grilles = []
    for ligne, grille in zip(table.index, table.to_dict("records"), strict=True):
        siens = tuple(criteres.get(grille["grille"], ()))
        if not siens:
            message = f"la grille « {grille['grille']} » n’a aucun critère. En écrire dans cotation/criteres.csv."
            raise erreur(chemin, message, int(ligne))
        grilles.append(
            Grille(
                code=grille["grille"],
                intitule=grille["intitule"],
                statut=grille["statut"],
                debut=_jour(grille["valide_du"]),
                fin=_jour(grille["valide_au"]),
                document=grille["document"],
                testeurs=morceaux(grille["bailleurs_testeurs"]),
                source=grille["source"],
                confiance=grille["confiance"],
                criteres=siens,
            )
        )
    return Cotation(tuple(grilles))


def _jour(valeur: object) -> date | None:
    return valeur.date() if isinstance(valeur, pd.Timestamp) else None


def _lire_criteres(tables: Tables, dictionnaires: Mapping[str, Dictionnaire]) -> dict[str, list[Critere]]:
    """By grid, its criteria in file order."""
    connues = _colonnes_communes(dictionnaires)
    criteres: dict[str, list[Critere]] = {}
    for numero, ligne in zip(tables[CRITERES].index, tables[CRITERES].to_dict("records"), strict=True):
        chemin, colonne = tables.chemin(CRITERES), connues.get(ligne["colonne"])
        if colonne is None:
            message = (
                f"colonne « {ligne['colonne']} » inconnue, ou absente de l’un des extraits {' et '.join(NOTES)} : un "
                f"critère se lit dans les deux. Colonnes possibles : {', '.join(connues)}."
            )
            raise erreur(chemin, message, int(numero))
        liste = tables.nomenclatures.get(colonne.nomenclature)
        criteres.setdefault(ligne["grille"], []).append(lire_critere(ligne, colonne, liste, chemin, int(numero)))
    return criteres


def _colonnes_communes(dictionnaires: Mapping[str, Dictionnaire]) -> dict[str, Colonne]:
    """The columns that the requests and the leases both store, and that a criterion can be written on."""
    demandes, baux = (dictionnaires[nom].colonnes for nom in NOTES)
    return {
        nom: c for nom, c in demandes.items()
        if nom in baux and {c.conservation, baux[nom].conservation} == {"gardee"} and c.type in OPERATEURS
    }  # fmt: skip
