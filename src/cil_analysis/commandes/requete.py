"""« cil indicateurs CODE --requete »: the query of an indicator, for whoever doubts a figure."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from cil_analysis.erreurs import ErreurCIL

if TYPE_CHECKING:
    from cil_analysis.reference.ensemble import References


def ecrire_la_requete(references: References, options: argparse.Namespace) -> int:
    """Print the query of an indicator over the years of a bilan; no row is read."""
    from cil_analysis.comptage.preparation import exercice_sans_lignes
    from cil_analysis.comptage.requete import ecrire_requete
    from cil_analysis.extraits import store
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.secret.comptage import annees_du_bilan
    from cil_analysis.secret.publication import derniere_annee

    projet, par_code = references.projet, registre(references).par_code
    code = str(options.code).upper()
    if code not in par_code:
        raise ErreurCIL(f"L’indicateur « {options.code} » n’existe pas. Codes possibles : {', '.join(par_code)}.")
    annees = annees_du_bilan(projet, references, options.annee or derniere_annee(projet))
    constantes = references.territoire.constantes(annees)
    exercices = [exercice_sans_lignes(references, annee, constantes) for annee in annees]
    fichiers = {nom: store.fichiers(projet, nom) for nom in references.dictionnaires if store.annees(projet, nom)}
    sys.stdout.write(ecrire_requete(par_code[code], exercices, fichiers))
    return 0
