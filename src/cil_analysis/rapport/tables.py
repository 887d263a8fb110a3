"""Data tables in HTML: caption, scoped headers, one sign for each kind of absence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cil_analysis.comptage.cadre import ATTEINT, NON_ATTEINT, NON_CALCULABLE, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import POINTS
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import RIEN, SECRET_COURT, echapper, nombre, valeur
from cil_analysis.rapport.mots.signes import LEGENDE, signe
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

RESULTATS = {
    ATTEINT: ("atteint", "atteint"),
    NON_ATTEINT: ("non-atteint", "non atteint"),
    "non_calculable": ("non-calculable", "non calculable"),
    SANS_OBJET: ("sans-objet", "sans objet"),
}
COLONNES_OBJECTIF = ("numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "resultat")
_ENTETES = {
    "numerateur": ("Ménages concernés", ""),
    "denominateur": ("Ensemble", ""),
    "cible": ("Objectif", "%"),
    "ecart": ("Écart", "points"),
    "menages_manquants": ("Ménages manquants", ""),
    "resultat": ("Résultat", ""),
}
_UNITES = {"nombre": "", "pct": "%", "ratio": "", "mois": "mois", "points": "points"}


@dataclass(frozen=True)
class Cellule:
    """One cell: its text, and the class that styles it."""

    texte: str
    classe: str = ""
    brut: bool = False

    def html(self) -> str:
        """The cell, escaped unless it is ready HTML."""
        contenu = self.texte if self.brut else echapper(self.texte)
        return f'<td class="{self.classe}">{contenu}</td>' if self.classe else f"<td>{contenu}</td>"


@dataclass(frozen=True)
class ColonneLibre:
    """A column of ready cells, by the key of their row; a row without one has « – »."""

    titre: str
    unite: str
    cellules: Mapping[str, Cellule]


def resultat_html(resultat: str) -> str:
    """The result of an objective, by a word behind a shape."""
    if resultat not in RESULTATS:
        return ""
    classe, mot = RESULTATS[resultat]
    return f'<span class="resultat {classe}">{mot}</span>'


def cellule(ligne: LignePubliee, colonne: str) -> Cellule:
    """A column of a published row, as it is written; a masked figure is « s »."""
    if colonne == "resultat" and ligne["statut"] == NON_CALCULABLE and ligne["denominateur"] == 0:
        return Cellule("aucune attribution", "texte")
    if colonne == "resultat" and (ligne["statut"] != SECRET or not signe(ligne, colonne)):
        return Cellule(_resultat(ligne) or RIEN, "texte", brut=True)
    absence = signe(ligne, colonne)
    if absence:
        genre = "secret" if absence == SECRET_COURT else "absent"
        return Cellule(absence, f"{genre} texte" if colonne == "resultat" else genre)
    x = ligne[colonne]
    if colonne == "valeur" and ligne["unite"] == POINTS:  # One decimal all the way down, for the column to align.
        return Cellule(nombre(x, 1))
    if colonne == "valeur":
        return Cellule(_sans_unite(valeur(x, str(ligne["unite"]))))
    if colonne == "ecart":
        return Cellule(_sans_unite(cibles.ecart(float(x), str(ligne["unite"]))))
    if colonne == "cible":
        return Cellule(cibles.objectif_court(str(ligne["sens"]), float(x), float(ligne["cible_max"])))
    if colonne == "menages_manquants":
        return Cellule(cibles.manque(float(x), float(ligne["ecart"]), str(ligne["resultat"])))
    return Cellule(nombre(x))


def _resultat(ligne: LignePubliee) -> str:
    mot = resultat_html(str(ligne["resultat"]))
    tolere = cibles.est_tolere(str(ligne["sens"]), float(ligne["ecart"]), str(ligne["resultat"]))
    return f"{mot} à la tolérance près" if tolere else mot


def _sans_unite(texte: str) -> str:
    """The unit stands in the header, once."""
    for fin in ("\u202f%", "\u00a0mois", "\u00a0points", "\u00a0point", "\u00a0ménages", "\u00a0ménage"):
        texte = texte.removesuffix(fin)
    return texte


def tableau(
    table: PublishedTable,
    legende: str,
    cle: str,
    entete: str,
    libelles: Mapping[str, str],
    colonnes: Sequence[str],
    *,
    noms: Mapping[str, str] | None = None,
    total: str | None = None,
    ajouts: Sequence[ColonneLibre] = (),
) -> str:
    """One row for each row of the table, one column for each of its figures, then ``ajouts``.

    ``total``: the key set apart, last.
    """
    entetes = [_entete(table, colonne, noms or {}) for colonne in colonnes]
    lignes = [(str(ligne[cle]), [cellule(ligne, colonne) for colonne in colonnes]) for ligne in table.lignes()]
    return _rendre(legende, entete, entetes, lignes, libelles, total, ajouts=ajouts)


# A column of a crossed table: the values of a published table, or another of its figures (« numerateur »…); last, a
# table that publishes the same figure of a key where the first one masks its row.
Colonne = PublishedTable | tuple[PublishedTable, str] | tuple[PublishedTable, str, PublishedTable]


def tableau_croise(
    colonnes: Mapping[str, Colonne],
    legende: str,
    cle: str,
    entete: str,
    libelles: Mapping[str, str],
    *,
    total: str | None = None,
    ajouts: Sequence[ColonneLibre] = (),
) -> str:
    """One row for each key, in the order in which the tables name them; one column for each table: its value.

    A figure other than the value: the table with the name of the figure. ``ajouts`` come last.
    """
    paires = {nom: c[:2] if isinstance(c, tuple) else (c, "valeur") for nom, c in colonnes.items()}
    cles = list(dict.fromkeys(str(c) for table, _ in paires.values() for c in table.valeurs(cle)))
    cellules = [
        {str(ligne[cle]): cellule(ligne, colonne) for ligne in table.lignes()} for table, colonne in paires.values()
    ]
    for par_cle, c in zip(cellules, colonnes.values(), strict=True):
        if not isinstance(c, tuple) or len(c) < 3:
            continue
        masquees = {str(k) for k in c[0].ou(statut=SECRET).valeurs(cle)}
        for ligne in c[2].ou(statut=PUBLIE).lignes():
            if str(ligne[cle]) in masquees:
                par_cle[str(ligne[cle])] = cellule(ligne, c[1])
    # A caption that ends in « en % » says the unit once for every column.
    dite = re.search(r"\ben\s(?:%|mois\b)", legende) is not None
    unites = ["" if dite or colonne != "valeur" else unite_de(table) for table, colonne in paires.values()]
    entetes = list(zip(paires, unites, strict=True))
    lignes = [(c, [par_cle.get(c, Cellule(RIEN, "absent")) for par_cle in cellules]) for c in cles]
    return _rendre(legende, entete, entetes, lignes, libelles, total, ajouts=ajouts)


def tableau_libre(
    legende: str,
    entetes: Sequence[str],
    lignes: Sequence[Sequence[str | Cellule]],
    textes: Sequence[int],
    *,
    ancres: Mapping[str, str] | None = None,
    liens: Mapping[str, str] | None = None,
    total: str | None = None,
) -> str:
    """A table of words and ready figures; ``textes`` are the columns aligned on the left, the first one always is.

    The first cell of a row is a word; the others may be ready cells. ``total``: the row set apart, last.
    ``ancres``: first cell → the id of its row, for those that links lead to; ``liens``: first cell → where it leads.
    """
    haut = [(titre, "") for titre in entetes[1:]]
    corps = [
        (
            str(ligne[0]),
            [
                t if isinstance(t, Cellule) else Cellule(t, "texte" if i in textes else "")
                for i, t in enumerate(ligne[1:], start=1)
            ],
        )
        for ligne in lignes
    ]
    return _rendre(legende, entetes[0], haut, corps, {}, total, textes=textes, ancres=ancres or {}, liens=liens or {})


def unite_de(table: PublishedTable) -> str:
    """The unit of a table, as a header says it."""
    return _UNITES[table.indicateur.unite]


def _entete(table: PublishedTable, colonne: str, noms: Mapping[str, str]) -> tuple[str, str]:
    titre, unite = _ENTETES.get(colonne, ("Valeur", unite_de(table)))
    if colonne == "valeur" and table.indicateur.unite == "pct":
        titre = "Part"
    if colonne in ("cible", "ecart") and table.indicateur.unite == "nombre":
        unite = "ménages"
    return noms.get(colonne, titre), unite


def _rendre(
    legende: str,
    entete: str,
    entetes: Sequence[tuple[str, str]],
    lignes: Sequence[tuple[str, Sequence[Cellule]]],
    libelles: Mapping[str, str],
    total: str | None,
    textes: Sequence[int] = (),
    ancres: Mapping[str, str] = MappingProxyType({}),
    liens: Mapping[str, str] = MappingProxyType({}),
    ajouts: Sequence[ColonneLibre] = (),
) -> str:
    legende = typographie(legende)
    entetes = [*entetes, *((colonne.titre, colonne.unite) for colonne in ajouts)]
    rien = Cellule(RIEN, "absent")
    lignes = [(cle, [*cellules, *(c.cellules.get(cle, rien) for c in ajouts)]) for cle, cellules in lignes]
    haut = [f'<th scope="col">{echapper(typographie(entete))}</th>']
    for rang, (titre, unite) in enumerate(entetes, start=1):
        suite = f'\u202f<span class="unite">{unite}</span>' if unite else ""
        classe = ' class="texte"' if rang in textes or titre == "Résultat" else ""
        haut.append(f'<th scope="col"{classe}>{echapper(typographie(titre))}{suite}</th>')
    ordre = [ligne for ligne in lignes if ligne[0] != total] + [ligne for ligne in lignes if ligne[0] == total]
    corps = []
    for cle, cellules in ordre:
        classe = ' class="total"' if cle == total else ""
        nom = echapper(typographie(libelles.get(cle, cle)))
        nom = f'<a href="{echapper(liens[cle])}">{nom}</a>' if cle in liens else nom
        ancre = f' id="{ancres[cle]}"' if cle in ancres else ""
        corps.append(f'<tr{classe}{ancre}><th scope="row">{nom}</th>{"".join(c.html() for c in cellules)}</tr>')
    signes = any({"secret", "absent"}.intersection(c.classe.split()) for _, cellules in lignes for c in cellules)
    bas = f'<p class="note">{echapper(typographie(LEGENDE))}</p>' if signes else ""
    return (
        f'<div class="tableau-defilant" tabindex="0" role="group" aria-label="{echapper(legende)}">'
        f'<table class="donnees"><caption>{echapper(legende)}</caption>'
        f"<thead><tr>{''.join(haut)}</tr></thead><tbody>{''.join(corps)}</tbody></table></div>{bas}"
    )
