"""What was found wrong in a file, row by row, without a word of personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cil_analysis.extraits.cleaning import paires_distinctes
from cil_analysis.reference.columns import Colonne
from cil_analysis.reference.texte import normaliser, une_ligne

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
    "mois_jour": "mois avant le jour",
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
_LONGUEUR_CITEE = 40
DEMANDEURS_POUR_CITER = 5
"""A label is quoted when rows of as many different N° uniques hold it (architecture, D18)."""
# Six digits, whatever stands between them but letters, are a telephone or a file number; « @ » is an address.
_PERSONNEL = re.compile(r"@|\(at\)|\d(?:[^\w]*_*\d){5}", re.IGNORECASE)
# The title of a column may hold a period or an amount.
_PERSONNEL_EN_TETE = re.compile(r"\S(?:@|\(at\))\S|\d(?:[\W_]*\d){8}", re.IGNORECASE)
_DATES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\b(?:19|20)\d\d\b|\d\d:\d\d(?::\d\d)?")


def citer(cellule: str, longueur: int = _LONGUEUR_CITEE) -> str:
    """A cell as it may be quoted: printable, on one line, short, and masked when it looks personal.

    The SIREN of an organisation, nine digits and a sum that is right, is public.

    >>> citer("Office  inventé"), citer("06 11 22 33 44"), citer("a@b.fr"), citer("123 456 782")
    ('Office inventé', '(masquée)', '(masquée)', '123 456 782')
    """
    return MASQUE if _PERSONNEL.search(cellule) and not _est_un_siren(cellule) else une_ligne(cellule, longueur)


def citer_entete(entete: str) -> str:
    """A heading as a message or a journal may hold it: masked when it holds an address, or nine digits of no date.

    A name cannot be told from the title of a column: it is quoted.

    >>> citer_entete("Situation au 31/12/2022"), citer_entete("06_11_22_33_44 Inventé"), citer_entete("a(at)b.fr")
    ('Situation au 31/12/2022', '(masqué)', '(masqué)')
    """
    return "(masqué)" if _PERSONNEL_EN_TETE.search(_DATES.sub(" – ", entete)) else entete


def _est_un_siren(cellule: str) -> bool:
    nu = "".join(cellule.split())
    if len(nu) != 9 or not (nu.isascii() and nu.isdigit()):
        return False
    return sum(sum(divmod(int(c) * (1 + rang % 2), 10)) for rang, c in enumerate(nu)) % 10 == 0


def assez_frequentes(cles: pd.Series, numeros: pd.Series) -> pd.Series:
    """Where a key (a label, in its column) stands on enough rows of different N° uniques to be quoted.

    ``numeros``: what tells the numbers apart, same rows; 0 for none. Rows without a number count for nothing.

    >>> assez_frequentes(pd.Series(["a"] * 5 + ["b"] * 6), pd.Series([1, 2, 3, 4, 5, 1, 2, 3, 4, 4, 0])).tolist()
    [True, True, True, True, True, False, False, False, False, False, False]
    """
    paires = pd.DataFrame({"cle": cles.to_numpy(), "numero": numeros.to_numpy()})
    fois = paires[paires["numero"].ne(0)].drop_duplicates()["cle"].value_counts()
    frequentes: pd.Series = cles.map(fois).fillna(0).ge(DEMANDEURS_POUR_CITER)
    return frequentes


def forme_de(libelle: str) -> str:
    """What two writings of one label share; a label without letter or digit is its own."""
    return normaliser(libelle) or libelle


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
        a_citer = valeurs is not None and colonne.est_une_liste
        if valeurs is None or not a_citer:
            valeurs = pd.Series("" if valeurs is None else MASQUE, index=choisies, dtype="str")
        self._notes.append(_Note(colonne.nom, regle, effet, message, a_citer, valeurs.loc[choisies]))

    def brutes(self) -> pd.DataFrame:
        """Every anomaly noted, in the order of the notes; the index is the rank of its row.

        For :func:`en_table` alone: where ``a_citer``, ``valeur`` is the cell itself, whatever somebody typed in it.
        ``numero``: what tells the N° uniques apart, 0 for none; the caller knows them.
        """
        if not self._notes:
            colonnes = [c for c in COLONNES if c != "cellule"]
            vide = pd.DataFrame({nom: pd.Series(dtype="int64" if nom == "ligne" else "str") for nom in colonnes})
            return vide.assign(a_citer=pd.Series(dtype="bool"), numero=pd.Series(dtype="uint64"))
        valeurs = pd.concat([note.valeurs for note in self._notes])
        fois = [len(note.valeurs) for note in self._notes]
        table: pd.DataFrame = self.origine.loc[valeurs.index].assign(valeur=valeurs.array)
        for nom in ("colonne", "regle", "effet", "message"):
            table[nom] = _repeter([getattr(note, nom) for note in self._notes], fois)
        table["a_citer"] = np.repeat([note.a_citer for note in self._notes], fois)
        table["numero"] = np.zeros(len(table), dtype="uint64")
        bailleurs = pd.Series(dtype="str") if self.bailleurs is None else self.bailleurs
        table["bailleur"] = bailleurs.reindex(table.index).astype("str").fillna("")
        return table


def _repeter(textes: Sequence[str], fois: Sequence[int]) -> pd.Categorical:
    """Each text as many times as it takes, held once."""
    rangs, distincts = pd.factorize(pd.Series(textes, dtype="str"))
    return pd.Categorical.from_codes(np.repeat(rangs, fois), categories=distincts)


def qui_comptent(brutes: pd.DataFrame, gardees: pd.Index) -> pd.Series:
    """The anomalies of the rows that count, or that do not for want of this very column.

    ``gardees``: the rows that are neither rejected nor out of scope.
    """
    colonnes = brutes["colonne"].astype("str").replace("commune_libelle", "commune_insee")
    paires = pd.MultiIndex.from_arrays([brutes.index, colonnes])
    causes = paires[brutes["effet"].eq(REJET) & brutes["regle"].ne("decalee")]
    return pd.Series(brutes.index.isin(gardees) | paires.isin(causes), index=brutes.index)


def en_table(
    brutes: pd.DataFrame, lettres: Mapping[str, Mapping[str, str]], gardees: pd.Index, *, sans_numero: bool
) -> pd.DataFrame:
    """The anomalies of a whole import, in the order of the files' rows. One row is one anomaly of one line of a file.

    A cell is quoted only where it is a label of a closed list, and where it stands on rows of enough different N°
    uniques: a label comes back, somebody's name typed in the wrong place does not. The cells of rows that do not count
    may be shifted, and are masked, but for what they are set aside for: see :func:`qui_comptent`.

    ``sans_numero``: a row of this extract is no household's; then any other row is a different one.
    """
    table = brutes.astype({nom: "str" for nom in COLONNES if nom not in ("ligne", "cellule")})
    rangs, paires = paires_distinctes(table["fichier"], table["colonne"])
    trouvees = np.array([lettres.get(fichier, {}).get(colonne, "") for fichier, colonne in paires], dtype="str")
    lettre = pd.Series(trouvees[rangs], index=table.index, dtype="str")
    table["cellule"] = lettre.where(lettre.eq(""), lettre + table["ligne"].astype("str")).astype("str")
    if sans_numero:
        table["numero"] = table.index.to_numpy() + 1
    table["valeur"] = _citer(table, qui_comptent(table, gardees))
    table = table[COLONNES]
    return table.sort_values(["fichier", "feuille", "ligne", "colonne"], kind="stable", ignore_index=True)


def _citer(table: pd.DataFrame, comptent: pd.Series) -> pd.Series:
    """The cells to quote, each label in its commonest writing; the others masked."""
    a_citer = table["a_citer"].to_numpy(dtype=bool)
    valeurs = table["valeur"].to_numpy(dtype="object", copy=True)
    valeurs[a_citer] = MASQUE
    vues = table.loc[a_citer & comptent.to_numpy(), ["colonne", "regle", "valeur", "numero"]].reset_index(drop=True)
    places = np.flatnonzero(a_citer & comptent.to_numpy())
    vues["forme"] = vues["valeur"].map({cellule: forme_de(cellule) for cellule in vues["valeur"].unique()})
    cles = vues.groupby(["colonne", "regle", "forme"], sort=False).ngroup()
    frequentes = assez_frequentes(cles, vues["numero"])
    fois = vues[frequentes].groupby([cles[frequentes], "valeur"]).size().sort_values(ascending=False, kind="stable")
    ecritures: dict[int, str] = {}
    for cle, cellule in fois.index:
        ecritures.setdefault(cle, citer(cellule))
    valeurs[places[frequentes]] = cles[frequentes].map(ecritures).to_numpy(dtype="object")
    return pd.Series(valeurs, index=table.index, dtype="str")
