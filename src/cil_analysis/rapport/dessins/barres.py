"""Rows, one a name written at its left, of bars from zero: figures, counts, what has an objective, ready rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import isnan
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from pandas.api.types import is_datetime64_any_dtype

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, SANS_OBJET
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import TALON, Entree, borde, carre, ecrire, feuille, hachurer, peindre, unites
from cil_analysis.rapport.dessins.theme import INTERLIGNE, couper, largeur
from cil_analysis.rapport.mots.definitions import MOTS
from cil_analysis.rapport.mots.formats import CERCLE_POINTILLE, unite_une_fois
from cil_analysis.rapport.mots.lignes import MARQUES
from cil_analysis.typographie import RIEN, nombre, typographie

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_ECART, _PLACE_DU_NOM = 8.0, 148.0
# The height of a row and the thickness of its bar: of one, of two, of so many that a page is short of place.
_UNE, _DEUX, _SERREE = (26.0, 18.0), (44.0, 16.0), (23.0, 15.0)
_NOMBREUSES = 30
_INSTANT = 1e-9
_COULEURS = (theme.ACCENT, theme.GRIS)
_REPERE = {"marker": "|", "markersize": 15, "markeredgewidth": 2, "color": theme.ENCRE}
_RESULTATS = {
    ATTEINT: (f"{MARQUES[ATTEINT]} atteint", theme.ATTEINT),
    NON_ATTEINT: (f"{MARQUES[NON_ATTEINT]} non atteint", theme.NON_ATTEINT),
    NON_CALCULABLE: (f"{CERCLE_POINTILLE} non calculable", theme.GRIS_TEXTE),
}


class Reglages(TypedDict, total=False):
    """What ``Table.barres`` says of them."""

    repere: tuple[float, str]
    termes: tuple[str, str]
    par_taille: bool


class Barre(NamedTuple):
    """A bar: where it ends (None: masked), what is written after it, its colour, that of the words, where it begins."""

    fin: float | None
    texte: str
    couleur: str = theme.ACCENT
    encre: str = theme.ENCRE
    gras: bool = True
    debut: float = 0.0


Rangees = Sequence[tuple[str, Sequence[Barre]]]


def poser(
    noms: Sequence[str], maximum: float, *, rangee: float, droite: float = 0, marges: tuple[float, float] = (4, 4),
    legende: Sequence[Entree] = (),
) -> tuple[Axes, list[float]]:  # fmt: skip
    """Axes of rows, and the middle of each. ``rangee``: the height of one, whose name may ask for more.

    ``maximum``: what the scale reaches; ``droite``, ``marges``: what is left at the right, above and below.
    """
    ecrits = [couper(nom, _PLACE_DU_NOM).split("\n") for nom in noms]
    hauteurs = [max(rangee, len(lignes) * theme.TEXTE * INTERLIGNE + 6) for lignes in ecrits]
    haut, bas = marges
    gauche = largeur(ligne for lignes in ecrits for ligne in lignes) + _ECART
    axes = feuille(sum(hauteurs), gauche=gauche, droite=droite, haut=haut, bas=bas, legende=legende)
    axes.set_xlim(0, maximum or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set(xticks=[], yticks=[])
    milieux = [fin - hauteur / 2 for fin, hauteur in zip(accumulate(hauteurs), hauteurs, strict=True)]
    for lignes, milieu in zip(ecrits, milieux, strict=True):
        for rang, ligne in enumerate(lignes):  # Each line ends at the axis, whatever the font of the page.
            ou = (-_ECART, (len(lignes) / 2 - 0.5 - rang) * theme.TEXTE * INTERLIGNE)
            ecrire(axes, ligne, (0, milieu), ou, ha="right", xycoords=axes.get_yaxis_transform())
    return axes, milieux


def _barrer(
    rangees: Rangees, taille: tuple[float, float], *, atteints: Iterable[float] = (), legende: Sequence[Entree] = (),
    repere: float | None = None, a_droite: bool = False,
) -> tuple[Axes, list[float]]:  # fmt: skip
    """The bars of each row, one under the other, and the figure of each at its end, or at the right of the drawing.

    ``atteints``: what the scale reaches besides them; ``repere``: what this line would cross stands inside its bar.
    """
    rangee, epaisseur = taille
    toutes = [b for _, barres in rangees for b in barres]
    textes = unite_une_fois(b.texte for b in toutes)
    bouts = [x for b in toutes for x in (b.debut, b.fin) if x is not None]
    place = largeur(textes, gras=True) + (2 * _ECART if a_droite else _ECART)
    axes, milieux = poser(
        [nom for nom, _ in rangees], max([*bouts, *atteints], default=0), rangee=rangee, droite=place, legende=legende
    )
    hauts = [
        milieu + (rang - (len(barres) - 1) / 2) * (epaisseur + 3)
        for milieu, (_, barres) in zip(milieux, rangees, strict=True)
        for rang in range(len(barres))
    ]
    for y, b, texte in zip(hauts, toutes, textes, strict=True):
        bout = _tracer(axes, b, y, epaisseur)
        fin = bout + unites(axes, 10 + largeur([texte], gras=b.gras))
        style = {"color": b.encre, "fontweight": "bold" if b.gras else "normal"}
        if a_droite:
            ecrire(axes, texte, (axes.get_xlim()[1], y), (2 * _ECART, 0), **style)
        elif repere is not None and b.fin and bout < repere <= fin:
            ecrire(axes, texte, (bout, y), (-8, 0), ha="right", **style | {"color": theme.BLANC})
        else:
            ecrire(axes, texte, (bout, y), (6, 0), **style)
    if repere is not None:  # Under the bars: those that pass it show by how much.
        axes.plot([repere] * 2, axes.get_ylim(), color=theme.ENCRE, linewidth=2, clip_on=False, zorder=0.5)
    return axes, milieux


def _tracer(axes: Axes, b: Barre, y: float, epaisseur: float) -> float:
    """A bar, a change as thin as it may be, or the stub of a masked figure; returns where it ends."""
    bas = y - epaisseur / 2
    if b.fin is None:
        hachurer(axes, 0, bas, unites(axes, TALON), epaisseur)
        return unites(axes, TALON)
    gauche, droite = sorted((b.debut, b.fin))
    longueur = max(droite - gauche, unites(axes, 2)) if b.debut else droite
    peindre(axes, gauche, bas, longueur, epaisseur, facecolor=b.couleur)
    return gauche + longueur


# --- Figures ---------------------------------------------------------------------------------------------------------


def dessiner(chiffres: Sequence[Chiffre], reglages: Reglages) -> Axes:
    """The bars of some figures, each written at its end."""
    if reglages.get("par_taille"):  # What is masked comes after, by name, so that its place tells nothing.
        publies = sorted((c for c in chiffres if c.est_publie), key=lambda c: (not c.est_renseigne, -c.valeur))
        autres = sorted((c for c in chiffres if not c.est_publie), key=lambda c: (c.est_secret, c.nom))
        chiffres = [*publies, *autres]
    termes, (ou, mots) = reglages.get("termes", ()), reglages.get("repere", (None, ""))
    legende = _legende(termes) + ([] if ou is None else [Entree(typographie(mots), _REPERE)])
    rangees = [(c.nom, _termes(c) if termes else [_barre(c)]) for c in chiffres]
    atteints = [] if ou is None else [ou * 1.04]
    return _barrer(rangees, _DEUX if termes else _UNE, atteints=atteints, legende=legende, repere=ou)[0]


def dessiner_cote_a_cote(rangees: Sequence[Sequence[Chiffre | None]], noms: Sequence[str]) -> Axes:
    """Two bars a class: its figure in each of two series, of which ``noms`` says what they are; None: it has none."""
    barres = [
        (
            next(c.nom for c in chiffres if c is not None),
            [_barre(c, couleur) for c, couleur in zip(chiffres, _COULEURS, strict=False) if c is not None],
        )
        for chiffres in rangees
    ]
    return _barrer(barres, _DEUX if noms else _UNE, legende=_legende(noms))[0]


def _legende(noms: Sequence[str]) -> list[Entree]:
    return [Entree(nom, carre(couleur)) for nom, couleur in zip(noms, _COULEURS, strict=False)]


def _barre(c: Chiffre, couleur: str = theme.ACCENT) -> Barre:
    est_sujet = c.est_publie and couleur == theme.ACCENT
    fin = c.valeur if c.est_publie else None if c.est_secret else 0.0
    return Barre(fin, c.texte, couleur, theme.ENCRE if est_sujet else theme.GRIS_TEXTE, est_sujet)


def _termes(c: Chiffre) -> list[Barre]:
    """The two counts of a share, the part above the whole, each at its bar: « 605 (80,1 %) », « 755 »."""
    part, tout = _barre(c), _barre(c, theme.GRIS)
    if not c.est_publie:
        return [part, tout]
    return [
        part._replace(fin=c.numerateur, texte=f"{nombre(c.numerateur)} ({c.texte})"),
        tout._replace(fin=c.denominateur, texte=nombre(c.denominateur)),
    ]


# --- Before their objectives -----------------------------------------------------------------------------------------


def devant_leur_objectif(chiffres: Sequence[Chiffre]) -> Axes:
    """One bar a figure in the colour of its result, the tick of its target; at the right « ✓ 27,3 % », « ✗ 22,8 % »."""
    taille = _SERREE if len(chiffres) > _NOMBREUSES else _UNE
    # What the black tick is: the objective itself, where it is the same for all.
    cibles = {c.objectif for c in chiffres if c.est_publie and c.bornes}
    commune = f"objectif\u202f: {min(cibles)}" if len(cibles) == 1 else "objectif"
    axes, milieux = _barrer(
        [(c.nom, [_devant(c)]) for c in chiffres],
        taille,
        atteints=[x for c in chiffres if not c.est_secret for x in c.bornes],
        legende=[*([Entree(commune, _REPERE | {"markeredgewidth": 3})] if cibles else []), *resultats(chiffres)],
        a_droite=True,
    )
    for c, milieu in zip(chiffres, milieux, strict=True):
        bornes = () if c.est_secret or c.ligne["statut"] == SANS_OBJET else c.bornes
        haut, bas = (milieu + signe * (taille[1] / 2 + 3) for signe in (-1, 1))
        for x in bornes:
            axes.plot([x, x], [haut, bas], solid_capstyle="butt", **borde(3))
        if len(bornes) > 1:  # Of an interval, the line between both.
            axes.plot(bornes, [haut] * 2, color=theme.ENCRE, linewidth=1.5, clip_on=False)
    return axes


def _devant(c: Chiffre) -> Barre:
    fin = max(c.valeur, 0.0) if c.est_publie else None if c.est_secret else 0.0
    couleur = _RESULTATS[c.verdict][1] if c.verdict else theme.GRIS
    return Barre(fin, resultat(c), couleur, encre(c), c.verdict != "")


def resultat(c: Chiffre) -> str:
    """A figure behind the shape of its result, if it has one: « ✓ 27,3 % », « ✗ s », « ◌ nd »."""
    if c.ligne["statut"] == SANS_OBJET:
        return RIEN
    return f"{MARQUES.get(c.verdict, CERCLE_POINTILLE if _est_sans_calcul(c) else '')} {c.texte}".strip()


def encre(c: Chiffre) -> str:
    """The colour of its words."""
    return _RESULTATS[c.verdict][1] if c.verdict else theme.ENCRE if c.est_publie else theme.GRIS_TEXTE


def resultats(chiffres: Sequence[Chiffre]) -> list[Entree]:
    """What the shapes of some results mean."""
    vus = {c.verdict for c in chiffres} | {NON_CALCULABLE for c in chiffres if _est_sans_calcul(c)}
    dits = {genre: mots for genre, (mots, _) in _RESULTATS.items()}
    if any(c.est_tolere for c in chiffres):
        dits[ATTEINT] += " (avec tolérance)"
    if all(c.est_depasse for c in chiffres if c.verdict == NON_ATTEINT):
        dits[NON_ATTEINT] = f"{MARQUES[NON_ATTEINT]} {MOTS['depasse']}"
    return [Entree(dits[genre], {}, couleur) for genre, (_, couleur) in _RESULTATS.items() if genre in vus]


def _est_sans_calcul(c: Chiffre) -> bool:
    return not (c.est_publie or c.est_secret or c.ligne["statut"] == SANS_OBJET)


# --- Rows that a notebook has made ready: what each has to close, an account end to end, documents at their dates -----


def dessiner_des_lignes(lignes: pd.DataFrame, annee: int) -> Axes:
    """One bar a row, from ``debut`` to ``fin``; without an end, a row is a heading.

    Where both are days, the axis is of years, which the first row says; ``annee``, that of the report, is shaded.
    """
    en_annees = is_datetime64_any_dtype(lignes["fin"])
    bouts = lignes[["debut", "fin"]].map(_en_annees) if en_annees else lignes[["debut", "fin"]]
    premiere = int(min(bouts["debut"].min(), annee)) if en_annees else 0
    rangees: list[tuple[str, Sequence[Barre]]] = []
    for nom, mots, fort, (debut, fin) in zip(
        lignes["nom"], lignes["mots"], lignes["fort"], bouts.sub(premiere).to_numpy(), strict=True
    ):
        couleur = theme.ACCENT if fort else theme.GRIS
        # What happens on the first day of the axis is a line as well, and no bar of nothing.
        seule = [Barre(fin, mots, couleur, debut=debut or _INSTANT * en_annees)]
        rangees.append((typographie(f"{nom} :"), ()) if isnan(fin) else (nom, seule))
    if not en_annees:
        return _barrer(rangees, _UNE)[0]
    derniere = int(max(bouts["fin"].max() - _INSTANT, annee))
    axes, milieux = _barrer([("", ()), *rangees], _UNE, atteints=[derniere + 1 - premiere])
    axes.axvspan(annee - premiere, annee + 1 - premiere, color=theme.FOND_NEUTRE, linewidth=0, zorder=0)
    un_sur = 1 + int(unites(axes, largeur(["0000"], theme.PETIT) + 4))
    for x in range((annee - premiere) % un_sur, derniere + 1 - premiere, un_sur):
        ecrire(axes, str(premiere + x), (x + 0.5, milieux[0]), ha="center", fontsize=theme.PETIT)
    return axes


def _en_annees(jour: pd.Timestamp) -> float:
    return float(jour.year + (jour.day_of_year - 1) / (366 if jour.is_leap_year else 365))
