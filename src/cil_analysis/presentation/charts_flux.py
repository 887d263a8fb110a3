"""The drawing of the bilan to one réservataire: dwellings proposed and allocated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_communs import (
    ECART,
    barre,
    etiqueter,
    hauteur_de,
    largeur_de,
    poser_legende,
)
from cil_analysis.presentation.formats import nombre
from cil_analysis.presentation.lecture import Chiffre, libelle, lire_une_annee
from cil_analysis.presentation.svg import Dessin


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
