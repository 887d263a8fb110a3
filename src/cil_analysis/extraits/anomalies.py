"""What was found wrong in a file, row by row: how the cleaning notes it, and how it is told without personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne

COLONNES = ["fichier", "feuille", "ligne", "cellule", "colonne", "regle", "valeur", "effet", "message", "bailleur"]
REJET = "ligne rejetée"
MASQUE = "(masquée)"
REGLES: Mapping[str, str] = lire_du_logiciel("extraits/mots.yml")["regles"]
"""What each ``regle`` is called before the user."""
NOTES: Mapping[str, Mapping[str, str]] = lire_du_logiciel("extraits/mots.yml")["notes"]
"""What may be noted of a row: its rule and effect, what is said, and why its row does not count, if it does not."""
ATTENDU: Mapping[str, str] = lire_du_logiciel("extraits/mots.yml")["attendu"]
"""What a cell must be, by the type of its column."""
_LONGUEUR_CITEE = 40
DEMANDEURS_POUR_CITER = 5
"""A label is quoted when rows of as many different N° uniques hold it (architecture, D18)."""
# Six digits, whatever stands between them but letters, are a telephone or a file number; « @ » is an address.
_PERSONNEL = re.compile(r"@|\(at\)|\d(?:[^\w]*_*\d){5}", re.IGNORECASE)
# The title of a column may hold a period or an amount.
_PERSONNEL_EN_TETE = re.compile(r"\S(?:@|\(at\))\S|\d(?:[\W_]*\d){8}", re.IGNORECASE)
_DATES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\b(?:19|20)\d\d\b|\d\d:\d\d(?::\d\d)?")


@dataclass(frozen=True)
class Consigne:
    """What the rows of one extract and year are cleaned by."""

    dictionnaire: Dictionnaire = field(repr=False)
    references: References = field(repr=False)
    annee: int
    aujourd_hui: date  # What is later is in the future.
    cle: bytes = field(repr=False)


@dataclass(frozen=True)
class Atelier:
    """Rows under way.

    ``texte``: one row is one line of the files, canonical columns, all text. ``origine``: its file, sheet and line
    number. ``dites``: by column, the rows whose cell says something, read or not. ``notes``: see :meth:`noter`.
    """

    consigne: Consigne
    texte: pd.DataFrame = field(repr=False)
    origine: pd.DataFrame = field(repr=False)
    dites: dict[str, pd.Series] = field(default_factory=dict, repr=False)
    notes: list[pd.DataFrame] = field(default_factory=list, repr=False)

    @property
    def dictionnaire(self) -> Dictionnaire:
        """The columns of the extract."""
        return self.consigne.dictionnaire

    @property
    def references(self) -> References:
        """The reference data of the project."""
        return self.consigne.references

    def colonne(self, nom: str) -> Colonne:
        """A column of the extract."""
        return self.dictionnaire.colonnes[nom]

    def citer(self, *noms: str) -> str:
        """Columns as a sentence names them."""
        return ", ".join(f"« {self.colonne(nom).libelle} »" for nom in noms)

    def noter(self, lignes: pd.Series, nom: str, note: str, valeurs: pd.Series | None = None, **dits: Any) -> None:
        """Note one of NOTES in each true row; ``dits``: what else its sentence holds; ``valeurs``: quoted for cells."""
        choisies = lignes.index[lignes.fillna(False).astype(bool)]
        if choisies.empty:
            return
        dite = NOTES[note]
        if valeurs is None and "cellule" in dite:
            valeurs = self.texte.get(nom)
        a_citer = valeurs is not None and self.colonne(nom).est_une_liste
        notes = self.origine.loc[choisies].assign(
            colonne=nom,
            regle=dite.get("regle", note),
            message=self._dire(dite["dire"], nom, dits),
            effet=dite["effet"],
            valeur="" if valeurs is None else valeurs.loc[choisies] if a_citer else MASQUE,
            a_citer=a_citer,
        )
        self.notes.append(notes)

    def _dire(self, phrase: str, nom: str, dits: Mapping[str, object]) -> str:
        colonne = self.colonne(nom)
        return phrase.format(libelle=colonne.libelle, attendu=ATTENDU.get(colonne.type, "une valeur lisible"), **dits)

    def ecarter(self, propres: pd.DataFrame, lignes: pd.Series, nom: str, note: str, **dits: Any) -> None:
        """Set aside, in place, the values of a column in some rows, and note it."""
        self.noter(lignes, nom, note, **dits)
        propres[nom] = propres[nom].mask(lignes.fillna(False).astype(bool))

    def rejeter(self, motifs: pd.Series, lignes: pd.Series, nom: str, note: str, **dits: Any) -> pd.Series:
        """Why each row does not count: ``motifs``, then what is noted of those of ``lignes`` that have none yet."""
        nouvelles = lignes & motifs.eq("")
        if not nouvelles.any():
            return motifs
        self.noter(nouvelles, nom, note, **dits)
        return motifs.mask(nouvelles, self._dire(NOTES[note]["motif"], nom, dits))

    def anomalies(self, bailleurs: pd.Series | None, numeros: pd.Series | None) -> pd.DataFrame:
        """Every anomaly noted, in the order of the notes; the index is the rank of its row. For :func:`en_table` alone.

        Where ``a_citer``, ``valeur`` is the cell itself, whatever somebody typed in it. ``bailleurs``, ``numeros``: the
        landlord of each row, and what tells the N° uniques apart, if known.
        """
        aucune = self.origine[:0].assign(**dict.fromkeys(COLONNES[4:9], ""), a_citer=False)
        table = pd.concat(self.notes) if self.notes else aucune
        connus = pd.DataFrame({"bailleur": bailleurs, "numero": numeros}, self.origine.index, dtype="str")
        dits = connus.reindex(table.index)
        return table.assign(bailleur=dits["bailleur"].fillna(""), numero=dits["numero"])


# --- What may be told of it ------------------------------------------------------------------------------------------


def citer(cellule: str, longueur: int = _LONGUEUR_CITEE) -> str:
    """A cell as it may be quoted: printable, on one line, short, and masked when it looks personal.

    The SIREN of an organisation, nine digits and a sum that is right, is public.

    >>> citer("Office  inventé"), citer("06 11 22 33 44"), citer("a@b.fr"), citer("123 456 782")
    ('Office inventé', '(masquée)', '(masquée)', '123 456 782')
    """
    return MASQUE if _PERSONNEL.search(cellule) and not _est_un_siren(cellule) else une_ligne(cellule, longueur)


def sans_titre(rang: int) -> str:
    """What stands for the heading of a column that has none, by its place from 1."""
    return f"(sans en-tête {rang})"


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

    ``numeros``: what tells the numbers apart, same rows. Rows without a number count for nothing.

    >>> assez_frequentes(pd.Series([*"aaaaabbbbbb"]), pd.Series([1, 2, 3, 4, 5, 1, 2, 3, 4, 4, None])).tolist()
    [True, True, True, True, True, False, False, False, False, False, False]
    """
    paires = pd.DataFrame({"cle": cles.to_numpy(), "numero": numeros.to_numpy()})
    fois = paires.dropna().drop_duplicates()["cle"].value_counts()
    frequentes: pd.Series = cles.map(fois).fillna(0).ge(DEMANDEURS_POUR_CITER)
    return frequentes


def forme_de(libelle: str) -> str:
    """What two writings of one label share; a label without letter or digit is its own."""
    return normaliser(libelle) or libelle


def libelles_inconnus(anomalies: pd.DataFrame) -> dict[tuple[str, str], int]:
    """The unknown labels that may be quoted → the number of rows, by (column, label), the most frequent first."""
    cites = anomalies[anomalies["regle"].eq("illisible") & ~anomalies["valeur"].isin(["", MASQUE])]
    return dict(Counter(zip(cites["colonne"], cites["valeur"], strict=True)).most_common())


def premieres_lignes(anomalies: pd.DataFrame, combien: int, *, parmi: Iterable[str]) -> list[str]:
    """The first lines of some anomalies, with their file when there are several (``parmi``: their names)."""
    plusieurs = len({*parmi}) > 1
    lieux = anomalies[["fichier", "ligne"]].drop_duplicates().head(combien)
    return [f"{fichier} {ligne}" if plusieurs else str(ligne) for fichier, ligne in lieux.itertuples(index=False)]


def qui_comptent(brutes: pd.DataFrame, gardees: pd.Index) -> pd.Series:
    """The anomalies of the rows that count (``gardees``), or that do not for want of this very column."""
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
    lettre = pd.Series([lettres.get(f, {}).get(c, "") for f, c in zip(table["fichier"], table["colonne"], strict=True)])
    lettre = lettre.set_axis(table.index).astype("str")
    table["cellule"] = lettre.where(lettre.eq(""), lettre + table["ligne"].astype("str")).astype("str")
    if sans_numero:
        table["numero"] = table.index.astype("str")
    table["valeur"] = _citer(table, qui_comptent(table, gardees))
    table = table[COLONNES]
    return table.sort_values(["fichier", "feuille", "ligne", "colonne"], kind="stable", ignore_index=True)


def _citer(table: pd.DataFrame, comptent: pd.Series) -> pd.Series:
    """The cells to quote, each label in its commonest writing; the others masked."""
    valeurs = table["valeur"].mask(table["a_citer"], MASQUE).reset_index(drop=True)
    vues = table[["colonne", "regle", "valeur", "numero"]].reset_index(drop=True)
    vues = vues[(table["a_citer"] & comptent).to_numpy()]
    formes = vues["valeur"].map({cellule: forme_de(cellule) for cellule in vues["valeur"].unique()})
    cles = vues.groupby(["colonne", "regle", formes], sort=False).ngroup()
    frequentes = vues.loc[assez_frequentes(cles, vues["numero"]), "valeur"]
    valeurs[frequentes.index] = frequentes.groupby(cles).transform(lambda ecrits: citer(ecrits.mode().iloc[0]))
    return valeurs.set_axis(table.index).astype("str")
