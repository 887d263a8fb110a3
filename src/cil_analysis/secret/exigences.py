"""What the registry asks of a project: its reference data, which an earlier version may lack, and its indicators."""

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.registre import registre, registre_du_logiciel
from cil_analysis.grammaire.verification import exiger_les_definitions
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import exiger_des_choix_connus
from cil_analysis.reference.texte import enumerer


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
    du_projet = [i for i in registre(references).du_projet if not i.derive_de]
    exiger_les_definitions(du_projet, references)


def nomenclatures_exigees() -> set[str]:
    """The code lists that the indicators and the dimensions of the software are broken down by."""
    noms = {i.modalites for i in registre_du_logiciel().indicateurs} | {d.liste for d in DIMENSIONS.values()}
    return {nom for nom in noms - {"", *LISTES_DERIVEES} if not nom.startswith(COLONNES_D_EXTRAIT)}
