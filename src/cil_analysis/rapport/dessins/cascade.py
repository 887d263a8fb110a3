"""A cascade: an account from one total to another, what is added and taken away end to end between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import ecrire, unites
from cil_analysis.rapport.dessins.lettres import largeur
from cil_analysis.rapport.dessins.rangees import ECART, poser
from cil_analysis.rapport.mots.formats import nombre, signer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RANGEE, _BARRE = 34.0, 22.0


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
        couleur = theme.ORANGE if change is None else theme.PRUNE if nom.startswith("- ") else theme.ACCENT
        chaine.append(Etape(nom.removeprefix("- "), niveau, suivant, couleur))
        niveau = suivant
    return [*chaine, Etape(dernier, 0, arrivee, theme.GRIS)]


def dessiner(etapes: Sequence[Etape]) -> Axes:
    """Horizontal bars from zero for the totals; between them, each change from where the one before ended."""
    axes, milieux = poser(
        [e.nom for e in etapes],
        max((max(e.debut, e.fin) for e in etapes), default=0),
        rangee=_RANGEE,
        droite=largeur([e.texte for e in etapes], gras=True) + ECART,
    )
    for e, milieu in zip(etapes, milieux, strict=True):
        gauche, droite = sorted((e.debut, e.fin))
        long = max(droite - gauche, unites(axes, 2))
        axes.barh(milieu, long, _BARRE, left=gauche, color=e.couleur)
        ecrire(axes, e.texte, (gauche + long, milieu), (6, 0), fontweight="bold")
    for e, (haut, bas) in zip(etapes, pairwise(milieux), strict=False):
        axes.plot(
            [e.fin] * 2, [haut + _BARRE / 2, bas - _BARRE / 2], color=theme.GRIS, linewidth=1, linestyle=(0, (2, 3))
        )
    return axes
