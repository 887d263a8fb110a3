"""What each table of data/reference holds, as ``definitions/tables.yml`` declares it, and the text of its CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.typographie import a_des_commandes

if TYPE_CHECKING:
    import pandas as pd

CONFIANCES = ("C", "L", "NF", "FICTIF")
"""Read in its source; likely; not found; made up for the example project."""

_FORMATS_DE_DATE = ("%Y-%m-%d", "%d/%m/%Y")
_LONGUE = re.compile("« ([^»]{80})[^»]+ »")


@dataclass(frozen=True)
class Champ:
    """A column of a table. The file that declares it says what each key means; « oui » is true, blank is false."""

    nom: str
    type: str = "texte"
    obligatoire: str = ""
    facultative: str = ""
    valeurs: tuple[str, ...] = ()
    liste: str = ""
    renvoi: str = ""
    plusieurs: str = ""
    minimum: float | None = None
    maximum: float | None = None
    aide: str = ""


@dataclass(frozen=True)
class Schema:
    """A table. ``nom``: its file below data/reference, without « .csv »; ``colonnes``: in the order of its header."""

    nom: str
    une_ligne: str
    colonnes: Mapping[str, Champ]
    facultative: str = ""
    cle: tuple[str, ...] = ()
    periode: tuple[str, ...] = ()
    sans_chevauchement: tuple[str, ...] = ()
    total: Mapping[str, Any] = field(default_factory=dict)
    refus: Sequence[Mapping[str, str]] = ()
    sans_source: str = ""
    chiffres: Mapping[str, int] = field(default_factory=dict)

    @property
    def exigees(self) -> list[str]:
        """The columns that the file must have."""
        return [nom for nom, champ in self.colonnes.items() if not champ.facultative]


def en_tete(nom: str) -> list[str]:
    """The header of the file of a table."""
    return list(schemas()[nom].colonnes)


@cache
def schemas() -> Mapping[str, Schema]:
    """Every table by name; « nomenclatures/* » stands for all those of its folder."""
    lus = {}
    for nom, declare in lire_du_logiciel("definitions/tables.yml").items():
        colonnes = declare["colonnes"]
        if "sans_source" not in declare:
            colonnes = colonnes | {
                "source": {"obligatoire": "oui", "aide": "d’où elle vient"} | colonnes.get("source", {}),
                "confiance": {"valeurs": CONFIANCES, "aide": "C (lu), L (probable), NF (non trouvé)"},
            }
        champs = {str(cle): Champ(str(cle), **valeur) for cle, valeur in colonnes.items()}
        lus[nom] = Schema(nom, **{**declare, "colonnes": champs})
    return lus


# --- Their files ---------------------------------------------------------------------------------------------------


def erreur(chemin: Path, message: str, ligne: int | None = None) -> ErreurCIL:
    """The French error of a reference file: which file, which line, what to do."""
    lieu = f"« {chemin.parent.name}/{chemin.name} »" + (f", ligne {ligne}" if ligne is not None else "")
    message = _LONGUE.sub(r"« \1… »", message)
    return ErreurCIL(f"Données de référence, fichier {lieu} : {message}")


def lire_table(chemin: Path, colonnes: Collection[str]) -> pd.DataFrame:
    """The same as a frame of text; the index is the line number in the file."""
    import pandas as pd

    entete, lignes = lire_lignes(chemin, colonnes)
    return pd.DataFrame(list(lignes.values()), index=pd.Index(lignes, dtype="int64"), columns=entete, dtype="str")


def lire_lignes(chemin: Path, colonnes: Collection[str]) -> tuple[list[str], dict[int, list[str]]]:
    """The header of a reference CSV, then the stripped cells of each row by its line number in the file.

    UTF-8 or cp1252, comma or semicolon: a spreadsheet set to French rewrites the file that way. Raises ErreurCIL.
    """
    texte = _texte(chemin)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur_de(texte))
    entete = [cellule.strip() for cellule in next(lecteur, [])]
    largeur = len(entete)
    while entete and not entete[-1]:  # A spreadsheet saves the columns at its right that were emptied.
        entete.pop()
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
            if len(cellules) != largeur:
                raise erreur(chemin, _mal_coupee(len(cellules), largeur), lecteur.line_num)
            if "".join(cellules[len(entete) :]).strip():
                message = "une cellule remplie n’a pas d’en-tête. L’effacer, ou nommer sa colonne."
                raise erreur(chemin, message, lecteur.line_num)
            lignes[lecteur.line_num] = [cellule.strip() for cellule in cellules[: len(entete)]]
    except csv.Error:
        message = "cellule illisible ou trop longue. Vérifier que chaque guillemet droit ouvert est refermé."
        raise erreur(chemin, message, lecteur.line_num) from None
    return entete, lignes


def lire_rangees(chemin: Path, colonnes: Collection[str] = ()) -> tuple[list[str], list[dict[str, str]]]:
    """The header of a reference CSV, then the stripped cells of each row by column. Raises ErreurCIL."""
    entete, lignes = lire_lignes(chemin, colonnes)
    return entete, [dict(zip(entete, cellules, strict=True)) for cellules in lignes.values()]


def ecrire_lignes(chemin: Path, lignes: Iterable[Mapping[Any, object]], entete: Sequence[str] = ()) -> None:
    """Replace the rows of a reference CSV, under the header that it has, or under another one."""
    entete = entete or lire_lignes(chemin, ())[0]
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, entete, restval="", lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)


def _mal_coupee(trouvees: int, attendues: int) -> str:
    """A row that has not as many cells as the header; a single one is what a spreadsheet makes by a double click."""
    if trouvees == 1:
        return (
            f"une seule cellule au lieu de {attendues}. Si un tableur a enregistré ce fichier, il l’avait ouvert sans "
            "le couper en colonnes : reprendre le fichier d’avant, et l’ouvrir en disant que le délimiteur est la "
            "virgule (docs/projet.md)."
        )
    comment = "Mettre entre guillemets droits un texte qui contient le séparateur."
    if trouvees < attendues:
        comment = "Ajouter les séparateurs qui manquent, en fin de ligne si ses dernières cellules sont vides."
    return f"{trouvees} cellules au lieu de {attendues}. {comment}"


def lire_date(texte: str) -> datetime | None:
    """The day that a cell says, as we or a spreadsheet write it; None for what is no date."""
    for forme in _FORMATS_DE_DATE:
        try:
            return datetime.strptime(texte, forme)
        except ValueError:
            continue
    return None


def separateur_de(texte: str) -> str:
    """What is between the cells of a file: a spreadsheet set to French writes semicolons."""
    premiere = texte.partition("\n")[0]
    return ";" if premiere.count(";") > premiere.count(",") else ","


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


def en_vigueur(table: pd.DataFrame, debut: str, fin: str, jour: pd.Timestamp) -> pd.Series:
    """Boolean mask of the rows in force on a day; both bounds are included and an empty bound is open."""
    mask: pd.Series = ~(table[debut] > jour) & ~(table[fin] < jour)
    return mask
