"""Data tables in HTML: caption, scoped headers, one sign for each kind of absence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from cil_analysis.comptage.cadre import NON_CALCULABLE, SECRET
from cil_analysis.rapport.bloc import remplir
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import SECRET_COURT, echapper
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import RIEN, nombre

COLONNES_OBJECTIF = ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "resultat")
# What a header says once, at the end of a figure.
_SON_UNITE = re.compile("[\u202f\u00a0](%|mois|€|points?|ménages?)$")


@dataclass(frozen=True)
class Cellule:
    """Une cellule : son texte, ou du HTML tout prêt (``Markup``), et la classe qui l’habille."""

    texte: str
    classe: str = ""

    def en_texte(self) -> Cellule:
        """The same, aligned on the left."""
        return self if "texte" in self.classe else replace(self, classe=f"{self.classe} texte".strip())

    @property
    def est_un_signe(self) -> bool:
        """Whether it stands for an absence, which the legend under the table explains."""
        return not {"secret", "absent"}.isdisjoint(self.classe.split())


VIDE = Cellule(RIEN, "absent")


class Nom(NamedTuple):
    """The first cell of a row; ``ancre``: the id of the row, for what links lead to; ``lien``: where the cell leads."""

    texte: str
    ancre: str = ""
    lien: str = ""


class Entete(NamedTuple):
    """A heading, and the unit of its column."""

    titre: str
    unite: str = ""


# --- A cell ----------------------------------------------------------------------------------------------------------


def resultat_html(ligne: LignePubliee) -> str:
    """The result of an objective, by a word behind a shape; nothing where it has none, as without any attribution."""
    mot = "" if _ne_mesure_rien(ligne) else cibles.resultat(ligne)
    return marquer(mot, str(ligne["resultat"])) if mot else ""


def _ne_mesure_rien(ligne: LignePubliee) -> bool:
    return bool(ligne["statut"] == NON_CALCULABLE and ligne["denominateur"] == 0)


def marquer(mot: str, resultat: str) -> str:
    """A word behind the shape of a result: « ✗ en retard »."""
    return f'<span class="resultat {resultat.replace("_", "-")}">{echapper(mot)}</span>'


def cellule(ligne: LignePubliee, colonne: str, *, avec_unite: bool = False) -> Cellule:
    """A column of a published row, as it is written; a masked figure is « s ».

    ``avec_unite``: a value, a target and a gap say theirs, where the rows of a table have not the same.
    """
    absence = signe(ligne, colonne)
    if colonne == "resultat" and _ne_mesure_rien(ligne):
        return Cellule("aucune attribution", "texte")
    if colonne == "resultat" and (ligne["statut"] != SECRET or not absence):
        mot = resultat_html(ligne)
        return Cellule(Markup(f"{mot} à la tolérance près" if cibles.est_tolere(ligne) else mot or RIEN), "texte")
    if absence:
        genre = "secret" if absence == SECRET_COURT else "absent"
        return Cellule(absence, f"{genre} texte" if colonne == "resultat" else genre)
    if colonne == "menages_manquants":
        return Cellule(cibles.manque(ligne))
    if colonne == "cible":
        return Cellule(cibles.objectif_de(ligne) if avec_unite else cibles.objectif_court(ligne))
    if colonne not in ("valeur", "ecart"):
        return Cellule(nombre(ligne[colonne]))
    texte = cibles.ecart(cibles.ecart_de(ligne), str(ligne["unite"])) if colonne == "ecart" else cibles.valeur_de(ligne)
    return Cellule(texte if avec_unite else _SON_UNITE.sub("", texte))


# --- A table ---------------------------------------------------------------------------------------------------------


def tableau_libre(
    legende: str, entetes: Sequence[str | Entete], lignes: Sequence[Sequence[str | Nom | Cellule]],
    textes: Sequence[int] = (), *, total: str | None = None,
) -> str:  # fmt: skip
    """A table of words and ready figures; ``textes`` are the columns aligned on the left, the first one always is.

    The first cell of a row is a word; the others may be ready cells. ``total``: the row set apart, last.
    """
    premier, *suite = entetes
    rangees = []
    for nom, *contenus in sorted(lignes, key=lambda ligne: ligne[0] == total):
        cellules = [c if isinstance(c, Cellule) else Cellule(str(c)) for c in contenus]
        cellules = [c.en_texte() if rang in textes else c for rang, c in enumerate(cellules, start=1)]
        rangees.append((nom if isinstance(nom, Nom) else Nom(str(nom)), cellules))
    # A heading stands where its words do.
    mots = {rang for _, cellules in rangees for rang, c in enumerate(cellules) if "texte" in c.classe.split()}
    return remplir(
        "tableau",
        legende=legende,
        premier=str(premier),
        entetes=[(Entete(e) if isinstance(e, str) else e, rang in mots) for rang, e in enumerate(suite)],
        rangees=rangees,
        total=total,
        signes=LEGENDE if any(c.est_un_signe for _, cellules in rangees for c in cellules) else "",
    )
