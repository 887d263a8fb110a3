"""What the registry asks of a project: its reference data, which an earlier version may lack, and its own dimensions.

What links such a dimension to the others is found by trying it on invented rows, each by itself
(``definitions_du_projet``): it may read the row that it classes, as the extract gives it, and nothing else. Of one that
reads other rows or tables, what a program has worked out, chance or the day, what is found so would be false.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NoReturn

import duckdb
import pandas as pd

from cil_analysis.comptage.base import Base
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.bloc import refuser
from cil_analysis.grammaire.dimensions import Dimension, mots_de
from cil_analysis.grammaire.registre import registre, registre_du_logiciel
from cil_analysis.grammaire.verification import exiger_les_definitions, exiger_une_colonne, types_des_colonnes
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, CONFIGURATION, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import exiger_des_choix_connus
from cil_analysis.reference.texte import enumerer

# The population without a row that the SQL of dimensions is tried on.
_ESSAI = "essai"
_INCONNUE = re.compile(r'Referenced column "(\w+)" not found')
# What DuckDB calls the parts of an expression that tell a value of the values of one row.
_D_UNE_LIGNE = frozenset(
    ("CONSTANT", "COLUMN_REF", "FUNCTION", "COMPARISON", "CONJUNCTION", "OPERATOR", "CASE", "CAST", "BETWEEN", "TYPE")
)
_EN_MOTS = {"WINDOW": "une fenêtre (OVER)", "SUBQUERY": "une sous-requête (SELECT)"}
# The rank of a row, and of a year, among those that are counted together.
_RANGS = frozenset(("numero_de_ligne", "exercice"))
# With one argument, it counts from today.
_DU_JOUR = frozenset(("age",))


def exiger_les_references(references: References) -> None:
    """Check that a project has all that its indicators are counted with, and that its own are written right.

    Raises:
        ErreurCIL: naming every code list and parameter that is missing, and where to copy them from; or a definition of
            the project, and what is wrong with it.
    """
    absents = [f"nomenclatures/{nom}.csv" for nom in sorted(nomenclatures_exigees() - set(references.nomenclatures))]
    fichiers = {nom.partition(".")[0] for nom in references.parametres}
    for nom in (nom for theme in registre_du_logiciel().themes.values() for nom in theme.parametres):
        fichier, _, cle = nom.partition(".")
        if nom not in references.parametres:
            absents.append(f"parameters/{fichier}.yml" + (f" (clé « {cle} »)" if fichier in fichiers else ""))
    if absents:
        raise ErreurCIL(
            "Les données de référence du projet datent d’une version antérieure du logiciel. Copier depuis le dossier "
            "data/reference du logiciel ces fichiers, ou la seule clé nommée entre parenthèses : "
            f"{enumerer([*dict.fromkeys(absents)])}. Relancer ensuite la commande."
        )
    exiger_des_choix_connus(references)
    compte = registre(references)
    propres = compte.dimensions_du_projet
    exiger_les_definitions([i for i in compte.du_projet if not i.derive_de], propres, compte.dimensions, references)
    if propres:
        exiger_la_ligne_seule(propres, references)
        essayer_le_sql(propres, compte.dimensions, references)


def essayer_le_sql(dimensions: Collection[Dimension], connues: Mapping[str, Dimension], references: References) -> None:
    """Refuse what the base does not understand, and what gives something else than a class. Raises ErreurCIL."""
    colonnes = types_des_colonnes(references)
    vide = pd.DataFrame({"commune_insee": pd.Series(dtype="str")})
    base = Base([{"exercice": 0}], [{_ESSAI: vide}], references.nomenclatures, colonnes, connues)
    for une in dimensions:
        cle = une.forme
        try:
            if base.type(_ESSAI, une.nom) not in ("VARCHAR", '"NULL"'):
                refuser(une, f"clé « {cle} » : ce n’est pas un texte", "Écrire les classes entre apostrophes")
            cle = "muette"
            if une.muettes:
                base.muettes(_ESSAI, une)
        except duckdb.Error as erreur:
            if trouvee := _INCONNUE.search(str(erreur)):
                exiger_une_colonne(une, cle, trouvee[1], colonnes)
            refuser_l_incompris(une, cle)


def nomenclatures_exigees() -> set[str]:
    """The code lists that the indicators and the dimensions of the software are broken down by."""
    logiciel = registre_du_logiciel()
    noms = {i.modalites for i in logiciel.indicateurs} | {d.liste for d in logiciel.dimensions.values()}
    return {nom for nom in noms - {"", *LISTES_DERIVEES} if not nom.startswith(COLONNES_D_EXTRAIT)}


def exiger_la_ligne_seule(dimensions: Collection[Dimension], references: References) -> None:
    """Refuse a dimension that reads something else than its row. Raises ErreurCIL naming the block and the key."""
    recues = {colonne for d in references.dictionnaires.values() for colonne in d.colonnes}
    calculees = types_des_colonnes(references).keys() - recues
    with duckdb.connect(config=CONFIGURATION) as base:
        changeantes = _fonctions_changeantes(base)
        for une in dimensions:
            if ajoutees := une.mots & calculees:
                refuser(
                    une,
                    f"la colonne « {min(ajoutees)} » n’est pas d’un extrait : un programme la calcule, et le secret "
                    "statistique ne sait pas ce qui la lie aux autres",
                    "Choisir une dimension du logiciel qui la lit, ou des colonnes de docs/dictionnaire",
                )
            if autre := next(_hors_de_la_ligne(base, une, changeantes), ""):
                refuser(
                    une,
                    f"clé « {une.forme} » : elle lit {autre}, qui ne dépend pas de la seule ligne que l’on range",
                    "L’écrire d’après les colonnes de cette ligne : sans fenêtre, sous-requête, hasard, rang ni jour "
                    "du calcul",
                )


def _hors_de_la_ligne(base: duckdb.DuckDBPyConnection, une: Dimension, changeantes: Collection[str]) -> Iterator[str]:
    """What an expression reads besides its row, as DuckDB understands it. Raises ErreurCIL when it does not."""
    lue = base.execute("SELECT json_serialize_sql(?)", [f"SELECT (\n{une.expression}\n)"]).fetchall()[0][0]
    arbre = json.loads(lue)
    if arbre["error"]:
        refuser_l_incompris(une, une.forme)
    mots = mots_de(une.expression)
    for partie in _parties(arbre["statements"][0]["node"]["select_list"]):
        genre = partie["class"]
        if genre not in _D_UNE_LIGNE:
            yield _EN_MOTS.get(genre, f"« {genre} »")
        elif genre == "FUNCTION":
            nom = str(partie["function_name"]).lower()
            if nom in changeantes or (
                nom in _DU_JOUR and len(partie.get("arguments") or partie.get("children") or ()) < 2
            ):
                yield f"« {nom} »"
        elif genre == "COLUMN_REF":
            nom = str(partie["column_names"][-1]).lower()
            # A column that a comment or an odd quote hides from us is not among the words.
            if nom in _RANGS or nom not in mots or nom in changeantes:
                yield f"« {nom} »"


def refuser_l_incompris(une: Dimension, cle: str) -> NoReturn:
    """Say that the expression of a key is no SQL that DuckDB takes. Raises ErreurCIL."""
    quoi = f"clé « {cle} » : DuckDB ne comprend pas cette expression"
    refuser(une, quoi, "La corriger, ou l’essayer dans DuckDB")


def _parties(arbre: object) -> Iterator[Mapping[str, Any]]:
    """Every part of an expression, the whole first."""
    if isinstance(arbre, dict):
        if "class" in arbre:
            yield arbre
        arbre = list(arbre.values())
    for partie in arbre if isinstance(arbre, list) else ():
        yield from _parties(partie)


def _fonctions_changeantes(base: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The functions that do not always give the same of the same values, and those that are written with them."""
    noms = base.execute(
        "SELECT function_name FROM duckdb_functions() WHERE function_type = 'scalar' GROUP BY ALL "
        "HAVING bool_or(stability = 'VOLATILE') OR NOT bool_or(stability = 'CONSISTENT')"
    ).fetchall()
    changeantes = {str(nom) for (nom,) in noms}
    macros = base.execute(
        "SELECT function_name, macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL"
    ).fetchall()
    changeantes |= {str(nom) for nom, dite in macros if mots_de(str(dite)) & changeantes or "SELECT" in str(dite)}
    return frozenset(changeantes)
