"""The rows of an import, EPCI by EPCI, as they are stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from cil_analysis.extracts.preparation import Tri
from cil_analysis.extracts.schemas import dtypes
from cil_analysis.reference.columns import Dictionnaire


def partitionner(tri: Tri, dictionnaire: Dictionnaire) -> dict[str, pa.Table]:
    """The rows of each EPCI by its SIREN, in their order, in the stored types: codes are text again."""
    types = {nom: pd.Series(dtype=dtype) for nom, dtype in dtypes(dictionnaire).items()}
    schema = pa.Schema.from_pandas(pd.DataFrame(types), preserve_index=False)
    codes, sirens = pd.factorize(tri.epci, sort=True)
    ordre = np.argsort(codes, kind="stable")
    table = pa.Table.from_pandas(tri.donnees, preserve_index=False).take(pa.array(ordre))
    limites = np.searchsorted(codes[ordre], np.arange(len(sirens) + 1))
    return {
        str(siren): table.slice(limites[rang], limites[rang + 1] - limites[rang]).cast(schema)
        for rang, siren in enumerate(sirens)
    }
