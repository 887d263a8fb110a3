"""The static map: each commune's share against its own objective, for the page and for print (matplotlib, as SVG)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme
from cil_analysis.presentation.carte_cle import Entree, ecrire_la_cle, hauteur_de_la_cle
from cil_analysis.presentation.carte_dessin import centre, ensemble, fond_de_carte, style_de
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.placement import placer_renvois
from cil_analysis.presentation.svg import depuis_matplotlib

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

LARGEUR, MARGE_HAUT = 560.0, 46.0
LARGEUR_RENVOI = 112.0  # of a label away from its commune
MARGE, MARGE_ETROITE = 90.0, 12.0  # on each side of the map: with those labels, without
RENVOIS = 24  # beyond, labels around the map could not be followed
TAILLE = theme.PETIT
INTERLIGNE = TAILLE * 1.15


@dataclass(frozen=True)
class Etiquette:
    """A label: its lines, the name then the figure, centred on (x, y); ``trait``: its leader line when it is away."""

    commune: cc.CommuneCarte
    lignes: tuple[str, ...]
    x: float
    y: float
    trait: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def boite(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        largeur, hauteur = _taille(self.lignes)
        return self.x - largeur / 2, self.y - hauteur / 2, self.x + largeur / 2, self.y + hauteur / 2


def carte_statique(
    table: PublishedTable, contours: gpd.GeoDataFrame, *, identifiant: str, titre: str, description: str,
    bornes: Sequence[float], parc_social: Mapping[str, float] | None = None,
) -> str:  # fmt: skip
    """A choropleth of the gap to the objective, in Lambert-93, with names and figures, its legend inside.

    ``table``: the communes of one year (others of the contours are not drawn); ``bornes``: bounds of the classes, in
    points around the objective; ``parc_social``: social dwellings by INSEE code, 0 where there are none.
    Returns the SVG in its frame.
    """
    import matplotlib.pyplot as plt

    communes, echelle = cc.communes_de_la_carte(table, contours, bornes, parc_social)
    communes, bas, etiquettes, cle = _composer(communes)
    bas = max([bas, *(e.boite[3] for e in etiquettes)]) + 14
    legende = list(_legende(communes, echelle))
    gauche = MARGE_ETROITE if cle else MARGE
    haut_de_la_cle = bas + len(legende) * 22 + 44
    hauteur = haut_de_la_cle + hauteur_de_la_cle(cle, LARGEUR) if cle else haut_de_la_cle - 18
    with theme.style_matplotlib(identifiant):
        figure, axe = fond_de_carte(communes, LARGEUR, hauteur)
        for etiquette in etiquettes:
            _ecrire(axe, etiquette)
        axe.text(gauche, bas + 8, "Écart à l’objectif de la commune", size=TAILLE, weight="bold", va="center")
        for i, (etat, couleur, texte) in enumerate(legende):
            y = bas + 30 + i * 22
            _carre(axe, gauche, y, etat, couleur)
            axe.text(gauche + 34, y, texte, size=TAILLE, va="center")
        ecrire_la_cle(axe, cle, haut_de_la_cle, LARGEUR)
        svg = depuis_matplotlib(figure, identifiant, titre, description)
        plt.close(figure)
    # On a phone the drawing is wider than the page, to stay legible: the frame scrolls, with the keyboard too.
    return f'<div class="carte-statique" tabindex="0" role="group" aria-label="{echapper(titre)}">{svg}</div>'


def _composer(
    communes: list[cc.CommuneCarte],
) -> tuple[list[cc.CommuneCarte], float, list[Etiquette], list[Entree]]:
    """The communes in place, where the map ends, its labels, and its key: empty where all the names find room.

    When they do not, each commune bears a number instead, and the key below the map gives its name and its figure.
    """
    placees, bas = en_pixels(communes)
    etiquettes = placer_etiquettes(placees, bas)
    if len(etiquettes) == len(communes):
        return placees, bas, etiquettes, []
    placees, bas = en_pixels(communes, MARGE_ETROITE)
    cle = [Entree(str(rang), c.nom, c.texte) for rang, c in enumerate(communes, start=1)]
    numeros = {c.code: (entree.numero,) for c, entree in zip(communes, cle, strict=True)}
    return placees, bas, placer_etiquettes(placees, bas, numeros), cle


def en_pixels(communes: list[cc.CommuneCarte], marge: float = MARGE) -> tuple[list[cc.CommuneCarte], float]:
    """The communes in the units of the drawing, with room for labels around, and where the map ends."""
    from dataclasses import replace

    from shapely.affinity import affine_transform

    haut_libre = min(MARGE_HAUT, marge)
    if not communes:
        return [], haut_libre
    bornes = [c.geometrie.bounds for c in communes]
    gauche, bas = min(b[0] for b in bornes), min(b[1] for b in bornes)
    droite, haut = max(b[2] for b in bornes), max(b[3] for b in bornes)
    facteur = (LARGEUR - 2 * marge) / (droite - gauche)
    matrice = [facteur, 0, 0, -facteur, marge - gauche * facteur, haut_libre + haut * facteur]
    projetees = [replace(c, geometrie=affine_transform(c.geometrie, matrice)) for c in communes]
    return projetees, haut_libre + (haut - bas) * facteur


def placer_etiquettes(
    communes: Sequence[cc.CommuneCarte], bas: float, textes: Mapping[str, tuple[str, ...]] | None = None
) -> list[Etiquette]:
    """Each label on its commune where it fits, else around the map with a leader line. None overlaps another.

    ``textes``: the lines of each label by INSEE code, instead of the name and the figure. Without them, a map that
    would have too many labels around it gets none there.
    """
    fixes = textes or {}
    sur_place = {c.code: _sur_la_commune(c, fixes.get(c.code)) for c in communes}
    dedans = [e for e in sur_place.values() if e]
    dehors = {c.code: c for c in communes if not sur_place[c.code]}
    if len(dehors) > RENVOIS and textes is None:
        return dedans
    lignes = {code: fixes.get(code) or _lignes(c, LARGEUR_RENVOI) for code, c in dehors.items()}
    renvois = placer_renvois(
        {code: centre(c.geometrie) for code, c in dehors.items()},
        {code: _taille(ecrites) for code, ecrites in lignes.items()},
        ensemble(communes),
        [e.boite for e in dedans],
        (2, 2, LARGEUR - 2, bas + 2 * MARGE_HAUT),
    )
    return dedans + [
        Etiquette(dehors[code], lignes[code], r.x, r.y, (r.attache, r.ancre)) for code, r in renvois.items()
    ]


def _lignes(commune: cc.CommuneCarte, largeur: float) -> tuple[str, ...]:
    return (*theme.couper(commune.nom, largeur, TAILLE), commune.texte)


def _taille(lignes: Sequence[str]) -> tuple[float, float]:
    return max(theme.largeur_texte(ligne, TAILLE, True) for ligne in lignes), len(lignes) * INTERLIGNE


def _sur_la_commune(commune: cc.CommuneCarte, fixes: tuple[str, ...] | None = None) -> Etiquette | None:
    """The label on its commune when its box is inside, as near its heart as it fits, with the fewest lines."""
    import numpy as np
    import shapely

    x, y = centre(commune.geometrie)
    shapely.prepare(commune.geometrie)
    pas = np.arange(-48.0, 48.1, 4.0)
    dx, dy = (a.ravel() for a in np.meshgrid(pas, pas))
    ordre = np.argsort(dx**2 + dy**2, kind="stable")
    for lignes in [fixes] if fixes else [_lignes(commune, largeur) for largeur in (300.0, 110.0, 80.0, 60.0)]:
        demi_l, demi_h = (cote / 2 + 1 for cote in _taille(lignes))
        xs, ys = x + dx[ordre], y + dy[ordre]
        dedans = shapely.contains(commune.geometrie, shapely.box(xs - demi_l, ys - demi_h, xs + demi_l, ys + demi_h))
        if dedans.any():
            i = int(np.argmax(dedans))
            return Etiquette(commune, lignes, float(xs[i]), float(ys[i]))
    return None


def _carre(axe: Axes, x: float, y: float, etat: str, couleur: str) -> None:
    """A swatch of the legend."""
    from matplotlib.patches import Rectangle

    style = style_de(etat, couleur)
    if style["edgecolor"] == theme.BLANC:
        style |= {"edgecolor": theme.GRIS, "linewidth": 1}
    axe.add_patch(Rectangle((x, y - 8), 24, 16, **style))
    if etat in cc.SANS_OBJET_ICI:
        axe.text(x + 12, y, "×", size=TAILLE, ha="center", va="center")


def _ecrire(axe: Axes, e: Etiquette) -> None:
    from matplotlib.patches import Rectangle

    encre = theme.ENCRE
    x0, y0, x1, y1 = e.boite
    if e.trait:
        (xa, ya), (xb, yb) = e.trait
        axe.plot([xa, xb], [ya, yb], color=theme.BLANC, linewidth=2.6, zorder=4)
        axe.plot([xa, xb], [ya, yb], color=theme.ENCRE, linewidth=1, zorder=4)
        axe.plot([xb], [yb], "o", ms=5, color=theme.ENCRE, mec=theme.BLANC, mew=1.2, zorder=5)
    elif e.commune.etat == cc.CLASSE:
        encre = theme.encre_sur(e.commune.couleur)
    elif e.commune.etat in cc.HACHURES:  # legible over the hatching
        axe.add_patch(Rectangle((x0 - 2, y0), x1 - x0 + 4, y1 - y0, facecolor=theme.BLANC, zorder=4))
    for i, ligne in enumerate(e.lignes):
        axe.text(
            e.x, y0 + (i + 0.5) * INTERLIGNE, ligne, size=TAILLE, color=encre, ha="center", va="center", zorder=6,
            weight="bold" if i == len(e.lignes) - 1 else "normal",
        )  # fmt: skip


def _legende(communes: Sequence[cc.CommuneCarte], echelle: Sequence[cc.Classe]) -> Iterator[tuple[str, str, str]]:
    for classe in reversed(echelle):
        yield cc.CLASSE, classe.couleur, classe.libelle
    for etat, texte in cc.signes_presents(communes).items():
        yield etat, cc.FONDS[etat], texte
