"""The rows of an import, EPCI by EPCI, as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis.extraits.preparation import Tri
from cil_analysis.extraits.schemas import dtypes
from cil_analysis.reference.columns import Dictionnaire


@dataclass(frozen=True)
class Partition(Mapping[str, pa.Table]):
    """The rows of each EPCI by its SIREN, in their order, in the stored types.

    All are held once, codes as ranks; those of an EPCI have their codes as text when they are asked for.
    """

    table: pa.Table = field(repr=False)
    limites: dict[str, tuple[int, int]]
    schema: pa.Schema

    def __getitem__(self, siren: str) -> pa.Table:
        debut, fin = self.limites[siren]
        return self.table.slice(debut, fin - debut).cast(self.schema)

    def __iter__(self) -> Iterator[str]:
        return iter(self.limites)

    def __len__(self) -> int:
        return len(self.limites)


def partitionner(tri: Tri, dictionnaire: Dictionnaire) -> Partition:
    """The kept rows, sorted by EPCI."""
    types = {nom: pd.Series(dtype=dtype) for nom, dtype in dtypes(dictionnaire).items()}
    schema = pa.Schema.from_pandas(pd.DataFrame(types), preserve_index=False)
    codes, sirens = pd.factorize(tri.epci, sort=True)
    ordre = np.argsort(codes, kind="stable")
    bornes = np.searchsorted(codes[ordre], np.arange(len(sirens) + 1)).tolist()
    limites = {str(siren): (bornes[rang], bornes[rang + 1]) for rang, siren in enumerate(sirens)}
    table = pa.Table.from_pandas(tri.gardees, preserve_index=False).take(pa.array(ordre))
    return Partition(table, limites, schema)
