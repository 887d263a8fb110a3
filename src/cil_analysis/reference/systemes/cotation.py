"""The scoring grids of requests, as dated data (data/reference/cotation/grilles.csv and criteres.csv; domain, §7.2).

A criterion is a condition on one stored column, in a closed grammar of six operators, and the points that it gives.
There is no expression language. Points are kept in hundredths: sums are exact, whatever their order.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference.colonnes import DIT_OUI, Colonne, Dictionnaire, valeur_inconnue
from cil_analysis.reference.controles import exiger_periode, exiger_sans_chevauchement, lire_colonne, morceaux
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.schemas import Champ
from cil_analysis.reference.tables import erreur

GRILLES, CRITERES = "cotation/grilles", "cotation/criteres"
EN_VIGUEUR, EXPERIMENTATION, SIMULATION = "en vigueur", "expérimentation", "simulation"
_PERIODE = ("valide_du", "valide_au")
# The rows that a grid scores: a criterion has to be read in each of them.
NOTES = ("demandes", "attributions")
EST, PARMI, CONTIENT, AU_MOINS, AU_PLUS, RENSEIGNE = "est", "parmi", "contient", "au_moins", "au_plus", "renseigne"
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
    source: str


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

    Raises ErreurCIL, naming the file and the line, for a cell that cannot be read, a grid without criteria, or two
    grids in use (or simulated) on the same day.
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
        grilles.append(Grille(
            grille["grille"], grille["intitule"], grille["statut"], _jour(grille["valide_du"]),
            _jour(grille["valide_au"]), grille["document"], morceaux(grille["bailleurs_testeurs"]), grille["source"],
            grille["confiance"], siens,
        ))  # fmt: skip
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
        criteres.setdefault(ligne["grille"], []).append(_lire_critere(ligne, colonne, liste, chemin, int(numero)))
    return criteres


def _colonnes_communes(dictionnaires: Mapping[str, Dictionnaire]) -> dict[str, Colonne]:
    """The columns that the requests and the leases both store, and that a criterion can be written on."""
    demandes, baux = (dictionnaires[nom].colonnes for nom in NOTES)
    return {
        nom: c for nom, c in demandes.items()
        if nom in baux and {c.conservation, baux[nom].conservation} == {"gardee"} and c.type in OPERATEURS
    }  # fmt: skip


def _lire_critere(
    ligne: Mapping[Hashable, Any], colonne: Colonne, nomenclature: Nomenclature | None, chemin: Path, numero: int
) -> Critere:
    """The criterion of a row of criteres.csv. Raises ErreurCIL naming the line and what to write instead."""
    for champ, admises in (("operateur", OPERATEURS[colonne.type]), ("par", _PAR.get(colonne.type, ("",)))):
        if ligne[champ] not in admises:
            message = (
                f"« {ligne[champ]} » inconnu dans la colonne {champ}, pour « {colonne.nom} » ({colonne.type}). Valeurs "
                f"admises : {', '.join(valeur or '(vide)' for valeur in admises)}."
            )
            raise erreur(chemin, message, numero)
    operateur, par, valeurs = ligne["operateur"], ligne["par"], morceaux(ligne["valeurs"])
    if faute := _faute(operateur, valeurs, colonne, nomenclature):
        raise erreur(chemin, faute, numero)
    seuil = float("nan")
    if operateur in (AU_MOINS, AU_PLUS):
        seuil = lire_colonne(pd.Series(valeurs, [numero]), Champ("valeurs", "nombre"), chemin).loc[numero]
    points = round(ligne["points"] * CENTIEMES)
    plafond = None if pd.isna(ligne["plafond"]) else round(ligne["plafond"] * CENTIEMES)
    if plafond is not None and (not par or plafond * points <= 0):
        message = (
            "un plafond borne des points donnés « par » mois, année ou unité, et a leur signe. Corriger l’un des deux."
        )
        raise erreur(chemin, message, numero)
    return Critere(
        ligne["critere"], ligne["libelle"], ligne["famille"], colonne.nom, colonne.type, operateur, valeurs, seuil,
        points, par, plafond, ligne["cumulable"] == DIT_OUI, ligne["source"],
    )  # fmt: skip


def _faute(operateur: str, valeurs: Sequence[str], colonne: Colonne, nomenclature: Nomenclature | None) -> str:
    """What is wrong in the values of a criterion, or nothing."""
    if operateur == RENSEIGNE:
        return "« renseigne » ne prend pas de valeur. Vider la colonne valeurs." if valeurs else ""
    if operateur in (EST, AU_MOINS, AU_PLUS) and len(valeurs) != 1:
        return f"« {operateur} » prend une valeur et une seule (colonne valeurs). En écrire une."
    if not valeurs:
        return f"« {operateur} » prend une valeur au moins (colonne valeurs), séparées par « | ». En écrire une."
    if operateur in (AU_MOINS, AU_PLUS):
        return ""
    return valeur_inconnue(valeurs, colonne, nomenclature)
