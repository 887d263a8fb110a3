"""What a map says of a commune, the same on the static and the interactive one: its class, its signs, its words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, SANS_OBJET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.presentation import theme
from cil_analysis.presentation.cibles import favorable
from cil_analysis.presentation.formats import COCHE, CROIX, RIEN, SECRET_COURT, nombre
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee
from cil_analysis.presentation.signes import MARQUES, MASQUE, OBJECTIFS
from cil_analysis.reference.objectives import INTERVALLE, PLAFOND, PLANCHER

if TYPE_CHECKING:
    import geopandas as gpd

CLASSE, SECRET, SANS_ATTRIBUTION = "classe", "secret", "sans-attribution"
VERDICTS = {ATTEINT: "secret-atteint", NON_ATTEINT: "secret-non-atteint"}  # masked, its result told
SANS_PARC, SANS_QPV, SANS_OBJECTIF, INDISPONIBLE = "sans-parc", "sans-qpv", "sans-objectif", "indisponible"
SANS_OBJET_ICI = (SANS_PARC, SANS_QPV)

SIGNES = {
    **{
        etat: f"{MARQUES[resultat]} {SECRET_COURT}\u202f: chiffre masqué, {OBJECTIFS[resultat]}"
        for resultat, etat in VERDICTS.items()
    },
    SECRET: f"{SECRET_COURT}\u202f: {MASQUE}",
    SANS_ATTRIBUTION: "–\u202f: aucune attribution entrant dans le calcul",
    SANS_PARC: "×\u202f: pas de logement social",
    SANS_QPV: "×\u202f: pas de quartier prioritaire",
    SANS_OBJECTIF: "pas d’objectif fixé",
    INDISPONIBLE: "nd\u202f: donnée non disponible",
}
# The hatching of what is masked, on white; of a result that is told, in the colour of its side.
HACHURES = {
    SECRET: theme.GRIS,
    VERDICTS[ATTEINT]: theme.ATTEINT,
    VERDICTS[NON_ATTEINT]: theme.NON_ATTEINT,
}
FONDS = {
    **dict.fromkeys(HACHURES, theme.BLANC),
    SANS_ATTRIBUTION: theme.BLANC,
    SANS_PARC: theme.FOND_NEUTRE,
    SANS_QPV: theme.FOND_NEUTRE,
    SANS_OBJECTIF: theme.GRIS_CLAIR,
    INDISPONIBLE: theme.GRIS_CLAIR,
}


@dataclass(frozen=True)
class Classe:
    """An interval of the gap to the objective: its colour is the same on every map of every year."""

    libelle: str
    couleur: str


@dataclass(frozen=True)
class CommuneCarte:
    """One commune: its name, its shape in the projection of the contours, its figure, and how it is shown."""

    code: str
    nom: str
    geometrie: Any  # a shapely geometry
    chiffre: Chiffre
    etat: str
    rang: int  # of its class, -1 without one
    couleur: str

    @property
    def texte(self) -> str:
        """The figure as written on the commune: « ✓ 31,2 % », « s », « ✓ s », « – »."""
        if self.etat in SANS_OBJET_ICI:
            return "×"
        if self.etat == SANS_ATTRIBUTION:
            return RIEN
        if self.etat == CLASSE:
            return f"{MARQUES.get(self.chiffre.resultat, '')} {self.chiffre.texte}".strip()
        return self.chiffre.texte_marque


def classes(bornes: Sequence[float], sens: str = PLANCHER) -> list[Classe]:
    """The classes of the gap, worst first. ``bornes``: increasing, in points, 0 among them, two on each side at most.

    Bounds are counted in the favourable direction: above a « plancher », below a « plafond »; with an interval, or
    communes of several senses, the words are those of all.
    Raises ErreurCIL when the parameter cannot make a legend.
    """
    if list(bornes) != sorted(set(bornes)) or 0 not in bornes:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : les bornes doivent être croissantes et comprendre 0 (l’objectif). "
            "Corriger data/reference/parameters/cartes.yml."
        )
    sous = [-b for b in bornes if b < 0]
    sur = [b for b in bornes if b > 0]
    if len(sous) > 1 or len(sur) > 1:
        raise ErreurCIL(
            "Paramètre cartes.bornes_ecart : au plus une borne de chaque côté de 0, soit quatre classes "
            "(au-delà, les couleurs ne se distinguent plus). Corriger data/reference/parameters/cartes.yml."
        )
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
    return [Classe(texte, couleur) for texte, couleur in zip(libelles, couleurs, strict=True)]


def _points(x: float) -> str:
    return f"{nombre(x, 0 if x == int(x) else 1)} point{'s' if x >= 2 else ''}"


def communes_de_la_carte(
    table: PublishedTable, contours: gpd.GeoDataFrame, bornes: Sequence[float], parc_social: Mapping[str, float] | None
) -> tuple[list[CommuneCarte], list[Classe]]:
    """The communes of the table (of one year and one indicator), in the order of the contours, and the classes.

    A commune of the contours that the table lacks is not drawn (not a member yet); without a result in any commune
    there are no classes to show. Raises ValueError when the table has a commune without contours, or several years.
    """
    chiffres = {c.cle: c for c in lire_une_annee(table.ou(perimetre_type=COMMUNE), "perimetre_code")}
    absentes = set(chiffres) - set(contours["code_insee"])
    if absentes:
        raise ValueError(f"No contours for {sorted(absentes)}")
    echelle = echelle_des_ecarts([table], bornes)
    communes = []
    for code, nom, geometrie in zip(contours["code_insee"], contours["nom"], contours.geometry, strict=True):
        if code not in chiffres:
            continue
        c = chiffres[code]
        etat = etat_de(c, (parc_social or {}).get(code), table.indicateur.objet)
        rang = _rang(c, bornes) if etat == CLASSE else -1
        couleur = echelle[rang].couleur if etat == CLASSE else FONDS[etat]
        communes.append(CommuneCarte(code, nom, geometrie, c, etat, rang, couleur))
    return communes, echelle if any(commune.etat == CLASSE for commune in communes) else []


def echelle_des_ecarts(tables: Sequence[PublishedTable], bornes: Sequence[float]) -> list[Classe]:
    """The classes of the gap in the words that suit every commune of several tables."""
    sens = {str(sens) for table in tables for sens in table.ou(perimetre_type=COMMUNE).valeurs("sens") if sens}
    return classes(bornes, sens.pop() if len(sens) == 1 else INTERVALLE if sens else PLANCHER)


def etat_de(c: Chiffre, parc: float | None, objet: str) -> str:
    """How a commune is shown; ``parc``: its social dwellings, ``objet``: where the indicator is « sans objet »."""
    if c.est_secret:
        return VERDICTS.get(c.verdict, SECRET)
    if c.statut == SANS_OBJET and objet == QPV:
        return SANS_QPV
    if c.statut == SANS_OBJET or (parc == 0 and not c.est_publie):
        return SANS_PARC
    if c.statut == NON_CALCULABLE and c.denominateur == 0:
        return SANS_ATTRIBUTION
    if not c.est_publie:
        return INDISPONIBLE
    return CLASSE if c.resultat in (ATTEINT, NON_ATTEINT) and c.ecart == c.ecart else SANS_OBJECTIF


def _rang(c: Chiffre, bornes: Sequence[float]) -> int:
    gain = favorable(c.sens, c.ecart)
    # the published result rules over a tolerance, and over the last bits of a difference
    gain = max(gain, 0.0) if c.resultat == ATTEINT else min(gain, -1e-9)
    return bisect_right(list(bornes), gain)


def signes_presents(communes: Sequence[CommuneCarte]) -> dict[str, str]:
    """The signs that the legend must explain, in a fixed order."""
    presents = {c.etat for c in communes}
    return {etat: mot for etat, mot in SIGNES.items() if etat in presents}
