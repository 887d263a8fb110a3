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
    from cil_analysis.grammaire.lecture import Theme
    from cil_analysis.reference.parametres import Parametre

A_RENSEIGNER = "à renseigner"
_ORIGINE = (
    "Ces pages sont écrites par `cil methode docs/methode`, à partir des définitions : ne les modifiez pas à la main. "
    "La [méthode](../methode.md) dit pourquoi l’on compte ainsi."
)
_ABSENCES = (
    "Un indicateur dont une colonne manque est « non calculable » : ni zéro, ni erreur. Une colonne qui ne répond qu’à "
    "moitié compte comme absente : le seul nom du quartier ne dit pas qui est hors quartier, et « déjà locataire du "
    "parc social » ne dit pas chez quel bailleur. Deux colonnes précisent un calcul sans en décider : sans "
    "« Financement », aucun logement n’est écarté du champ des objectifs (P4) ; sans « Relogement de renouvellement "
    "urbain », O01 ne compte que les ressources."
)
_ORIGINE_DES_REGLES = "Chaque règle est un paramètre daté de `data/reference/parameters/comptage.yml`."
_INDEX = "index"
_REGLES = "regles"


def declarer(commande: Declarer) -> None:
    """Add the commands to the parser."""
    for nom, quoi, faire in (
        ("dictionnaire", "le dictionnaire : extraits, tables de référence et nomenclatures", _dictionnaire),
        ("methode", "le catalogue des indicateurs et des règles de comptage", _methode),
    ):
        sous = commande(nom, f"Écrire {quoi}, en pages Markdown d’un dossier.", faire)
        sous.add_argument("dossier", type=Path, metavar="DOSSIER", help=f"le dossier des pages, par exemple docs/{nom}")


def _methode(options: argparse.Namespace) -> int:
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.reference.regles import parametres_des_regles

    references = ouvrir_references(options)
    themes = registre(references).themes.values()
    return _ecrire(options.dossier, ecrire_methode(list(themes), parametres_des_regles(references)))


def _dictionnaire(options: argparse.Namespace) -> int:
    references = ouvrir_references(options)
    from cil_analysis.commandes.reponses.dictionnaire import ecrire_dictionnaire

    pages = ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures)
    return _ecrire(options.dossier, pages)


def _ecrire(dossier: Path, pages: Mapping[str, str]) -> int:
    """Write ``<name>.md`` for each page, and print where. The other files of the folder are left as they are."""
    from cil_analysis.fichiers import remplacer

    try:
        dossier.mkdir(parents=True, exist_ok=True)
        for nom, texte in pages.items():
            remplacer(dossier / f"{nom}.md", texte.encode())
            print(dossier / f"{nom}.md")
    except OSError as faute:
        raise ErreurCIL(
            f"Le dossier {dossier} ne peut pas être écrit ({faute.strerror}). Nommez-en un autre, comme docs/methode."
        ) from faute
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
            f"## {code}\n\n{parametre.description}\n\n"
            f"- **Choix** : {choix}.\n- **Par défaut** : {defaut}.\n- **Source** : {sources} ({premiere.confiance})."
        )
    return "\n\n".join(fiches) + "\n"


def en_markdown(indicateurs: Sequence[Indicateur]) -> str:
    """Definitions: a title for each indicator, then its terms, one a line."""
    from cil_analysis.rapport.mots.definitions import fiche

    fiches = []
    for indicateur in indicateurs:
        lignes = [f"- {terme} : {texte}." for terme, texte in fiche(indicateur)]
        fiches.append("\n".join([f"## {indicateur.code} – {indicateur.titre}", "", *lignes]))
    return "\n\n".join(fiches) + "\n"


def ecrire_methode(themes: Sequence[Theme], regles: Mapping[str, Parametre]) -> dict[str, str]:
    """The pages by name: the index, the counting rules, then the indicators of each theme."""
    pages = {
        _INDEX: _sommaire(themes),
        _REGLES: f"# Règles de comptage\n\n{_ORIGINE_DES_REGLES}\n\n{regles_en_markdown(regles)}",
        **{theme.nom: f"# {theme.titre} : indicateurs\n\n{en_markdown(theme.indicateurs)}" for theme in themes},
    }
    return {nom: typographie(texte) for nom, texte in pages.items()}


def _sommaire(themes: Sequence[Theme]) -> str:
    """Each page, and the codes that it defines."""
    lignes = [f"| [Règles de comptage]({_REGLES}.md) | P1 à P10 |"]
    lignes += [f"| [{t.titre}]({t.nom}.md) | {', '.join(i.code for i in t.indicateurs)} |" for t in themes]
    tete = f"# Catalogue des indicateurs\n\n{_ORIGINE}\n\n{_ABSENCES}\n\n| Page | Codes |\n| --- | --- |"
    return "\n".join([tete, *lignes, ""])
