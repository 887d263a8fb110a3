"""The categories that rules give to households (reference/priorites.csv), beside those that the extract gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.priorites import CATEGORIES, DEDUITES, DONNEES, RegleDePriorite, source_des_priorites
from cil_analysis.reference.texte import typographie
from cil_analysis.systemes.colonnes import Booleens, a_l_une, donnee, texte, textes

ORIGINE = "origine_priorite"
FICHIER, REGLES, LES_DEUX, AUCUNE = "FICHIER", "REGLES", "LES_DEUX", "AUCUNE"
ORIGINES = (AUCUNE, FICHIER, REGLES, LES_DEUX)  # by 1 for the file, plus 2 for the rules
Lignes = dict[str, pd.DataFrame]


def preparer(lignes: Lignes, references: References, annee: int) -> Lignes:
    """The leases with the categories that the parameter asks for, and who says that each household is a priority one.

    Raises ErreurCIL for a rule that cannot be applied, where the figures rest on it.
    """
    regles, source = references.priorites, source_des_priorites(references, annee)
    if "attributions" not in lignes or not any(regle.vaut_en(annee) for regle in regles):
        return lignes
    baux = lignes["attributions"]
    if (muette := sans_reponse(baux, regles, annee)) is not None:
        if source == DONNEES:
            return lignes
        colonne = references.dictionnaires["attributions"].colonnes[muette.colonne].libelle
        raise ErreurCIL(
            typographie(
                f"priorites.csv, ligne {muette.ligne} : la règle {muette.code} lit la colonne « {colonne} », que les "
                f"attributions de {annee} n’ont pas. Réimportez-les avec elle, datez la règle (valide_du, valide_au), "
                "ou comptez ce que le fichier donne (source_des_priorites, dans parameters/priorites.yml)."
            )
        )
    donnees, deduites = texte(baux, CATEGORIES), deduire(baux, regles)
    retenues = donnees if source == DONNEES else deduites if source == DEDUITES else _unir(donnees, deduites)
    ajouts = {CATEGORIES: retenues, ORIGINE: origines(baux, regles)}
    return lignes | {"attributions": baux.assign(**ajouts)}


def regroupements(references: References, jour: date) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...]]]:
    """A priority household is one that the file says, that the rules say, or that either does."""
    source = source_des_priorites(references, jour.year)
    disent = {DONNEES: (FICHIER, LES_DEUX), DEDUITES: (REGLES, LES_DEUX)}.get(source, (FICHIER, REGLES, LES_DEUX))
    yield ("prioritaire", "oui"), ORIGINE, disent


def sans_reponse(baux: pd.DataFrame, regles: Sequence[RegleDePriorite], annee: int) -> RegleDePriorite | None:
    """The first rule of a year whose column no lease has."""
    return next((regle for regle in regles if regle.vaut_en(annee) and not donnee(baux, regle.colonne)), None)


def remplit(baux: pd.DataFrame, regle: RegleDePriorite) -> Booleens:
    """Whether each lease meets a rule that is in force on its day; what is missing meets none."""
    signes = baux["date_signature_bail"]
    en_vigueur = (~signes.lt(regle.du) & ~signes.gt(regle.au)).to_numpy(bool)
    return en_vigueur & a_l_une(baux, regle.colonne, regle.valeurs)


def deduire(baux: pd.DataFrame, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """The categories that the rules give to each lease, as the extract writes them: « c;k »; missing for none."""
    codes = sorted({regle.categorie for regle in regles})
    ont = np.zeros((len(baux), len(codes)), dtype=bool)
    for regle in regles:
        if donnee(baux, regle.colonne):
            ont[:, codes.index(regle.categorie)] |= remplit(baux, regle)
    ensembles, rangs = np.unique(ont @ (1 << np.arange(len(codes))), return_inverse=True)
    noms = [";".join(code for rang, code in enumerate(codes) if ensemble >> rang & 1) for ensemble in ensembles]
    return textes(np.where(ensembles[rangs] == 0, -1, rangs), noms, baux.index)


def origines(baux: pd.DataFrame, regles: Sequence[RegleDePriorite]) -> pd.Series:
    """Who says that each household is a priority one: one of ``ORIGINES``."""
    rangs = prioritaires(baux) + 2 * _prioritaires(baux, deduire(baux, regles))
    return textes(rangs, ORIGINES, baux.index)


def prioritaires(baux: pd.DataFrame) -> Booleens:
    """Who is a priority household by what the file gives."""
    return _prioritaires(baux, texte(baux, CATEGORIES))


def _unir(donnees: pd.Series, deduites: pd.Series) -> pd.Series:
    """The categories of either, each once."""
    ensemble = donnees.fillna("") + ";" + deduites.fillna("")
    unis = {dits: ";".join(sorted(set(filter(None, dits.split(";"))))) or None for dits in ensemble.unique()}
    return ensemble.map(unis).astype("str")


def _prioritaires(baux: pd.DataFrame, categories: pd.Series) -> Booleens:
    """Who is a priority household by some categories: as the dimension « prioritaire » says (D11)."""
    statuts = texte(baux, "statut_dalo")
    caduc = categories.eq("DALO") & statuts.eq("CADUC")
    return (statuts.isin(["ACTIF", "ACTREL"]) | categories.notna() & ~caduc.fillna(False)).to_numpy(bool)
