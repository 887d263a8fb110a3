"""« cil methode »."""

from __future__ import annotations

import argparse
from pathlib import Path

from cil_analysis.cli.commun import Declarer
from cil_analysis.erreurs import ErreurCIL


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    methode = commande("methode", "Refaire, dans une page, les définitions et les règles du registre.", _methode)
    methode.add_argument("page", type=Path, metavar="PAGE.md", help="la page, par exemple docs/methode.md")


def _methode(options: argparse.Namespace) -> int:
    from cil_analysis.fichiers import remplacer
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.presentation.methode_ecrite import ecrire_methode
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.reference.regles import parametres_des_regles

    if not options.page.is_file():
        raise ErreurCIL(
            f"La page {options.page} n’existe pas : la commande refait la partie tirée du registre d’une page, comme "
            "docs/methode.md. Nommez une page qui existe."
        )
    references = References(ouvrir_projet(options.projet))
    indicateurs, regles = registre(references).indicateurs, parametres_des_regles(references)
    texte = ecrire_methode(options.page.read_text(encoding="utf-8"), indicateurs, regles)
    remplacer(options.page, texte.encode())
    print(options.page)
    return 0
