"""The tables of data/reference of one project, each read and checked at its first use."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import pandas as pd

from cil_analysis.reference.controles import lire
from cil_analysis.reference.nomenclatures import Nomenclatures, charger_nomenclatures
from cil_analysis.reference.schemas import schemas

_NOMENCLATURES = "nomenclatures/"


class Tables(dict[str, pd.DataFrame]):
    """The tables of a project by name, « governance/membres »: ``definitions/tables.yml`` says what each holds."""

    def __init__(self, reference: Path) -> None:
        super().__init__()
        self.reference = reference

    @cached_property
    def nomenclatures(self) -> Nomenclatures:
        """Code lists by name."""
        return charger_nomenclatures(self.reference / "nomenclatures")

    def __missing__(self, nom: str) -> pd.DataFrame:
        """The rows of a table, the index being their line in the file; none where the project may lack the file.

        Raises ErreurCIL as :func:`cil_analysis.reference.controles.lire` does.
        """
        self[nom] = lire(self.chemin(nom), schemas()[nom], self)
        return self[nom]

    def chemin(self, nom: str) -> Path:
        """Where a table is."""
        return self.reference / f"{nom}.csv"

    def codes(self, nom: str) -> Collection[str]:
        """What another table may name in a table: its first column; every code of a list."""
        if nom.startswith(_NOMENCLATURES):
            return self.nomenclatures[nom.removeprefix(_NOMENCLATURES)].codes()
        return self[nom][next(iter(schemas()[nom].colonnes))].tolist()
