"""What a map says of a commune, whichever the map: its class or its sign, its words, and the legend of both."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SANS_OBJET
from cil_analysis.comptage.cadre import SECRET as MASQUEE
from cil_analysis.grammaire.indicateur import COMMUNE, QPV
from cil_analysis.rapport.cartes.echelles import Echelle
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.svg import motif_hachures
from cil_analysis.rapport.mots.formats import SECRET_COURT, echapper, valeur
from cil_analysis.rapport.mots.signes import MARQUES, MASQUE, OBJECTIFS, signe
from cil_analysis.rapport.publie import Rapport
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd

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
    VERDICTS[ATTEINT]: Signe(
        f"{MARQUES[ATTEINT]} {SECRET_COURT} : chiffre masqué, {OBJECTIFS[ATTEINT]}", theme.BLANC, theme.ATTEINT
    ),
    VERDICTS[NON_ATTEINT]: Signe(
        f"{MARQUES[NON_ATTEINT]} {SECRET_COURT} : chiffre masqué, {OBJECTIFS[NON_ATTEINT]}",
        theme.BLANC,
        theme.NON_ATTEINT,
    ),
    SECRET: Signe(f"{SECRET_COURT} : {MASQUE}", theme.BLANC, theme.GRIS),
    SANS_ATTRIBUTION: Signe("– : rien à mesurer", theme.BLANC),
    SANS_PARC: Signe("× : pas de logement social", theme.FOND_NEUTRE),
    SANS_QPV: Signe("× : pas de quartier prioritaire", theme.FOND_NEUTRE),
    SANS_OBJECTIF: Signe("pas d’objectif fixé", theme.GRIS_CLAIR),
    INDISPONIBLE: Signe("nd : donnée non disponible", theme.GRIS_CLAIR),
}
HACHURES = {etat: s.hachures for etat, s in SIGNES.items() if s.hachures}


def placer(rapport: Rapport, table: PublishedTable, formes: gpd.GeoDataFrame, echelle: Echelle) -> gpd.GeoDataFrame:
    """The communes of a table of one year, in the order of their shapes.

    One row is a commune: its shape, its published figure, « etat », how it is shown, « couleur », « texte », what is
    written on it. A shape that the table lacks is left out (not a member yet). Raises ValueError when the table has a
    commune without a shape, or several years.
    """
    publies = table.ou(perimetre_type=COMMUNE).donnees
    lues = formes.merge(publies, left_on="code_insee", right_on="perimetre_code", validate="one_to_one")
    if len(lues) < len(publies):
        raise ValueError(f"No contours for {sorted(set(publies['perimetre_code']) - set(formes['code_insee']))}")
    annee = int(publies["annee"].iloc[0])
    parc = rapport.references.territoire.parc_social(annee).dropna().to_dict()  # social dwellings, by INSEE code
    lignes = lues.to_dict("records")
    etats = [_etat(c, parc.get(c["code_insee"]), table.indicateur.objet, echelle) for c in lignes]
    couleurs = [
        echelle.classes[echelle.rang(c)].couleur if etat == CLASSE else SIGNES[etat].fond
        for c, etat in zip(lignes, etats, strict=True)
    ]
    return lues.assign(etat=etats, couleur=couleurs, texte=list(map(_texte, lignes, etats)))


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
    return f"{marque} {chiffre(c)}".strip()


def chiffre(c: LignePubliee) -> str:
    """The figure of a commune, or the sign of its absence."""
    return signe(c, "valeur") or valeur(c["valeur"], c["unite"])


def legende(echelle: Echelle, etats: Collection[str], identifiant: str, titre: str) -> str:
    """Swatches and words: the classes, the best or the highest first, then the signs that communes bear.

    No class is explained where no commune has one. ``identifiant``: prefix of the id of each hatching, unique in the
    page.
    """
    combien = len(echelle.classes)
    entrees = [(f"classe-{combien - i}", mots, couleur) for i, (mots, couleur) in enumerate(reversed(echelle.classes))]
    entrees = entrees if CLASSE in etats else []
    entrees += [(etat, typographie(s.mots), s.fond) for etat, s in SIGNES.items() if etat in etats]
    items = "".join(
        f'<li><span class="pastille {nom}">{_pastille(nom, couleur, identifiant)}</span>'
        f"<span>{echapper(mots)}</span></li>"
        for nom, mots, couleur in entrees
    )
    titre = titre[0].lower() + titre[1:]
    return f'<ul class="legende" aria-label="{echapper(typographie(f"Légende : {titre}"))}">{items}</ul>'


def _pastille(nom: str, couleur: str, identifiant: str) -> str:
    defs = tirets = croix = ""
    if nom in HACHURES:
        motif = f"{identifiant}-{nom}-hachures"
        defs, couleur = f"<defs>{motif_hachures(motif, HACHURES[nom])}</defs>", f"url(#{motif})"
    if nom == SANS_ATTRIBUTION:
        tirets = ' stroke-dasharray="1.5 3"'
    if nom in SANS_OBJET_ICI:
        croix = f'<path d="M9 5l8 8M17 5l-8 8" stroke="{theme.ENCRE}" stroke-width="1.5"/>'
    return (
        f'<svg width="26" height="18" aria-hidden="true" focusable="false">{defs}'
        f'<rect x="1" y="1" width="24" height="16" fill="{couleur}" stroke="{theme.GRIS_TEXTE}"{tirets}/>{croix}</svg>'
    )
