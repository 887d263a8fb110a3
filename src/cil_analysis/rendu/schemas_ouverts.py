"""What the columns of the open data are: Table Schemas in the form that schema.data.gouv.fr asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cil_analysis.comptage.cadre import ATTEINT, COLONNES, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    MOIS,
    NOMBRE,
    PCT,
    POINTS,
    QPV,
    RATIO,
    RESERVATAIRE,
)
from cil_analysis.reference.objectives import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.reference.texte import typographie

TABLE_SCHEMA = "https://specs.frictionlessdata.io/schemas/table-schema.json"
# A column of codes → the column beside it that says them in words.
LIBELLES = {
    "indicateur": "indicateur_libelle",
    "perimetre_code": "perimetre_libelle",
    "acteur_code": "acteur_libelle",
    "modalite": "modalite_libelle",
}
_OBLIGATOIRE = {"required": True}
_UNIQUE = {"required": True, "unique": True}
_EFFECTIF = {"minimum": 0}


@dataclass(frozen=True)
class Champ:
    """One column: what it is called, what it holds, its Table Schema type and constraints."""

    titre: str
    description: str
    type: str = "string"
    contraintes: Mapping[str, Any] = field(default_factory=dict)


CHAMPS: Mapping[str, Champ] = {
    "indicateur": Champ(
        "Code de l’indicateur", "Code de l’indicateur ; definitions.csv en donne la formule.", "string", _OBLIGATOIRE
    ),
    "indicateur_libelle": Champ("Indicateur", "Titre de l’indicateur.", "string", _OBLIGATOIRE),
    "annee": Champ("Année", "Année civile que le chiffre mesure.", "year", _OBLIGATOIRE),
    "perimetre_type": Champ(
        "Type de périmètre",
        "epci : l’intercommunalité ; commune ; qpv : un quartier prioritaire ; en_qpv, hors_qpv : l’ensemble des "
        "quartiers prioritaires, et le reste du territoire.",
        "string",
        _OBLIGATOIRE | {"enum": [EPCI, COMMUNE, QPV, EN_QPV, HORS_QPV]},
    ),
    "perimetre_code": Champ(
        "Code du périmètre",
        "SIREN de l’intercommunalité (epci, en_qpv, hors_qpv), code officiel géographique de la commune, code du "
        "quartier prioritaire ; NR : quartier non renseigné, ou illisible.",
        "string",
        _OBLIGATOIRE | {"pattern": "[0-9A-Z]+"},
    ),
    "perimetre_libelle": Champ("Périmètre", "Nom du périmètre.", "string", _OBLIGATOIRE),
    "acteur_type": Champ(
        "Type d’acteur", "Vide : tous les acteurs ensemble.", "string", {"enum": [BAILLEUR, RESERVATAIRE]}
    ),
    "acteur_code": Champ(
        "Code de l’acteur",
        "Code court du bailleur ou du réservataire, propre à ce jeu ; NR : non renseigné, ou illisible. "
        "Vide sans acteur.",
    ),
    "acteur_libelle": Champ("Acteur", "Nom du bailleur ou du réservataire. Vide sans acteur."),
    "modalite": Champ(
        "Code de la modalité",
        "Classe que le chiffre compte ; NR : non renseigné, ou illisible. Vide : toutes les classes ensemble.",
    ),
    "modalite_libelle": Champ("Modalité", "Libellé de la classe. Vide sans modalité."),
    "numerateur": Champ(
        "Numérateur",
        "Effectif compté (attributions, demandes, logements, ménages…). Vide si le chiffre est masqué, n’est pas "
        "calculable, ou est une durée ou un score.",
        "number",
        _EFFECTIF,
    ),
    "denominateur": Champ(
        "Dénominateur",
        "Effectif auquel le numérateur se rapporte ; pour une durée ou un score, effectif mesuré.",
        "number",
        _EFFECTIF,
    ),
    # A grid may take points away: a score may be negative.
    "valeur": Champ("Valeur", "Le chiffre, dans son unité. Vide si le chiffre n’est pas publié.", "number"),
    "unite": Champ(
        "Unité",
        "nombre ; pct : pourcentage, de 0 à 100 ; ratio : numérateur ÷ dénominateur ; mois : durée en "
        "mois ; points : score.",
        "string",
        _OBLIGATOIRE | {"enum": [NOMBRE, PCT, RATIO, MOIS, POINTS]},
    ),
    "statut": Champ(
        "Statut",
        "publie ; secret : masqué par le secret statistique, sans aucun chiffre ; non_calculable : donnée absente ou "
        "aucun effectif ; sans_objet : rien à mesurer à cet endroit.",
        "string",
        _OBLIGATOIRE | {"enum": [PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET]},
    ),
    "cible": Champ("Objectif", "Objectif de la loi ou de la convention, dans l’unité du chiffre.", "number"),
    "sens": Champ(
        "Sens de l’objectif",
        "plancher : la valeur doit atteindre l’objectif ; plafond : ne pas le dépasser ; intervalle : se tenir entre "
        "l’objectif et cible_max. Vide sans objectif.",
        "string",
        {"enum": [PLANCHER, PLAFOND, INTERVALLE]},
    ),
    "ecart": Champ("Écart à l’objectif", "Valeur moins objectif ; en points pour un pourcentage.", "number"),
    "cible_max": Champ("Borne haute de l’objectif", "Borne haute d’un intervalle ; vide sinon.", "number"),
    "menages_manquants": Champ(
        "Ménages manquants",
        "Plus petit nombre d’attributions de l’année qu’il aurait fallu à ce public pour atteindre l’objectif.",
        "integer",
        _EFFECTIF,
    ),
    "resultat": Champ(
        "Résultat",
        "Objectif atteint, non_atteint, non_calculable ou sans_objet. Vide sans objectif. D’un chiffre masqué "
        "(secret) : atteint ou non_atteint, là où le dire ne laisse deviner aucun petit effectif ; "
        "non_calculable ailleurs.",
        "string",
        {"enum": [ATTEINT, NON_ATTEINT, NON_CALCULABLE, SANS_OBJET]},
    ),
}  # fmt: skip

CHAMPS_DES_DEFINITIONS: Mapping[str, Champ] = {
    "code": Champ("Code de l’indicateur", "Code, tel que dans indicateurs.csv.", "string", _UNIQUE),
    "titre": Champ("Indicateur", "Titre de l’indicateur.", "string", _OBLIGATOIRE),
    "formule": Champ("Formule", "Ce qui est compté, et rapporté à quoi.", "string", _OBLIGATOIRE),
    "unite": Champ("Unité", "Unité de la valeur.", "string", CHAMPS["unite"].contraintes),
    "population": Champ("Population", "Ce qu’est une ligne comptée.", "string", _OBLIGATOIRE),
    "source": Champ("Source", "Texte ou extrait d’où vient la définition.", "string", _OBLIGATOIRE),
}  # fmt: skip


def colonnes_des_indicateurs() -> list[str]:
    """The columns of indicateurs.csv: those of the contract file, each code followed by its label."""
    colonnes = []
    for nom in COLONNES:
        colonnes += [nom, LIBELLES[nom]] if nom in LIBELLES else [nom]
    return colonnes


def champs(
    colonnes: Sequence[str],
    declares: Mapping[str, Champ],
    exemples: Mapping[str, str],
    listes: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """The fields of a Table Schema, in the order of the columns.

    ``exemples``: a value of each column, taken from the file; ``listes``: the codes that a column may hold, where the
    software's own lists say them. Raises KeyError for a column that nobody has described.
    """
    decrits = []
    for nom in colonnes:
        champ = declares[nom]
        decrit: dict[str, Any] = {
            "name": nom,
            "title": champ.titre,
            "description": typographie(champ.description),
            "type": champ.type,
        }
        if nom in exemples:
            decrit["example"] = exemples[nom]
        contraintes = dict(champ.contraintes) | ({"enum": list(listes[nom])} if nom in listes else {})
        decrits.append(decrit | ({"constraints": contraintes} if contraintes else {}))
    return decrits
