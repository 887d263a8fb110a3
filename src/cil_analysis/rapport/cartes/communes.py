"""What a map says of a commune, whichever the map: its class, its sign, its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, SANS_OBJET
from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.rapport.cartes.echelles import Echelle
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots.formats import RIEN, SECRET_COURT
from cil_analysis.rapport.mots.signes import MARQUES, MASQUE, OBJECTIFS
from cil_analysis.secret.table_publiee import PublishedTable

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
    SANS_ATTRIBUTION: "–\u202f: rien à mesurer",
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
class Commune:
    """One commune: its name, its shape in the projection of the contours, its figure, and how it is shown."""

    code: str
    nom: str
    geometrie: Any  # a shapely geometry
    chiffre: Chiffre
    etat: str
    couleur: str

    @property
    def texte(self) -> str:
        """The figure as written on the commune: « ✓ 31,2 % », « s », « ✓ s », « – »."""
        if self.etat in SANS_OBJET_ICI:
            return "×"
        if self.etat == SANS_ATTRIBUTION:
            return RIEN
        if self.etat == CLASSE or self.chiffre.est_secret:
            return f"{MARQUES.get(self.chiffre.verdict, '')} {self.chiffre.texte}".strip()
        return self.chiffre.texte


def placer(
    table: PublishedTable, contours: gpd.GeoDataFrame, echelle: Echelle, parc_social: Mapping[str, float]
) -> list[Commune]:
    """The communes of a table of one year, in the order of the contours.

    A commune of the contours that the table lacks is left out (not a member yet). ``parc_social``: social dwellings by
    INSEE code, 0 where there are none. Raises ValueError when the table has a commune without contours, or several
    years.
    """
    if len(set(table.valeurs("annee"))) > 1:
        raise ValueError(f"{table!r}: several years; filter the table first")
    chiffres = {
        str(ligne["perimetre_code"]): Chiffre((str(ligne["perimetre_code"]),), (), ligne)
        for ligne in table.ou(perimetre_type=COMMUNE).lignes()
    }
    absentes = set(chiffres) - set(contours["code_insee"])
    if absentes:
        raise ValueError(f"No contours for {sorted(absentes)}")
    communes = []
    for code, nom, geometrie in zip(contours["code_insee"], contours["nom"], contours.geometry, strict=True):
        if code in chiffres:
            c = chiffres[code]
            etat = _etat(c, parc_social.get(code), table.indicateur.objet, echelle)
            couleur = echelle.classes[echelle.rang(c)].couleur if etat == CLASSE else FONDS[etat]
            communes.append(Commune(code, nom, geometrie, c, etat, couleur))
    return communes


def _etat(c: Chiffre, parc: float | None, objet: str, echelle: Echelle) -> str:
    """How a commune is shown; ``parc``: its social dwellings, ``objet``: where the indicator is « sans objet »."""
    if c.est_secret:
        return VERDICTS.get(c.verdict, SECRET)
    statut = c.ligne["statut"]
    if statut == SANS_OBJET and objet == QPV:
        return SANS_QPV
    if statut == SANS_OBJET or (parc == 0 and not c.est_publie):
        return SANS_PARC
    if statut == NON_CALCULABLE and c.ligne["denominateur"] == 0:
        return SANS_ATTRIBUTION
    if not c.est_publie:
        return INDISPONIBLE
    if echelle.autour_de_l_objectif and not (c.verdict and not isnan(c.ligne["ecart"])):
        return SANS_OBJECTIF
    return CLASSE


class Entree(NamedTuple):
    """One line of a legend: what it is (a class, a state), its colour, its words."""

    nom: str
    couleur: str
    texte: str


def legende(echelle: Echelle, communes: Sequence[Commune]) -> list[Entree]:
    """The classes, the best or the highest first, then the signs that the communes bear.

    No class is explained where no commune has one.
    """
    presents = {c.etat for c in communes}
    combien = len(echelle.classes)
    classes = [Entree(f"classe-{combien - i}", *c[::-1]) for i, c in enumerate(reversed(echelle.classes))]
    signes = [Entree(etat, FONDS[etat], texte) for etat, texte in SIGNES.items() if etat in presents]
    return [*(classes if CLASSE in presents else []), *signes]
