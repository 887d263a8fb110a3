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
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.figures import a_des_chiffres
from cil_analysis.rapport.mots.cibles import favorable
from cil_analysis.rapport.mots.formats import COCHE, CROIX, arrondi, nombre, valeur
from cil_analysis.rapport.mots.signes import MARQUES, OBJECTIFS
from cil_analysis.rapport.publie import Rapport
from cil_analysis.reference.objectives import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

# The sense of the objectives of a map → what is said of the gap of a commune that misses it, that meets it.
_COTES = {
    PLANCHER: ("sous l’objectif", "au-dessus"),
    PLAFOND: ("au-dessus de l’objectif", "en dessous"),
    INTERVALLE: ("d’écart à l’objectif", "de marge"),
}


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

    def rang(self, ligne: LignePubliee) -> int:
        """The class of a published figure."""
        if not self.autour_de_l_objectif:
            return bisect_right(self.bornes, _imprime(ligne["valeur"], ligne["unite"]))
        gain = favorable(ligne["sens"], ligne["ecart"])
        # the published result rules over a tolerance, and over the last bits of a difference
        gain = max(gain, 0.0) if ligne["resultat"] == ATTEINT else min(gain, -1e-9)
        return bisect_right(self.bornes, gain)


def echelle(rapport: Rapport, tables: Sequence[PublishedTable]) -> Echelle:
    """The classes that some tables share: around the objective, where communes have one."""
    if not any(map(a_des_objectifs, tables)):
        return echelle_des_valeurs(tables, rapport.references.parametres["cartes.classes"].valeur(rapport.jour))
    bornes = rapport.references.parametres["cartes.bornes_ecart"].valeur(rapport.jour)
    # Households have no bound.
    return echelle_des_ecarts((0,) if tables[0].indicateur.unite == NOMBRE else bornes, tables)


def a_des_objectifs(table: PublishedTable) -> bool:
    """Whether a row of a table has a target; a masked one has lost it, but not that it has a result."""
    return a_des_chiffres(table.ou(resultat=[r for r in set(table.valeurs("resultat")) if r]))


def echelle_des_ecarts(bornes: object, tables: Sequence[PublishedTable]) -> Echelle:
    """The classes of the gap to the objective, in words that suit every commune of the tables.

    ``bornes``: increasing, in points, 0 among them, one on each side at most, counted in the favourable direction:
    above a « plancher », below a « plafond ». Raises ErreurCIL when they cannot make a legend.
    """
    sous, sur, lues = _de_chaque_cote(bornes)
    sens = {str(sens) for table in tables for sens in table.ou(perimetre_type=COMMUNE).valeurs("sens") if sens}
    cote_sous, cote_sur = _COTES[PLANCHER if not sens else sens.pop() if len(sens) == 1 else INTERVALLE]
    non_atteint, atteint = (f"{MARQUES[r]} {OBJECTIFS[r]}" for r in (NON_ATTEINT, ATTEINT))
    libelles = [non_atteint, atteint]
    if sous:
        libelles[:1] = [f"{CROIX} plus de {sous} {cote_sous}", f"{CROIX} {sous} ou moins {cote_sous}"]
    if sur:
        libelles[-1:] = [f"{COCHE} atteint, moins de {sur} {cote_sur}", f"{COCHE} atteint, {sur} ou plus {cote_sur}"]
    couleurs = theme.divergente(2 if sous else 1, 2 if sur else 1)
    return Echelle(tuple(map(Classe, libelles, couleurs)), lues, autour_de_l_objectif=True)


def _de_chaque_cote(bornes: object) -> tuple[str, str, tuple[float, ...]]:
    """The bound below the objective in words, the one above, or nothing; and all of them."""
    lues = [b for b in bornes if isinstance(b, int | float)] if isinstance(bornes, list | tuple) else []
    sous, sur = ([_points(abs(b)) for b in lues if signe * b > 0] for signe in (-1, 1))
    if 0 not in lues or lues != sorted(set(lues)) or max(len(sous), len(sur)) > 1:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : une liste croissante de nombres est attendue, par exemple [-10, 0, 10], "
            "qui comprend 0 (l’objectif) et au plus une borne de chaque côté, soit quatre classes (au-delà, les "
            "couleurs ne se distinguent plus). Corrigez data/reference/parameters/cartes.yml."
        )
    return "".join(sous), "".join(sur), tuple(lues)


def _points(x: float) -> str:
    return f"{nombre(x, 0 if x == int(x) else 1)} point{'s' if x >= 2 else ''}"


def echelle_des_valeurs(tables: Sequence[PublishedTable], combien: object) -> Echelle:
    """``combien`` classes of as many published figures, of all tables together, in one hue.

    Bounds are figures as they are printed; there are fewer classes when many figures are equal. Raises ErreurCIL for a
    number that cannot be told apart.
    """
    if not isinstance(combien, int) or not 2 <= combien <= len(theme.SEQUENTIELLE):
        raise ErreurCIL(
            f"Paramètre cartes.classes : un nombre entier de 2 à {len(theme.SEQUENTIELLE)} est attendu. Corrigez "
            "data/reference/parameters/cartes.yml."
        )
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
