"""The rows that a query counts and their classes, written in SQL from the definitions and the reference data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NoReturn

from cil_analysis.comptage.base import TYPES_SQL
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import mots_de, texte
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.termes import DE_GOUVERNANCE, PARC, Case, extrait_de
from cil_analysis.grammaire.vocabulaire import ATTENTE, COLONNES_DERIVEES, CONTEXTE, EN_NOMBRE, SENSIBILITE
from cil_analysis.typographie import typographie

# The rows that are counted as they were imported, but for rules P1 and P9, and the extract that holds them.
FICHIERS = {
    "attributions": "attributions", "demandes": "demandes", "radiations": "radiations", "propositions": "propositions",
    "rpls": "parc", "rpls_securise": "parc",
}  # fmt: skip
# Where the other rows come from.
_ORIGINES = {
    "flux": "du bilan de la gestion en flux, dont le logiciel sépare les totaux, les ventilations et les bases",
    "occupation": "de l’enquête sur l’occupation, dont le logiciel fait une partition des communes et des quartiers",
    "sorties": "des radiations, dont le logiciel retient la dernière de chaque demande qui n’est plus active",
    "calendrier": "du calendrier de l’année et du dernier bail",
    **dict.fromkeys(DE_GOUVERNANCE, "des tables de data/reference/governance, telles qu’elles sont au 31 décembre"),
}
_DES_SCORES = "des scores que la grille de cotation donne à chaque ligne, et de leur rang parmi les demandes"
_LISTE, _RECUES = re.compile(r"\blistes\.(\w+)"), re.compile(r"\brecues\b")
_UN_PAR_MENAGE, _CONSTANT = "un_par_menage", "perimetre_constant"
# The rules that keep rows, and what they are called here.
_GARDENT = {"p1": "p1_attribution", "p9": "p9_perimetre"}
_TYPES_DU_CONTEXTE = {
    "annee": "INTEGER", **dict.fromkeys(("q1", "q2", "q3", "mois_anormaux"), "DOUBLE"),
    **dict.fromkeys(("communes", "constantes", "communes_avec_qpv", "p4"), "VARCHAR[]"),
}  # fmt: skip
_DERIVEES = frozenset(COLONNES_DERIVEES)


def exiger_des_fichiers(indicateur: Indicateur) -> None:
    """Refuse an indicator whose rows or classes a program prepares: no query of the files gives its figures."""
    compte = indicateur.compte
    if indicateur.code.endswith((EN_NOMBRE, SENSIBILITE)) and not indicateur.ventilations:
        base = indicateur.code[:-1]
        _refuser(indicateur, f"ses chiffres sont ceux de {base}, dont c’est la requête qu’il faut demander")
    if not compte.population:
        _refuser(indicateur, "il compte des objectifs tenus, d’après les chiffres publiés d’autres indicateurs")
    if compte.mesure[1] == ATTENTE:
        _refuser(indicateur, "il se lit sur une courbe d’attente, que le logiciel estime")
    for population in (*compte.population.split("+"), *compte.rapporte_a.split("+")):
        extrait = extrait_de(population)
        if extrait and extrait not in (*FICHIERS, PARC):
            _refuser(indicateur, f"ses lignes ne sont dans aucun fichier : elles viennent {_ORIGINES[extrait]}")


def _refuser(indicateur: Indicateur, pourquoi: str) -> NoReturn:
    raise ErreurCIL(
        typographie(f"{indicateur.code} n’a pas de requête : {pourquoi}. Voir sa définition dans docs/methode.md.")
    )


def ecrire_les_lignes(
    indicateur: Indicateur, cases: Iterable[Case], exercices: Sequence[Exercice], fichiers: Mapping[str, str]
) -> str:
    """The tables that the counts are made of, one after the other; ``fichiers``: the Parquet of each extract.

    Raises ErreurCIL for an extract that no year has, and for classes that a program prepares.
    """
    noms: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases:
        for population in case.population.split("+"):
            noms[population] |= case.dimensions
    parc = noms.pop(PARC, None)
    populations = [_Population(nom, dimensions, indicateur, exercices) for nom, dimensions in noms.items()]
    mots = {mot for comptee in populations for mot in comptee.mots}
    if _DERIVEES & mots:
        _refuser(indicateur, f"ses classes ne sont dans aucun fichier : elles viennent {_DES_SCORES}")
    listes = {liste for comptee in populations for liste in _LISTE.findall(comptee.sql)}
    morceaux = [_les_exercices(exercices, mots)]
    morceaux += [_une_liste(nom, exercices[-1], mots) for nom in sorted(listes)]
    morceaux += [] if parc is None else [_le_parc(exercices)]
    for comptee in populations:
        extrait = FICHIERS[comptee.nom]
        if extrait not in fichiers:
            raise ErreurCIL(
                typographie(
                    f"{indicateur.code} n’a pas de requête : l’extrait « {extrait} » n’a pas été importé. L’importer "
                    f"avec « cil importer FICHIER --annee AAAA --extrait {extrait} »."
                )
            )
        morceaux += [comptee.recues(fichiers[extrait]), comptee.classees()]
    return ",\n".join(morceaux)


class _Population:
    """The rows of a population, and the dimensions that they are counted by."""

    def __init__(
        self, nom: str, dimensions: Iterable[str], indicateur: Indicateur, exercices: Sequence[Exercice]
    ) -> None:
        self.nom, self._exercices = nom, exercices
        un = exercices[-1]
        voulues = [un.dimension(autre) for autre in sorted(dimensions)]
        self._appuis = {d.selon: un.dimension(d.selon).sql(un.nomenclatures) for d in voulues if d.selon}
        self._classes = {d.nom: d.sql(un.nomenclatures) for d in voulues if d.nom not in self._appuis}
        self._mesure = indicateur.compte.mesure[0]
        self.sql = " ".join([*self._appuis.values(), *self._classes.values(), self._mesure])
        self.mots = frozenset(mots_de(self.sql))

    def recues(self, fichier: str) -> str:
        """The rows that the rules keep, with what is known of their year."""
        extrait, un = FICHIERS[self.nom], self._exercices[-1]
        p1, p9 = ({getattr(e.regles, nom) for e in self._exercices} for nom in ("p1_attribution", "p9_perimetre"))
        colonnes = {*un.types, "demande_pseudonyme"} & {*self.mots, "commune_insee"}
        menages = self.nom == "attributions" and _UN_PAR_MENAGE in p1
        colonnes |= {"demande_pseudonyme", "date_signature_bail"} if menages else set()
        vides = [f"NULL::{TYPES_SQL.get(un.types.get(nom, ''), 'VARCHAR')} AS {nom}" for nom in sorted(colonnes)]
        lignes = [
            f"-- Les lignes de l’extrait « {extrait} », et les colonnes employées, vides quand il ne les a pas.",
            f"{self.nom}_lues AS (",
            f"  SELECT * FROM read_parquet({texte(fichier)},",
            "    hive_partitioning = true, union_by_name = true, file_row_number = true)",
            f"  UNION ALL BY NAME SELECT {', '.join(vides)} WHERE false",
            "),",
            f"-- Celles que les règles P1 ({', '.join(sorted(p1))}) et P9 ({', '.join(sorted(p9))}) gardent.",
            f"{self.nom}_recues AS (",
            f"  SELECT * FROM {self.nom}_lues JOIN exercices USING (annee)",
        ]
        if _CONSTANT in p9:
            lignes.append(
                f"  WHERE p9 <> '{_CONSTANT}' OR len(constantes) = 0 OR list_contains(constantes, commune_insee)"
            )
        if menages:
            lignes += [
                f"  QUALIFY p1 <> '{_UN_PAR_MENAGE}' OR demande_pseudonyme IS NULL OR row_number() OVER (",
                "    PARTITION BY annee, demande_pseudonyme ORDER BY date_signature_bail, file_row_number) = 1",
            ]
        return "\n".join([*lignes, ")"])

    def classees(self) -> str:
        """Each row in its classes."""
        appuis = "".join(f", {self._propre(sql)} AS {cite(nom)}" for nom, sql in self._appuis.items())
        source = f"{self.nom}_recues" if not appuis else f"(SELECT *{appuis} FROM {self.nom}_recues)"
        colonnes = [*([self._mesure] if self._mesure else []), *map(cite, self._appuis)]
        colonnes += [f"{self._propre(sql)} AS {cite(nom)}" for nom, sql in self._classes.items()]
        liste = "".join(f",\n    {colonne}" for colonne in colonnes)
        return "\n".join(
            ["-- Leurs classes.", f"{self.nom}_classees AS (", f"  SELECT annee{liste}", f"  FROM {source}", ")"]
        )

    def _propre(self, sql: str) -> str:
        """An expression that reads the tables of this query."""
        return _LISTE.sub(r"liste_\1", _RECUES.sub(f"{self.nom}_recues", sql))


def cite(nom: str) -> str:
    """A name, in SQL."""
    return f'"{nom}"'


def _les_exercices(exercices: Sequence[Exercice], mots: Collection[str]) -> str:
    """What is known of each year and is read: the members, the rules, the thresholds."""
    regles = {nom: {getattr(e.regles, champ) for e in exercices} for nom, champ in _GARDENT.items()}
    gardent = [nom for nom, valeur in (("p1", _UN_PAR_MENAGE), ("p9", _CONSTANT)) if valeur in regles[nom]]
    noms = ["annee", *(n for n in CONTEXTE.names if n in mots and n not in ("annee", "exercice")), *gardent]
    if "p9" in gardent and "constantes" not in noms:
        noms.append("constantes")
    lignes = []
    for rang, exercice in enumerate(exercices):
        contexte = exercice.contexte(rang) | {nom: getattr(exercice.regles, _GARDENT[nom]) for nom in gardent}
        lignes.append(f"    ({rang}, {', '.join(_valeur(contexte[nom]) for nom in noms)})")
    types = "".join(f", {nom}::{_TYPES_DU_CONTEXTE.get(nom, 'VARCHAR')} AS {nom}" for nom in noms)
    return "\n".join(
        [
            "-- Les années, et ce qui en dépend : communes membres au 31 décembre, règles de comptage, seuils.",
            "exercices AS (",
            f"  SELECT exercice{types}",
            "  FROM (VALUES",
            ",\n".join(lignes),
            f"  ) AS t(exercice, {', '.join(noms)})",
            ")",
        ]
    )


def _valeur(valeur: object) -> str:
    if valeur is None:
        return "NULL"
    if isinstance(valeur, list):
        return f"[{', '.join(texte(str(v)) for v in valeur)}]"
    return texte(valeur) if isinstance(valeur, str) else str(valeur)


def _une_liste(nom: str, exercice: Exercice, mots: Collection[str]) -> str:
    """The columns of a code list that are read."""
    table = exercice.nomenclatures[nom].table
    colonnes = [str(colonne) for colonne in table if colonne in mots]
    rangees = (", ".join(texte(str(v)) for v in rangee) for rangee in zip(*(table[c] for c in colonnes), strict=True))
    lignes = ",\n".join(f"    ({rangee})" for rangee in rangees)
    entete = f"-- La liste de codes data/reference/nomenclatures/{nom}.csv."
    return f"{entete}\nliste_{nom}({', '.join(colonnes)}) AS (\n  VALUES\n{lignes}\n)"


def _le_parc(exercices: Sequence[Exercice]) -> str:
    """The social dwellings of the communes, known or not."""
    rangees = [
        f"    ({e.annee}, {texte(code)}, {e.parc_social.get(code, 'NULL')}, {str(code in e.communes).lower()})"
        for e in exercices
        for code in sorted({*e.communes, *e.parc_social})
    ]
    entete = "-- Le parc social : data/reference/territory/parc_social.csv."
    lignes = ",\n".join(rangees)
    return f"{entete}\nparc_social(annee, commune, logements, est_membre) AS (\n  VALUES\n{lignes}\n)"
