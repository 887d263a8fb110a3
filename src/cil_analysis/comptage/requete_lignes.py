"""The rows that a query counts, in their classes: what the base runs, over the files of the project and in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from cil_analysis.comptage.base import TYPES_SQL, Classement, liste
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import mots_de, texte
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.populations import DERIVEES, PARC, fichier_de, lignes_de, mesure_de
from cil_analysis.grammaire.termes import Case
from cil_analysis.grammaire.vocabulaire import CONTEXTE, EN_NOMBRE, SENSIBILITE
from cil_analysis.systemes.preparations import ESTIMATIONS

# The rules P9 and P1, which the rows are read by.
_DU_PERIMETRE = "p9 <> 'perimetre_constant' OR len(constantes) = 0 OR list_contains(constantes, commune_insee)"
_UN_PAR_MENAGE = (
    "p1 <> 'un_par_menage' OR demande_pseudonyme IS NULL OR row_number() OVER (\n"
    "    PARTITION BY annee, demande_pseudonyme ORDER BY date_signature_bail, numero_de_ligne) = 1"
)
_POUR_LES_REGLES = frozenset({"commune_insee", "demande_pseudonyme", "date_signature_bail"})
_EN_SQL = {"int32": "INTEGER", "string": "VARCHAR", "double": "DOUBLE"}


def exiger_des_fichiers(indicateur: Indicateur) -> None:
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


def ecrire_les_lignes(
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
        lues = _les_lignes(indicateur, nom, vides, fichiers)
        recues = "\n  ".join([lues, *_regles(nom, exercices)])
        requete = classement.sql(recues, ["annee", *filter(None, [indicateur.compte.mesure[0]])])
        classees.append(
            f"-- Les lignes que les règles P1 et P9 gardent, et leurs classes.\n{nom}_classees AS (\n{requete}\n)"
        )
    return ",\n".join(
        [_les_exercices(exercices, mots), *(_une_liste(nom, un, mots) for nom in listes), *parc, *classees]
    )


def _les_lignes(indicateur: Indicateur, nom: str, vides: Mapping[str, str], fichiers: Mapping[str, str]) -> str:
    """The rows of an extract, with what is known of their year; a column that no year has is missing everywhere."""
    extrait = fichier_de(nom)
    if extrait not in fichiers:
        raise ErreurCIL(
            f"{indicateur.code} n’a pas de requête : l’extrait « {extrait} » n’a pas été importé. L’importer "
            f"avec « cil importer FICHIER --annee AAAA --extrait {extrait} »."
        )
    colonnes = ", ".join(f"NULL::{TYPES_SQL.get(genre, 'VARCHAR')} AS {colonne}" for colonne, genre in vides.items())
    return "\n  ".join(
        [
            "SELECT * FROM (SELECT *, file_row_number AS numero_de_ligne",
            f"    FROM read_parquet({texte(fichiers[extrait])},",
            "    hive_partitioning = true, union_by_name = true, file_row_number = true)",
            f"  UNION ALL BY NAME SELECT {colonnes} WHERE false) JOIN exercices USING (annee)",
        ]
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
    rangees = (
        (e.annee, code, e.parc_social.get(code), code in e.communes)
        for e in exercices
        for code in sorted({*e.communes, *e.parc_social})
    )
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
