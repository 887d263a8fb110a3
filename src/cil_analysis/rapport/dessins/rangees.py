"""Rows: one a name, written at its left, on a horizontal scale from zero; an account, ranges, bars of 100 %."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import MOIS, NON_RENSEIGNE, PCT
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, carre, ecrire, feuille, hachurer, unites
from cil_analysis.rapport.dessins.theme import INTERLIGNE, couper, largeur
from cil_analysis.rapport.mots.formats import INSECABLE, nombre, signer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ECART = 8.0
RANGEE = 30.0
_PLACE_DU_NOM, _BLANC = 148.0, 8.0
# The rows of an account and its bars; those of ranges, and how far below its middle each of these is.
_ETAPE, _BARRE = 34.0, 22.0
_ETENDUE, _SOUS_LE_MILIEU = 40.0, 6.0
_MOITIE: dict[str, Any] = {"color": theme.GRIS, "linewidth": 9, "solid_capstyle": "butt"}
_MEDIANE: dict[str, Any] = {"color": theme.ACCENT, "marker": "o", "markersize": 13}


def poser(
    noms: Sequence[str], maximum: float, *, rangee: float = RANGEE, droite: float = 0,
    marges: tuple[float, float] = (4, 4), legende: Sequence[Entree] = (),
) -> tuple[Axes, list[float]]:  # fmt: skip
    """The axes, and the middle of each row. ``rangee``: the height of one, whose name may ask for more.

    ``maximum``: what the scale reaches; ``droite``, ``marges``: what is left at the right, above and below.
    """
    ecrits = [couper(nom, _PLACE_DU_NOM).split("\n") for nom in noms]
    hauteurs = [max(rangee, len(lignes) * theme.TEXTE * INTERLIGNE + _BLANC) for lignes in ecrits]
    haut, bas = marges
    gauche = largeur(ligne for lignes in ecrits for ligne in lignes) + ECART
    axes = feuille(sum(hauteurs), gauche=gauche, droite=droite, haut=haut, bas=bas, legende=legende)
    axes.set_xlim(0, maximum or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    milieux = [fin - hauteur / 2 for fin, hauteur in zip(accumulate(hauteurs), hauteurs, strict=True)]
    au_bord: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
    for lignes, milieu in zip(ecrits, milieux, strict=True):
        for rang, ligne in enumerate(lignes):  # Each line ends at the axis, whatever the font of the page.
            ou = (-ECART, (len(lignes) / 2 - 0.5 - rang) * theme.TEXTE * INTERLIGNE)
            axes.annotate(ligne, (0, milieu), xytext=ou, ha="right", va="center", annotation_clip=False, **au_bord)
    return axes, milieux


# --- An account: from one total to another, what is added and taken away end to end between them ---------------------


class Etape(NamedTuple):
    """A step of an account: from one level to another; a total starts from zero."""

    nom: str
    debut: float
    fin: float
    couleur: str

    @property
    def texte(self) -> str:
        """« 12 400 » of a total, « +1 200 », « −300 » of what changes it."""
        return nombre(self.fin) if self.couleur == theme.GRIS else signer(self.fin - self.debut)


def enchainer(etapes: Mapping[str, float | None]) -> list[Etape]:
    """The steps of an account: a total, what is added to it, what is taken away (« - Sorties »), another total.

    None: what the others do not explain of the change.
    """
    (premier, debut), *pas, (dernier, fin) = etapes.items()
    niveau, arrivee = debut or 0.0, fin or 0.0
    changes = [(nom, -x if x is not None and nom.startswith("- ") else x) for nom, x in pas]
    reste = arrivee - niveau - sum(x for _, x in changes if x is not None)
    chaine = [Etape(premier, 0, niveau, theme.GRIS)]
    for nom, change in changes:
        suivant = niveau + (reste if change is None else change)
        couleur = theme.ORANGE if change is None else theme.BRUN if nom.startswith("- ") else theme.ACCENT
        chaine.append(Etape(nom.removeprefix("- "), niveau, suivant, couleur))
        niveau = suivant
    return [*chaine, Etape(dernier, 0, arrivee, theme.GRIS)]


def dessiner_un_compte(etapes: Sequence[Etape]) -> Axes:
    """Horizontal bars from zero for the totals; between them, each change from where the one before ended."""
    axes, milieux = poser(
        [e.nom for e in etapes],
        max((max(e.debut, e.fin) for e in etapes), default=0),
        rangee=_ETAPE,
        droite=largeur([e.texte for e in etapes], gras=True) + ECART,
    )
    for e, milieu in zip(etapes, milieux, strict=True):
        gauche, droite = sorted((e.debut, e.fin))
        long = max(droite - gauche, unites(axes, 2))
        axes.barh(milieu, long, _BARRE, left=gauche, color=e.couleur)
        ecrire(axes, e.texte, (gauche + long, milieu), (6, 0), fontweight="bold")
    tirets: dict[str, Any] = {"color": theme.GRIS, "linewidth": 1, "linestyle": (0, (2, 3))}
    for e, (haut, bas) in zip(etapes, pairwise(milieux), strict=False):
        axes.plot([e.fin] * 2, [haut + _BARRE / 2, bas - _BARRE / 2], **tirets)
    return axes


# --- Ranges: for each class, the middle half of a distribution and its median ----------------------------------------


class Etendue(NamedTuple):
    """A class: its first quartile, its median and its third quartile; a quartile may be missing."""

    bas: Chiffre | None
    centre: Chiffre
    haut: Chiffre | None

    @property
    def bornes(self) -> list[Chiffre]:
        """The two quartiles, if both are published; else none."""
        publies = [c for c in (self.bas, self.haut) if c is not None and c.est_publie]
        return publies if len(publies) == 2 else []


def dessiner_des_etendues(rangees: Sequence[Etendue]) -> Axes:
    """One row a class: a thick line from the first quartile to the third, a disc on the median, from zero.

    A class whose median is masked is a stub; one that lacks a quartile shows its median alone. The axis says where the
    quartiles are.
    """
    valeurs = [c.valeur for r in rangees for c in (*r.bornes, r.centre) if c.est_publie]
    graduations = theme.graduations(0, max(valeurs, default=1))
    axes, milieux = poser(
        [r.centre.nom for r in rangees], graduations[-1], rangee=_ETENDUE, droite=40, marges=(4, 26),
        legende=[Entree("la moitié des ménages", _MOITIE), Entree("médiane", _MEDIANE)],
    )  # fmt: skip
    unite = f"{INSECABLE}mois" if any(r.centre.ligne["unite"] == MOIS for r in rangees) else ""
    ecrites = [nombre(g, 0 if g == int(g) else 1) for g in graduations]
    axes.set_xticks(graduations, [*ecrites[:-1], f"{ecrites[-1]}{unite}"])
    axes.grid(axis="x")
    for r, milieu in zip(rangees, milieux, strict=True):
        if r.centre.est_publie:
            y, mediane = milieu + _SOUS_LE_MILIEU, r.centre.valeur
            if r.bornes:
                axes.plot([c.valeur for c in r.bornes], [y, y], **_MOITIE)
            axes.plot([mediane], [y], clip_on=False, **_MEDIANE)
            mots = nombre(mediane, 1)
            axes.text(mediane, milieu - 10, mots, ha="center", va="center", color=theme.ACCENT, fontweight="bold")
        else:
            if r.centre.est_secret:
                hachurer(axes, 0, milieu - 10, unites(axes, TALON), 20)
            decalage = (TALON + 6 if r.centre.est_secret else 4, 0)
            ecrire(axes, r.centre.texte, (0, milieu), decalage, color=theme.GRIS_TEXTE)
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
        raise ErreurCIL(
            f'Des barres empilées se coupent deux fois. Écrire rapport["{code}"].par("annee", "classe").empilees(…).'
        )
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
