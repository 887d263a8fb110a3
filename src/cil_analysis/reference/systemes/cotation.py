"""The scoring grids of requests, as dated data (data/reference/cotation/grilles.csv and criteres.csv; domain, §7.2).

A criterion is a condition on one stored column, in a closed grammar of six operators, and the points that it gives.
There is no expression language. Points are kept in hundredths: sums are exact, whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.nomenclatures import Nomenclature
from cil_analysis.reference.parametres import CONFIANCES
from cil_analysis.reference.systemes.criteres import OPERATEURS, Critere, lire_critere

__all__ = ["COLONNES_CRITERES", "COLONNES_GRILLES", "OPERATEURS", "Cotation", "Critere", "Grille", "charger_cotation"]

COLONNES_GRILLES = (
    "grille", "intitule", "statut", "valide_du", "valide_au", "document", "bailleurs_testeurs", "source", "confiance",
)  # fmt: skip
COLONNES_CRITERES = (
    "grille", "critere", "libelle", "famille", "colonne", "operateur", "valeurs", "points", "par", "plafond",
    "cumulable", "source", "confiance",
)  # fmt: skip
EN_VIGUEUR, EXPERIMENTATION, SIMULATION = "en vigueur", "expérimentation", "simulation"
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


def charger_cotation(
    dossier: Path,
    dictionnaires: Mapping[str, Dictionnaire],
    nomenclatures: Mapping[str, Nomenclature],
    documents: pd.DataFrame,
) -> Cotation:
    """Read and check the grids; none when the folder does not exist, as in a project made before it did.

    Raises:
        ErreurCIL: naming the file and the line, for an unknown grid, column, code, landlord or document, a number that
            is none, a grid without criteria, or two grids in use (or simulated) on the same day.
    """
    if not dossier.is_dir():
        return Cotation()
    chemin = dossier / "grilles.csv"
    table = tables.lire_table(chemin, COLONNES_GRILLES)
    tables.exiger_rempli(table, ("grille", "intitule", "source"), chemin)
    tables.exiger_codes(table, "grille", chemin)
    tables.exiger_unique(table, "grille", chemin)
    tables.exiger(table, "statut", (EN_VIGUEUR, EXPERIMENTATION, SIMULATION), chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    tables.convertir_dates(table, ("valide_du", "valide_au"), chemin)
    debuts = dict(zip(documents["document"], documents["debut"], strict=True))
    for ligne, document in table["document"].items():
        if document and document not in debuts:
            message = f"document « {document} » absent de governance/documents.csv. L’y ajouter, ou corriger le code."
            raise tables.erreur(chemin, message, int(str(ligne)))
    table["valide_du"] = table["valide_du"].fillna(table["document"].map(debuts).astype("datetime64[us]"))
    tables.exiger_periode(table, "valide_du", "valide_au", chemin)
    _exiger_une_seule_grille_par_jour(table, chemin)
    bailleurs = set(nomenclatures["bailleurs"].codes())
    criteres = _lire_criteres(dossier / "criteres.csv", table["grille"].tolist(), dictionnaires, nomenclatures)
    lignes = [{str(nom): ligne[nom] for nom in table.columns} for _, ligne in table.iterrows()]
    return Cotation(
        tuple(
            _grille(ligne, tuple(criteres[str(ligne["grille"])]), bailleurs, chemin, int(str(numero)))
            for numero, ligne in zip(table.index, lignes, strict=True)
        )
    )


def _grille(
    ligne: Mapping[str, object], criteres: tuple[Critere, ...], bailleurs: Set[str], chemin: Path, numero: int
) -> Grille:
    testeurs = tuple(code.strip() for code in str(ligne["bailleurs_testeurs"]).split("|") if code.strip())
    for code in testeurs:
        if code not in bailleurs:
            message = (
                f"bailleur « {code} » absent de nomenclatures/bailleurs.csv (colonne bailleurs_testeurs). Donner le "
                "code, et séparer les codes par « | »."
            )
            raise tables.erreur(chemin, message, numero)
    if not criteres:
        message = f"la grille « {ligne['grille']} » n’a aucun critère. En écrire dans cotation/criteres.csv."
        raise tables.erreur(chemin, message, numero)
    return Grille(
        code=str(ligne["grille"]),
        intitule=str(ligne["intitule"]),
        statut=str(ligne["statut"]),
        debut=_jour(ligne["valide_du"]),
        fin=_jour(ligne["valide_au"]),
        document=str(ligne["document"]),
        testeurs=testeurs,
        source=str(ligne["source"]),
        confiance=str(ligne["confiance"]),
        criteres=criteres,
    )


def _jour(valeur: object) -> date | None:
    return valeur.date() if isinstance(valeur, pd.Timestamp) else None


def _exiger_une_seule_grille_par_jour(table: pd.DataFrame, chemin: Path) -> None:
    usages = table["statut"].eq(SIMULATION)
    for simulees in (False, True):
        siennes = table[usages.eq(simulees)].sort_values("valide_du", na_position="first", kind="stable")
        fins = siennes["valide_au"].fillna(pd.Timestamp("9999-12-31")).shift()
        debuts = siennes["valide_du"].fillna(pd.Timestamp("1000-01-01"))
        for ligne in siennes.index[debuts <= fins]:
            quoi = "simulées" if simulees else "appliquées"
            message = f"deux grilles {quoi} valent le même jour. Clore la plus ancienne (valide_au)."
            raise tables.erreur(chemin, message, int(str(ligne)))


def _lire_criteres(
    chemin: Path,
    grilles: Sequence[str],
    dictionnaires: Mapping[str, Dictionnaire],
    nomenclatures: Mapping[str, Nomenclature],
) -> dict[str, list[Critere]]:
    table = tables.lire_table(chemin, COLONNES_CRITERES)
    tables.exiger_rempli(table, ("grille", "critere", "libelle", "famille", "colonne", "points", "source"), chemin)
    tables.exiger_codes(table, "critere", chemin)
    tables.exiger(table, "confiance", CONFIANCES, chemin)
    connues = _colonnes_communes(dictionnaires)
    criteres: dict[str, list[Critere]] = {code: [] for code in grilles}
    for numero, ligne in zip(table.index, table.to_dict("records"), strict=True):
        textes = {str(nom): str(valeur) for nom, valeur in ligne.items()}
        if textes["grille"] not in criteres:
            message = f"grille « {textes['grille']} » inconnue. Attendu : {_liste(grilles)} (cotation/grilles.csv)."
            raise tables.erreur(chemin, message, int(numero))
        if textes["colonne"] not in connues:
            message = (
                f"colonne « {textes['colonne']} » inconnue, ou absente de l’un des extraits {' et '.join(NOTES)} : un "
                f"critère se lit dans les deux. Colonnes possibles : {_liste(connues)}."
            )
            raise tables.erreur(chemin, message, int(numero))
        if textes["critere"] in {c.code for c in criteres[textes["grille"]]}:
            message = f"le critère « {textes['critere']} » figure deux fois dans la grille. Garder une seule ligne."
            raise tables.erreur(chemin, message, int(numero))
        colonne = connues[textes["colonne"]]
        critere = lire_critere(textes, colonne, nomenclatures.get(colonne.nomenclature), chemin, int(numero))
        criteres[textes["grille"]].append(critere)
    return criteres


def _colonnes_communes(dictionnaires: Mapping[str, Dictionnaire]) -> dict[str, Colonne]:
    """The columns that the requests and the leases both store, and that a criterion can be written on."""
    demandes, baux = (dictionnaires[nom].colonnes for nom in NOTES)
    return {
        nom: c for nom, c in demandes.items()
        if nom in baux and {c.conservation, baux[nom].conservation} == {"gardee"} and c.type in OPERATEURS
    }  # fmt: skip


def _liste(mots: Iterable[str]) -> str:
    return ", ".join(mots) or "(aucune)"
