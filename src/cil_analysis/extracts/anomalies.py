"""What was found wrong in a file, row by row, without a word of personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cil_analysis.extracts.cleaning import paires_distinctes
from cil_analysis.reference.columns import Colonne
from cil_analysis.reference.texte import une_ligne

COLONNES = ["fichier", "feuille", "ligne", "cellule", "colonne", "regle", "valeur", "effet", "message", "bailleur"]
REJET, VALEUR_ECARTEE, SIGNALEE = "ligne rejetée", "valeur écartée", "signalée"
DOUBLON = "doublon écarté"
MASQUE = "(masquée)"
REGLES = {
    "absente": "valeur absente",
    "illisible": "valeur illisible ou inconnue",
    "hors_bornes": "valeur hors des bornes",
    "depot_apres": "dépôt trop tardif",
    "contradiction": "contradiction",
    "future": "date future",
    "doublon": "doublon",
    "doublon_different": "doublon aux valeurs différentes",
    "nombre": "code enregistré comme un nombre",
    "mois": "jour inconnu",
    "fraction": "pourcentage ambigu",
    "decalee": "ligne décalée",
    "repetition": "plusieurs lignes d’un ménage",
    "deja_logee": "ménage déjà logé",
    "reactivee": "demande réactivée",
    "ventilation": "ventilation incohérente",
    "base": "base et parties différentes",
    "convention": "taux autre que celui de la convention",
}
"""What each ``regle`` is called before the user."""
_COMMUNES = ("commune_insee", "commune_libelle")
_LONGUEUR_CITEE = 40
# A label is quoted when as many rows hold it.
LIGNES_POUR_CITER = 3
# Six digits, whatever stands between them but letters, are a telephone or a file number; « @ » is an address.
_PERSONNEL = re.compile(r"@|\(at\)|\d(?:[^\w]*_*\d){5}", re.IGNORECASE)


def citer(cellule: str) -> str:
    """A cell as it may be quoted: printable, on one line, short, and masked when it looks personal.

    >>> citer("Office  inventé"), citer("06 11 22 33 44"), citer("a@b.fr")
    ('Office inventé', '(masquée)', '(masquée)')
    """
    return MASQUE if _PERSONNEL.search(cellule) else une_ligne(cellule, _LONGUEUR_CITEE)


def libelles_inconnus(anomalies: pd.DataFrame) -> dict[tuple[str, str], int]:
    """The unknown labels that may be quoted → the number of rows, by (column, label), the most frequent first."""
    cites = anomalies[anomalies["regle"].eq("illisible") & ~anomalies["valeur"].isin(["", MASQUE])]
    return dict(Counter(zip(cites["colonne"], cites["valeur"], strict=True)).most_common())


@dataclass(frozen=True)
class _Note:
    """One anomaly of some rows. ``valeurs``: what each says, which is its very cell where it is ``a_citer``."""

    colonne: str
    regle: str
    effet: str
    message: str
    a_citer: bool
    valeurs: pd.Series = field(repr=False)


@dataclass
class Registre:
    """Collects the anomalies of rows. ``origine``: for each row, its file, sheet and line number.

    ``lettres``: for each file, canonical column → its letter in a spreadsheet. ``bailleurs``: the landlord of each row,
    once it is known.
    """

    origine: pd.DataFrame
    lettres: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bailleurs: pd.Series | None = None
    _notes: list[_Note] = field(default_factory=list, repr=False)

    def noter(
        self,
        lignes: pd.Series,
        colonne: Colonne,
        regle: str,
        effet: str,
        message: str,
        valeurs: pd.Series | None = None,
    ) -> None:
        """Record an anomaly for each True row of ``lignes``; ``valeurs`` are the cells, quoted when that is safe."""
        choisies = lignes[lignes].index
        if len(choisies) == 0:
            return
        a_citer = valeurs is not None and colonne.citable
        if valeurs is None or not a_citer:
            valeurs = pd.Series("" if valeurs is None else MASQUE, index=choisies, dtype="str")
        self._notes.append(_Note(colonne.nom, regle, effet, message, a_citer, valeurs.loc[choisies]))

    def brutes(self) -> pd.DataFrame:
        """Every anomaly noted, in the order of the notes; the index is the rank of its row.

        For :func:`en_table` alone: where ``a_citer``, ``valeur`` is the cell itself, whatever somebody typed in it.
        """
        if not self._notes:
            colonnes = [c for c in COLONNES if c != "cellule"]
            vide = pd.DataFrame({nom: pd.Series(dtype="int64" if nom == "ligne" else "str") for nom in colonnes})
            return vide.assign(a_citer=pd.Series(dtype="bool"))
        valeurs = pd.concat([note.valeurs for note in self._notes])
        fois = [len(note.valeurs) for note in self._notes]
        table: pd.DataFrame = self.origine.loc[valeurs.index].assign(valeur=valeurs.array)
        for nom in ("colonne", "regle", "effet", "message"):
            table[nom] = _repeter([getattr(note, nom) for note in self._notes], fois)
        table["a_citer"] = np.repeat([note.a_citer for note in self._notes], fois)
        bailleurs = pd.Series(dtype="str") if self.bailleurs is None else self.bailleurs
        table["bailleur"] = bailleurs.reindex(table.index).astype("str").fillna("")
        return table


def _repeter(textes: Sequence[str], fois: Sequence[int]) -> pd.Categorical:
    """Each text as many times as it takes, held once."""
    rangs, distincts = pd.factorize(pd.Series(textes, dtype="str"))
    return pd.Categorical.from_codes(np.repeat(rangs, fois), categories=distincts)


def en_table(brutes: pd.DataFrame, lettres: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The anomalies of a whole import, in the order of the files' rows. One row is one anomaly of one line of a file.

    An unreadable value is quoted only in a column that the dictionary says « citable », and only when several rows hold
    it: a label comes back, somebody's name typed in the wrong place does not.
    """
    table = brutes.astype({nom: "str" for nom in COLONNES if nom not in ("ligne", "cellule")})
    rangs, paires = paires_distinctes(table["fichier"], table["colonne"])
    trouvees = np.array([lettres.get(fichier, {}).get(colonne, "") for fichier, colonne in paires], dtype="str")
    lettre = pd.Series(trouvees[rangs], index=table.index, dtype="str")
    table["cellule"] = lettre.where(lettre.eq(""), lettre + table["ligne"].astype("str")).astype("str")
    table["valeur"] = _citer(table)
    # The cells of a rejected row may be shifted: what stands in a label's column is then anything. An unknown
    # commune is the reason of its rejection, and has to be shown.
    rejetees = table.index.isin(table.index[table["effet"].eq(REJET)]) & ~table["colonne"].isin(_COMMUNES)
    table["valeur"] = table["valeur"].mask(rejetees & table["valeur"].ne(""), MASQUE)
    table = table[COLONNES]
    return table.sort_values(["fichier", "feuille", "ligne", "colonne"], kind="stable", ignore_index=True)


def _citer(table: pd.DataFrame) -> pd.Series:
    """The cells to quote, each where enough rows have the same in the same column for the same reason."""
    cellules = table.loc[table["a_citer"].astype(bool), ["colonne", "regle", "valeur"]]
    fois = cellules.groupby(["colonne", "regle", "valeur"])["valeur"].transform("size")
    citees = {cellule: citer(cellule) for cellule in cellules.loc[fois.ge(LIGNES_POUR_CITER), "valeur"].unique()}
    dites = cellules["valeur"].map(citees).where(fois.ge(LIGNES_POUR_CITER), MASQUE)
    valeurs = table["valeur"].to_numpy(dtype="object", copy=True)
    valeurs[table["a_citer"].to_numpy(dtype=bool)] = dites.to_numpy(dtype="object")
    return pd.Series(valeurs, index=table.index, dtype="str")
