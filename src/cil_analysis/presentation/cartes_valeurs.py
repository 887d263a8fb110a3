"""Classes of an indicator that has no objective: quantiles of what is published, one hue, the same every year."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import NOMBRE
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme
from cil_analysis.presentation.formats import arrondi, valeur
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee

if TYPE_CHECKING:
    import geopandas as gpd


def bornes_des_valeurs(table: PublishedTable, nombre: int, *autres: PublishedTable) -> list[float]:
    """Where one class gives way to the next: ``nombre`` classes of as many published figures, of all tables together.

    They are figures as they are printed; fewer classes when many figures are equal.
    """
    publiees = [float(x) for t in (table, *autres) for x in t.ou(statut=PUBLIE).valeurs("valeur")]
    imprimees = [_imprimee(x, table.indicateur.unite) for x in publiees]
    if not imprimees:
        return []
    coupes = np.quantile(imprimees, [rang / nombre for rang in range(1, nombre)], method="nearest")
    return sorted({float(c) for c in coupes} - {min(imprimees)})


def classes_des_valeurs(bornes: Sequence[float], unite: str) -> list[cc.Classe]:
    """The classes in words and colours, the lowest first."""
    textes = [valeur(b, unite) for b in bornes]
    mots = ["toutes les valeurs publiées"]
    if textes:
        milieux = [f"{bas} à moins de {haut}" for bas, haut in pairwise(textes)]
        mots = [f"moins de {textes[0]}", *milieux, f"{textes[-1]} ou plus"]
    couleurs = reversed(theme.couleurs_modalites(len(mots), ordonnees=True))
    return [cc.Classe(mot, couleur) for mot, couleur in zip(mots, couleurs, strict=True)]


def communes_en_valeurs(
    table: PublishedTable, contours: gpd.GeoDataFrame, bornes: Sequence[float], parc_social: Mapping[str, float]
) -> list[cc.CommuneCarte]:
    """The communes of a table of one year, in the class of their figure; those that it lacks are left out."""
    unite, objet = table.indicateur.unite, table.indicateur.objet
    classes = classes_des_valeurs(bornes, unite)
    chiffres = {c.cle: c for c in lire_une_annee(table, "perimetre_code")}
    communes = []
    for code, nom, geometrie in zip(contours["code_insee"], contours["nom"], contours.geometry, strict=True):
        if code in chiffres:
            c = chiffres[code]
            etat = cc.etat_de(c, parc_social.get(code), objet) if not c.est_publie else cc.CLASSE
            rang = _rang(c, bornes) if etat == cc.CLASSE else -1
            couleur = classes[rang].couleur if etat == cc.CLASSE else cc.FONDS[etat]
            communes.append(cc.CommuneCarte(code, nom, geometrie, c, etat, rang, couleur))
    return communes


def _rang(c: Chiffre, bornes: Sequence[float]) -> int:
    return bisect_right(list(bornes), _imprimee(c.valeur, c.unite))


def _imprimee(x: float, unite: str) -> float:
    """The figure that the reader sees: the class must be that of what is printed."""
    return float(arrondi(x, 0 if unite == NOMBRE else 1) or 0)
