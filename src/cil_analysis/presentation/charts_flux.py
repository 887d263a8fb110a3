"""Drawings of the gestion en flux: reserved and achieved, proposed and allocated, quarter after quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import (
    ECART,
    barre,
    encre_de,
    etiqueter,
    hauteur_de,
    largeur_de,
    poser_legende,
)
from cil_analysis.presentation.formats import nombre
from cil_analysis.presentation.lecture import Chiffre, libelle, lire_une_annee
from cil_analysis.presentation.placement import ecarter
from cil_analysis.presentation.svg import Dessin

TOUT = 100.0
_SOCLE, _HAUT = 240.0, 20.0


def barres_reservation(
    table: PublishedTable, identifiant: str, titre: str, description: str, *,
    libelles: Mapping[str, str], repere: str, par: str = "acteur_code",
) -> str:  # fmt: skip
    """One bar for each key: the achieved share of what is reserved, and the line of 100 %, named by ``repere``."""
    chiffres = lire_une_annee(table, par)
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, c.cle) for c in chiffres], 150)
    x0 = largeur_de(etiquettes) + ECART
    x1 = dessin.largeur - theme.largeur_texte("100,0\u202f%", theme.TEXTE, True) - ECART
    echelle = (x1 - x0) / max([TOUT * 1.04, *(c.valeur for c in chiffres if c.est_publie)])
    y = 26.0
    for c, lignes in zip(chiffres, etiquettes, strict=True):
        hauteur = hauteur_de(lignes)
        milieu = y + hauteur / 2
        dessin.lignes_de_texte(x0 - ECART, milieu, lignes, ancre="end")
        bout = barre(dessin, c, x0, milieu, echelle, theme.ACCENT)
        fin = bout + 6 + theme.largeur_texte(c.texte, theme.TEXTE, c.est_publie)
        if c.est_publie and bout - 4 <= x0 + TOUT * echelle <= fin + 4:  # The line would cross the words.
            dessin.lignes_de_texte(bout - 8, milieu, [c.texte], ancre="end", couleur=theme.BLANC, gras=True)
        else:
            dessin.lignes_de_texte(bout + 6, milieu, [c.texte], couleur=encre_de(c), gras=c.est_publie)
        y += hauteur
    dessin.ligne([(x0, 26), (x0, y)], theme.GRIS_TEXTE)
    ligne = x0 + TOUT * echelle
    dessin.ligne([(ligne, 22), (ligne, y)], theme.BLANC, 5)
    dessin.ligne([(ligne, 22), (ligne, y)], theme.ENCRE, 2)
    dessin.texte(ligne, 16, repere, taille=theme.PETIT, ancre="end" if ligne > dessin.largeur * 0.6 else "middle")
    return dessin.rendre(y + 4, titre, description)


def barres_proposes(
    table: PublishedTable, identifiant: str, titre: str, description: str, *, libelles: Mapping[str, str],
    par: str = "modalite",
) -> str:  # fmt: skip
    """For each class two bars in dwellings: those allocated (accent) above those proposed (grey)."""
    chiffres = lire_une_annee(table, par)
    dessin = Dessin(identifiant)
    etiquettes = etiqueter([libelle(libelles, c.cle) for c in chiffres], 170)
    x0 = largeur_de(etiquettes) + ECART
    ecrits = {c.cle: (_attribues(c), _proposes(c)) for c in chiffres}
    marge = max((theme.largeur_texte(t, theme.TEXTE, True) for deux in ecrits.values() for t in deux), default=0)
    maximum = max((c.denominateur for c in chiffres if c.est_publie), default=0) or 1
    echelle = (dessin.largeur - marge - ECART - x0) / maximum
    y = poser_legende(dessin, ((theme.ACCENT, "Logements attribués"), (theme.GRIS, "Logements proposés")))
    haut = y
    for c, lignes in zip(chiffres, etiquettes, strict=True):
        hauteur = max(hauteur_de(lignes), 50.0)
        dessin.lignes_de_texte(x0 - ECART, y + hauteur / 2, lignes, ancre="end")
        for texte, mesure, milieu, couleur in zip(
            ecrits[c.cle], (c.numerateur, c.denominateur), (-10, 10), (theme.ACCENT, theme.GRIS), strict=True
        ):
            if not c.est_publie:
                bout = barre(dessin, c, x0, y + hauteur / 2 + milieu, echelle, couleur, 17)
            else:
                dessin.rect(x0, y + hauteur / 2 + milieu - 8.5, mesure * echelle, 17, couleur)
                bout = x0 + mesure * echelle
            accent = couleur == theme.ACCENT and c.est_publie
            encre = theme.ENCRE if accent else theme.GRIS_TEXTE
            dessin.lignes_de_texte(bout + 6, y + hauteur / 2 + milieu, [texte], couleur=encre, gras=accent)
        y += hauteur
    dessin.ligne([(x0, haut), (x0, y)], theme.GRIS_TEXTE)
    return dessin.rendre(y + 4, titre, description)


def _attribues(c: Chiffre) -> str:
    return f"{nombre(c.numerateur)} ({c.texte})" if c.est_publie else c.texte


def _proposes(c: Chiffre) -> str:
    return nombre(c.denominateur) if c.est_publie else c.texte


@dataclass(frozen=True)
class Progression:
    """The cumulated leases of a réservataire at the end of each quarter; None where masked or still to come.

    ``projection``: what the year would make at its end, None when the year is complete or nothing can be said.
    """

    nom: str
    cumuls: Sequence[float | None]
    projection: float | None = None
    est_masquee: bool = False


def courbes_trimestres(
    progressions: Sequence[Progression], trimestres: Sequence[str], identifiant: str, titre: str, description: str
) -> str:
    """One line for each réservataire, from the start of the year to the end of each quarter; its projection dashed."""
    dessin = Dessin(identifiant)
    valeurs = [v for p in progressions for v in (*p.cumuls, p.projection) if v is not None]
    graduations = theme.graduations(0, max(valeurs, default=1) * 1.04)
    gauche = max(theme.largeur_texte(nombre(g), theme.PETIT) for g in graduations) + 10
    blocs = {p.nom: [_fin(p), *theme.couper(p.nom, 120, theme.PETIT)] for p in progressions}
    marge = max((theme.largeur_texte(t, theme.PETIT, True) for bloc in blocs.values() for t in bloc), default=0) + 24
    droite = dessin.largeur - marge

    def x(rang: int) -> float:
        return gauche + (droite - gauche) * rang / len(trimestres)

    def y(v: float) -> float:
        return _SOCLE - (_SOCLE - _HAUT) * v / graduations[-1]

    for g in graduations:
        dessin.ligne([(gauche, y(g)), (droite, y(g))], theme.GRILLE if g else theme.GRIS)
        dessin.texte(gauche - 6, y(g) + 5, nombre(g), taille=theme.PETIT, ancre="end", couleur=theme.GRIS_TEXTE)
    for rang, nom in enumerate(trimestres, start=1):
        ancre = "end" if rang == len(trimestres) else "middle"  # The last one leaves room to the names at the right.
        dessin.texte(x(rang), _SOCLE + 22, nom, taille=theme.PETIT, ancre=ancre, couleur=theme.GRIS_TEXTE)
    couleurs = _couleurs(progressions)
    bouts: dict[str, float] = {}
    for p in progressions:
        points = [(0, 0.0), *((rang, v) for rang, v in enumerate(p.cumuls, start=1) if v is not None)]
        dessin.ligne([(x(rang), y(v)) for rang, v in points], couleurs[p.nom], 2.5)
        for rang, v in points[1:]:
            dessin.disque(x(rang), y(v), 4, couleurs[p.nom])
        dernier, atteint = points[-1]
        if p.projection is not None:
            fin = len(trimestres)
            dessin.ligne([(x(dernier), y(atteint)), (x(fin), y(p.projection))], couleurs[p.nom], 2, "5 4")
            dernier, atteint = fin, p.projection
        bouts[p.nom] = y(atteint) if not p.est_masquee else _SOCLE
    hauteurs = {nom: len(bloc) * theme.PETIT * 1.15 + 4 for nom, bloc in blocs.items()}
    bas = _SOCLE + 32
    for nom, milieu in ecarter(bouts, hauteurs, 0, _SOCLE + 8).items():
        haut = milieu - hauteurs[nom] / 2
        dessin.ligne([(droite + 7, bouts[nom]), (droite + 14, haut + theme.PETIT * 0.8)], couleurs[nom], 1.5)
        for i, ligne in enumerate(blocs[nom]):
            bord = haut + (i + 1) * theme.PETIT * 1.15 - 2
            dessin.texte(droite + 18, bord, ligne, taille=theme.PETIT, gras=i == 0)
            bas = max(bas, bord + 6)
    return dessin.rendre(bas, titre, description)


def _fin(p: Progression) -> str:
    if p.est_masquee:
        return "s"
    if p.projection is not None:
        return f"{nombre(p.projection)} (projection)"
    connus = [v for v in p.cumuls if v is not None]
    return nombre(connus[-1]) if connus else "nd"


def _couleurs(progressions: Sequence[Progression]) -> dict[str, str]:
    """A colour each for the four largest, grey for the others."""

    def taille(p: Progression) -> float:
        return max([v for v in p.cumuls if v is not None], default=0.0)

    ordre = sorted(progressions, key=taille, reverse=True)
    teintes = [*theme.CATEGORIES[: len(ordre)], *[theme.GRIS] * max(0, len(ordre) - len(theme.CATEGORIES))]
    return {p.nom: teinte for p, teinte in zip(ordre, teintes, strict=True)}


__all__ = ["Progression", "barres_proposes", "barres_reservation", "courbes_trimestres"]
