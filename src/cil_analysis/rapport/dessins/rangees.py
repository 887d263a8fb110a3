"""Rows that hold more than a bar: the middle half of a distribution and its median, 100 % cut by classes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import MOIS, NON_RENSEIGNE, PCT
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.barres import poser
from cil_analysis.rapport.dessins.dessin import FOND, TALON, Entree, carre, ecrire, hachurer, peindre, unites
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.usages import autre_coupe
from cil_analysis.typographie import INSECABLE, nombre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# --- Ranges ----------------------------------------------------------------------------------------------------------

_MOITIE: dict[str, Any] = {"color": theme.GRIS, "linewidth": 9, "solid_capstyle": "butt"}
_MEDIANE: dict[str, Any] = {"color": theme.ACCENT, "marker": "o", "markersize": 13}


def dessiner_des_etendues(quartiles: Sequence[Iterable[Chiffre]]) -> Axes:
    """One row a class: a thick line from the first quartile to the third, a disc on the median, from zero.

    A class whose median is masked is a stub; one that lacks a quartile shows its median alone.
    """
    bas, medianes, haut = ({c.cle: c for c in chiffres} for chiffres in quartiles)
    rangees = [c for c in medianes.values() if c.est_publie or c.est_secret]
    bords = [[x[c.cle].valeur for x in (bas, haut) if c.cle in x and x[c.cle].est_publie] for c in rangees]
    moities = [siens if len(siens) == 2 and c.est_publie else [] for c, siens in zip(rangees, bords, strict=True)]
    valeurs = [*(c.valeur for c in rangees if c.est_publie), *(x for siens in moities for x in siens)]
    graduations = theme.graduations(0, max(valeurs, default=1))
    axes, milieux = poser(
        [c.nom for c in rangees], graduations[-1], rangee=36, droite=40, marges=(4, 26),
        legende=[Entree("la moitié centrale des ménages", _MOITIE), Entree("médiane", _MEDIANE)],
    )  # fmt: skip
    ecrites = [nombre(g, 0 if g == int(g) else 1) for g in graduations]
    ecrites[-1] += f"{INSECABLE}mois" if any(c.ligne["unite"] == MOIS for c in rangees) else ""
    axes.set_xticks(graduations, ecrites)
    axes.grid(axis="x")
    for c, moitie, milieu in zip(rangees, moities, milieux, strict=True):
        if c.est_publie:
            if moitie:
                axes.plot(moitie, [milieu + 6] * 2, **_MOITIE)
            axes.plot([c.valeur], [milieu + 6], clip_on=False, **_MEDIANE)
            ou = (c.valeur, milieu - 10)
            axes.text(*ou, nombre(c.valeur, 1), ha="center", va="center", color=theme.ACCENT, fontweight="bold")
        else:
            hachurer(axes, 0, milieu - 10, unites(axes, TALON), 20)
            ecrire(axes, c.texte, (0, milieu), (TALON + 6, 0), color=theme.GRIS_TEXTE)
    return axes


# --- Bars of 100 %, one a place, an actor or a year, cut by the classes of one whole ----------------------------------


_EPAISSEUR, _MINCE, _NOMBREUSES = 32.0, 22.0, 8  # from so many bars on, they are thinner
_VISIBLE = 0.05  # in percent; below, a class is written 0,0 %
# Classes of what is not known: in grey, besides the colours.
_NEUTRES = (NON_RENSEIGNE, "INCONNU")


def exiger_des_parts(chiffres: Chiffres) -> None:
    """Raises ErreurCIL for figures that are not the parts of a whole, cut twice."""
    code = chiffres.indicateur.code
    if len(chiffres.axes) != 2 or chiffres.axes[-1] != "classe":
        raise autre_coupe(chiffres, "annee", "classe")
    if chiffres.indicateur.unite != PCT or chiffres.terme_lu != VALEUR:
        raise ErreurCIL(f"{code} : ses chiffres ne sont pas des parts, qui font cent ensemble. Choisir .barres(…).")


def dessiner_des_parts(barres: Mapping[str, Sequence[Chiffre]]) -> Axes:
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
    # Besides 100 %, what the stubs of the bar that has the most ask for.
    talons = max((sum(c.est_secret for c in siens) for siens in barres.values()), default=0)
    place = 100 / unites(axes, 1)
    axes.set_xlim(0, 100 * place / (place - talons * TALON))
    for milieu, chiffres in zip(milieux, barres.values(), strict=True):
        _empiler(axes, [c for c in chiffres if c.cle[-1] in noms], (milieu, epaisseur), couleurs)
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


def _empiler(axes: Axes, chiffres: Sequence[Chiffre], place: tuple[float, float], couleurs: Mapping[str, str]) -> None:
    """The segments of a bar: its middle and thickness are ``place``."""
    milieu, epaisseur = place
    bas = milieu - epaisseur / 2
    visibles = [c for c in chiffres if c.est_publie or c.est_secret]
    if not visibles and chiffres:
        axes.text(0, milieu, chiffres[0].texte, va="center", color=theme.GRIS_TEXTE)
    talon, x = unites(axes, TALON), 0.0
    for c in visibles:
        longueur, couleur = talon if c.est_secret else c.valeur, couleurs[c.cle[-1]]
        style: dict[str, Any] = {"ha": "center", "fontsize": theme.PETIT}
        if c.est_secret:
            hachurer(axes, x, bas, talon, epaisseur)
            ecrire(axes, c.texte, (x + longueur / 2, milieu), fontweight="bold", bbox=FOND, **style)
        else:
            peindre(axes, x, bas, longueur, epaisseur, facecolor=couleur, edgecolor=theme.BLANC)
            texte = nombre(c.valeur, 1)
            if unites(axes, largeur([texte], theme.PETIT) + 3) <= c.valeur:
                ecrire(axes, texte, (x + longueur / 2, milieu), color=theme.encre_sur(couleur), **style)
        x += longueur
