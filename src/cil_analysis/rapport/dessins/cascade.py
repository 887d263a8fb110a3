"""A cascade: an account from one total to another, what is added and taken away end to end between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import couper, feuille, hauteur_de, largeur, unites
from cil_analysis.rapport.mots.formats import nombre, signer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ECART, _PLACE_DU_NOM, _RANGEE, _BARRE = 8.0, 190.0, 34.0, 22.0


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
    noms = [couper(e.nom, _PLACE_DU_NOM) for e in etapes]
    hauteurs = [hauteur_de(nom, _RANGEE) for nom in noms]
    axes = feuille(
        sum(hauteurs) + 8, gauche=largeur(noms) + _ECART, haut=4, bas=4,
        droite=largeur([e.texte for e in etapes], gras=True) + _ECART,
    )  # fmt: skip
    axes.set_xlim(0, max((max(e.debut, e.fin) for e in etapes), default=0) or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    y, precedent = 0.0, None
    for e, nom, hauteur in zip(etapes, noms, hauteurs, strict=True):
        milieu = y + hauteur / 2
        if precedent is not None:
            axes.plot([precedent, precedent], [y - 6, milieu], color=theme.GRIS, linewidth=1, linestyle=(0, (2, 3)))
        axes.text(-unites(axes, _ECART), milieu, nom, ha="right", va="center", linespacing=1.15)
        gauche, droite = sorted((e.debut, e.fin))
        long = max(droite - gauche, unites(axes, 2))
        axes.barh(milieu, long, _BARRE, left=gauche, color=e.couleur)
        axes.text(gauche + long + unites(axes, 6), milieu, e.texte, va="center", fontweight="bold")
        precedent = e.fin
        y += hauteur
    return axes
