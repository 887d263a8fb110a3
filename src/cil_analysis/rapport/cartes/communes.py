"""What a map says of a commune, the same on every map of an indicator: its class or its sign, words, and the legend."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SANS_OBJET
from cil_analysis.comptage.cadre import SECRET as MASQUEE
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.rapport.bloc import remplir
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots.formats import COCHE, CROIX, SECRET_COURT, decimales, imprime, valeur
from cil_analysis.rapport.mots.lignes import MARQUES, MASQUE, OBJECTIFS, cellule, favorable
from cil_analysis.reference.objectifs import INTERVALLE, PLAFOND, PLANCHER
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable
from cil_analysis.typographie import minuscule, typographie

if TYPE_CHECKING:
    import geopandas as gpd

    from cil_analysis.rapport.rapport import Rapport

# How a commune is shown: in a class, or by a sign.
CLASSE, SECRET, SANS_ATTRIBUTION = "classe", "secret", "sans-attribution"
SANS_PARC, SANS_QPV, SANS_OBJECTIF, INDISPONIBLE = "sans-parc", "sans-qpv", "sans-objectif", "indisponible"
SANS_OBJET_ICI = (SANS_PARC, SANS_QPV)
VERDICTS = {ATTEINT: "secret-atteint", NON_ATTEINT: "secret-non-atteint"}  # masked, its result told


class Signe(NamedTuple):
    """What stands for a figure: its words in a legend, its ground, and the colour of its hatching where it has one."""

    mots: str
    fond: str
    hachures: str = ""


SIGNES = {
    VERDICTS[resultat]: Signe(
        f"{MARQUES[resultat]} {SECRET_COURT} : chiffre masqué, {OBJECTIFS[resultat]}", theme.BLANC, hachures
    )
    for resultat, hachures in ((ATTEINT, theme.ATTEINT), (NON_ATTEINT, theme.NON_ATTEINT))
} | {
    SECRET: Signe(f"{SECRET_COURT} : {MASQUE}", theme.BLANC, theme.GRIS),
    SANS_ATTRIBUTION: Signe("– : rien à mesurer", theme.BLANC),
    SANS_PARC: Signe("× : pas de logement social", theme.FOND_NEUTRE),
    SANS_QPV: Signe("× : pas de quartier prioritaire", theme.FOND_NEUTRE),
    SANS_OBJECTIF: Signe("pas d’objectif fixé", theme.GRIS_CLAIR),
    INDISPONIBLE: Signe("nd : donnée non disponible", theme.GRIS_CLAIR),
}
HACHURES = {etat: s.hachures for etat, s in SIGNES.items() if s.hachures}

# --- Classes ---------------------------------------------------------------------------------------------------------

# The sense of the objectives of a map → what is said of the gap of a commune that misses it, that meets it.
_COTES = {PLANCHER: ("sous l’objectif", "au-dessus"), PLAFOND: ("au-dessus de l’objectif", "en dessous")}


class Echelle(NamedTuple):
    """Classes that several maps share, their words and colours, the worst or the lowest first, and where one ends.

    ``autour_de_l_objectif``: bounds are gaps to the objective of each commune; else, figures as they are printed.
    Without bounds, around it: communes may miss theirs on either side, which alone is told (under it, met, above it).
    """

    classes: tuple[tuple[str, str], ...]
    bornes: tuple[float, ...]
    autour_de_l_objectif: bool

    def rang(self, ligne: LignePubliee) -> int:
        """The class of a published figure."""
        if not self.autour_de_l_objectif:
            return bisect_right(self.bornes, imprime(ligne["valeur"], ligne["unite"]))
        # the published result rules over a tolerance, and over the last bits of a difference
        if not self.bornes:
            au_dessus = ligne["sens"] == PLAFOND or (ligne["sens"] == INTERVALLE and ligne["ecart"] > 0)
            return 1 if ligne["resultat"] == ATTEINT else 2 * au_dessus
        gain = favorable(ligne["sens"], ligne["ecart"])
        gain = max(gain, 0.0) if ligne["resultat"] == ATTEINT else min(gain, -1e-9)
        return bisect_right(self.bornes, gain)


def a_des_objectifs(table: PublishedTable) -> bool:
    """Whether a row of a table has a target; a masked one has lost it, but not that it has a result."""
    return table.ou(resultat=[r for r in set(table.valeurs("resultat")) if r]).a_des_chiffres


def echelle_des_ecarts(bornes: object, tables: Sequence[PublishedTable]) -> Echelle:
    """The classes of the gap to the objective, in words that suit every commune of the tables.

    ``bornes``: increasing, in points, 0 among them, one on each side at most, counted in the favourable direction:
    above a « plancher », below a « plafond ». Where some miss theirs by too little and others by too much, only the
    side is told. Raises ErreurCIL when they cannot make a legend.
    """
    lues = list(bornes) if isinstance(bornes, list | tuple) and all(isinstance(b, int | float) for b in bornes) else []
    sous, sur = ([valeur(abs(b), "points", decimales(abs(b))) for b in lues if signe * b > 0] for signe in (-1, 1))
    if 0 not in lues or lues != sorted(set(lues)) or max(len(sous), len(sur)) > 1:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : une liste croissante de nombres est attendue, par exemple [-10, 0, 10], "
            "qui comprend 0 (l’objectif) et au plus une borne de chaque côté, soit quatre classes (au-delà, les "
            "couleurs ne se distinguent plus). Corrigez data/reference/parameters/cartes.yml."
        )
    sens = {str(sens) for table in tables for sens in table.ou(perimetre_type=COMMUNE).valeurs("sens") if sens}
    libelles = [f"{MARQUES[r]} {OBJECTIFS[r]}" for r in (NON_ATTEINT, ATTEINT)]
    if len(sens) > 1 or INTERVALLE in sens:
        libelles = [f"{CROIX} sous l’objectif", libelles[1], f"{CROIX} au-dessus de l’objectif"]
        return Echelle(tuple(zip(libelles, theme.DES_DEUX_COTES, strict=True)), (), autour_de_l_objectif=True)
    cote_sous, cote_sur = _COTES[sens.pop() if sens else PLANCHER]
    for borne in sous:
        libelles[:1] = [f"{CROIX} plus de {borne} {cote_sous}", f"{CROIX} {borne} ou moins {cote_sous}"]
    for borne in sur:
        libelles[-1:] = [
            f"{COCHE} atteint, moins de {borne} {cote_sur}",
            f"{COCHE} atteint, {borne} ou plus {cote_sur}",
        ]
    milieu = len(theme.DIVERGENTE) // 2  # the objective: a class on either side, one more for a bound there
    couleurs = theme.DIVERGENTE[milieu - 1 - len(sous) : milieu + 1 + len(sur)]
    return Echelle(tuple(zip(libelles, couleurs, strict=True)), tuple(lues), autour_de_l_objectif=True)


def echelle_des_valeurs(tables: Sequence[PublishedTable], combien: int) -> Echelle:
    """``combien`` classes, or fewer, of as many published figures of all the tables; bounds are as they are printed."""
    unite = tables[0].indicateur.unite
    imprimes = [imprime(float(x), unite) for t in tables for x in t.ou(statut=PUBLIE).valeurs("valeur")]
    coupes: list[float] = []
    if imprimes:
        parts = [rang / combien for rang in range(1, combien)]
        coupes = sorted({float(c) for c in np.quantile(imprimes, parts, method="nearest")} - {min(imprimes)})
    textes = [valeur(coupe, unite) for coupe in coupes]
    mots = ["toutes les valeurs publiées"]
    if textes:
        milieux = [f"{bas} à moins de {haut}" for bas, haut in pairwise(textes)]
        mots = [f"moins de {textes[0]}", *milieux, f"{textes[-1]} ou plus"]
    couleurs = reversed(theme.couleurs_modalites(len(mots)))
    return Echelle(tuple(zip(mots, couleurs, strict=True)), tuple(coupes), autour_de_l_objectif=False)


# --- Communes --------------------------------------------------------------------------------------------------------


def placer(rapport: Rapport, table: PublishedTable, formes: gpd.GeoDataFrame, echelle: Echelle) -> gpd.GeoDataFrame:
    """The communes of a table of one year, one a row, in the order of their shapes; a shape that it lacks is left out.

    Beside the columns of the shapes: ``ligne``, the published figure, ``etat``, its class or its sign, ``couleur``,
    ``texte``, what is written on the commune. Raises ValueError for several years.
    """
    publies = table.ou(perimetre_type=COMMUNE).lignes()
    (annee,) = {int(c["annee"]) for c in publies}
    parc = rapport.references.territoire.parc_social(annee).dropna().to_dict()  # social dwellings, by INSEE code
    placees = []
    for c in publies:
        etat = _etat(c, parc.get(c["perimetre_code"]), table.indicateur.objet, echelle)
        couleur = echelle.classes[echelle.rang(c)][1] if etat == CLASSE else SIGNES[etat].fond
        placees.append((c["perimetre_code"], c, etat, couleur, _texte(c, etat)))
    montrees = pd.DataFrame(placees, columns=["code_insee", "ligne", "etat", "couleur", "texte"])
    return formes.merge(montrees, on="code_insee")


def _etat(c: LignePubliee, parc: float | None, objet: str, echelle: Echelle) -> str:
    """How a commune is shown; ``parc``: its social dwellings, ``objet``: where the indicator is « sans objet »."""
    if c["statut"] == MASQUEE:
        return VERDICTS.get(c["resultat"], SECRET)
    if c["statut"] == SANS_OBJET and objet == QPV:
        return SANS_QPV
    est_publie = c["statut"] == PUBLIE and c["valeur"] == c["valeur"]
    if c["statut"] == SANS_OBJET or (parc == 0 and not est_publie):
        return SANS_PARC
    if c["statut"] == NON_CALCULABLE and c["denominateur"] == 0:
        return SANS_ATTRIBUTION
    if not est_publie:
        return INDISPONIBLE
    if echelle.autour_de_l_objectif and not (c["resultat"] in MARQUES and c["ecart"] == c["ecart"]):
        return SANS_OBJECTIF
    return CLASSE


def _texte(c: LignePubliee, etat: str) -> str:
    """The figure as written on the commune: « ✓ 31,2 % », « s », « ✓ s », « – »."""
    if etat in SANS_OBJET_ICI:
        return "×"
    marque = "" if etat == SANS_OBJECTIF else MARQUES.get(c["resultat"], "")
    return f"{marque} {cellule(c, 'valeur', avec_unite=True).texte}".strip()


def legende(echelle: Echelle, etats: Collection[str], identifiant: str, titre: str, classe: str = "") -> str:
    """Swatches and words: the classes, the best or the highest first, then the signs that communes bear.

    ``identifiant``: prefix of the id of each hatching, unique in the page; ``classe``: of the list, beside its own.
    """
    combien = len(echelle.classes)
    entrees = [(f"classe-{combien - i}", mots, couleur) for i, (mots, couleur) in enumerate(reversed(echelle.classes))]
    entrees = entrees if CLASSE in etats else []
    entrees += [(etat, typographie(s.mots), s.fond) for etat, s in SIGNES.items() if etat in etats]
    return remplir(
        "legende",
        classe=classe,
        titre=f"Légende : {minuscule(titre)}",
        entrees=entrees,
        motifs={etat: f"{identifiant}-{etat}-hachures" for etat in HACHURES},
        couleurs=HACHURES,
        sans_attribution=SANS_ATTRIBUTION,
        sans_objet=SANS_OBJET_ICI,
        theme=theme,
    )
