"""A timeline: one line a name, what lasts as a bar and what happens as a mark, each at its dates; a year is shaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.barres import poser
from cil_analysis.rapport.dessins.dessin import peindre, unites
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.figure import Dits, Figure, illustrer
from cil_analysis.rapport.mots.formats import date_en_mots
from cil_analysis.rapport.mots.gabarits import Annee, Gabarits
from cil_analysis.rapport.tables import Cellule, tableau_libre

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

COLONNES = ("nom", "debut", "fin", "fort", "mots", "quand")
_RANGEE, _BARRE, _MARQUE, _ENTETE, _DROITE = 27.0, 16.0, 11.0, 24.0, 14.0


def frise(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, tables: Sequence[pd.DataFrame],
    chiffres: Sequence[Table], note: str = "",
) -> Figure:  # fmt: skip
    """Une frise : une ligne par ``nom``, des barres de ``debut`` à ``fin``, des points là où il n’y a pas de fin.

    ``chiffres`` : ceux qui comptent ce qu’elle montre, pour sa source et ses définitions. Les colonnes ``fort`` et
    ``mots`` d’une table disent ce qui est en couleur et ce qui s’écrit à côté.

    >>> rapport.frise("Les documents dans le temps", "", [documents], [rapport["G06"]])  # doctest: +SKIP
    """
    lues = marques(tables)
    if lues.empty:
        return Figure("")
    premiere, derniere = annees(lues, rapport.annee)
    ecrit = {"premiere": Annee(premiere), "derniere": Annee(derniere)}
    dits = Dits(
        rapport.dire(titre, **ecrit), rapport.dire(sous_titre, **ecrit), note, f"{decrire(lues)}.",
        annees=f"{premiere}-{rapport.annee}", identifiant=f"frise-{chiffres[0].identifiant}",
    )  # fmt: skip
    dessin = partial(dessiner, lues, rapport.annee)
    return illustrer(rapport, dits, dessin, tabuler(lues, dits.titre), [c.publiee for c in chiffres])


# --- What it shows ---------------------------------------------------------------------------------------------------


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
        quand=datees["quand"].fillna(datees["debut"].map(date_en_mots)),
    )  # fmt: skip


def dessiner(marques: pd.DataFrame, annee: int) -> Axes:
    """The lines in the order of their first row, over whole years; ``annee``: the one that is shaded."""
    noms = list(dict.fromkeys(marques["nom"]))
    axes, milieux = poser(noms, 1, rangee=_RANGEE, droite=_DROITE, marges=(_ENTETE, 4))
    premiere, derniere = annees(marques, annee)
    axes.set_xlim(premiere, derniere + 1)
    _graduer(axes, premiere, derniere, annee)
    for nom, milieu in zip(noms, milieux, strict=True):
        _poser(axes, marques[marques["nom"].eq(nom)].to_dict("records"), milieu)
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
    axes.spines["left"].set_visible(False)
    axes.axvspan(annee, annee + 1, color=theme.FOND_NEUTRE, linewidth=0)
    un_sur = 1 + int(unites(axes, largeur(["0000"], theme.PETIT, gras=True) + 4))
    for rang in range(premiere, derniere + 1):
        axes.axvline(rang, color=theme.GRILLE, linewidth=1, zorder=0.5)
        if (rang - annee) % un_sur == 0:
            encre, graisse = (theme.ENCRE, "bold") if rang == annee else (theme.GRIS_TEXTE, "normal")
            axes.text(rang + 0.5, -_ENTETE / 2, str(rang), ha="center", va="center", size=theme.PETIT, color=encre,
                      weight=graisse)  # fmt: skip


def _poser(axes: Axes, marques: Sequence[dict[Any, Any]], milieu: float) -> None:
    """The marks of a line, then their words where nothing is in the way; their table has those that find no room."""
    pris, (bas, haut) = [_marquer(axes, m, milieu) for m in marques], axes.get_xlim()
    for m, sienne in zip(marques, list(pris), strict=True):
        place = unites(axes, largeur([m["mots"]], theme.PETIT) + 6)
        a_droite, a_gauche = (sienne[1], theme.ENCRE), (sienne[0] - place, theme.ENCRE)
        dedans = (sienne[0], theme.encre_sur(_couleur(m)))
        autres = [x for x in pris if x != sienne]
        for debut, encre in (a_droite, a_gauche, *([dedans] if place <= sienne[1] - sienne[0] else [])):
            est_libre = all(debut + place <= gauche or droite <= debut for gauche, droite in autres)
            if m["mots"] and est_libre and bas <= debut and debut + place <= haut:
                axes.text(debut + unites(axes, 4), milieu, m["mots"], va="center", size=theme.PETIT, color=encre)
                pris.append((debut, debut + place))
                break


def _couleur(marque: dict[Any, Any]) -> str:
    return theme.ACCENT if marque["fort"] else theme.GRIS


def _marquer(axes: Axes, m: dict[Any, Any], milieu: float) -> tuple[float, float]:
    """A bar from its first day to its last, or a disc on its only one; returns what it covers of the axis."""
    debut, demi = _place(m["debut"]), unites(axes, _MARQUE / 2)
    if pd.notna(m["fin"]):
        fin = _place(m["fin"] + timedelta(days=1))
        peindre(axes, debut, milieu - _BARRE / 2, fin - debut, _BARRE, facecolor=_couleur(m))
        return debut, fin
    fond, bord = (theme.ACCENT, theme.BLANC) if m["fort"] else (theme.BLANC, theme.ACCENT)
    axes.plot([debut], [milieu], "o", markersize=_MARQUE, color=fond, markeredgewidth=1.5, markeredgecolor=bord,
              clip_on=False)  # fmt: skip
    return debut - demi, debut + demi
