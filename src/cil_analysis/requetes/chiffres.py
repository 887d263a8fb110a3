"""The figures of a ventilation in SQL, one row a figure: the counts that :mod:`comptage` makes.

The rows come first, in their classes: a table « …_classees » by population, which :mod:`lignes` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from cil_analysis.comptage.base import cite
from cil_analysis.comptage.cadre import CLES
from cil_analysis.comptage.denombrement import Termes, durees_de, termes_par_annee
from cil_analysis.comptage.enumeration import lieux
from cil_analysis.comptage.exercice import Ensemble
from cil_analysis.grammaire.dimensions import texte
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, NON_RENSEIGNE, QPV, Condition, Indicateur, Ventilation
from cil_analysis.grammaire.populations import PARC, extrait_de, mesure_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.grammaire.vocabulaire import AGREGATS, ESTIMATIONS, Estimation
from cil_analysis.requetes.lignes import nom_de

# Where the code of a figure is written, by the variable of its case.
_CLES = {LIEU: "perimetre_code", ACTEUR: "acteur_code", MODALITE: "modalite"}


def vues(indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation) -> Iterator[Vue]:
    """The figures of a ventilation: together, unless a class is a dimension of its own, or rule P8 changes."""
    exercices, constant = ensemble.exercices, ventilation.perimetre == EPCI_CONSTANT
    extrait = extrait_de(indicateur.compte.population)
    ont = [not constant or bool(codes) for codes in lieux(ensemble, extrait, ventilation.perimetre)]
    for vraies, seule, termes in termes_par_annee(indicateur, ensemble, ventilation):
        siennes = [str(exercices[rang].annee) for rang in np.flatnonzero(vraies & ont).tolist()]
        annees = f"annee IN ({', '.join(siennes)})" if constant or not vraies.all() else ""
        fixes = (ventilation.perimetre, exercices[-1].epci, ventilation.acteur, "", seule or "")
        if siennes:
            yield Vue(indicateur, ensemble, ventilation, dict(zip(CLES[2:], fixes, strict=True)), annees, termes)


@dataclass(frozen=True)
class Vue:
    """The figures of a ventilation. ``fixes``: the keys that rows do not say; ``annees``: the only ones, if some."""

    indicateur: Indicateur
    ensemble: Ensemble
    ventilation: Ventilation
    fixes: Mapping[str, str]
    annees: str
    termes: Termes

    def parties(self) -> list[tuple[str, Case]]:
        """What is counted, and the table of rows of each: those of a dimension in columns where a year has them."""
        parties = [partie for case in self.termes if case is not None for partie in case.parties]
        return [(self._table(partie), partie) for partie in parties]

    def _table(self, partie: Case) -> str:
        """« occupation@age » where a year has it, else « occupation »."""
        tables = self.ensemble.tables(extrait := extrait_de(partie.population), partie.dimensions)
        return max(tables, key=len, default=extrait)

    def colonnes(self, partie: Case) -> list[str]:
        """What is read of a row besides its classes, in SQL."""
        colonne, statistique = self.indicateur.compte.mesure
        if statistique in ESTIMATIONS:
            return [nom for nom in ESTIMATIONS[statistique].colonnes if nom != "annee"]
        return [*filter(None, [colonne, mesure_de(partie.population)])]

    def sql(self) -> str:
        """One row a figure."""
        numerateur, denominateur = self.termes
        case = denominateur or numerateur
        if case is None:
            raise ValueError(f"{self.indicateur.code}: neither a count nor a measure")
        comptes = f"{_effectif(case)} AS numerateur, NULL::BIGINT AS denominateur"
        if numerateur is None:
            colonne, statistique = self.indicateur.compte.mesure
            if statistique in ESTIMATIONS:
                return self._estimer(case, ESTIMATIONS[statistique])
            valeur = AGREGATS[statistique].format(colonne)
            comptes = f"NULL::BIGINT AS numerateur, {_effectif(case)} AS denominateur, {valeur} AS valeur"
        elif denominateur is not None:
            en_plus = numerateur.conditions - denominateur.conditions
            egaux = denominateur == numerateur._replace(conditions=numerateur.conditions - en_plus)
            egaux &= numerateur.variables == denominateur.variables
            if not egaux or self._lignes(numerateur) != self._lignes(denominateur):
                return self._a_part(numerateur, denominateur)
            partie = _effectif(case, f" FILTER (WHERE {' AND '.join(_fixes(en_plus))})")
            comptes = f"{partie} AS numerateur, {_effectif(case)} AS denominateur"
        return self._compter(case, self._en_cles(_cles(case)), comptes)

    def _a_part(self, numerateur: Case, denominateur: Case) -> str:
        """Two counts of other rows, or the second of all those that the first distinguishes."""
        cles, communes = _cles(numerateur), _cles(denominateur)
        nombre, dite, jointure = _effectif(denominateur), "coalesce(d.nombre, 0)", "LEFT"
        if denominateur.population == PARC:  # Not known of one commune, it is not of all.
            nombre, dite = "CASE WHEN count(*) = count(logements) THEN sum(logements) END", "d.nombre"
        elif [*cles] == [*communes]:
            jointure = "FULL"
        n = self._compter(numerateur, cles, f"{_effectif(numerateur)} AS nombre")
        d = self._compter(denominateur, communes, f"{nombre} AS nombre")
        return (
            f"  SELECT {_nommer(self._en_cles({nom: nom for nom in cles}))},\n"
            f"    coalesce(n.nombre, 0) AS numerateur, {dite} AS denominateur\n"
            f"  FROM (\n{n}) n\n  {jointure} JOIN (\n{d}) d\n  USING ({', '.join(['annee', *communes])})"
        )

    def _estimer(self, case: Case, estimation: Estimation) -> str:
        """What is estimated of the rows of a case."""
        lues = _cles(case)
        cles = self._en_cles({nom: nom for nom in lues}) | {"modalite": "modalite"}
        nommees = ", ".join([f"{sql} AS {nom}" for nom, sql in lues.items()] + [*estimation.colonnes])
        suivies = f"SELECT {nommees}\n  FROM {self._lignes(case)}{self._ou(case)}"
        estimees = estimation.sql(suivies, ["annee", *lues], durees_de(self.indicateur, self.ensemble))
        comptes = "NULL::BIGINT AS numerateur, nombre AS denominateur, valeur"
        return f"  SELECT {_nommer(cles)}, {comptes} FROM (\n{estimees})"

    def _compter(self, case: Case, cles: Mapping[str, str], comptes: str) -> str:
        """What is counted of the rows of a case, by its keys."""
        return f"  SELECT {_nommer(cles)},\n    {comptes}\n  FROM {self._lignes(case)}{self._ou(case)}\n  GROUP BY ALL"

    def _lignes(self, case: Case) -> str:
        """The rows that a case counts, or those of several populations, one below the other."""
        if case.population == PARC:
            return "parc_social"
        tables = [nom_de(self._table(partie)) for partie in case.parties]
        return tables[0] if len(tables) == 1 else f"({' UNION ALL BY NAME '.join(f'FROM {table}' for table in tables)})"

    def _en_cles(self, lues: Mapping[str, str]) -> dict[str, str]:
        """The keys of the figures: those that are read, and those that are the same for all."""
        return {nom: lues.get(nom, texte(valeur)) for nom, valeur in self.fixes.items()}

    def _ou(self, case: Case) -> str:
        """The conditions that the rows meet; those of no known commune are of no commune of the table."""
        lus = case.variables
        ou = [*filter(None, [self.annees]), *_fixes(case.conditions)]
        if case.population == PARC:
            ou += [] if LIEU in lus else ["est_membre"]
        else:
            if LIEU in lus and lus[LIEU] != QPV:
                ou.append(f"{cite(lus[LIEU])} <> {texte(NON_RENSEIGNE)}")
            if MODALITE in lus:
                dites = f"IN ({', '.join(map(texte, self.ventilation.modalites))})"
                ou.append(f"{cite(lus[MODALITE])} {'IS NOT NULL' if self.ventilation.suit_une_liste else dites}")
        return f"\n  WHERE {' AND '.join(ou)}" if ou else ""


def _effectif(case: Case, filtre: str = "") -> str:
    """How many rows, or what the column that a population adds up comes to."""
    mesure = mesure_de(case.population)
    return f"coalesce(sum({mesure}){filtre}, 0)" if mesure else f"count(*){filtre}"


def _cles(case: Case) -> dict[str, str]:
    """The codes that differ from one figure to the next, and the dimension that says each."""
    return {_CLES[variable]: cite(nom) for variable, nom in case.variables.items()}


def _nommer(cles: Mapping[str, str]) -> str:
    return ", ".join(["annee", *(f"{sql} AS {nom}" for nom, sql in cles.items())])


def _fixes(conditions: Iterable[Condition]) -> list[str]:
    return [f"{cite(nom)} = {texte(valeur)}" for nom, valeur in sorted(conditions) if valeur not in _CLES]
