"""Code lists with their labels and aliases (data/reference/nomenclatures/*.csv)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.lecture import chiffres, exiger_hors_refus, lire, lire_colonne
from cil_analysis.reference.tables import Champ, en_vigueur, erreur, schemas
from cil_analysis.reference.texte import normaliser, une_ligne

COLONNES = tuple(schemas()["nomenclatures/*"].colonnes)
_BORNES = ("minimum", "maximum")
SIREN = "siren"
"""The column of a list of organisations that leads to their code as their labels do (architecture, D16)."""


@dataclass(frozen=True)
class Nomenclature:
    """A code list. One row of ``table`` is a code over a period; columns beyond COLONNES are kept as text."""

    nom: str
    table: pd.DataFrame

    def codes(self, le: date | None = None) -> list[str]:
        """The codes in file order: those in force on a day, or every one without a day."""
        if le is None:
            return list(self.rangees)
        valables = en_vigueur(self.table, "valide_du", "valide_au", pd.Timestamp(le))
        return list(dict.fromkeys(self.table.loc[valables, "code"].astype(str)))

    def en_vigueur(self, codes: pd.Series, jour: pd.Series) -> pd.Series:
        """Whether each code of a column is in force on the day of its row."""
        alors = pd.Series(False, index=codes.index)
        for code, du, au in self.table[["code", "valide_du", "valide_au"]].itertuples(index=False):
            alors |= codes.eq(code).fillna(False) & ~jour.lt(du) & ~jour.gt(au)
        return alors

    @cached_property
    def rangees(self) -> Mapping[str, Mapping[Any, Any]]:
        """The latest row of each code, by column, in file order."""
        return {str(rangee["code"]): rangee for rangee in self.table.to_dict("records")}

    @cached_property
    def bornes(self) -> Sequence[tuple[str, float, float]]:
        """The code, the minimum and the maximum of each row, both included; an empty bound is open."""
        bornes = zip(self.table["code"], self.colonne("minimum"), self.colonne("maximum"), strict=True)
        return [(str(code), float(bas or -inf), float(haut or inf)) for code, bas, haut in bornes]

    def colonne(self, nom: str) -> pd.Series:
        """A column beyond COLONNES. Raises ErreurCIL where the list lacks it."""
        if nom not in self.table:
            raise ErreurCIL(
                f"nomenclatures/{self.nom}.csv : colonne « {nom} » absente. Reprenez-la de la nomenclature du "
                "logiciel (data/reference)."
            )
        return self.table[nom]

    def libelle(self, code: str) -> str:
        """The latest label of a code. Raises ErreurCIL: the code is not in the list."""
        return str(self._rangee(code)["libelle"])

    def groupe(self, code: str) -> str:
        """The class that a code is counted in; empty when the list has none. Raises ErreurCIL as above."""
        return str(self._rangee(code)["groupe"])

    def _rangee(self, code: str) -> Mapping[Any, Any]:
        if code not in self.rangees:
            raise ErreurCIL(
                f"Code « {code} » absent de la nomenclature « {self.nom} » : l’ajouter à nomenclatures/{self.nom}.csv."
            )
        return self.rangees[code]

    def libelles(self) -> dict[str, str]:
        """Code → latest label, in file order."""
        return {code: str(rangee["libelle"]) for code, rangee in self.rangees.items()}

    def classer(self, valeurs: pd.Series) -> pd.Series:
        """The class of each number, by :attr:`bornes`; missing outside them."""
        classes = pd.Series(None, index=valeurs.index, dtype="str")
        for code, bas, haut in self.bornes:
            classes = classes.mask(valeurs.between(bas, haut).fillna(False).astype(bool), code)
        return classes

    @cached_property
    def vers_code(self) -> Mapping[str, str]:
        """Normalised label, alias, code or SIREN → code, over every period. Raises ErreurCIL for one of two codes."""
        codes: dict[str, str] = {}
        sirens = self.table.get(SIREN, pd.Series("", index=self.table.index))
        colonnes = (self.table[nom].tolist() for nom in ("code", "libelle", "alias"))
        for code, libelle, alias, siren in zip(*colonnes, sirens.tolist(), strict=True):
            for forme in (code, libelle, *alias.split("|"), *formes_du_siren(siren)):
                if (cle := normaliser(forme)) and codes.setdefault(cle, code) != code:
                    raise ErreurCIL(
                        f"Nomenclature « {self.nom} » : « {une_ligne(forme, 80)} » désigne à la fois {codes[cle]} et "
                        f"{code}. Retirer l’alias de l’une des deux lignes."
                    )
        return codes


class Nomenclatures(dict[str, Nomenclature]):
    """Code lists by name; one that the project lacks is asked for in French."""

    def __missing__(self, nom: str) -> Nomenclature:
        """Raises ErreurCIL: a project made by an earlier version lacks the lists added since."""
        raise ErreurCIL(
            f"La nomenclature « {nom} » manque au projet : la copier depuis le dossier data/reference du logiciel "
            f"(nomenclatures/{nom}.csv)."
        )


def charger_nomenclatures(dossier: Path) -> Nomenclatures:
    """Read and check every ``*.csv`` of the nomenclatures folder, by file name without extension. Raises ErreurCIL."""
    nomenclatures, schema = Nomenclatures(), schemas()["nomenclatures/*"]
    for chemin in sorted(dossier.glob("*.csv")):
        table = lire(chemin, schema)
        table["code"] = table["code"].str.zfill(schema.chiffres.get(chemin.stem, 0))
        _lire_les_bornes(table, chemin)
        nomenclature = Nomenclature(chemin.stem, table.reset_index(drop=True))
        _ = nomenclature.vers_code  # Refuses two codes of one label.
        nomenclatures[chemin.stem] = nomenclature
    if not nomenclatures:
        raise ErreurCIL(f"Aucun fichier .csv dans « {dossier.name} » : restaurer les nomenclatures.")
    return nomenclatures


def _lire_les_bornes(table: pd.DataFrame, chemin: Path) -> None:
    """Check the bounds of classes, that some lists have, and write them in place as Python does."""
    absentes = [nom for nom in _BORNES if nom not in table]
    if len(absentes) == 1:
        message = f"colonne absente : {absentes[0]}, qui va avec l’autre borne. Rétablir cet en-tête."
        raise erreur(chemin, message, 1)
    if not absentes:
        bornes = pd.DataFrame({nom: lire_colonne(table[nom], Champ(nom, "nombre"), chemin) for nom in _BORNES})
        exiger_hors_refus(bornes, "bornes", chemin)
        for nom in _BORNES:
            table[nom] = table[nom].map(chiffres)


def formes_du_siren(siren: str) -> tuple[str, ...]:
    """How a file may write a SIREN: in one piece, by threes, or as a number; nothing without one.

    >>> formes_du_siren("123 456 782")
    ('123456782', '123 456 782', '123456782.0')
    """
    nu = "".join(siren.split())
    return (nu, " ".join(nu[rang : rang + 3] for rang in range(0, len(nu), 3)), f"{nu}.0") if nu.isdigit() else ()
