"""What masking each figure costs readers: which rows are hidden first to protect the others."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any
from zlib import crc32

import pandas as pd

from cil_analysis.comptage.cadre import CLES, SANS_OBJET
from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, HORS_QPV, Indicateur
from cil_analysis.grammaire.registre import registre_du_logiciel

# What masking one figure costs readers, before its size: the totals of the EPCI are what a bilan is read for.
_COUT_EPCI_OBJECTIF, _COUT_EPCI, _COUT_QPV_ENSEMBLE = 1000.0, 300.0, 100.0
_COUT_LIEU_OBJECTIF, _COUT_LIEU, _COUT_ACTEUR, _COUT_CLASSE, _COUT_QUALITE = 20.0, 6.0, 7.0, 3.0, 1.0
# A figure of another system is masked rather than one of the bilan: what is added to a bilan changes none of its
# figures, unless nothing else protects them.
_CODES_DU_BILAN = frozenset(indicateur.code for indicateur in registre_du_logiciel().du_bilan)
_AUTRE_SYSTEME = 0.05
# Rows that cost the same differ by less than this share, as their keys say and nothing else: the cheapest choice is one
# and the same however it is found, and what is added to a bilan changes no choice between two others. Costs grow with
# counts: that a row is masked rather than another tells who knows them that it is no larger.
_DEPARTAGE = 1e-4


def couts(lignes: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> list[float]:
    """The cost of each row."""
    tailles = lignes[["numerateur", "denominateur"]].max(axis=1).fillna(0)
    return [
        _cout(ligne, indicateurs[str(ligne.indicateur)]) * sqrt(1 + taille) * (1 + _DEPARTAGE * _hasard(ligne[:-1]))
        for ligne, taille in zip(lignes[[*CLES, "statut"]].itertuples(index=False), tailles, strict=True)
    ]


def _hasard(cle: tuple[Any, ...]) -> float:
    """A number from 0 to 1 that the key of a row gives, the same everywhere."""
    return crc32("|".join(map(str, cle)).encode()) / 2**32


def _cout(ligne: Any, indicateur: Indicateur) -> float:
    cout = _cout_du_genre(ligne, indicateur)
    # The transfers of a landlord are what its flux leaves out: hidden first, or the rest of its flux would have to be.
    des_mutations = indicateur.compte.axe == "mutation" and ligne.acteur_type != ""
    return cout if indicateur.code in _CODES_DU_BILAN and not des_mutations else cout * _AUTRE_SYSTEME


def _cout_du_genre(ligne: Any, indicateur: Indicateur) -> float:
    if ligne.statut == SANS_OBJET:
        return _COUT_EPCI  # « Sans objet » says that there is nothing to hide.
    if indicateur.compte.axe == "manque":
        return _COUT_QUALITE
    if ligne.modalite:
        return _COUT_CLASSE
    if ligne.acteur_type:
        return _COUT_ACTEUR
    if ligne.perimetre_type == EPCI:
        return _COUT_EPCI_OBJECTIF if indicateur.a_objectif else _COUT_EPCI
    if ligne.perimetre_type in (EN_QPV, HORS_QPV):
        return _COUT_QPV_ENSEMBLE
    return _COUT_LIEU_OBJECTIF if indicateur.a_objectif else _COUT_LIEU
