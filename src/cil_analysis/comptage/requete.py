"""The query of an indicator, as an analyst may run it in DuckDB beside the rows of a project: what is counted, in full.

It is written from the definitions and the reference data alone: no row of the project is read. The terms are those of
:mod:`termes`, and the classes those of the base, which the figures are counted by. The rows come first, in their
classes, then the figures that are counted of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, NoReturn

import numpy as np

from cil_analysis.comptage.base import TYPES_SQL, Classement, cite, liste
from cil_analysis.comptage.cadre import CLES
from cil_analysis.comptage.denombrement import Termes, termes_par_annee
from cil_analysis.comptage.enumeration import lieux, modalites
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import mots_de, texte
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, NOMBRE, PCT, QPV, Condition, Indicateur, Ventilation
from cil_analysis.grammaire.populations import DERIVEES, PARC, extrait_de, fichier_de, lignes_de, mesure_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.grammaire.vocabulaire import AGREGATS, CONTEXTE, EN_NOMBRE, SENSIBILITE
from cil_analysis.reference.nomenclatures import NON_RENSEIGNE
from cil_analysis.systemes.preparations import ESTIMATIONS

# The rules P9 and P1, which the rows are read by.
_DU_PERIMETRE = "p9 <> 'perimetre_constant' OR len(constantes) = 0 OR list_contains(constantes, commune_insee)"
_UN_PAR_MENAGE = (
    "p1 <> 'un_par_menage' OR demande_pseudonyme IS NULL OR row_number() OVER (\n"
    "    PARTITION BY annee, demande_pseudonyme ORDER BY date_signature_bail, numero_de_ligne) = 1"
)
_POUR_LES_REGLES = frozenset({"commune_insee", "demande_pseudonyme", "date_signature_bail"})
_EN_SQL = {"int32": "INTEGER", "string": "VARCHAR", "double": "DOUBLE"}
# Where the code of a figure is written, by the variable of its case.
_CLES = {LIEU: "perimetre_code", ACTEUR: "acteur_code", MODALITE: "modalite"}
_REQUETE = """\
-- Usage interne : le résultat de cette requête n’est pas protégé par le secret statistique. Ne pas le diffuser.
-- Elle donne les comptes de l’indicateur {i.code} tels qu’ils sont avant que de petits effectifs ne soient masqués.
--
-- {i.code} : {i.titre}
-- Formule : {i.formule}
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
    _exiger_des_fichiers(indicateur)
    siens = exercices[-1:] if indicateur.derniere_annee else exercices
    vues = [vue for ventilation in indicateur.ventilations for vue in _vues(indicateur, siens, ventilation)]
    cases = [case for vue in vues for case in vue.termes if case is not None]
    # The years of an extract that does not come every year: the others have no figure.
    populations = sorted({nom for case in cases for nom, _ in case.parties} - {PARC})
    annees = [f"annee IN (SELECT annee FROM {nom}_classees)" for nom in populations]
    valeur = f", {100.0 if indicateur.unite == PCT else 1.0} * numerateur / nullif(denominateur, 0) AS valeur"
    return _REQUETE.format(
        i=indicateur,
        lignes=_ecrire_les_lignes(indicateur, cases, siens, fichiers),
        chiffres="\n  UNION ALL\n".join(vue.sql() for vue in vues),
        valeur="" if indicateur.est_une_mesure or indicateur.unite == NOMBRE else valeur,
        annees=f" WHERE {' AND '.join(annees)}" if indicateur.periodique else "",
    )


def _exiger_des_fichiers(indicateur: Indicateur) -> None:
    """Refuse an indicator whose rows or classes a program prepares: no query of the files gives its figures."""
    compte = indicateur.compte
    if indicateur.code.endswith((EN_NOMBRE, SENSIBILITE)) and not indicateur.ventilations:
        base = indicateur.code[:-1]
        _refuser(indicateur, f"ses chiffres sont ceux de {base}, dont c’est la requête qu’il faut demander")
    if not compte.population:
        _refuser(indicateur, "il compte des objectifs tenus, d’après les chiffres publiés d’autres indicateurs")
    if compte.mesure[1] in ESTIMATIONS:
        _refuser(indicateur, f"il se lit sur {ESTIMATIONS[compte.mesure[1]].dite}, que le logiciel estime")
    for population in (*compte.population.split("+"), *compte.rapporte_a.split("+")):
        if mesure_de(population) and not lignes_de(population).origine:
            _refuser(indicateur, "il additionne une colonne, dont la somme se lit dans le fichier")
        if origine := lignes_de(population).origine:
            _refuser(indicateur, f"ses lignes ne sont dans aucun fichier : elles viennent {origine}")


def _refuser(indicateur: Indicateur, pourquoi: str) -> NoReturn:
    raise ErreurCIL(f"{indicateur.code} n’a pas de requête : {pourquoi}. Voir sa définition dans docs/methode.")


def _ecrire_les_lignes(
    indicateur: Indicateur, cases: Iterable[Case], exercices: Sequence[Exercice], fichiers: Mapping[str, str]
) -> str:
    """The tables that the counts are made of, one after the other; ``fichiers``: the Parquet of each extract.

    Raises ErreurCIL for an extract that no year has, and for classes that a program prepares.
    """
    un, noms = exercices[-1], defaultdict[str, set[str]](set)
    for case in cases:
        for population, _ in case.parties:
            noms[population] |= case.dimensions
    parc = [_le_parc(exercices)] if noms.pop(PARC, None) is not None else []
    classements = {nom: Classement.de(siens, un.dimension, un.nomenclatures) for nom, siens in noms.items()}
    gardent = [regle for nom in noms for regle in _regles(nom, exercices)]
    mots = mots_de(" ".join([*gardent, indicateur.compte.mesure[0]])).union(*(c.mots for c in classements.values()))
    for nom in sorted(DERIVEES.keys() & mots):
        _refuser(indicateur, f"ses classes ne sont dans aucun fichier : elles viennent {DERIVEES[nom].origine}")
    for nom in sorted({nom for e in exercices for nom in e.regles.colonnes_deduites} & mots):
        _refuser(indicateur, f"des règles de data/reference disent ce qu’est « {nom} », et non le seul fichier")
    listes = sorted({nom for classement in classements.values() for nom in classement.listes})
    vides = {nom: un.types.get(nom, "") for nom in sorted((mots & un.types.keys()) | _POUR_LES_REGLES)}
    classees = []
    for nom, classement in classements.items():
        recues = "\n  ".join([_les_lignes(indicateur, nom, vides, fichiers), *_regles(nom, exercices)])
        requete = classement.sql(recues, ["annee", *filter(None, [indicateur.compte.mesure[0]])])
        dite = "-- Les lignes que les règles P1 et P9 gardent, et leurs classes."
        classees.append(f"{dite}\n{nom}_classees AS (\n{requete}\n)")
    lues = [_une_liste(nom, un, mots) for nom in listes]
    return ",\n".join([_les_exercices(exercices, mots), *lues, *parc, *classees])


def _les_lignes(indicateur: Indicateur, nom: str, vides: Mapping[str, str], fichiers: Mapping[str, str]) -> str:
    """The rows of an extract, with what is known of their year; a column that no year has is missing everywhere."""
    extrait = fichier_de(nom)
    if extrait not in fichiers:
        raise ErreurCIL(
            f"{indicateur.code} n’a pas de requête : l’extrait « {extrait} » n’a pas été importé. L’importer "
            f"avec « cil importer FICHIER --annee AAAA --extrait {extrait} »."
        )
    colonnes = ", ".join(f"NULL::{TYPES_SQL.get(genre, 'VARCHAR')} AS {colonne}" for colonne, genre in vides.items())
    return (
        "SELECT * FROM (SELECT *, file_row_number AS numero_de_ligne\n"
        f"      FROM read_parquet({texte(fichiers[extrait])},\n"
        "      hive_partitioning = true, union_by_name = true, file_row_number = true)\n"
        f"    UNION ALL BY NAME SELECT {colonnes} WHERE false) JOIN exercices USING (annee)"
    )


def _regles(nom: str, exercices: Sequence[Exercice]) -> list[str]:
    """What the rules P9 and P1 ask of the rows, where one of the years does not keep them all."""
    constant = any(e.regles.p9_perimetre == "perimetre_constant" for e in exercices)
    menages = nom == "attributions" and any(e.regles.p1_attribution == "un_par_menage" for e in exercices)
    return [f"WHERE {_DU_PERIMETRE}"] * constant + [f"QUALIFY {_UN_PAR_MENAGE}"] * menages


def _les_exercices(exercices: Sequence[Exercice], mots: Iterable[str]) -> str:
    """What is known of each year and is read: the members, the rules, the thresholds."""
    contextes = [exercice.contexte(rang) for rang, exercice in enumerate(exercices)]
    types = {c.name: _EN_SQL.get(str(c.type), "VARCHAR[]") for c in CONTEXTE if c.name in {*mots, "exercice", "annee"}}
    dite = "Les années, et ce qui en dépend : communes membres au 31 décembre, règles de comptage, seuils."
    return _table(dite, "exercices", types, ([contexte[nom] for nom in types] for contexte in contextes))


def _une_liste(nom: str, exercice: Exercice, mots: Iterable[str]) -> str:
    """The columns of a code list that are read."""
    lues = exercice.nomenclatures[nom].table
    types = {nom: "VARCHAR" for nom in map(str, lues) if nom in mots}
    rangees = lues[list(types)].astype("str").to_numpy()
    return _table(f"La liste de codes data/reference/nomenclatures/{nom}.csv.", liste(nom), types, rangees)


def _le_parc(exercices: Sequence[Exercice]) -> str:
    """The social dwellings of the communes, known or not."""
    types = {"annee": "INTEGER", "commune": "VARCHAR", "logements": "DOUBLE", "est_membre": "BOOLEAN"}
    codes = ((e, code) for e in exercices for code in sorted({*e.communes, *e.parc_social}))
    rangees = ((e.annee, code, e.parc_social.get(code), code in e.communes) for e, code in codes)
    return _table("Le parc social : data/reference/territory/parc_social.csv.", "parc_social", types, rangees)


def _table(dite: str, nom: str, types: Mapping[str, str], rangees: Iterable[Sequence[object]]) -> str:
    """A table written in full; its types are those of a first part, which has no row."""
    colonnes = ", ".join(f"NULL::{genre} AS {colonne}" for colonne, genre in types.items())
    lignes = ",\n".join(f"    ({', '.join(map(_valeur, rangee))})" for rangee in rangees)
    return f"-- {dite}\n{nom} AS (\n  SELECT {colonnes} WHERE false UNION ALL VALUES\n{lignes}\n)"


def _valeur(valeur: object) -> str:
    if isinstance(valeur, list):
        return f"[{', '.join(map(_valeur, valeur))}]"
    return "NULL" if valeur is None else texte(valeur) if isinstance(valeur, str) else str(valeur)


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
            yield _Vue(indicateur, ventilation, dict(zip(CLES[2:], fixes, strict=True)), annees, termes)


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
        n = self._compter(numerateur, cles, "count(*) AS nombre")
        d = self._compter(denominateur, communes, f"{nombre} AS nombre")
        return (
            f"  SELECT {_nommer(self._en_cles({nom: nom for nom in cles}))},\n"
            f"    coalesce(n.nombre, 0) AS numerateur, {dite} AS denominateur\n"
            f"  FROM (\n{n}) n\n  {jointure} JOIN (\n{d}) d\n  USING ({', '.join(['annee', *communes])})"
        )

    def _compter(self, case: Case, cles: Mapping[str, str], comptes: str) -> str:
        """What is counted of the rows of a case, by its keys."""
        ou = " AND ".join(self._ou(case)) or "true"
        return f"  SELECT {_nommer(cles)},\n    {comptes}\n  FROM {_source(case)}\n  WHERE {ou}\n  GROUP BY ALL"

    def _en_cles(self, lues: Mapping[str, str]) -> dict[str, str]:
        """The keys of the figures: those that are read, and those that are the same for all."""
        return {nom: lues.get(nom, texte(valeur)) for nom, valeur in self.fixes.items()}

    def _ou(self, case: Case) -> list[str]:
        """The conditions that the rows meet; those of no known commune are of no commune of the table."""
        lus = {variable: nom for nom, variable in case.conditions}
        ou = [*filter(None, [self.annees]), *_fixes(case.conditions)]
        if case.population == PARC:
            return [*ou, *([] if LIEU in lus else ["est_membre"])]
        if LIEU in lus and lus[LIEU] != QPV:
            ou.append(f"{cite(lus[LIEU])} <> {texte(NON_RENSEIGNE)}")
        if MODALITE in lus and not self.ventilation.suit_une_liste:
            ou.append(f"{cite(lus[MODALITE])} IN ({', '.join(map(texte, self.ventilation.modalites))})")
        return ou


def _cles(conditions: Iterable[Condition]) -> dict[str, str]:
    """The codes that differ from one figure to the next, and the dimension that says each."""
    lues = {_CLES[valeur]: cite(nom) for nom, valeur in conditions if valeur in _CLES}
    return {nom: lues[nom] for nom in _CLES.values() if nom in lues}


def _nommer(cles: Mapping[str, str]) -> str:
    return ", ".join(["annee", *(f"{sql} AS {nom}" for nom, sql in cles.items())])


def _fixes(conditions: Iterable[Condition]) -> list[str]:
    return [f"{cite(nom)} = {texte(valeur)}" for nom, valeur in sorted(conditions) if valeur not in _CLES]


def _source(case: Case) -> str:
    """The rows that a case counts, or those of several populations, one below the other."""
    tables = [f"{nom}_classees" if nom != PARC else "parc_social" for nom, _ in case.parties]
    return tables[0] if len(tables) == 1 else f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {t}' for t in tables)})"
