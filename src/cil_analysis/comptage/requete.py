"""The query of an indicator, as an analyst may run it in DuckDB beside the rows of a project: what is counted, in full.

It is written from the definitions and the reference data alone: no row of the project is read. The terms are those of
:mod:`termes`, which the figures are counted by; the rows and their classes are written by :mod:`requete_lignes`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cil_analysis.comptage.denombrement import Termes, termes_des_chiffres
from cil_analysis.comptage.enumeration import modalites
from cil_analysis.comptage.exercice import Axes, Exercice
from cil_analysis.comptage.mesures import AGREGATS
from cil_analysis.comptage.requete_lignes import cite, ecrire_les_lignes, exiger_des_fichiers
from cil_analysis.grammaire.dimensions import MANQUE, texte
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
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, PARC, Case

# Where the code of a figure is written, by the variable of its case.
_CLES = {LIEU: "perimetre_code", ACTEUR: "acteur_code", MODALITE: "modalite"}
_ENTETE = """\
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
"""


def ecrire_requete(indicateur: Indicateur, exercices: Sequence[Exercice], fichiers: Mapping[str, str]) -> str:
    """The query of an indicator over some years.

    ``exercices``: without rows; ``fichiers``: the Parquet of each extract, from the folder where the query is run.
    Raises ErreurCIL for an indicator that rests on rows which no file holds.
    """
    exiger_des_fichiers(indicateur)
    annees = exercices[-1:] if indicateur.derniere_annee else exercices
    chiffres, cases = [], []
    for ventilation in indicateur.ventilations:
        for vue, termes in _vues(indicateur, annees, ventilation):
            chiffres.append(vue.sql(*termes))
            cases += [case for case in termes if case is not None]
    lignes = ecrire_les_lignes(indicateur, cases, annees, fichiers)
    return "\n".join(
        [
            _ENTETE.format(code=indicateur.code, titre=indicateur.titre, formule=indicateur.formule),
            f"WITH\n{lignes},",
            "-- Les chiffres : un lieu, un acteur et une classe par rangée.",
            "chiffres AS (",
            "\n  UNION ALL\n".join(chiffres),
            ")",
            f"SELECT *{_valeur(indicateur)} FROM chiffres{_annees(indicateur, cases)} ORDER BY ALL;",
            "",
        ]
    )


def _valeur(indicateur: Indicateur) -> str:
    """The value beside the two counts, where it is neither one of them nor written already."""
    if indicateur.est_une_mesure or indicateur.unite == NOMBRE:
        return ""
    return f", {100.0 if indicateur.unite == PCT else 1.0} * numerateur / nullif(denominateur, 0) AS valeur"


def _annees(indicateur: Indicateur, cases: Iterable[Case]) -> str:
    """The years of an extract that does not come every year: the others have no figure."""
    populations = sorted({nom for case in cases for nom in case.population.split("+")} - {PARC})
    annees = [f"annee IN (SELECT annee FROM {nom}_recues)" for nom in populations]
    return f" WHERE {' AND '.join(annees)}" if indicateur.periodique else ""


def _vues(
    indicateur: Indicateur, exercices: Sequence[Exercice], ventilation: Ventilation
) -> Iterator[tuple[_Vue, Termes]]:
    """The figures of a ventilation: together, unless a class is a dimension of its own, or rule P8 changes."""
    if ventilation.perimetre == EPCI_CONSTANT:
        exercices = [e for e in exercices if e.constantes and set(e.communes) - e.constantes]
    par_regle = defaultdict(list)
    for exercice in exercices:
        par_regle[exercice.regles.p8_ressources_manquantes].append(exercice)
    seules = ventilation.perimetre == EPCI_CONSTANT or len(par_regle) > 1
    for siens in par_regle.values():
        annees = tuple(e.annee for e in siens) if seules else ()
        axes = Axes(modalites=_codes(indicateur, siens[-1], ventilation))
        for termes, (_, _, modalites_) in termes_des_chiffres(indicateur, siens[-1], ventilation, axes):
            yield _Vue(indicateur, ventilation, siens[-1].epci, modalites_[0], annees), termes


def _codes(indicateur: Indicateur, exercice: Exercice, ventilation: Ventilation) -> Sequence[str]:
    """The classes that each are a dimension; otherwise one that stands for all, or none."""
    if not ventilation.modalites or not (indicateur.compte.drapeaux or indicateur.compte.axe == MANQUE):
        return [MODALITE if ventilation.modalites else ""]
    return modalites(indicateur, exercice, ventilation)


@dataclass(frozen=True)
class _Vue:
    """The figures of a ventilation. ``modalite``: the class that is a dimension; ``annees``: the only ones, if some."""

    indicateur: Indicateur
    ventilation: Ventilation
    epci: str
    modalite: str
    annees: tuple[int, ...]

    def sql(self, numerateur: Case | None, denominateur: Case | None) -> str:
        """One row a figure."""
        if self.indicateur.est_une_mesure and denominateur is not None:
            colonne, statistique = self.indicateur.compte.mesure
            valeur = AGREGATS[statistique].format(colonne)
            comptes = f"NULL::BIGINT AS numerateur, count(*) AS denominateur, {valeur} AS valeur"
            return self._ensemble(denominateur, comptes)
        if numerateur is None:
            raise ValueError(f"{self.indicateur.code}: neither a count nor a measure")
        if denominateur is None:
            return self._ensemble(numerateur, "count(*) AS numerateur, NULL::BIGINT AS denominateur")
        en_plus = numerateur.conditions - denominateur.conditions
        if denominateur == numerateur._replace(conditions=numerateur.conditions - en_plus) and not _cles(en_plus):
            partie = f"count(*) FILTER (WHERE {_et(_fixes(en_plus))})"
            return self._ensemble(denominateur, f"{partie} AS numerateur, count(*) AS denominateur")
        return self._a_part(numerateur, denominateur)

    def _ensemble(self, case: Case, comptes: str) -> str:
        """The counts of the same rows."""
        return "\n".join(
            [
                f"  SELECT annee, {self._en_cles(_cles(case.conditions))},",
                f"    {comptes}",
                f"  FROM {_source(case)}",
                f"  WHERE {_et(self._ou(case))}",
                "  GROUP BY ALL",
            ]
        )

    def _a_part(self, numerateur: Case, denominateur: Case) -> str:
        """Two counts of other rows, or the second of all those that the first distinguishes."""
        communes = _cles(denominateur.conditions)
        memes = communes.keys() == _cles(numerateur.conditions).keys() and denominateur.population != PARC
        nombre = "d.nombre" if denominateur.population == PARC else "coalesce(d.nombre, 0)"
        return "\n".join(
            [
                f"  SELECT annee, {self._en_cles({nom: nom for nom in _cles(numerateur.conditions)})},",
                f"    coalesce(n.nombre, 0) AS numerateur, {nombre} AS denominateur",
                f"  FROM ({self._compte(numerateur)}) n",
                f"  {'FULL' if memes else 'LEFT'} JOIN ({self._compte(denominateur)}) d",
                f"  USING ({', '.join(['annee', *communes])})",
            ]
        )

    def _compte(self, case: Case) -> str:
        cles = "".join(f", {dimension} AS {nom}" for nom, dimension in _cles(case.conditions).items())
        nombre = "count(*)"
        if case.population == PARC:  # Not known of one commune, it is not of all.
            nombre = "CASE WHEN count(*) = count(logements) THEN sum(logements) END"
        return f"SELECT annee{cles}, {nombre} AS nombre FROM {_source(case)} WHERE {_et(self._ou(case))} GROUP BY ALL"

    def _en_cles(self, lues: Mapping[str, str]) -> str:
        """The keys of the figures: those that are read, and those that are the same for all."""
        lieu, acteur = self.ventilation.perimetre, self.ventilation.acteur
        fixes = {"perimetre_type": lieu, "perimetre_code": self.epci, "acteur_type": acteur, "acteur_code": ""}
        fixes["modalite"] = "" if self.modalite == MODALITE else self.modalite
        return ", ".join(f"{lues.get(nom, texte(valeur))} AS {nom}" for nom, valeur in fixes.items())

    def _ou(self, case: Case) -> list[str]:
        """The conditions that the rows meet; those of no known commune are of no commune of the table."""
        lus = {variable: nom for nom, variable in case.conditions}
        ou = [f"annee IN ({', '.join(map(str, self.annees))})"] if self.annees else []
        ou += _fixes(case.conditions)
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


def _fixes(conditions: Iterable[Condition]) -> list[str]:
    return [f"{cite(nom)} = {texte(valeur)}" for nom, valeur in sorted(conditions) if valeur not in _CLES]


def _et(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "true"


def _source(case: Case) -> str:
    """The rows that a case counts, or those of several populations, one below the other."""
    tables = [f"{nom}_classees" if nom != PARC else "parc_social" for nom in case.population.split("+")]
    if len(tables) == 1:
        return tables[0]
    return f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {table}' for table in tables)})"
