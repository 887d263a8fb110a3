"""The figures of the gestion en flux in plain SQL over the stored rows of a project (sql_flux/flux.sql)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from registres import THEMES

CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
SQL = Path(__file__).parent / "sql_flux" / "flux.sql"
CODES = {indicateur.code for indicateur in THEMES["flux"].indicateurs}


def recompter(racine: Path, departement: str, epci: str) -> pd.DataFrame:
    """The oracle's figures of a project folder; nothing of the library is used."""
    with duckdb.connect(config={"threads": 1}) as base:
        for nom, valeur in (
            ("reference", str(racine / "data" / "reference")),
            ("traite", str(racine / "data" / "processed")),
            ("departement", departement),
        ):
            base.execute(f"SET VARIABLE {nom} = ?", [valeur])
        base.execute(SQL.read_text("utf-8"))
        chiffres = base.sql("FROM chiffres").df()
    return chiffres.assign(perimetre_code=chiffres["perimetre_code"].where(chiffres["perimetre_code"].ne(""), epci))


def comparer(produit: pd.DataFrame, attendu: pd.DataFrame) -> list[str]:
    """Where they differ, a sentence each; a row without anything to count may be missing from either."""
    deux = produit[produit["indicateur"].isin(CODES)].merge(attendu, on=CLES, how="outer", suffixes=("", "_oracle"))
    fautes = []
    for ligne in deux.to_dict("records"):
        calculee, comptee = ligne["statut"] == "publie", ligne["numerateur_oracle"] == ligne["numerateur_oracle"]
        for terme in ("numerateur", "denominateur") if comptee else ("numerateur",):
            a, b = (0.0 if pd.isna(v) else v for v in (ligne[terme], ligne[f"{terme}_oracle"]))
            if a != b and (calculee or ligne["denominateur_oracle"] != 0):
                fautes.append(f"{[ligne[c] for c in CLES]}: {terme} {a} instead of {b}, {ligne['statut']}")
    return fautes
