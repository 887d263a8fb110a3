"""What the cleaning of an import shares: the cells, the reference data, and where anomalies are noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from cil_analysis.extraits.anomalies import COLONNES, MASQUE, VALEUR_ECARTEE
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import Partage, References


class Anomalie(NamedTuple):
    """What is wrong in a column: the rule, what is said, and what becomes of the value or of its row."""

    colonne: str
    regle: str
    message: str
    effet: str = VALEUR_ECARTEE


@dataclass(frozen=True)
class Consigne:
    """What the rows of one extract and year are cleaned by. ``aujourd_hui``: what is later is in the future.

    It is handed to another process as where the project is: that one reads the reference data by itself.
    """

    dictionnaire: Dictionnaire = field(repr=False)
    references: References = field(repr=False)
    annee: int
    aujourd_hui: date
    cle: bytes = field(repr=False)

    def __reduce__(self) -> tuple[Callable[..., Consigne], tuple[Any, ...]]:
        partage = Partage.de(self.references)
        return _rouvrir, (partage, self.dictionnaire.extrait, self.annee, self.aujourd_hui, self.cle)


@lru_cache(maxsize=2)
def _rouvrir(partage: Partage, extrait: str, annee: int, aujourd_hui: date, cle: bytes) -> Consigne:
    """Once by process. Raises ErreurCIL for a worker that would clean by other rules."""
    references = partage.references()
    return Consigne(references.dictionnaires[extrait], references, annee, aujourd_hui, cle)


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

    def noter(self, lignes: pd.Series, anomalie: Anomalie, valeurs: pd.Series | None = None) -> None:
        """Note an anomaly for each true row; ``valeurs`` are the cells, quoted when that is safe."""
        choisies = lignes.index[lignes.fillna(False).astype(bool)]
        if choisies.empty:
            return
        a_citer = valeurs is not None and self.colonne(anomalie.colonne).est_une_liste
        valeur = valeurs.loc[choisies] if valeurs is not None and a_citer else "" if valeurs is None else MASQUE
        notes = self.origine.loc[choisies].assign(**anomalie._asdict(), valeur=valeur, a_citer=a_citer)
        self.notes.append(notes)

    def ecarter(
        self, propres: pd.DataFrame, lignes: pd.Series, anomalie: Anomalie, valeurs: pd.Series | None = None
    ) -> None:
        """Set aside, in place, the values of its column in some rows, and note it."""
        self.noter(lignes, anomalie, valeurs)
        propres[anomalie.colonne] = propres[anomalie.colonne].mask(lignes.fillna(False).astype(bool))

    def anomalies(self, bailleurs: pd.Series | None, numeros: pd.Series | None) -> pd.DataFrame:
        """Every anomaly noted, in the order of the notes; the index is the rank of its row.

        For :func:`anomalies.en_table` alone: where ``a_citer``, ``valeur`` is the cell itself, whatever somebody typed
        in it. ``bailleurs``, ``numeros``: the landlord of each row, and what tells the N° uniques apart, if known.
        """
        if self.notes:
            table = pd.concat(self.notes)
        else:
            types = {nom: "int64" if nom == "ligne" else "str" for nom in COLONNES if nom != "cellule"}
            table = pd.DataFrame({nom: pd.Series(dtype=type_) for nom, type_ in types.items()}).assign(a_citer=False)
        inconnu = pd.Series(dtype="str")
        bailleur = (inconnu if bailleurs is None else bailleurs).reindex(table.index).fillna("")
        numero = (inconnu if numeros is None else numeros).reindex(table.index)
        return table.assign(bailleur=bailleur.astype("str"), numero=numero.astype("str"))
