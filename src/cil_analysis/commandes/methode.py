"""« cil methode » and « cil dictionnaire »: the pages of docs/ that are written from the definitions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import Declarer, ouvrir_references
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.typographie import typographie

if TYPE_CHECKING:
    from cil_analysis.grammaire.indicateur import Indicateur
    from cil_analysis.reference.parametres import Parametre

A_RENSEIGNER = "à renseigner"


def declarer(commande: Declarer) -> None:
    """Add the commands to the parser."""
    commande("dictionnaire", "Écrire le dictionnaire des extraits, en Markdown, sur la sortie standard.", _dictionnaire)
    methode = commande("methode", "Refaire, dans une page, les définitions et les règles du registre.", _methode)
    methode.add_argument("page", type=Path, metavar="PAGE.md", help="la page, par exemple docs/methode.md")


def _methode(options: argparse.Namespace) -> int:
    from cil_analysis.fichiers import remplacer
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.reference.regles import parametres_des_regles

    if not options.page.is_file():
        raise ErreurCIL(
            f"La page {options.page} n’existe pas : la commande refait la partie tirée du registre d’une page, comme "
            "docs/methode.md. Nommez une page qui existe."
        )
    references = ouvrir_references(options)
    indicateurs, regles = registre(references).indicateurs, parametres_des_regles(references)
    texte = ecrire_methode(options.page.read_text(encoding="utf-8"), indicateurs, regles)
    remplacer(options.page, texte.encode())
    print(options.page)
    return 0


def _dictionnaire(options: argparse.Namespace) -> int:
    references = ouvrir_references(options)
    from cil_analysis.commandes.dictionnaire import ecrire_dictionnaire

    print(ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures), end="")
    return 0


def regles_en_markdown(regles: Mapping[str, Parametre]) -> str:
    """Every counting rule: its question, its choices, and the one that holds by default with its source.

    ``regles``: « P3 » → its parameter. The default is the first value of the parameter.
    """
    fiches = []
    for code, parametre in regles.items():
        premiere = parametre.valeurs[0]
        valeurs = premiere.valeur if isinstance(premiere.valeur, tuple) else (premiere.valeur,)
        defaut = ", ".join(f"`{valeur}`" for valeur in valeurs if valeur is not None) or A_RENSEIGNER
        choix = " ; ".join(f"`{nom}`, {libelle}" for nom, libelle in parametre.libelles.items())
        sources = " ; ".join(reference.titre for reference in premiere.references)
        fiches.append(
            f"### {code}\n\n{parametre.description}\n\n"
            f"- **Choix** : {choix}.\n- **Par défaut** : {defaut}.\n- **Source** : {sources} ({premiere.confiance})."
        )
    return "\n\n".join(fiches) + "\n"


def en_markdown(indicateurs: Sequence[Indicateur]) -> str:
    """The definitions of docs/methode.md: a title for each indicator, then its terms, one a line."""
    from cil_analysis.rapport.mots.definitions import fiche

    fiches = []
    for indicateur in indicateurs:
        lignes = [f"- **{terme}** : {texte}." for terme, texte in fiche(indicateur)]
        fiches.append("\n".join([f"### {indicateur.code} – {indicateur.titre}", "", *lignes]))
    return "\n\n".join(fiches) + "\n"


def ecrire_methode(page: str, indicateurs: Sequence[Indicateur], regles: Mapping[str, Parametre]) -> str:
    """The page with its generated parts made anew. Raises ErreurCIL when a mark is not there."""
    for nom, texte in (("regles", regles_en_markdown(regles)), ("indicateurs", en_markdown(indicateurs))):
        debut, fin = f"<!-- début : {nom} -->", f"<!-- fin : {nom} -->"
        if page.count(debut) != 1 or page.count(fin) != 1:
            raise ErreurCIL(f"La page n’a pas les repères « {debut} » et « {fin} » : remettez-les, une fois chacun.")
        avant, _, reste = page.partition(debut)
        page = f"{avant}{debut}\n\n{typographie(texte)}\n{fin}{reste.partition(fin)[2]}"
    return page
