"""« cil dictionnaire »."""

from __future__ import annotations

import argparse

from cil_analysis.commandes.commun import Declarer


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    commande("dictionnaire", "Écrire le dictionnaire des extraits, en Markdown, sur la sortie standard.", _dictionnaire)


def _dictionnaire(options: argparse.Namespace) -> int:
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.rapport.classeur.dictionnaire import ecrire_dictionnaire
    from cil_analysis.reference.ensemble import References

    references = References(ouvrir_projet(options.projet))
    print(ecrire_dictionnaire(references.dictionnaires, references.nomenclatures), end="")
    return 0
