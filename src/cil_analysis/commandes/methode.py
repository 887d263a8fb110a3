"""« cil methode »: the pages of docs/methode, written from the definitions and the counting rules.

``gabarits/methode`` has the pages: the index, the rules, and one a theme.
"""

from __future__ import annotations

import argparse

from cil_analysis.commandes.console.gabarits import ecrire_les_pages, remplir
from cil_analysis.grammaire.registre import registre
from cil_analysis.rapport.mots.definitions import fiche
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles
from cil_analysis.typographie import typographie


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references = References(options.projet)
    themes = list(registre(references).themes.values())
    textes = {
        "index": remplir("methode/index.md", themes=themes),
        "regles": remplir("methode/regles.md", regles=parametres_des_regles(references)),
        **{theme.nom: remplir("methode/theme.md", theme=theme, fiche=fiche) for theme in themes},
    }
    ecrire_les_pages(options.dossier, {nom: typographie(texte) for nom, texte in textes.items()})
