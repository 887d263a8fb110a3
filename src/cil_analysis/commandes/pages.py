"""« cil dictionnaire » and « cil methode »: the pages of docs/ that are written from what is declared, in French."""

import argparse
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cil_analysis.commandes.reponses import remplir
from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.fichiers import remplacer
from cil_analysis.grammaire.registre import registre
from cil_analysis.rapport.mots.definitions import fiche
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.regles import parametres_des_regles
from cil_analysis.reference.tables import schemas
from cil_analysis.typographie import typographie

_ECARTES = {IGNOREE: "Écartés sans alerte", PERSONNELLE: "Personnels, écartés avant toute écriture"}


def methode(options: argparse.Namespace) -> None:
    """« cil methode »: the index, the rules, and a page a theme."""
    references = References(options.projet)
    themes = list(registre(references).themes.values())
    textes = {
        "index": remplir("methode/index.md", themes=themes),
        "regles": remplir("methode/regles.md", regles=parametres_des_regles(references)),
        **{theme.nom: remplir("methode/theme.md", theme=theme, fiche=fiche) for theme in themes},
    }
    _ecrire(options.dossier, {nom: typographie(texte) for nom, texte in textes.items()})


def dictionnaire(options: argparse.Namespace) -> None:
    """« cil dictionnaire »."""
    references = References(options.projet)
    _ecrire(options.dossier, ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures))


def _ecrire(dossier: Path, pages: Mapping[str, str]) -> None:
    """Write ``<name>.md`` for each page, and print where. The other files of the folder are left as they are."""
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        for nom, texte in pages.items():
            remplacer(dossier / f"{nom}.md", f"{texte}\n".encode())
            print(dossier / f"{nom}.md")
    except OSError as faute:
        raise ErreurCIL(
            f"Le dossier {dossier} ne peut pas être écrit : {cause_du_systeme(faute)}. Nommez-en un autre, comme "
            "docs/methode."
        ) from faute


def ecrire_dictionnaire(
    dictionnaires: Mapping[str, Dictionnaire], nomenclatures: Mapping[str, Nomenclature]
) -> dict[str, str]:
    """The pages by name: the index, each extract, the tables, the nomenclatures."""
    emplois = {(c.nomenclature, d.extrait) for d in dictionnaires.values() for c in d.colonnes.values()}
    listes = {
        nom: (sorted(extrait for employee, extrait in emplois if employee == nom), _codes(liste.table))
        for nom, liste in nomenclatures.items()
    }
    return {
        "index": remplir("dictionnaire/index.md", dictionnaires=dictionnaires),
        **{nom: _extrait(d) for nom, d in dictionnaires.items()},
        "tables": remplir("dictionnaire/tables.md", schemas=schemas().values()),
        "nomenclatures": remplir("dictionnaire/nomenclatures.md", listes=listes, communes=COLONNES),
    }


def _extrait(dictionnaire: Dictionnaire) -> str:
    """The page of an extract: its columns, what files call each (a vintage a column), and headings set aside."""
    ecartes = {
        titre: dict.fromkeys(entete for siens in dictionnaire.millesimes.values() for entete in siens.get(nom, ()))
        for nom, titre in _ECARTES.items()
    }
    sources = list(dict.fromkeys(colonne.source for colonne in dictionnaire.colonnes.values()))
    return remplir("dictionnaire/extrait.md", d=dictionnaire, sources=sources, ecartes=ecartes)


def _codes(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a list of codes in words: when each is valid, and where it comes from."""
    jours = {f"valide_{mot}": mot for mot in ("du", "au")}
    validite = {nom: pd.to_datetime(table[nom]).dt.strftime(f"{mot} %d/%m/%Y").fillna("") for nom, mot in jours.items()}
    return table.assign(**validite, source=table["source"] + " (" + table["confiance"] + ")")
