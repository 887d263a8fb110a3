"""Lines of a reference table: public facts, each with its source; those that are made up are apart and say so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from cil_analysis.comptage.cadre import CHIFFRES, COLONNES
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import SECRET_COURT, date_en_mots, echapper, nombre, valeur
from cil_analysis.rapport.tableaux import lire
from cil_analysis.rapport.tables import Cellule, cellule, tableau_libre
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

A_RENSEIGNER = "à renseigner"
FICTIF = "FICTIF"
_COURT = 12  # letters that stay on one line: a period, a state
_CHIFFRE = re.compile("[+−]?[\\d,\u202f]+[\u00a0\u202f](%|points?)")  # a figure that is written already


class Marque(NamedTuple):
    """A word behind the shape of a result, and what follows it: « ✗ en retard (en cours) »."""

    mot: str
    est_atteint: bool
    suite: str = ""


def tabuler(legende: str, colonnes: Mapping[str, str], table: pd.DataFrame, fictif: str) -> str:
    """A table of the real lines with their sources, then one of those that are made up, each behind « (``fictif``) ».

    ``colonnes``: heading → column. A cell that nobody has filled in says so. Rows of published figures are tables too:
    what is masked is « s ». ``ancre``: the id of a row, for those that links lead to.
    """
    fictives = table.get("confiance", pd.Series("", table.index)).eq(FICTIF)
    return _tabuler(legende, colonnes, table[~fictives], "") + _tabuler(
        f"{legende} (lignes fictives)", colonnes, table[fictives], f" ({fictif})"
    )


def _tabuler(legende: str, colonnes: Mapping[str, str], table: pd.DataFrame, mention: str) -> str:
    if table.empty:
        return ""
    sont_publiees = set(COLONNES) <= set(table.columns)
    ecrire = _publiee if sont_publiees else lambda ligne, colonne: _cellule(ligne[colonne])
    faits = [dict(zip(map(str, table.columns), ligne, strict=True)) for ligne in table.itertuples(index=False)]
    cellules = [[ecrire(fait, c) for c in colonnes.values()] for fait in faits]
    textes = [rang for rang in range(len(colonnes)) if all("texte" in ligne[rang].classe for ligne in cellules)]
    lignes: list[list[str | Cellule]] = [
        [premiere.texte + mention, *(x if rang in textes else _chiffre(x) for rang, x in enumerate(suite, start=1))]
        for premiere, *suite in cellules
    ]
    ancres = {str(fait[next(iter(colonnes.values()))]): str(fait["ancre"]) for fait in faits if "ancre" in fait}
    return tableau_libre(legende, list(colonnes), lignes, textes, ancres=ancres) + ("" if mention else sources(table))


def _cellule(x: Any) -> Cellule:
    if isinstance(x, Marque):
        classe = "atteint" if x.est_atteint else "non-atteint"
        forme = f'<span class="resultat {classe}">{echapper(typographie(x.mot))}</span>'
        return Cellule(forme + echapper(typographie(x.suite)), "texte", brut=True)
    if isinstance(x, Chiffre):
        return lire(x)
    if x == "" or pd.isna(x):
        return Cellule(A_RENSEIGNER, "texte court")
    if isinstance(x, pd.Timestamp):
        return Cellule(date_en_mots(x), "texte court")
    if isinstance(x, str) and _CHIFFRE.fullmatch(x):
        return Cellule(x)
    if isinstance(x, str):
        return Cellule(typographie(x), "texte court" if len(x) <= _COURT else "texte")
    return Cellule(nombre(x))


def _publiee(ligne: LignePubliee, colonne: str) -> Cellule:
    """A column of a published row, in its unit: those of a table may differ."""
    if colonne not in (*CHIFFRES, "resultat"):
        return _cellule(ligne[colonne])
    lue = cellule(ligne, colonne)
    if lue.classe or colonne not in ("valeur", "ecart"):
        return lue
    ecrire = cibles.ecart if colonne == "ecart" else valeur
    return Cellule(ecrire(ligne[colonne], ligne["unite"]))


def _chiffre(x: Cellule) -> Cellule:
    """A cell of a column of figures: what is not one is aligned with them."""
    return Cellule(x.texte, "secret" if x.texte == SECRET_COURT else "") if "texte" in x.classe else x


def sources(table: pd.DataFrame) -> str:
    """Where lines are known from, each source once and without what it says of one of them."""
    connues = list(dict.fromkeys(re.split(r" ; | \(", s)[0] for s in table.get("source", ()) if s))
    if not connues:
        return ""
    texte = f"{'Source' if len(connues) == 1 else 'Sources'} : {' ; '.join(connues)}."
    return f'<p class="note">{echapper(typographie(texte))}</p>'


def en_mots(codes: pd.Series, rapport: Rapport, nomenclature: str) -> pd.Series:
    """The labels of codes inside a sentence or a cell: « en cours »; nothing where there is no code."""
    libelles = rapport.references.nomenclatures[nomenclature].libelles()
    return minuscules(codes.map(libelles).fillna("").astype("str"))


def minuscules(mots: pd.Series) -> pd.Series:
    """Words as they begin inside a sentence."""
    dits: pd.Series = mots.str[:1].str.lower() + mots.str[1:]
    return dits


def dates_en_mots(jours: pd.Series) -> pd.Series:
    """« 1er juin 2022 », nothing where there is no day."""
    return pd.Series(["" if pd.isna(jour) else date_en_mots(jour) for jour in jours], jours.index, "str")


def si_fictif(table: pd.DataFrame, mots: str) -> pd.Series:
    """Words behind what names a line that is made up, nothing behind the others."""
    return table["confiance"].map({FICTIF: mots}).fillna("").astype("str")


def periodes(debuts: pd.Series, fins: pd.Series) -> pd.Series:
    """Years as words: « 2018-2023 », « 2022 », « depuis 2020 », « jusqu’en 2021 », or nothing."""
    return pd.Series([_periode(*x) for x in zip(debuts, fins, strict=True)], debuts.index, "str")


def _periode(debut: Any, fin: Any) -> str:
    if pd.isna(fin):
        return "" if pd.isna(debut) else f"depuis {debut:.0f}"
    if pd.isna(debut):
        return f"jusqu’en {fin:.0f}"
    return f"{debut:.0f}" if debut == fin else f"{debut:.0f}-{fin:.0f}"
