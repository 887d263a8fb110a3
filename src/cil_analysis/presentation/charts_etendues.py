"""Range plots: for each class, the middle half of a distribution and its median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import MOIS
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import ECART, TALON, encre_de, etiqueter, hauteur_de, largeur_de
from cil_analysis.presentation.formats import INSECABLE, nombre
from cil_analysis.presentation.lecture import Chiffre, libelle, lire_une_annee
from cil_analysis.presentation.svg import Dessin

_MARGE = 34.0  # for the figure of the third quartile


def etendues(
    quartiles: tuple[PublishedTable, PublishedTable, PublishedTable], identifiant: str, titre: str, description: str, *,
    libelles: Mapping[str, str], par: str = "modalite",
) -> str:  # fmt: skip
    """One row for each class of the median: a thick line from the first quartile to the third, a disc on the median.

    ``quartiles``: first, median, third, in one unit and of one year. A class whose median is masked is a
    stub; one whose quartiles are masked shows its median alone. The scale begins at zero.
    """
    bas, milieux, haut = ({c.cle: c for c in lire_une_annee(t, par)} for t in quartiles)
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, cle) for cle in milieux])
    x0 = largeur_de(etiquettes) + ECART
    publiees = [c.valeur for serie in (bas, milieux, haut) for c in serie.values() if c.est_publie]
    graduations = theme.graduations(0, max(publiees, default=1))
    echelle = (dessin.largeur - x0 - _MARGE) / graduations[-1]
    fond = 34.0 + sum(max(hauteur_de(lignes), 40.0) for lignes in etiquettes)
    y = _legende(dessin)
    _grille(dessin, graduations, x0, echelle, y, fond, next(iter(milieux.values()), None))
    for (cle, centre), lignes in zip(milieux.items(), etiquettes, strict=True):
        hauteur = max(hauteur_de(lignes), 40.0)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        _rangee(dessin, (bas.get(cle), centre, haut.get(cle)), x0, y + hauteur / 2, echelle)
        y += hauteur
    return dessin.rendre(fond + 26, titre, description)


def _rangee(
    dessin: Dessin, termes: tuple[Chiffre | None, Chiffre, Chiffre | None], x0: float, milieu: float, echelle: float
) -> None:
    bas, centre, haut = termes
    if not centre.est_publie:
        if centre.est_secret:
            dessin.hachures(x0, milieu - 10, TALON, 20)
        x = x0 + (TALON + 6 if centre.est_secret else 4)
        dessin.lignes_de_texte(x, milieu, [centre.texte], couleur=encre_de(centre))
        return
    x = x0 + centre.valeur * echelle
    if bas is not None and haut is not None and bas.est_publie and haut.est_publie:
        gauche, droite = x0 + bas.valeur * echelle, x0 + haut.valeur * echelle
        dessin.ligne([(gauche, milieu + 6), (droite, milieu + 6)], theme.GRIS_CLAIR, 9)
        for bord, ancre, c in ((gauche - 5, "end", bas), (droite + 5, "start", haut)):
            texte = nombre(c.valeur, 1)
            if bord - x0 > theme.largeur_texte(texte, theme.PETIT) or ancre == "start":
                dessin.texte(bord, milieu + 11, texte, taille=theme.PETIT, couleur=theme.GRIS_TEXTE, ancre=ancre)
    dessin.disque(x, milieu + 6, 6.5, theme.ACCENT)
    dessin.texte(x, milieu - 5, nombre(centre.valeur, 1), ancre="middle", couleur=theme.ACCENT, gras=True, halo=True)


def _legende(dessin: Dessin) -> float:
    """What the line and the disc are, in words beside them; returns where the rows begin."""
    dessin.ligne([(0, 12), (34, 12)], theme.GRIS_CLAIR, 9)
    dessin.texte(42, 17, "la moitié des ménages", taille=theme.PETIT)
    x = 42 + theme.largeur_texte("la moitié des ménages", theme.PETIT) + 26
    dessin.disque(x, 12, 6.5, theme.ACCENT)
    dessin.texte(x + 13, 17, "médiane", taille=theme.PETIT)
    return 30.0


def _grille(
    dessin: Dessin, graduations: Sequence[float], x0: float, echelle: float, haut: float, bas: float,
    exemple: Chiffre | None,
) -> None:  # fmt: skip
    for g in graduations:
        x = x0 + g * echelle
        dessin.ligne([(x, haut), (x, bas)], theme.GRILLE if g else theme.GRIS_TEXTE)
        unite = f"{INSECABLE}mois" if exemple is not None and exemple.unite == MOIS and g == graduations[-1] else ""
        dessin.texte(x, bas + 18, f"{nombre(g)}{unite}", taille=theme.PETIT, couleur=theme.GRIS_TEXTE, ancre="middle")
