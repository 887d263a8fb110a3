"""Made-up secteurs of the example: the quarters and a résidence, the commune around them, two rings of communes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cil_analysis.exemple.objectifs import CENTRE, FICTIF, PREMIERE, QUARTIERS, RESIDENCE, SECONDE

_NOMS = {
    CENTRE: "Centre (secteur fictif)",
    QUARTIERS: "Quartiers (secteur fictif)",
    PREMIERE: "Première couronne (secteur fictif)",
    SECONDE: "Seconde couronne (secteur fictif)",
}


def secteurs_fictifs(communes: pd.DataFrame, quartiers: Iterable[str]) -> list[dict[str, object]]:
    """The rows of secteurs.csv. ``communes``: code_insee and poids of each; ``quartiers``: codes of QPV."""
    centre, *autres = communes.sort_values("poids", ascending=False, kind="stable")["code_insee"]
    moitie = (len(autres) + 1) // 2
    lieux = [
        (CENTRE, {"code_insee": centre}),
        *((QUARTIERS, {"qpv_code": quartier}) for quartier in quartiers),
        (QUARTIERS, {"code_insee": centre, "residence": RESIDENCE}),
        *((PREMIERE, {"code_insee": commune}) for commune in autres[:moitie]),
        *((SECONDE, {"code_insee": commune}) for commune in autres[moitie:]),
    ]
    return [
        {"secteur": code, "nom": _NOMS[code], "source": FICTIF, "confiance": "FICTIF"} | lieu for code, lieu in lieux
    ]
