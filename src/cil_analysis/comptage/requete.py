"""The query of an indicator, as an analyst may run it in DuckDB beside the rows of a project: what is counted, in full.

It is written from the definitions and the reference data alone: no row of the project is read. The terms are those of
:mod:`termes`, and the classes those of the base, which the figures are counted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cil_analysis.comptage.base import cite
from cil_analysis.comptage.denombrement import Termes, termes_par_annee
from cil_analysis.comptage.enumeration import lieux, modalites
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.comptage.requete_lignes import ecrire_les_lignes, exiger_des_fichiers
from cil_analysis.grammaire.dimensions import texte
from cil_analysis.grammaire.indicateur import (
    EPCI_CONSTANT,
    NOMBRE,
    NON_RENSEIGNE,
    PCT,
    PRESENTES,
    QPV,
    TOUTES,
    Condition,
    Indicateur,
    Ventilation,
)
from cil_analysis.grammaire.populations import PARC, extrait_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.grammaire.vocabulaire import AGREGATS

# The keys of a figure, and where its code is written, by the variable of its case.
_DES_CHIFFRES = ("perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite")
_CLES = {LIEU: "perimetre_code", ACTEUR: "acteur_code", MODALITE: "modalite"}
_REQUETE = """\
-- Usage interne : le résultat de cette requête n’est pas protégé par le secret statistique. Ne pas le diffuser.
-- Elle donne les comptes de l’indicateur {code} tels qu’ils sont avant que de petits effectifs ne soient masqués.
--
-- {code} : {titre}
-- Formule : {formule}
--
-- À lancer dans DuckDB depuis le dossier du projet. Un lieu, un acteur ou une classe sans aucune ligne n’a pas de
-- rangée : ses comptes sont 0. Une année sans un extrait, ou sans rien dans une colonne, est « non_calculable »
-- dans indicateurs.csv.
-- Un objectif fixé ailleurs, tel qu’un bailleur dans une commune, y ajoute des rangées qui ne sont pas ici.

WITH
{lignes},
-- Les chiffres : un lieu, un acteur et une classe par rangée.
chiffres AS (
{chiffres}
)
SELECT *{valeur} FROM chiffres{annees} ORDER BY ALL;
"""


def ecrire_requete(indicateur: Indicateur, exercices: Sequence[Exercice], fichiers: Mapping[str, str]) -> str:
    """The query of an indicator over some years.

    ``exercices``: without rows; ``fichiers``: the Parquet of each extract, from the folder where the query is run.
    Raises ErreurCIL for an indicator that rests on rows which no file holds.
    """
    exiger_des_fichiers(indicateur)
    siens = exercices[-1:] if indicateur.derniere_annee else exercices
    vues = [vue for ventilation in indicateur.ventilations for vue in _vues(indicateur, siens, ventilation)]
    cases = [case for vue in vues for case in vue.termes if case is not None]
    # The years of an extract that does not come every year: the others have no figure.
    populations = sorted({nom for case in cases for nom, _ in case.parties} - {PARC})
    annees = [f"annee IN (SELECT annee FROM {nom}_classees)" for nom in populations]
    valeur = f", {100.0 if indicateur.unite == PCT else 1.0} * numerateur / nullif(denominateur, 0) AS valeur"
    return _REQUETE.format(
        code=indicateur.code,
        titre=indicateur.titre,
        formule=indicateur.formule,
        lignes=ecrire_les_lignes(indicateur, cases, siens, fichiers),
        chiffres="\n  UNION ALL\n".join(vue.sql() for vue in vues),
        valeur="" if indicateur.est_une_mesure or indicateur.unite == NOMBRE else valeur,
        annees=f" WHERE {' AND '.join(annees)}" if indicateur.periodique else "",
    )


def _vues(indicateur: Indicateur, exercices: Sequence[Exercice], ventilation: Ventilation) -> Iterator[_Vue]:
    """The figures of a ventilation: together, unless a class is a dimension of its own, or rule P8 changes."""
    ensemble, constant = Ensemble(exercices), ventilation.perimetre == EPCI_CONSTANT
    extrait = extrait_de(indicateur.compte.population)
    ont = [not constant or bool(codes) for codes in lieux(ensemble, extrait, ventilation.perimetre)]
    axe = ensemble.axe(modalites(indicateur, ensemble, ventilation))
    for vraies, places, termes in termes_par_annee(indicateur, ensemble, ventilation):
        siennes = [str(exercices[rang].annee) for rang in np.flatnonzero(vraies.ravel() & ont).tolist()]
        annees = f"annee IN ({', '.join(siennes)})" if constant or not vraies.all() else ""
        modalite = "" if places == slice(None) else axe.noms[places][0] or ""
        fixes = (ventilation.perimetre, exercices[-1].epci, ventilation.acteur, "", modalite)
        if siennes:
            yield _Vue(indicateur, ventilation, dict(zip(_DES_CHIFFRES, fixes, strict=True)), annees, termes)


class _Vue(NamedTuple):
    """The figures of a ventilation. ``fixes``: the keys that rows do not say; ``annees``: the only ones, if some."""

    indicateur: Indicateur
    ventilation: Ventilation
    fixes: Mapping[str, str]
    annees: str
    termes: Termes

    def sql(self) -> str:
        """One row a figure."""
        numerateur, denominateur = self.termes
        case = denominateur or numerateur
        if case is None:
            raise ValueError(f"{self.indicateur.code}: neither a count nor a measure")
        comptes = "count(*) AS numerateur, NULL::BIGINT AS denominateur"
        if numerateur is None:
            colonne, statistique = self.indicateur.compte.mesure
            valeur = AGREGATS[statistique].format(colonne)
            comptes = f"NULL::BIGINT AS numerateur, count(*) AS denominateur, {valeur} AS valeur"
        elif denominateur is not None:
            en_plus = numerateur.conditions - denominateur.conditions
            if denominateur != numerateur._replace(conditions=numerateur.conditions - en_plus) or _cles(en_plus):
                return self._a_part(numerateur, denominateur)
            partie = f"count(*) FILTER (WHERE {' AND '.join(_fixes(en_plus))})"
            comptes = f"{partie} AS numerateur, count(*) AS denominateur"
        return self._compter(case, self._en_cles(_cles(case.conditions)), comptes)

    def _a_part(self, numerateur: Case, denominateur: Case) -> str:
        """Two counts of other rows, or the second of all those that the first distinguishes."""
        cles, communes = _cles(numerateur.conditions), _cles(denominateur.conditions)
        nombre, dite, jointure = "count(*)", "coalesce(d.nombre, 0)", "FULL" if [*cles] == [*communes] else "LEFT"
        if denominateur.population == PARC:  # Not known of one commune, it is not of all.
            nombre, dite = "CASE WHEN count(*) = count(logements) THEN sum(logements) END", "d.nombre"
            jointure = "LEFT"
        n = self._compter(numerateur, _nommer(cles), "count(*) AS nombre")
        d = self._compter(denominateur, _nommer(communes), f"{nombre} AS nombre")
        return (
            f"  SELECT {', '.join(['annee', *self._en_cles({nom: nom for nom in cles})])},\n"
            f"    coalesce(n.nombre, 0) AS numerateur, {dite} AS denominateur\n"
            f"  FROM (\n{n}) n\n  {jointure} JOIN (\n{d}) d\n  USING ({', '.join(['annee', *communes])})"
        )

    def _compter(self, case: Case, cles: Sequence[str], comptes: str) -> str:
        """What is counted of the rows of a case, by its keys."""
        colonnes, ou = ", ".join(["annee", *cles]), " AND ".join(self._ou(case)) or "true"
        return f"  SELECT {colonnes},\n    {comptes}\n  FROM {_source(case)}\n  WHERE {ou}\n  GROUP BY ALL"

    def _en_cles(self, lues: Mapping[str, str]) -> list[str]:
        """The keys of the figures: those that are read, and those that are the same for all."""
        return [f"{lues.get(nom, texte(valeur))} AS {nom}" for nom, valeur in self.fixes.items()]

    def _ou(self, case: Case) -> list[str]:
        """The conditions that the rows meet; those of no known commune are of no commune of the table."""
        lus = {variable: nom for nom, variable in case.conditions}
        ou = [*filter(None, [self.annees]), *_fixes(case.conditions)]
        if case.population == PARC:
            return [*ou, *([] if LIEU in lus else ["est_membre"])]
        if LIEU in lus and lus[LIEU] != QPV:
            ou.append(f"{cite(lus[LIEU])} <> {texte(NON_RENSEIGNE)}")
        if MODALITE in lus and self.ventilation.modalites not in (TOUTES, PRESENTES):
            ou.append(f"{cite(lus[MODALITE])} IN ({', '.join(map(texte, self.ventilation.modalites))})")
        return ou


def _cles(conditions: Iterable[Condition]) -> dict[str, str]:
    """The codes that differ from one figure to the next, and the dimension that says each."""
    lues = {_CLES[valeur]: cite(nom) for nom, valeur in conditions if valeur in _CLES}
    return {nom: lues[nom] for nom in _CLES.values() if nom in lues}


def _nommer(cles: Mapping[str, str]) -> list[str]:
    return [f"{dimension} AS {nom}" for nom, dimension in cles.items()]


def _fixes(conditions: Iterable[Condition]) -> list[str]:
    return [f"{cite(nom)} = {texte(valeur)}" for nom, valeur in sorted(conditions) if valeur not in _CLES]


def _source(case: Case) -> str:
    """The rows that a case counts, or those of several populations, one below the other."""
    tables = [f"{nom}_classees" if nom != PARC else "parc_social" for nom, _ in case.parties]
    return tables[0] if len(tables) == 1 else f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {t}' for t in tables)})"
