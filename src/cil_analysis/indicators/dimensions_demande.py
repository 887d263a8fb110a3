"""The classes that the requests as a file of their own is counted by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cil_analysis.indicators.cadre import NON_RENSEIGNE
from cil_analysis.indicators.classement import Classement, Contexte, Dimension, dans_les_bornes, oui_non
from cil_analysis.indicators.colonnes import MOIS_PAR_AN, Booleens, Classes, Colonnes, Nombres, classes
from cil_analysis.reference.nomenclatures import Nomenclature

# When a request was filed; the year itself, or before.
ANNEE, AVANT = "ANNEE", "AVANT"
_CODES_DES_MOIS = tuple(f"{mois:02}" for mois in range(1, MOIS_PAR_AN + 1))


def _depot(lignes: Colonnes, contexte: Contexte) -> Classes:
    annees = lignes.annees("date_depot_demande")
    rangs = np.select([annees == contexte.annee, annees < contexte.annee], [0, 1], 2)
    return classes(rangs, (ANNEE, AVANT, NON_RENSEIGNE))


def _mois(colonne: str) -> Classement:
    """The month of a date of the year, « 01 » to « 12 »; « NR » for another date or none."""

    def classer(lignes: Colonnes, contexte: Contexte) -> Classes:
        depuis_janvier = lignes.mois(colonne) - contexte.annee * MOIS_PAR_AN
        de_l_annee = (depuis_janvier >= 0) & (depuis_janvier < MOIS_PAR_AN)
        return classes(np.where(de_l_annee, depuis_janvier, MOIS_PAR_AN).astype(int), (*_CODES_DES_MOIS, NON_RENSEIGNE))

    return classer


def _renouvelee(lignes: Colonnes, contexte: Contexte) -> Booleens:
    de_l_annee: Booleens = lignes.annees("date_renouvellement") == contexte.annee
    return de_l_annee


def _delai_en_annees(lignes: Colonnes, contexte: Contexte) -> Classes:
    """Completed years from the filing to the lease, in the classes of anciennetes.csv."""
    return dans_les_bornes(lignes.nombres("delai_mois") // MOIS_PAR_AN, contexte.nomenclatures["anciennetes"])


def _anormal(lignes: Colonnes, contexte: Contexte) -> Booleens:
    """Whether a request has waited as long as the delay said abnormally long, in completed months on 31 December."""
    # On 31 December the day of the filing has come in every month.
    return _atteint((contexte.annee + 1) * MOIS_PAR_AN - 1 - lignes.mois("date_depot_demande"), contexte)


def _anormal_au_bail(lignes: Colonnes, contexte: Contexte) -> Booleens:
    """The same of a household housed, on the day of its lease."""
    return _atteint(lignes.nombres("delai_mois"), contexte)


def _atteint(mois: Nombres, contexte: Contexte) -> Booleens:
    seuil = contexte.regles.delai_anormal_mois
    return mois >= (float("inf") if seuil is None else seuil)


def classes_anormales(anciennetes: Nomenclature, mois: float | None) -> tuple[frozenset[str], str]:
    """The classes of anciennetes.csv that are wholly of the abnormal delay, and the one that it cuts, or nothing."""
    entieres, coupee = set(), ""
    for code, bas, haut in anciennetes.bornes:
        if mois is None:
            continue
        if max(bas, 0) * MOIS_PAR_AN >= mois:
            entieres.add(code)
        elif (haut + 1) * MOIS_PAR_AN > mois:
            coupee = code
    return frozenset(entieres), coupee


def classe_de_l_annee(anciennetes: Nomenclature) -> str:
    """The class of the requests filed in the year, and of them alone; nothing when no class is."""
    return next((code for code, bas, haut in anciennetes.bornes if bas == haut == 0), "")


_DEPOT, _RENOUVELLEMENT = ("date_depot_demande",), ("date_renouvellement",)
DIMENSIONS: Mapping[str, Dimension] = {
    "depot": Dimension(_depot, _DEPOT),
    "mois_depot": Dimension(_mois("date_depot_demande"), _DEPOT),
    "mois_sortie": Dimension(_mois("date_radiation"), ("date_radiation",)),
    "renouvelee": Dimension(oui_non(_renouvelee), _RENOUVELLEMENT),
    "mois_renouvellement": Dimension(_mois("date_renouvellement"), _RENOUVELLEMENT),
    "delai_en_annees": Dimension(_delai_en_annees, ("delai_mois",)),
    "delai_anormal": Dimension(oui_non(_anormal), _DEPOT),
    "delai_anormal_au_bail": Dimension(oui_non(_anormal_au_bail), ("delai_mois",)),
}
# What counts are restricted to so that no row lacks its class: « non renseigné » is no row of their tables.
COMPLETES = frozenset({"mois_depot", "mois_sortie", "mois_renouvellement", "delai_en_annees"})
