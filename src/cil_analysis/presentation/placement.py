"""Where labels go so that none overlaps another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Tableau = npt.NDArray[np.float64]
Boite = tuple[float, float, float, float]  # left, top, right, bottom

PAS = 10.0  # of the grid of possible places
CANDIDATS = 200  # the best places kept for each label
CHEVAUCHEMENT, CROISEMENT = 1e5, 300.0  # the first is refused, the second counts as so much more leader line
DEPARTS, ESSAIS = 3, 1000
TOLERANCE = 60.0  # a worse place is accepted at first, less and less, so that labels can change sides


def ecarter(
    positions: Mapping[str, float], hauteurs: Mapping[str, float], debut: float, fin: float
) -> dict[str, float]:
    """Centres of labels of one column, moved as little as needed so that none overlaps, in their order.

    From ``debut`` down, then back up from ``fin``; they go past ``fin`` only when there is no room for them all.
    """
    ordre = sorted(positions, key=lambda cle: positions[cle])
    centres: dict[str, float] = {}
    limite = debut
    for cle in ordre:
        centres[cle] = max(positions[cle], limite + hauteurs[cle] / 2)
        limite = centres[cle] + hauteurs[cle] / 2
    limite = max(fin, debut + sum(hauteurs.values()))
    for cle in reversed(ordre):
        centres[cle] = min(centres[cle], limite - hauteurs[cle] / 2)
        limite = centres[cle] - hauteurs[cle] / 2
    return centres


@dataclass(frozen=True)
class Renvoi:
    """A label away from what it names: its centre, and the two ends of its leader line (on its edge, on the thing)."""

    x: float
    y: float
    attache: tuple[float, float]
    ancre: tuple[float, float]


@dataclass(frozen=True)
class _Candidats:
    """Possible places of one label, an array each: centre, start of the leader line, cost; and its anchor and size."""

    x: Tableau
    y: Tableau
    bx: Tableau
    by: Tableau
    cout: Tableau
    ancre: tuple[float, float]
    taille: tuple[float, float]


def placer_renvois(
    ancres: Mapping[str, tuple[float, float]], tailles: Mapping[str, tuple[float, float]], masse: Any,
    occupees: Sequence[Boite], cadre: Boite,
) -> dict[str, Renvoi]:  # fmt: skip
    """Labels in the white around a mass (the communes), leader lines as short as they can be together.

    A label overlaps neither the mass, nor another label or its line; lines cross only where there is no better way.
    ``occupees``: boxes already taken; ``cadre``: the limits. A label that finds no room is left out. Deterministic.
    """
    cles = list(ancres)
    points = [(x - 8, y - 8, x + 8, y + 8) for x, y in ancres.values()]
    simple = masse.simplify(1.5)
    large = simple.buffer(5.5, quad_segs=2)
    possibles = [_candidats(ancres[cle], tailles[cle], simple, large, occupees, points, cadre) for cle in cles]
    garde = [i for i, c in enumerate(possibles) if len(c.cout)]
    if not garde:
        return {}
    cles, possibles = [cles[i] for i in garde], [possibles[i] for i in garde]
    jeu = _Jeu(possibles)
    choix = min((_chercher(jeu, graine) for graine in range(DEPARTS)), key=jeu.total)
    places: dict[str, Renvoi] = {}
    poses: list[int] = []
    for cle, c, debut, place in zip(cles, possibles, jeu.debuts, choix, strict=False):
        if (jeu.conflits[place, poses] >= CHEVAUCHEMENT).any():
            continue
        poses.append(place)
        k = place - debut
        places[cle] = Renvoi(float(c.x[k]), float(c.y[k]), (float(c.bx[k]), float(c.by[k])), c.ancre)
    return places


def _candidats(
    ancre: tuple[float, float], taille: tuple[float, float], masse: Any, large: Any, occupees: Sequence[Boite],
    points: Sequence[Boite], cadre: Boite,
) -> _Candidats:  # fmt: skip
    """The places of one label off the mass and off the taken boxes, nearest first; a line on a point costs.

    ``large``: the mass with its margin.
    """
    import shapely

    (ax, ay), (largeur, hauteur) = ancre, taille
    grille = np.meshgrid(
        np.arange(cadre[0] + largeur / 2, cadre[2] - largeur / 2 + 0.1, PAS),
        np.arange(cadre[1] + hauteur / 2, cadre[3] - hauteur / 2 + 0.1, PAS),
    )
    x, y = (axe.ravel() for axe in grille)
    shapely.prepare(large)
    libre = ~shapely.intersects(shapely.box(x - largeur / 2, y - hauteur / 2, x + largeur / 2, y + hauteur / 2), large)
    x, y = x[libre], y[libre]
    # the line starts from the middle of the side that faces the anchor
    cote = np.abs(x - ax) / largeur > np.abs(y - ay) / hauteur
    bx = np.where(cote, x + np.sign(ax - x) * (largeur / 2 + 3), x)
    by = np.where(cote, y, y + np.sign(ay - y) * (hauteur / 2 + 1))
    cout = np.hypot(bx - ax, by - ay)
    for boite in occupees:
        cout = np.where(_coupe(bx, by, ax, ay, *boite), np.inf, cout)
    rangs = np.argsort(cout, kind="stable")[:CANDIDATS]
    x, y, bx, by, cout = (a[rangs[np.isfinite(cout[rangs])]] for a in (x, y, bx, by, cout))
    bouts = np.stack([np.stack([bx, by], 1), np.broadcast_to([ax, ay], (len(bx), 2))], 1)
    # a long line counts much more than two short ones, and over the communes more than in the white
    cout = cout + (cout / 12) ** 2 + 0.8 * shapely.length(shapely.intersection(shapely.linestrings(bouts), masse))
    for gauche, haut, droite, bas in points:
        if not (gauche < ax < droite and haut < ay < bas):
            cout = cout + np.where(_coupe(bx, by, ax, ay, gauche, haut, droite, bas), CROISEMENT, 0.0)
    return _Candidats(x, y, bx, by, cout, ancre, taille)


def _conflits(a: _Candidats, b: _Candidats) -> Tableau:
    """The cost of every pair of places of two labels."""
    ax, ay, abx, aby = (v[:, None] for v in (a.x, a.y, a.bx, a.by))
    bx, by, bbx, bby = (v[None, :] for v in (b.x, b.y, b.bx, b.by))
    demi_l, demi_h = (a.taille[0] + b.taille[0]) / 2 + 6, (a.taille[1] + b.taille[1]) / 2 + 4
    heurt = (np.abs(ax - bx) < demi_l) & (np.abs(ay - by) < demi_h)
    heurt |= _coupe(abx, aby, *a.ancre, *_boite(bx, by, b.taille))
    heurt |= _coupe(bbx, bby, *b.ancre, *_boite(ax, ay, a.taille))
    croise = _croise(abx, aby, *a.ancre, bbx, bby, *b.ancre)
    return np.where(heurt, CHEVAUCHEMENT, np.where(croise, CROISEMENT, 0.0))


def _boite(x: Tableau, y: Tableau, taille: tuple[float, float]) -> tuple[Tableau, Tableau, Tableau, Tableau]:
    demi_l, demi_h = taille[0] / 2 + 2, taille[1] / 2 + 1
    return x - demi_l, y - demi_h, x + demi_l, y + demi_h


class _Jeu:
    """The possible places of all the labels, end to end; that of label i begin at ``debuts[i]``, the end is last.

    ``cout``: what each costs alone. ``conflits``: what each pair of places of two labels costs, whole numbers.
    """

    def __init__(self, possibles: Sequence[_Candidats]) -> None:
        self.ancres = np.array([c.ancre for c in possibles])
        self.debuts = [0, *np.cumsum([len(c.cout) for c in possibles]).tolist()]
        self.cout = np.concatenate([c.cout for c in possibles])
        self.conflits = np.zeros((len(self.cout), len(self.cout)), dtype=np.float32)
        tranches = [slice(*bornes) for bornes in pairwise(self.debuts)]
        for (i, a), (j, b) in combinations(enumerate(possibles), 2):
            conflits = _conflits(a, b)
            self.conflits[tranches[i], tranches[j]] = conflits
            self.conflits[tranches[j], tranches[i]] = conflits.T

    def total(self, choix: Sequence[int]) -> float:
        """What one place for each label costs."""
        return float(self.cout[choix].sum() + self.conflits[np.ix_(choix, choix)].sum() / 2)


def _chercher(jeu: _Jeu, graine: int) -> list[int]:
    """The place of each label. Again and again a few neighbours are lifted and put back, each at its best place.

    A change that costs little more is kept at first, then only those that cost less (annealing).
    The seeds are fixed: the same map at each run.
    """
    hasard = np.random.default_rng(graine)
    nb = len(jeu.ancres)
    choix = [-1] * nb
    heurts = np.zeros(len(jeu.cout), dtype=np.float32)  # of each place with the labels that are put

    def poser(i: int) -> float:
        debut, fin = jeu.debuts[i], jeu.debuts[i + 1]
        place = debut + int(np.argmin(jeu.cout[debut:fin] + heurts[debut:fin]))
        prix = float(jeu.cout[place] + heurts[place])
        heurts[:] += jeu.conflits[place]
        choix[i] = place
        return prix

    def lever(i: int) -> float:
        heurts[:] -= jeu.conflits[choix[i]]
        return float(jeu.cout[choix[i]] + heurts[choix[i]])

    for i in sorted(range(nb), key=lambda i: -jeu.cout[jeu.debuts[i]]):
        poser(i)
    proches = [np.argsort(np.hypot(*(jeu.ancres - centre).T), kind="stable")[:10] for centre in jeu.ancres]
    meilleur, ecart, gain = choix.copy(), 0.0, 0.0
    for tour in range(ESSAIS):
        voisins = proches[hasard.integers(nb)]
        leves = [int(i) for i in hasard.permutation(voisins)[: hasard.integers(2, 6)]]
        avant, heurts_avant = choix.copy(), heurts.copy()
        difference = -sum(lever(i) for i in leves) + sum(poser(i) for i in leves)
        if difference <= TOLERANCE * (1 - 1.2 * tour / ESSAIS) or difference <= 0:
            ecart += difference
            if ecart < gain - 1e-6:
                meilleur, gain = choix.copy(), ecart
        else:
            choix, heurts = avant, heurts_avant
    return meilleur


def _coupe(x0: Any, y0: Any, x1: Any, y1: Any, gauche: Any, haut: Any, droite: Any, bas: Any) -> npt.NDArray[np.bool_]:
    """Whether segments meet boxes (Liang-Barsky), with broadcasting."""
    dx, dy = x1 - x0, y1 - y0
    with np.errstate(divide="ignore", invalid="ignore"):
        xa, xb, ya, yb = (gauche - x0) / dx, (droite - x0) / dx, (haut - y0) / dy, (bas - y0) / dy
    entree = np.fmax(np.fmin(xa, xb), np.fmin(ya, yb))
    sortie = np.fmin(np.fmax(xa, xb), np.fmax(ya, yb))
    resultat: npt.NDArray[np.bool_] = (entree <= sortie) & (sortie >= 0) & (entree <= 1)
    return resultat


def _croise(ax: Any, ay: Any, bx: Any, by: Any, cx: Any, cy: Any, dx: Any, dy: Any) -> npt.NDArray[np.bool_]:
    """Whether segments AB and CD cross, with broadcasting."""

    def cote(px: Any, py: Any, qx: Any, qy: Any, rx: Any, ry: Any) -> Any:
        return (qx - px) * (ry - py) - (qy - py) * (rx - px) > 0

    resultat: npt.NDArray[np.bool_] = (cote(ax, ay, cx, cy, dx, dy) != cote(bx, by, cx, cy, dx, dy)) & (
        cote(ax, ay, bx, by, cx, cy) != cote(ax, ay, bx, by, dx, dy)
    )
    return resultat
