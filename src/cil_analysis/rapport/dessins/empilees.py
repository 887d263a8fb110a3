"""Bars of 100 %, one a place, an actor or a year, cut by the classes of one whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, PCT
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, carre, ecrire, hachurer, unites
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.dessins.rangees import poser
from cil_analysis.rapport.mots.formats import nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EPAISSEUR, _MINCE, _NOMBREUSES = 32.0, 22.0, 8  # from so many bars on, they are thinner
_VISIBLE = 0.05  # in percent; below, a class is written 0,0 %
# Classes of what is not known: in grey, besides the colours.
_NEUTRES = (NON_RENSEIGNE, "INCONNU")


def exiger_des_parts(chiffres: Chiffres) -> None:
    """Raises ErreurCIL for figures that are not the parts of a whole, cut twice."""
    code = chiffres.indicateur.code
    if len(chiffres.axes) != 2 or chiffres.axes[-1] != "classe":
        raise ErreurCIL(
            f'Des barres empilées se coupent deux fois. Écrire rapport["{code}"].par("annee", "classe").empilees(…).'
        )
    if chiffres.indicateur.unite != PCT or chiffres.terme_lu != VALEUR:
        raise ErreurCIL(f"{code} : ses chiffres ne sont pas des parts, qui font cent ensemble. Choisir .barres(…).")


def dessiner(barres: Mapping[str, Sequence[Chiffre]]) -> Axes:
    """The bars by name: their figures are percents, written without their unit; the last code of each is its class.

    All are on one scale. A masked class is a stub of constant length: no length says what is masked.
    """
    epaisseur = _EPAISSEUR if len(barres) < _NOMBREUSES else _MINCE
    tous = [c for chiffres in barres.values() for c in chiffres]
    noms = {c.cle[-1]: c.noms[-1] for c in tous if c.est_secret or (c.est_publie and c.valeur >= _VISIBLE)}
    couleurs = _couleurs(noms)
    legende = [Entree(nom, carre(couleurs[code])) for code, nom in noms.items()]
    axes, milieux = poser(list(barres), 100, rangee=epaisseur + 8, legende=legende)
    axes.spines["left"].set_visible(False)
    talons = max((sum(c.est_secret for c in siens) for siens in barres.values()), default=0)
    place = 100 / unites(axes, 1)
    axes.set_xlim(0, 100 * place / (place - talons * TALON))
    # The classes that are written without decimals, in every bar, because one of theirs fits its segment only so.
    unite, publies = unites(axes, 1), [c for c in tous if c.est_publie]
    entieres = {c.cle[-1] for c in publies if not _tient(c, 1, unite) and _tient(c, 0, unite)}
    for milieu, chiffres in zip(milieux, barres.values(), strict=True):
        _empiler(axes, [c for c in chiffres if c.cle[-1] in noms], (milieu, epaisseur), couleurs, entieres)
    return axes


def _couleurs(classes: Collection[str]) -> dict[str, str]:
    """The colour of each class, dark to light; grey for what is not known."""
    nettes = [code for code in classes if code not in _NEUTRES]
    if len(nettes) > len(theme.SEQUENTIELLE):
        raise ErreurCIL(
            f"{len(nettes)} classes sont trop pour des barres empilées : {len(theme.SEQUENTIELLE)} couleurs au plus se "
            "distinguent. Choisir .barres(…), ou moins de classes avec .ou(classe=[…])."
        )
    teintes = theme.couleurs_modalites(len(nettes))
    return dict.fromkeys(classes, theme.GRIS_CLAIR) | dict(zip(nettes, teintes, strict=True))


def _tient(c: Chiffre, decimales: int, unite: float) -> bool:
    """Whether a figure fits inside its segment; ``unite``: one unit of the page, in percents."""
    return (largeur([nombre(c.valeur, decimales)], theme.PETIT) + 3) * unite <= c.valeur


def _empiler(
    axes: Axes, chiffres: Sequence[Chiffre], place: tuple[float, float], couleurs: Mapping[str, str],
    entieres: Collection[str],
) -> None:  # fmt: skip
    """The segments of a bar: its middle and thickness are ``place``."""
    milieu, epaisseur = place
    visibles = [c for c in chiffres if c.est_publie or c.est_secret]
    if not visibles and chiffres:
        axes.text(0, milieu, chiffres[0].texte, va="center", color=theme.GRIS_TEXTE)
    talon, x = unites(axes, TALON), 0.0
    if any(c.est_secret for c in visibles):  # The whole, of which a part cannot be shown.
        bout = max(100.0, sum(talon if c.est_secret else c.valeur for c in visibles))
        axes.barh(milieu, bout, epaisseur, color=theme.BLANC, edgecolor=theme.GRIS_CLAIR, zorder=0.5)
    for c in visibles:
        longueur, couleur = talon if c.est_secret else c.valeur, couleurs[c.cle[-1]]
        au_coeur, decimales = (x + longueur / 2, milieu), 0 if c.cle[-1] in entieres else 1
        if c.est_secret:
            hachurer(axes, x, milieu - epaisseur / 2, talon, epaisseur)
            fond = {"facecolor": theme.BLANC, "edgecolor": "none", "pad": 1}
            ecrire(axes, c.texte, au_coeur, ha="center", fontsize=theme.PETIT, fontweight="bold", bbox=fond)
        else:
            axes.barh(milieu, longueur, epaisseur, left=x, color=couleur, edgecolor=theme.BLANC)
            if _tient(c, decimales, unites(axes, 1)):
                encre = theme.encre_sur(couleur)
                ecrire(axes, nombre(c.valeur, decimales), au_coeur, ha="center", fontsize=theme.PETIT, color=encre)
        x += longueur
