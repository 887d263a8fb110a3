"""What the registry asks of a project's reference data: one made by an earlier version may lack some of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import duckdb
import pandas as pd

from cil_analysis.comptage.base import Base
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.bloc import refuser
from cil_analysis.grammaire.dimensions import Dimension
from cil_analysis.grammaire.registre import registre, registre_du_logiciel
from cil_analysis.grammaire.verification import exiger_les_definitions, exiger_une_colonne, types_des_colonnes
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import exiger_des_choix_connus
from cil_analysis.reference.texte import enumerer
from cil_analysis.secret.classe_de_la_ligne import exiger_la_ligne_seule, refuser_l_incompris

# The population without a row that the SQL of dimensions is tried on.
_ESSAI = "essai"
_INCONNUE = re.compile(r'Referenced column "(\w+)" not found')


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
