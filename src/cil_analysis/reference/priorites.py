"""Les règles qui disent qui est prioritaire, ou relogé (data/reference/priorites.csv), et qui l’on croit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.reference.colonnes import DIT_OUI, LISTES_DU_MENAGE, Colonne, valeur_inconnue
from cil_analysis.reference.lecture import Tables, exiger_chaque_ligne, morceaux

if TYPE_CHECKING:
    from cil_analysis.reference.colonnes import Dictionnaire
    from cil_analysis.reference.ensemble import References

PRIORITES = "priorites"
DONNEES, DEDUITES = "donnees", "deduites"
# The columns of the leases that rules may give, and the parameter that says whose word counts.
CATEGORIES, RELOGEMENTS = "categories_prioritaires", "est_relogement_ru"
PARAMETRES: Mapping[str, str] = {
    CATEGORIES: "priorites.source_des_priorites",
    RELOGEMENTS: "priorites.source_des_relogements_ru",
}


@dataclass(frozen=True)
class RegleDePriorite:
    """A rule: who has one of ``valeurs`` (codes, or « oui » or « non ») in ``colonne`` is of ``categorie``.

    ``du``, ``au``: the days of the leases that it is about, NaT without a bound; ``ligne``: its line in the file.
    ``reloge``: whether it also makes a relogement of renouvellement urbain; the category is then empty where it gives
    none.
    """

    code: str
    categorie: str
    colonne: str
    valeurs: tuple[str, ...]
    du: pd.Timestamp
    au: pd.Timestamp
    source: str
    ligne: int
    reloge: bool = False

    def vaut_en(self, annee: int) -> bool:
        """Whether a lease of a year may be under it."""
        return not (self.du > pd.Timestamp(annee, 12, 31) or self.au < pd.Timestamp(annee, 1, 1))

    def donne(self, colonne: str) -> bool:
        """Whether it says something of a column of the leases, one of ``PARAMETRES``."""
        return self.reloge if colonne == RELOGEMENTS else bool(self.categorie)


def charger_priorites(tables: Tables, attributions: Dictionnaire) -> tuple[RegleDePriorite, ...]:
    """The rules in file order; none in a project that has no such table.

    Raises ErreurCIL, naming the line, for a cell that cannot be read, a column that leases do not keep, a value that it
    cannot have, or a rule that gives nothing.
    """
    table, chemin = tables[PRIORITES], tables.chemin(PRIORITES)
    lisibles = {nom: colonne for nom, colonne in attributions.colonnes.items() if _se_lit(colonne)}
    exiger_chaque_ligne(table, chemin, lambda dite: _faute(dite, lisibles, tables))
    return tuple(
        RegleDePriorite(
            dite["regle"], dite["categorie"], dite["colonne"], morceaux(dite["valeurs"]),
            dite["valide_du"], dite["valide_au"], dite["source"], ligne, dite["relogement_ru"] == DIT_OUI,
        )
        for ligne, dite in zip(table.index, table.to_dict("records"), strict=True)
    )  # fmt: skip


def _se_lit(colonne: Colonne) -> bool:
    return colonne.nom == LISTES_DU_MENAGE or (colonne.conservation == "gardee" and colonne.type in ("code", "oui_non"))


def _faute(dite: Mapping[Hashable, Any], lisibles: Mapping[str, Colonne], tables: Tables) -> str:
    """What is wrong with a row, and what to write; nothing where all is well."""
    nom = dite["colonne"]
    if nom not in lisibles:
        return (
            f"« {nom} » n’est pas une colonne de codes, ou de oui et de non, que gardent les attributions (colonne "
            f"colonne). Colonnes possibles : {', '.join(lisibles)}."
        )
    liste = lisibles[nom].nomenclature
    return valeur_inconnue(morceaux(dite["valeurs"]), lisibles[nom], tables.nomenclatures[liste] if liste else None)


def regles_qui_donnent(references: References, colonne: str, annee: int) -> list[RegleDePriorite]:
    """Les règles d’une année qui disent quelque chose d’une colonne, l’une de ``PARAMETRES``."""
    return [regle for regle in references.priorites if regle.vaut_en(annee) and regle.donne(colonne)]


def source_de(references: References, colonne: str, annee: int) -> str:
    """Who says on 31 December of a year what is in a column: the file, where no rule is in force.

    Raises ErreurCIL where there are rules, and no parameter: a project made before it existed.
    """
    if not regles_qui_donnent(references, colonne, annee):
        return DONNEES
    return str(references.parametres[PARAMETRES[colonne]].valeur(date(annee, 12, 31)) or DONNEES)


def source_en_mots(references: References, colonne: str, annee: int) -> str:
    """Qui dit ce qu’il y a dans une colonne au 31 décembre d’une année, dans les mots du paramètre."""
    source = source_de(references, colonne, annee)
    return str(references.parametres[PARAMETRES[colonne]].libelles.get(source, source))


def colonnes_deduites(references: References, annee: int) -> dict[str, str]:
    """The columns of the leases of a year that rules give, and not the file alone: what they hold, in words."""
    deduites = {}
    for colonne in PARAMETRES:
        if source_de(references, colonne, annee) != DONNEES:
            regles = ", ".join(regle.code for regle in regles_qui_donnent(references, colonne, annee))
            deduites[colonne] = f"{source_en_mots(references, colonne, annee)} ({regles})"
    return deduites


def en_mots(regle: RegleDePriorite, references: References) -> str:
    """La condition d’une règle : « Logement actuel : Squat ou Hôtel »."""
    colonne = references.dictionnaires["attributions"].colonnes[regle.colonne]
    libelles = references.nomenclatures[colonne.nomenclature].libelles() if colonne.nomenclature else {}
    return f"{colonne.libelle} : {' ou '.join(libelles.get(valeur, valeur) for valeur in regle.valeurs)}"


def ce_qu_elle_donne(regle: RegleDePriorite, references: References) -> str:
    """Ce qu’une règle fait d’un ménage : sa catégorie, « relogement », ou les deux, en mots."""
    reloge = references.dictionnaires["attributions"].colonnes[RELOGEMENTS].libelle if regle.reloge else ""
    categorie = references.nomenclatures[CATEGORIES].libelles().get(regle.categorie, "")
    return " ; ".join(filter(None, (categorie, reloge)))
