"""The classes that the communes of a map are painted in: around an objective, or by value. The same on every map."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, PUBLIE
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE, NOMBRE
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots.cibles import favorable
from cil_analysis.rapport.mots.formats import COCHE, CROIX, arrondi, nombre, valeur
from cil_analysis.rapport.mots.signes import MARQUES, OBJECTIFS
from cil_analysis.reference.objectives import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.secret.table_publiee import PublishedTable


class Classe(NamedTuple):
    """An interval of figures, or of gaps to the objective: its words, its colour."""

    libelle: str
    couleur: str


class Echelle(NamedTuple):
    """Classes that several maps share, the worst or the lowest first, and where one gives way to the next.

    ``autour_de_l_objectif``: bounds are gaps to the objective of each commune; else, figures as they are printed.
    """

    classes: tuple[Classe, ...]
    bornes: tuple[float, ...]
    autour_de_l_objectif: bool

    def rang(self, c: Chiffre) -> int:
        """The class of a published figure."""
        if not self.autour_de_l_objectif:
            return bisect_right(self.bornes, _imprime(c.valeur, c.unite))
        gain = favorable(str(c.ligne["sens"]), c.ecart)
        # the published result rules over a tolerance, and over the last bits of a difference
        gain = max(gain, 0.0) if c.verdict == ATTEINT else min(gain, -1e-9)
        return bisect_right(self.bornes, gain)


def echelle_des_ecarts(bornes: Sequence[float], tables: Sequence[PublishedTable]) -> Echelle:
    """The classes of the gap to the objective, in words that suit every commune of the tables.

    ``bornes``: increasing, in points, 0 among them, one on each side at most, counted in the favourable direction:
    above a « plancher », below a « plafond ». Raises ErreurCIL when they cannot make a legend.
    """
    _exiger_des_bornes(bornes)
    lus = {str(sens) for table in tables for sens in table.ou(perimetre_type=COMMUNE).valeurs("sens") if sens}
    sens = lus.pop() if len(lus) == 1 else INTERVALLE if lus else PLANCHER
    sous, sur = ([abs(b) for b in bornes if signe * b > 0] for signe in (-1, 1))
    cote_sous, cote_sur = "sous l’objectif", "au-dessus"
    if sens == PLAFOND:
        cote_sous, cote_sur = "au-dessus de l’objectif", "en dessous"
    elif sens != PLANCHER:
        cote_sous, cote_sur = "d’écart à l’objectif", "de marge"
    non_atteint, atteint = (f"{MARQUES[r]} {OBJECTIFS[r]}" for r in (NON_ATTEINT, ATTEINT))
    libelles = (
        [f"{CROIX} plus de {_points(sous[0])} {cote_sous}", f"{CROIX} {_points(sous[0])} ou moins {cote_sous}"]
        if sous
        else [non_atteint]
    )
    libelles += (
        [
            f"{COCHE} atteint, moins de {_points(sur[0])} {cote_sur}",
            f"{COCHE} atteint, {_points(sur[0])} ou plus {cote_sur}",
        ]
        if sur
        else [atteint]
    )
    couleurs = theme.divergente(1 + len(sous), 1 + len(sur))
    return Echelle(tuple(map(Classe, libelles, couleurs)), tuple(bornes), autour_de_l_objectif=True)


def _exiger_des_bornes(bornes: Sequence[float]) -> None:
    if list(bornes) != sorted(set(bornes)) or 0 not in bornes:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : les bornes doivent être croissantes et comprendre 0 (l’objectif). "
            "Corriger data/reference/parameters/cartes.yml."
        )
    if sum(b < 0 for b in bornes) > 1 or sum(b > 0 for b in bornes) > 1:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : au plus une borne de chaque côté de 0, soit quatre classes "
            "(au-delà, les couleurs ne se distinguent plus). Corriger data/reference/parameters/cartes.yml."
        )


def _points(x: float) -> str:
    return f"{nombre(x, 0 if x == int(x) else 1)} point{'s' if x >= 2 else ''}"


def echelle_des_valeurs(tables: Sequence[PublishedTable], combien: int) -> Echelle:
    """``combien`` classes of as many published figures, of all tables together, in one hue.

    Bounds are figures as they are printed; there are fewer classes when many figures are equal.
    """
    unite = tables[0].indicateur.unite
    imprimes = [_imprime(float(x), unite) for t in tables for x in t.ou(statut=PUBLIE).valeurs("valeur")]
    coupes: list[float] = []
    if imprimes:
        parts = [rang / combien for rang in range(1, combien)]
        coupes = sorted({float(c) for c in np.quantile(imprimes, parts, method="nearest")} - {min(imprimes)})
    textes = [valeur(coupe, unite) for coupe in coupes]
    mots = ["toutes les valeurs publiées"]
    if textes:
        milieux = [f"{bas} à moins de {haut}" for bas, haut in pairwise(textes)]
        mots = [f"moins de {textes[0]}", *milieux, f"{textes[-1]} ou plus"]
    couleurs = reversed(theme.couleurs_modalites(len(mots), ordonnees=True))
    return Echelle(tuple(map(Classe, mots, couleurs)), tuple(coupes), autour_de_l_objectif=False)


def _imprime(x: float, unite: str) -> float:
    """The figure that the reader sees: the class must be that of what is printed."""
    return float(arrondi(x, 0 if unite == NOMBRE else 1) or 0)
