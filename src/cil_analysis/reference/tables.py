"""Reading the CSV files of data/reference, with errors that an analyst can act upon."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import normaliser, typographie
from cil_analysis.typographie import a_des_commandes

if TYPE_CHECKING:
    from cil_analysis.reference.nomenclatures import Nomenclature

_LONGUE = re.compile("« ([^»]{80})[^»]+ »")
_CODE = re.compile(r"[^\W_][\w+.-]*")
_FORMATS_DE_DATE = ("%Y-%m-%d", "%d/%m/%Y")


def erreur(chemin: Path, message: str, ligne: int | None = None) -> ErreurCIL:
    """The French error of a reference file: which file, which line, what to do."""
    lieu = f"« {chemin.parent.name}/{chemin.name} »" + (f", ligne {ligne}" if ligne is not None else "")
    message = _LONGUE.sub(r"« \1… »", message)
    return ErreurCIL(typographie(f"Données de référence, fichier {lieu} : {message}"))


def lire_table(chemin: Path, colonnes: Collection[str]) -> pd.DataFrame:
    """The rows of a reference CSV as stripped text; the index is the line number in the file.

    UTF-8 or cp1252, comma or semicolon: a spreadsheet set to French rewrites the file that way.

    Raises:
        ErreurCIL: no such file, a file that is no text, a missing column, a cell that cannot be read, or a row that has
            not as many cells as the header.
    """
    texte = _texte(chemin)
    premiere = texte.partition("\n")[0]
    separateur = ";" if premiere.count(";") > premiere.count(",") else ","
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    entete = [cellule.strip() for cellule in next(lecteur, [])]
    manquantes = [colonne for colonne in colonnes if colonne not in entete]
    if manquantes:
        raise erreur(chemin, f"colonne absente : {', '.join(manquantes)}. Rétablir cet en-tête.", 1)
    if len(set(entete)) < len(entete):
        raise erreur(chemin, "deux colonnes portent le même nom. N’en garder qu’une.", 1)
    lignes: dict[int, list[str]] = {}
    try:
        for cellules in lecteur:
            if not "".join(cellules).strip():
                continue
            if len(cellules) != len(entete):
                raise erreur(
                    chemin,
                    f"{len(cellules)} cellules au lieu de {len(entete)}. "
                    "Mettre entre guillemets droits un texte qui contient le séparateur.",
                    lecteur.line_num,
                )
            lignes[lecteur.line_num] = [cellule.strip() for cellule in cellules]
    except csv.Error:
        message = "cellule illisible ou trop longue. Vérifier que chaque guillemet droit ouvert est refermé."
        raise erreur(chemin, message, lecteur.line_num) from None
    return pd.DataFrame(list(lignes.values()), index=pd.Index(lignes, dtype="int64"), columns=entete, dtype="str")


def _texte(chemin: Path) -> str:
    """The text of a file, in which no sign commands a terminal: no table of text has one."""
    if not chemin.is_file():
        raise erreur(chemin, "fichier introuvable. Le restaurer depuis le dépôt.")
    octets = chemin.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", errors="replace")
    for numero, ligne in enumerate(texte.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if a_des_commandes(ligne):
            message = "signe qui n’est pas du texte. L’effacer, et enregistrer le fichier au format CSV UTF-8."
            raise erreur(chemin, message, numero)
    return texte


def convertir_dates(table: pd.DataFrame, colonnes: Collection[str], chemin: Path) -> None:
    """Turn text columns into datetime64 in place; an empty cell is NaT.

    Raises:
        ErreurCIL: a cell that is neither AAAA-MM-JJ nor JJ/MM/AAAA.
    """
    for colonne in colonnes:
        premieres = table[colonne].drop_duplicates()  # Thousands of communes have few dates.
        lues = {texte: _date(texte, chemin, int(str(ligne)), colonne) for ligne, texte in premieres.items()}
        table[colonne] = pd.Series(
            [lues[t] for t in table[colonne].tolist()], index=table.index, dtype="datetime64[us]"
        )


def _date(texte: str, chemin: Path, ligne: int, colonne: str) -> datetime | None:
    if not texte:
        return None
    for forme in _FORMATS_DE_DATE:
        try:
            return datetime.strptime(texte, forme)
        except ValueError:
            continue
    raise erreur(chemin, f"date « {texte} » illisible (colonne {colonne}). L’écrire AAAA-MM-JJ.", ligne)


def convertir_nombres(table: pd.DataFrame, colonnes: Collection[str], chemin: Path) -> None:
    """Turn text columns into float in place; an empty cell is NaN, a decimal comma is accepted.

    Raises:
        ErreurCIL: a cell that is no number.
    """
    for colonne in colonnes:
        valeurs: list[float] = []
        for ligne, texte in _cellules(table, colonne):
            net = _chiffres(texte)
            try:
                valeur = float(net) if net else None
                if valeur is not None and not isfinite(valeur):
                    raise ValueError(net)
                valeurs.append(float("nan") if valeur is None else valeur)
            except ValueError:
                message = f"« {texte} » n’est pas un nombre (colonne {colonne}). Corriger, ou laisser vide."
                raise erreur(chemin, message, ligne) from None
        table[colonne] = pd.Series(valeurs, index=table.index, dtype="float64")


def _chiffres(texte: str) -> str:
    """A number as Python writes it, from one in the French way."""
    return "".join(texte.split()).replace(",", ".")


def exiger_bornes(table: pd.DataFrame, minimum: str, maximum: str, chemin: Path) -> None:
    """Check the bounds of classes, and write them in place as Python does (a spreadsheet may have put commas).

    Raises:
        ErreurCIL: one column without the other, a bound that is no number, or a minimum beyond its maximum.
    """
    absentes = [nom for nom in (minimum, maximum) if nom not in table]
    if absentes:
        if len(absentes) == 1:
            message = f"colonne absente : {absentes[0]}, qui va avec l’autre borne. Rétablir cet en-tête."
            raise erreur(chemin, message, 1)
        return
    bornes = table[[minimum, maximum]].copy()
    convertir_nombres(bornes, (minimum, maximum), chemin)
    for ligne in table.index[bornes[minimum] > bornes[maximum]]:
        raise erreur(chemin, f"{minimum} dépasse {maximum}. Corriger l’un des deux.", int(str(ligne)))
    for nom in (minimum, maximum):
        table[nom] = [_chiffres(texte) for texte in table[nom].tolist()]


def _cellules(table: pd.DataFrame, colonne: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each cell of a column."""
    return zip(table.index.tolist(), table[colonne].tolist(), strict=True)


def exiger(table: pd.DataFrame, colonne: str, admises: Collection[str], chemin: Path) -> None:
    """Check that a column holds only the values that the software knows.

    Raises:
        ErreurCIL: naming the first line at fault and the values accepted.
    """
    connues = frozenset(admises)
    for ligne, texte in _cellules(table, colonne):
        if texte not in connues:
            attendu = ", ".join(valeur or "(vide)" for valeur in admises)
            message = f"« {texte} » inconnu dans la colonne {colonne}. Valeurs admises : {attendu}."
            raise erreur(chemin, message, ligne)


def convertir_codes(
    table: pd.DataFrame, listes: Mapping[str, str], nomenclatures: Mapping[str, Nomenclature], chemin: Path
) -> None:
    """Turn the words of columns into codes in place, by the labels, aliases and codes of a list; empty stays empty.

    ``listes``: column → code list.

    Raises:
        ErreurCIL: naming the first line at fault and the labels of the list, or the list that the project lacks.
    """
    for colonne, nom in listes.items():
        if not table[colonne].ne("").any():
            continue
        if nom not in nomenclatures:
            raise erreur(chemin, f"la nomenclature « {nom} » manque. La restaurer (nomenclatures/{nom}.csv).")
        vers_code = nomenclatures[nom].vers_code()
        for ligne, texte in _cellules(table, colonne):
            if texte and normaliser(texte) not in vers_code:
                attendu = ", ".join(nomenclatures[nom].libelles().values())
                message = f"« {texte} » inconnu dans la colonne {colonne}. Valeurs admises : {attendu}."
                raise erreur(chemin, message, ligne)
        table[colonne] = table[colonne].map(lambda texte, codes=vers_code: codes.get(normaliser(texte), ""))


def exiger_rempli(table: pd.DataFrame, colonnes: Collection[str], chemin: Path) -> None:
    """Check that no cell of these columns is empty.

    Raises:
        ErreurCIL: naming the first line at fault.
    """
    for colonne in colonnes:
        for ligne, texte in _cellules(table, colonne):
            if not texte:
                raise erreur(chemin, f"la colonne {colonne} est vide. La remplir.", ligne)


def exiger_codes(table: pd.DataFrame, colonne: str, chemin: Path) -> None:
    """Check that a column holds codes: they are published as they are, and a spreadsheet must not compute one.

    Raises:
        ErreurCIL: naming the first line at fault.
    """
    for ligne, texte in _cellules(table, colonne):
        if not _CODE.fullmatch(texte):
            message = (
                f"« {texte} » n’est pas un code dans la colonne {colonne}. Commencer par une lettre ou un chiffre, "
                "sans espace."
            )
            raise erreur(chemin, message, ligne)


def exiger_unique(table: pd.DataFrame, colonne: str, chemin: Path) -> None:
    """Check that a key column has no value twice.

    Raises:
        ErreurCIL: naming the second line.
    """
    vues: set[str] = set()
    for ligne, texte in _cellules(table, colonne):
        if texte in vues:
            message = f"« {texte} » figure deux fois dans la colonne {colonne}. Garder une seule ligne."
            raise erreur(chemin, message, ligne)
        vues.add(texte)


def exiger_periode(table: pd.DataFrame, debut: str, fin: str, chemin: Path) -> None:
    """Check that no period ends before it begins.

    Raises:
        ErreurCIL: naming the first line at fault.
    """
    for ligne in table.index[(table[fin] < table[debut]).fillna(False)]:
        raise erreur(chemin, f"la date {fin} précède la date {debut}. Corriger l’une des deux.", int(str(ligne)))


def exiger_sans_chevauchement(table: pd.DataFrame, cles: list[str], debut: str, fin: str, chemin: Path) -> None:
    """Check that two rows with the same key are never in force on the same day.

    Raises:
        ErreurCIL: naming the line of the later row.
    """
    if not table.duplicated(cles).any():
        return
    bornes = table.assign(
        _debut=table[debut].fillna(pd.Timestamp("1000-01-01")), _fin=table[fin].fillna(pd.Timestamp("9999-12-31"))
    ).sort_values("_debut", kind="stable")
    for _, groupe in bornes.groupby(cles):
        for ligne in groupe.index[groupe["_debut"] <= groupe["_fin"].shift()]:
            message = (
                f"cette ligne et une autre de mêmes {', '.join(cles)} valent le même jour. Clore l’ancienne ({fin})."
            )
            raise erreur(chemin, message, int(str(ligne)))


def en_vigueur(table: pd.DataFrame, debut: str, fin: str, jour: pd.Timestamp) -> pd.Series:
    """Boolean mask of the rows in force on a day; both bounds are included and an empty bound is open."""
    mask: pd.Series = ~(table[debut] > jour) & ~(table[fin] < jour)
    return mask
