"""A timeline: one line a name, what lasts as a bar and what happens as a mark, each at its dates; a year is shaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import couper, feuille, hauteur_de, largeur, unites
from cil_analysis.rapport.lignes import dates_en_mots
from cil_analysis.rapport.tables import Cellule, tableau_libre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLONNES = ("nom", "debut", "fin", "fort", "mots", "quand")
_PLACE_DU_NOM, _ECART = 165.0, 10.0
_RANGEE, _BARRE, _MARQUE, _ENTETE = 27.0, 16.0, 11.0, 24.0


def marques(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The marks of tables, one a row, those without a day left out.

    Rows of the same ``nom`` share a line. ``debut``, ``fin``: its days (no ``fin``: an event); ``fort``: drawn in the
    accent colour; ``mots``: written beside it; ``quand``: its days in words. The last four may lack.
    """
    lues = [table.reindex(columns=list(COLONNES)) for table in tables if len(table)]
    if not lues:
        return pd.DataFrame(columns=list(COLONNES))
    lues = [x.astype({"fin": "datetime64[us]", "fort": object, "mots": object, "quand": object}) for x in lues]
    toutes = pd.concat(lues, ignore_index=True)
    datees = toutes[toutes["debut"].notna()]
    return datees.assign(
        fort=datees["fort"].fillna(True), mots=datees["mots"].fillna(""),
        quand=datees["quand"].fillna(dates_en_mots(datees["debut"])),
    )  # fmt: skip


def dessiner(marques: pd.DataFrame, annee: int) -> Axes:
    """The lines in the order of their first row, over whole years; ``annee``: the one that is shaded."""
    noms = list(dict.fromkeys(marques["nom"]))
    ecrits = [couper(nom, _PLACE_DU_NOM, theme.PETIT) for nom in noms]
    hauteurs = [hauteur_de(ecrit, _RANGEE) for ecrit in ecrits]
    gauche = largeur(ecrits, theme.PETIT) + _ECART
    axes = feuille(sum(hauteurs) + _ENTETE + 4, gauche=gauche, droite=14, haut=_ENTETE, bas=4)
    premiere, derniere = annees(marques, annee)
    axes.set_xlim(premiere, derniere + 1)
    _graduer(axes, premiere, derniere, annee)
    y = 0.0
    for nom, ecrit, hauteur in zip(noms, ecrits, hauteurs, strict=True):
        milieu = y + hauteur / 2
        axes.text(premiere - unites(axes, _ECART), milieu, ecrit, ha="right", va="center", fontsize=theme.PETIT)
        _poser(axes, marques[marques["nom"].eq(nom)].to_dict("records"), milieu)
        y += hauteur
    return axes


def annees(marques: pd.DataFrame, annee: int) -> tuple[int, int]:
    """The first and the last year that marks are in, ``annee`` among them."""
    lues = pd.concat([marques["debut"], marques["fin"].dropna()]).dt.year
    return min([*lues, annee]), max([*lues, annee])


def decrire(marques: pd.DataFrame) -> str:
    """The text alternative: each line with its days, and what is written beside them."""
    return " ; ".join(
        f"{nom} : {', '.join(_en_mots(m) for m in siennes.to_dict('records'))}"
        for nom, siennes in marques.groupby("nom", sort=False)
    )


def _en_mots(marque: dict[Any, Any]) -> str:
    ajoute = marque["mots"] and marque["mots"] not in marque["quand"]
    return f"{marque['quand']} ({marque['mots']})" if ajoute else str(marque["quand"])


def tabuler(marques: pd.DataFrame, legende: str) -> str:
    """The data table of a timeline, oldest first."""
    lignes: list[list[str | Cellule]] = [
        [_en_mots(m), Cellule(m["nom"], "texte")]
        for m in marques.sort_values("debut", kind="stable").to_dict("records")
    ]
    return tableau_libre(legende, ["Quand", "Quoi"], lignes, [1])


def _place(jour: pd.Timestamp) -> float:
    """A day as a year and its fraction."""
    return float(jour.year + (jour.day_of_year - 1) / (366 if jour.is_leap_year else 365))


def _graduer(axes: Axes, premiere: int, derniere: int, annee: int) -> None:
    """The years above, as many as there is room for, that of the report always, on its shaded band."""
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axvspan(annee, annee + 1, color=theme.FOND_NEUTRE, linewidth=0)
    un_sur = 1 + int(unites(axes, largeur(["0000"], theme.PETIT, gras=True) + 4))
    for rang in range(premiere, derniere + 1):
        axes.axvline(rang, color=theme.GRILLE, linewidth=1, zorder=0.5)
        if (rang - annee) % un_sur == 0:
            encre, graisse = (theme.ENCRE, "bold") if rang == annee else (theme.GRIS_TEXTE, "normal")
            axes.text(rang + 0.5, -_ENTETE / 2, str(rang), ha="center", va="center", fontsize=theme.PETIT, color=encre,
                      fontweight=graisse)  # fmt: skip


def _poser(axes: Axes, marques: Sequence[dict[Any, Any]], milieu: float) -> None:
    """The marks of a line, then their words where nothing is in the way; their table has those that find no room."""
    demi = unites(axes, _MARQUE / 2)
    pris: list[tuple[float, float]] = []
    for m in marques:
        couleur, debut = theme.ACCENT if m["fort"] else theme.GRIS, _place(m["debut"])
        if pd.notna(m["fin"]):
            fin = _place(m["fin"] + timedelta(days=1))
            axes.barh(milieu, fin - debut, _BARRE, left=debut, color=couleur)
            pris.append((debut, fin))
        else:
            fond = theme.ACCENT if m["fort"] else theme.BLANC
            axes.plot([debut], [milieu], "o", markersize=_MARQUE, color=fond, markeredgewidth=1.5, clip_on=False,
                      markeredgecolor=theme.BLANC if m["fort"] else theme.ACCENT)  # fmt: skip
            pris.append((debut - demi, debut + demi))
    for m, (gauche, droite) in zip(marques, list(pris), strict=True):
        place = unites(axes, largeur([m["mots"]], theme.PETIT) + 6)
        for debut in (droite, gauche - place) if m["mots"] else ():
            if _est_libre(axes, debut, debut + place, pris):
                x = debut + unites(axes, 4 if debut == droite else 2)
                axes.text(x, milieu, m["mots"], va="center", fontsize=theme.PETIT)
                pris.append((debut, debut + place))
                break


def _est_libre(axes: Axes, debut: float, fin: float, pris: Sequence[tuple[float, float]]) -> bool:
    bas, haut = axes.get_xlim()
    return bas <= debut and fin <= haut and all(fin <= g or d <= debut for g, d in pris)
