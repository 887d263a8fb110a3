"""One sheet of counts by commune and class: nothing in it is guessed, and nothing is lost.

A cell that hides its count (« s », « < 5 ») or holds nothing is no zero: the whole table is then set aside, since its
totals would be wrong. All else that is no whole number refuses the file, by its cell; so does a commune that has no
line, and a line of totals that is not the sum of the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import lire_commune
from cil_analysis.extraits.cellules.textes import est_absent, serrer
from cil_analysis.extraits.cellules.valeurs import lire_entier
from cil_analysis.extraits.lecture import classeurs
from cil_analysis.extraits.lecture.lignes import TOTAUX, trouver_entete
from cil_analysis.reference.agregats import COMMUNE, IGNOREE, TOTAL, Tableau
from cil_analysis.reference.texte import enumerer, normaliser

# What replaces a count that is not to be known, in comparison form; or « < 5 », « 1 à 4 », « moins de 11 ».
_SECRETS = frozenset({"s", "c", "ss", "secret", "secret statistique", "masque"})
_SOUS_UN_SEUIL = re.compile(
    r"[<≤].*|\d+ ?(?:à|-|–) ?\d+(?: ménages?)?|(?:moins de|inf(?:\.|[ée]rieure?s?)? à) ?\d+(?: ménages?)?|\d* ?\*+",
    re.IGNORECASE,
)
_SOUS_TOTAL = "sous total"
# What a line is, besides one of blanks, of a note or of a partial total, which count nothing.
_MEMBRE, _SANS_COMMUNE, _AUTRE, _TOTAL = "membre", "sans commune", "autre commune", "total"
# Beyond, a code or a date has been taken for a count.
_EFFECTIF_MAXIMAL = 2_000_000


@dataclass(frozen=True)
class Feuille(classeurs.Feuille):
    """A sheet of a workbook, which it names."""

    fichier: str = ""

    def refuser(self, message: str, cellule: str = "") -> NoReturn:
        """Raises ErreurCIL, naming the file, the sheet and the cell."""
        raise ErreurCIL(f"{self.fichier}, feuille « {self.nom} »{cellule and f', cellule {cellule}'} : {message}")

    def adresse(self, ligne: Any, rang: Any) -> str:
        """« C4 »: a cell, by its line in the sheet and the rank of its column in the table."""
        return f"{get_column_letter(rang + self.decalage + 1)}{ligne}"


@dataclass(frozen=True)
class Lu:
    """The counts of a sheet, and what became of each of its lines.

    ``effectifs``: one row is a commune of the EPCI, one column a class. ``masquees``: the cells that hide their count:
    the table is then set aside. ``motifs``: the other lines, by fate (« rejetees », « hors_perimetre », « ignorees »)
    and reason.
    """

    dite: Tableau
    feuille: Feuille
    effectifs: pd.DataFrame
    masquees: list[str]
    motifs: Mapping[str, Counter[str]]

    @property
    def lues(self) -> int:
        """Every line of the sheet."""
        return int(self.feuille.table.num_rows)


@dataclass(frozen=True)
class Lecture:
    """What communes are called → their code, the names of those of the EPCI, what the EPCI itself is called."""

    vers_commune: Mapping[str, str]
    membres: Mapping[str, str]
    epci: frozenset[str]

    def lire(self, feuille: Feuille, dite: Tableau) -> Lu:
        """The counts of a sheet.

        Raises ErreurCIL for what is neither a count nor hidden, for two lines of one commune, for a commune without a
        line, and for a total that is not the sum of its line or column.
        """
        rang, contenus = _entetes(feuille, dite)
        textes = feuille.table.slice(rang + 1).to_pandas().set_axis(range(len(contenus)), axis="columns")
        textes.index = textes.index + rang + 2  # as a spreadsheet numbers them
        place = contenus.index(COMMUNE)
        comptent = [r for r, contenu in enumerate(contenus) if contenu not in ("", COMMUNE, IGNOREE)]
        sorts = textes.agg(lambda ligne: self._sort(ligne, place, comptent), axis="columns").astype("str")
        codes = pd.Series({n: self._commune(feuille, textes, n, place) for n in sorts.index[sorts.eq(_MEMBRE)]})
        codes = codes.astype("str")
        sorts[codes.index[~codes.isin(list(self.membres))]] = _AUTRE
        comptees = sorts.index[sorts.isin([_MEMBRE, _SANS_COMMUNE, _AUTRE, _TOTAL])]
        nombres = pd.DataFrame(
            {r: [_effectif(feuille, textes.at[n, r], feuille.adresse(n, r)) for n in comptees] for r in comptent},
            index=comptees, dtype="Int64",
        )  # fmt: skip
        par_sort = {sort: nombres[sorts[comptees].eq(sort)] for sort in (_MEMBRE, _SANS_COMMUNE, _AUTRE, _TOTAL)}
        effectifs, masquees = _compter(feuille, textes, contenus, par_sort[_MEMBRE])
        effectifs.index = codes[effectifs.index]
        for ligne, double in zip(par_sort[_MEMBRE].index, effectifs.index.duplicated(), strict=True):
            if double:
                message = f"la commune « {textes.at[ligne, place]} » a deux lignes. N’en garder qu’une."
                feuille.refuser(message, feuille.adresse(ligne, place))
        self._exiger_chaque_commune(feuille, effectifs, masquees)
        _verifier_les_totaux(feuille, par_sort)
        ignorees = Counter(sorts[~sorts.isin([_MEMBRE, _SANS_COMMUNE, _AUTRE])].replace(_SOUS_TOTAL, _TOTAL))
        motifs = {
            "rejetees": +Counter({"commune non renseignée": len(par_sort[_SANS_COMMUNE])}),
            "hors_perimetre": +Counter({"commune hors de l’EPCI": len(par_sort[_AUTRE])}),
            "ignorees": Counter({"titre": rang, "en_tete": 1}) + ignorees,
        }
        return Lu(dite, feuille, effectifs, masquees, motifs)

    def _sort(self, cellules: pd.Series, place: int, comptent: Sequence[int]) -> str:
        """What a line is; one that names a commune is _MEMBRE, whichever it is of."""
        nom, forme = cellules[place], normaliser(cellules[place])
        if not any(cellules):
            return "vide"
        if forme in TOTAUX or forme in self.epci or forme.startswith("total "):
            return _SOUS_TOTAL if forme == _SOUS_TOTAL else _TOTAL
        if not any(cellules[list(comptent)]) and self._code(nom) is None:
            return "note"
        return _SANS_COMMUNE if est_absent(nom) else _MEMBRE

    def _code(self, nom: str) -> str | None:
        try:
            return lire_commune(nom, self.vers_commune)
        except ValueError:
            return None

    def _commune(self, feuille: Feuille, textes: pd.DataFrame, ligne: int, place: int) -> str:
        nom = str(textes.at[ligne, place])
        return self._code(nom) or feuille.refuser(
            f"commune inconnue, « {nom[:80]} ». Corriger son nom ou son code, ou l’ajouter à "
            "data/reference/territory/communes_connues.csv. Une ligne qui réunit plusieurs communes ne se lit pas "
            ": demander l’effectif de chacune.",
            feuille.adresse(ligne, place),
        )

    def _exiger_chaque_commune(self, feuille: Feuille, effectifs: pd.DataFrame, masquees: Sequence[str]) -> None:
        """Raises ErreurCIL for a commune of the EPCI without a line, which is no zero; of a table that is kept."""
        absentes = [f"{nom} ({code})" for code, nom in self.membres.items() if code not in effectifs.index]
        if absentes and len(effectifs) and not masquees:
            feuille.refuser(
                f"aucune ligne pour {cellules_en_mots(absentes)}. Une commune absente n’est pas un zéro : lui ajouter "
                "une ligne, avec 0 là où il n’y a personne, ou demander son effectif."
            )


def _compter(
    feuille: Feuille, textes: pd.DataFrame, contenus: Sequence[str], membres: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """The counts of the lines of the EPCI, one column a class, and the cells that hide theirs.

    Raises ErreurCIL for a cell under no heading, and for a total that is not the sum of its line.
    """
    classes = membres[[r for r, contenu in enumerate(contenus) if contenu not in ("", COMMUNE, IGNOREE, TOTAL)]]
    sommes: Any = classes.sum(axis="columns", skipna=False)
    for rang, contenu in enumerate(contenus):
        for ligne in membres.index[textes.loc[membres.index, rang].ne("")] if not contenu else ():
            message = "colonne sans en-tête. Lui en donner un, ou effacer la cellule."
            feuille.refuser(message, feuille.adresse(ligne, rang))
        for ligne in membres.index[membres[rang].ne(sommes).fillna(False)] if contenu == TOTAL else ():
            total: Any = membres.at[ligne, rang]
            feuille.refuser(
                f"le total, {total}, n’est pas la somme des classes, {sommes[ligne]}. Corriger la "
                "ligne, ou dire dans data/reference/agregats.csv la classe qui manque.",
                feuille.adresse(ligne, rang),
            )
    cachees = [feuille.adresse(classes.index[n], classes.columns[r]) for n, r in np.argwhere(classes.isna())]
    return classes.T.groupby(dict(enumerate(contenus)), sort=False).sum().T, cachees


def _verifier_les_totaux(feuille: Feuille, par_sort: Mapping[str, pd.DataFrame]) -> None:
    """Raises ErreurCIL for a total that is not the sum of its column: of the EPCI, or of all the lines."""
    groupes = [par_sort[sort].sum(skipna=False) for sort in (_MEMBRE, _SANS_COMMUNE, _AUTRE)]
    sommes = pd.DataFrame(groupes).cumsum(skipna=False)
    for rang, totaux in par_sort[_TOTAL].items():
        for ligne, total in totaux.dropna().items():
            if sommes[rang].isna().any() or total in sommes[rang].tolist():
                continue
            feuille.refuser(
                f"le total, {total}, n’est pas la somme de sa colonne, {sommes[rang].iloc[-1]}. Rétablir la ligne qui "
                "manque, ou corriger celle qui se trompe ; effacer ce total s’il n’est pas celui de toutes les lignes.",
                feuille.adresse(ligne, rang),
            )


def _entetes(feuille: Feuille, dite: Tableau) -> tuple[int, list[str]]:
    """The rank of the line of headings, and what each column holds, « » where there is no heading.

    Raises ErreurCIL for a heading that nobody said, one that is missing, and one that is there twice.
    """
    formes = {normaliser(entete): contenu for entete, contenu in dite.colonnes.items()}
    place = trouver_entete([feuille], [frozenset(formes)]) or feuille.refuser(
        "aucune ligne n’a les en-têtes que dit data/reference/agregats.csv "
        f"(lignes {dite.ligne} et suivantes). Corriger l’un ou l’autre."
    )
    rang, lus = place.rang, [normaliser(titre) for titre in place.titres]
    for colonne, (titre, forme) in enumerate(zip(place.titres, lus, strict=True)):
        if titre and forme not in formes:
            feuille.refuser(
                f"en-tête inconnu, « {titre[:80]} ». L’ajouter à data/reference/agregats.csv, avec la classe que sa "
                f"colonne compte, ou « {IGNOREE} ».",
                feuille.adresse(rang + 1, colonne),
            )
        if titre and lus.index(forme) < colonne:
            message = f"en-tête en double, « {titre[:80]} ». N’en garder qu’un."
            feuille.refuser(message, feuille.adresse(rang + 1, colonne))
    for entete in dite.colonnes:
        if normaliser(entete) not in lus:
            feuille.refuser(
                f"l’en-tête « {entete} », que dit data/reference/agregats.csv, n’y est pas. Le rétablir, ou retirer sa "
                "ligne de cette table."
            )
    return rang, [formes.get(forme, "") for forme in lus]


def _effectif(feuille: Feuille, texte: str, cellule: str) -> int | None:
    """A count; None where it is hidden, or where nothing is written. Raises ErreurCIL for all else."""
    if est_absent(texte) or normaliser(texte) in _SECRETS or _SOUS_UN_SEUIL.fullmatch(serrer(texte)):
        return None
    try:
        effectif = lire_entier(texte)
    except (ValueError, OverflowError):
        effectif = None
    if effectif is None or not 0 <= effectif <= _EFFECTIF_MAXIMAL:
        feuille.refuser(
            f"« {texte[:80]} » n’est pas un nombre entier de ménages, de 0 à {_EFFECTIF_MAXIMAL}. Un effectif caché "
            "s’écrit « s » ; sinon, corriger la cellule.",
            cellule,
        )
    return effectif


def cellules_en_mots(cellules: Sequence[str]) -> str:
    """« C4, D7, D9 et 12 autres »."""
    suite = len(cellules) - 3
    return enumerer([*cellules[:3], *([f"{suite} autre{'s' * (suite > 1)}"] if suite > 0 else [])])
