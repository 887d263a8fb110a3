"""The legend of a map outside its drawing: swatches and words in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.svg import motif_hachures

TITRE = "Écart à l’objectif de la commune"


class Entree(NamedTuple):
    """One line of a legend: what it is (a class, a state), its colour, its words."""

    nom: str
    couleur: str
    texte: str


def entrees(echelle: Sequence[cc.Classe], communes: Sequence[cc.CommuneCarte]) -> list[Entree]:
    """The classes, the best or the highest first, then the signs that the communes bear."""
    classes = [Entree(f"classe-{len(echelle) - i}", c.couleur, c.libelle) for i, c in enumerate(reversed(echelle))]
    return classes + [Entree(etat, cc.FONDS[etat], texte) for etat, texte in cc.signes_presents(communes).items()]


def legende(lignes: Sequence[Entree], identifiant: str, titre: str = TITRE) -> str:
    """The list; ``identifiant``: prefix of the id of its hatching, unique in the page."""
    items = "".join(
        f'<li><span class="pastille {ligne.nom}">{_pastille(ligne, identifiant)}</span>'
        f"<span>{echapper(ligne.texte)}</span></li>"
        for ligne in lignes
    )
    return f'<ul class="legende" aria-label="Légende : {echapper(titre[0].lower() + titre[1:])}">{items}</ul>'


def _pastille(ligne: Entree, identifiant: str) -> str:
    motif, hachures = f"{identifiant}-{ligne.nom}-hachures", cc.HACHURES.get(ligne.nom)
    fond = f"url(#{motif})" if hachures else ligne.couleur
    defs = f"<defs>{motif_hachures(motif, hachures)}</defs>" if hachures else ""
    tirets = ' stroke-dasharray="1.5 3"' if ligne.nom == cc.SANS_ATTRIBUTION else ""
    croix = ""
    if ligne.nom in cc.SANS_OBJET_ICI:
        croix = f'<path d="M9 5l8 8M17 5l-8 8" stroke="{theme.ENCRE}" stroke-width="1.5"/>'
    return (
        f'<svg width="26" height="18" aria-hidden="true" focusable="false">{defs}'
        f'<rect x="1" y="1" width="24" height="16" fill="{fond}" stroke="{theme.GRIS_TEXTE}"{tirets}/>{croix}</svg>'
    )
