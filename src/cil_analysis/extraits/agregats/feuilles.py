"""Sheets of counts by commune and class, as one table of cells: nothing in it is guessed, and nothing is lost.

A cell that hides its count (« s », « < 5 ») or holds nothing is no zero: the whole sheet is then set aside, since its
totals would be wrong. All else that is no whole number refuses the file, by its cell; so do the rules of ``refus.yml``.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import lire_commune
from cil_analysis.extraits.cellules.textes import est_absent, serrer
from cil_analysis.extraits.cellules.valeurs import lire_entier
from cil_analysis.extraits.lecture.classeurs import Feuille
from cil_analysis.extraits.lecture.lignes import TOTAUX, trouver_entete
from cil_analysis.extraits.lecture.tableau import refuser_les_fusions
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.lecture import refusees
from cil_analysis.reference.texte import normaliser

# What a column holds that is not a class.
COMMUNE, TOTAL, IGNOREE = "commune", "total", "ignoree"
SANS_CLASSE = (COMMUNE, TOTAL, IGNOREE)
REFUS: Mapping[str, Any] = lire_du_logiciel("extraits/agregats/refus.yml")
# What replaces a count that is not to be known, in comparison form; or « < 5 », « 1 à 4 », « moins de 11 ».
_SECRETS = frozenset({"s", "c", "ss", "secret", "secret statistique", "masque"})
_SOUS_UN_SEUIL = re.compile(
    r"[<≤].*|\d+ ?(?:à|-|–) ?\d+(?: ménages?)?|(?:moins de|inf(?:\.|[ée]rieure?s?)? à) ?\d+(?: ménages?)?|\d* ?\*+",
    re.IGNORECASE,
)
# What a line is, besides one of blanks, of a note or of a partial total, which count nothing.
MEMBRE, SANS_COMMUNE, AUTRE, _TOTAL = "membre", "sans commune", "autre commune", "total"
SOUS_TOTAL, _INCONNUE = "sous total", "commune"
_NON_COMPTES = ("", COMMUNE, IGNOREE)
_COMPTEES = (MEMBRE, SANS_COMMUNE, AUTRE, _TOTAL)
# Beyond, a code or a date has been taken for a count.
_EFFECTIF_MAXIMAL, _FAUX = 2_000_000, -1.0
_CELLULE = {
    "ligne": "int64", "cellule": "str", "contenu": "str", "texte": "str", "sort": "str", "commune": "str",
    "effectif": "float64",
}  # fmt: skip


def exiger(lignes: pd.DataFrame, quoi: str) -> None:
    """Refuse the first line that is at fault, by its sheet and its cell; ``quoi``: the rules of ``refus.yml``."""
    for rang, message in refusees(lignes, REFUS[quoi]):
        ligne = lignes.loc[rang]
        ou = f", cellule {ligne['cellule']}" if "cellule" in ligne else ""
        raise ErreurCIL(f"{ligne['fichier']}, feuille « {ligne['feuille']} »{ou} : {message}")


@dataclass(frozen=True)
class Lecture:
    """What communes are called → their code, the codes of those of the EPCI, what the EPCI itself is called."""

    vers_commune: Mapping[str, str]
    membres: Collection[str]
    epci: frozenset[str]

    def lire(self, feuille: Feuille, fichier: str, dite: pd.DataFrame) -> pd.DataFrame:
        """The cells of a sheet below its headings: one row is a cell; a line that counts nothing has that of its name.

        ``dite``: its rows of ``agregats.csv``. ``contenu``: what its column holds, blank without a heading; ``sort``:
        what its line is, and ``commune`` its code; ``effectif``: the count, NaN where it is hidden, 0 where nothing is
        counted, negative where it cannot be read.
        """
        rang, contenus = _entetes(feuille, fichier, dite)
        partout, nom, lues = range(len(contenus)), [contenus.index(COMMUNE)], []
        for ligne, *textes in feuille.table.slice(rang + 1).to_pandas().itertuples(name=None):
            numero = ligne + rang + 2  # as a spreadsheet numbers it
            sort, commune = self._sort(textes, contenus)
            for place in partout if sort in _COMPTEES else nom:
                contenu, texte = contenus[place], textes[place]
                effectif = 0 if contenu in _NON_COMPTES else _effectif(texte)
                lues.append((numero, f"{feuille.lettre(place)}{numero}", contenu, texte, sort, commune, effectif))
        cellules = pd.DataFrame(lues, columns=list(_CELLULE)).astype(_CELLULE)
        refuser_les_fusions(fichier, feuille, {*cellules.loc[cellules["sort"].isin(_COMPTEES), "ligne"]})
        return cellules.assign(fichier=fichier, feuille=feuille.nom, maximum=_EFFECTIF_MAXIMAL)

    def _sort(self, textes: Sequence[str], contenus: Sequence[str]) -> tuple[str, str]:
        """What a line is, and the commune that it names."""
        nom = textes[contenus.index(COMMUNE)]
        forme, code = normaliser(nom), self._code(nom)
        comptes = [texte for texte, contenu in zip(textes, contenus, strict=True) if contenu not in _NON_COMPTES]
        if not any(textes):
            return "vide", ""
        if forme in TOTAUX or forme in self.epci or forme.startswith("total "):
            return (SOUS_TOTAL if forme == SOUS_TOTAL else _TOTAL), ""
        if not any(comptes) and not code:
            return "note", ""
        if est_absent(nom):
            return SANS_COMMUNE, ""
        return MEMBRE if code in self.membres else AUTRE if code else _INCONNUE, code

    def _code(self, nom: str) -> str:
        try:
            return lire_commune(nom, self.vers_commune) or ""
        except ValueError:
            return ""


def sont_d_une_classe(cellules: pd.DataFrame) -> pd.Series:
    """The counts of communes of the EPCI, totals aside."""
    siennes: pd.Series = cellules["sort"].eq(MEMBRE) & ~cellules["contenu"].isin([*_NON_COMPTES, TOTAL])
    return siennes


def lignes_cachees(feuille: Feuille, cellules: pd.DataFrame) -> int:
    """How many of the lines of a sheet that are of communes of the EPCI are hidden or filtered out."""
    siennes = cellules[cellules["feuille"].eq(feuille.nom) & cellules["sort"].eq(MEMBRE)]
    return len(feuille.mise_en_page.masquees.intersection(siennes["ligne"]))


def additionner(cellules: pd.DataFrame) -> pd.DataFrame:
    """The cells beside the sums that they have to agree with: see ``refus.yml``. A hidden count hides its sums."""
    feuilles, sorts, colonnes = cellules["feuille"], cellules["sort"], cellules["cellule"].str.rstrip("0123456789")

    def sommer(comptees: pd.Series, par: pd.Series) -> pd.Series:
        somme: pd.Series = (
            cellules["effectif"].where(comptees, 0).groupby([feuilles, par]).transform("sum", skipna=False)
        )
        return somme

    return cellules.assign(
        somme=sommer(cellules["contenu"].ne(TOTAL), cellules["ligne"]),
        membres=sommer(sorts.eq(MEMBRE), colonnes),
        nommees=sommer(sorts.isin([MEMBRE, SANS_COMMUNE]), colonnes),
        toutes=sommer(sorts.isin([MEMBRE, SANS_COMMUNE, AUTRE]), colonnes),
        premiere=cellules.groupby(["feuille", "sort", "commune"])["ligne"].transform("min"),
    )


def _entetes(feuille: Feuille, fichier: str, dite: pd.DataFrame) -> tuple[int, list[str]]:
    """The rank of the line of headings, and what each column holds, « » where there is no heading."""
    formes, ici = dict(zip(dite["titre"], dite["contenu"], strict=True)), {"fichier": fichier, "feuille": feuille.nom}
    place = trouver_entete([feuille], [frozenset(formes)])
    if place is None:
        raise ErreurCIL(
            f"{fichier}, feuille « {feuille.nom} » : aucune ligne n’a les en-têtes que dit "
            f"data/reference/agregats.csv (lignes {dite.index[0]} et suivantes). Corriger l’un ou l’autre."
        )
    lus = [normaliser(titre) for titre in place.titres]
    contenus = [formes.get(forme, "?") if titre else "" for titre, forme in zip(place.titres, lus, strict=True)]
    adresses = [f"{feuille.lettre(rang)}{place.rang + 1}" for rang in range(len(lus))]
    titres = pd.DataFrame({"titre": place.titres, "contenu": contenus, "cellule": adresses, **ici})
    exiger(titres.assign(rang=titres.index, premier=[*map(lus.index, lus)]), "entetes")
    exiger(dite.assign(lu=dite["titre"].isin(lus), **ici), "attendus")
    return place.rang, contenus


def _effectif(texte: str) -> float:
    """A count: NaN where it is hidden, or where nothing is written; _FAUX for all else."""
    if est_absent(texte) or normaliser(texte) in _SECRETS or _SOUS_UN_SEUIL.fullmatch(serrer(texte)):
        return nan
    try:
        effectif: Any = lire_entier(texte)
    except (ValueError, OverflowError):
        return _FAUX
    return effectif if 0 <= effectif <= _EFFECTIF_MAXIMAL else _FAUX
