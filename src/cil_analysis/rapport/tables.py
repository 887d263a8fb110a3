"""Data tables in HTML: caption, scoped headers, one sign for each kind of absence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from cil_analysis.comptage.cadre import NON_CALCULABLE, SECRET
from cil_analysis.rapport.bloc import remplir
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import SECRET_COURT, echapper
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import RIEN, nombre

# What a header says once, at the end of a figure.
_SON_UNITE = re.compile("[\u202f\u00a0](%|mois|€|points?|ménages?)$")


@dataclass(frozen=True)
class Cellule:
    """Une cellule : son texte, ou du HTML tout prêt (``Markup``), et la classe qui l’habille."""

    texte: str
    classe: str = ""

    @property
    def est_un_texte(self) -> bool:
        """Whether it is aligned on the left."""
        return "texte" in self.classe.split()

    def en_chiffre(self) -> Cellule:
        """The same, aligned with figures."""
        return replace(self, classe=" ".join(x for x in self.classe.split() if x not in ("texte", "court")))

    @property
    def est_un_signe(self) -> bool:
        """Whether it stands for an absence, which the legend under the table explains."""
        return not {"secret", "absent"}.isdisjoint(self.classe.split())


VIDE = Cellule(RIEN, "absent")


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
    legende: str, entetes: Sequence[str | Entete], lignes: Iterable[tuple[str, Sequence[Cellule]]], *,
    total: str | None = None, ancres: Mapping[str, str] = MappingProxyType({}),
) -> str:  # fmt: skip
    """A table of cells, each row behind its name; a column of texts alone, or of their absence, is one of texts.

    ``total``: the name of the row set apart, last; ``ancres``: by name, the id of a row, for what links lead to.
    """
    rangees = sorted(lignes, key=lambda ligne: ligne[0] == total)
    colonnes = list(zip(*(cellules for _, cellules in rangees), strict=True))
    textes = [
        any(c.est_un_texte for c in siennes) and all(c.est_un_texte or c.est_un_signe for c in siennes)
        for siennes in colonnes
    ]
    premier, *suite = entetes
    return remplir(
        "tableau",
        legende=legende,
        premier=str(premier),
        # A heading stands where its words do.
        entetes=[(Entete(e) if isinstance(e, str) else e, texte) for e, texte in zip(suite, textes, strict=True)],
        rangees=[
            (nom, [c if texte else c.en_chiffre() for c, texte in zip(cellules, textes, strict=True)])
            for nom, cellules in rangees
        ],
        total=total,
        ancres=ancres,
        signes=LEGENDE if any(c.est_un_signe for siennes in colonnes for c in siennes) else "",
    )
