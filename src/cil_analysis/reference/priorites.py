"""The rules that say who is a priority household (data/reference/priorites.csv), and whether they or the file do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.reference.colonnes import valeur_inconnue
from cil_analysis.reference.controles import morceaux
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import erreur

if TYPE_CHECKING:
    from cil_analysis.reference.colonnes import Dictionnaire
    from cil_analysis.reference.ensemble import References

PRIORITES, CATEGORIES = "priorites", "categories_prioritaires"
DONNEES, DEDUITES, L_UNE_OU_L_AUTRE = "donnees", "deduites", "l_une_ou_l_autre"
PARAMETRE = "priorites.source_des_priorites"


@dataclass(frozen=True)
class RegleDePriorite:
    """A rule: who has one of ``valeurs`` (codes, or « oui » or « non ») in ``colonne`` is of ``categorie``.

    ``du``, ``au``: the days of the leases that it is about, NaT without a bound; ``ligne``: its line in the file.
    """

    code: str
    categorie: str
    colonne: str
    valeurs: tuple[str, ...]
    du: pd.Timestamp
    au: pd.Timestamp
    source: str
    ligne: int

    def vaut_en(self, annee: int) -> bool:
        """Whether a lease of a year may be under it."""
        return not (self.du > pd.Timestamp(annee, 12, 31) or self.au < pd.Timestamp(annee, 1, 1))


def charger_priorites(tables: Tables, attributions: Dictionnaire) -> tuple[RegleDePriorite, ...]:
    """The rules in file order; none in a project that has no such table.

    Raises:
        ErreurCIL: naming the line, for a cell that cannot be read, a column that leases do not keep, or a value that it
            cannot have.
    """
    table, chemin = tables[PRIORITES], tables.chemin(PRIORITES)
    lisibles = {
        nom: c for nom, c in attributions.colonnes.items()
        if c.conservation == "gardee" and c.type in ("code", "oui_non")
    }  # fmt: skip
    regles = []
    for ligne, dite in zip(table.index, table.to_dict("records"), strict=True):
        nom, valeurs = dite["colonne"], morceaux(dite["valeurs"])
        if nom not in lisibles:
            message = (
                f"« {nom} » n’est pas une colonne de codes, ou de oui et de non, que gardent les attributions (colonne "
                f"colonne). Colonnes possibles : {', '.join(lisibles)}."
            )
            raise erreur(chemin, message, int(ligne))
        liste = lisibles[nom].nomenclature
        if faute := valeur_inconnue(valeurs, lisibles[nom], tables.nomenclatures[liste] if liste else None):
            raise erreur(chemin, faute, int(ligne))
        bornes = dite["valide_du"], dite["valide_au"]
        regles.append(RegleDePriorite(dite["regle"], dite["categorie"], nom, valeurs, *bornes, dite["source"], ligne))
    return tuple(regles)


def colonnes_deduites(references: References, annee: int) -> dict[str, str]:
    """The columns of the leases of a year that rules give, and not the file alone: what they hold, in words."""
    if (source := source_des_priorites(references, annee)) == DONNEES:
        return {}
    regles = ", ".join(regle.code for regle in references.priorites if regle.vaut_en(annee))
    return {CATEGORIES: f"{references.parametres[PARAMETRE].libelles.get(source, source)} ({regles})"}


def source_des_priorites(references: References, annee: int) -> str:
    """Who says on 31 December of a year which households are priority ones: the file, where no rule is in force.

    Raises ErreurCIL where there are rules, and no parameter: a project made before it existed.
    """
    if not any(regle.vaut_en(annee) for regle in references.priorites):
        return DONNEES
    return str(references.parametres[PARAMETRE].valeur(date(annee, 12, 31)) or DONNEES)


def en_mots(regle: RegleDePriorite, references: References) -> str:
    """The condition of a rule: « Logement actuel : Squat ou Hôtel »."""
    colonne = references.dictionnaires["attributions"].colonnes[regle.colonne]
    libelles = references.nomenclatures[colonne.nomenclature].libelles() if colonne.nomenclature else {}
    return f"{colonne.libelle} : {' ou '.join(libelles.get(valeur, valeur) for valeur in regle.valeurs)}"
