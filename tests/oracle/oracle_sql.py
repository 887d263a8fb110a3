"""The oracle: every figure of a project counted apart, in plain SQL over its stored rows and reference files.

Nothing of the library is used: DuckDB reads the Parquet and the CSV files, this module only the YAML ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cotation_a_part
import duckdb
import pandas as pd
import yaml

SQL = Path(__file__).parent / "sql"
CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]


def ouvrir(racine: Path) -> duckdb.DuckDBPyConnection:
    """A database where the tables ``chiffres`` and ``termes`` hold the figures of a project folder."""
    base = duckdb.connect(config={"threads": 1})
    reference = racine / "data" / "reference"
    projet = yaml.safe_load((reference / "projet.yml").read_text("utf-8"))
    base.execute("SET VARIABLE reference = ?", [str(reference)])
    base.execute("SET VARIABLE epci = ?", [str(projet["epci_siren"])])
    donnees, *suite = sorted(SQL.glob("*.sql"), key=lambda fichier: int(fichier.name.split("_")[0]))
    base.execute(donnees.read_text("utf-8"))
    _charger_parametres(base, reference / "parameters")
    _charger_lignes(base, racine / "data" / "processed")
    for fichier in suite:
        base.execute(fichier.read_text("utf-8"))
        if fichier.name == "2_lignes.sql":
            cotation_a_part.noter(base, reference)
    return base


def _charger_parametres(base: duckdb.DuckDBPyConnection, dossier: Path) -> None:
    choix: set[tuple[str, str]] = set()
    for fichier in ("comptage", "cotation", "fichier_departemental", "priorites"):
        for nom, parametre in yaml.safe_load((dossier / f"{fichier}.yml").read_text("utf-8")).items():
            for depuis, dit in parametre["values"].items():
                base.execute("INSERT INTO parametres VALUES (?, ?, ?, ?)", [fichier, nom, depuis, _liste(dit["value"])])
                if not isinstance(dit["value"], list):
                    choix |= {(nom, un) for un in parametre.get("choices", ())}
    for une in sorted(choix):
        base.execute("INSERT INTO choix VALUES (?, ?)", une)


def _liste(valeur: Any) -> list[str]:
    if valeur is None:
        return []
    return [str(v) for v in valeur] if isinstance(valeur, list) else [str(valeur)]


def _charger_lignes(base: duckdb.DuckDBPyConnection, traite: Path) -> None:
    for extrait, colonne, type_sql in base.sql("SELECT extrait, colonne, type_sql FROM dictionnaire").fetchall():
        base.execute(f'ALTER TABLE {extrait} ADD COLUMN IF NOT EXISTS "{colonne}" {type_sql}')
    for extrait in ("attributions", "demandes", "radiations", "propositions"):
        fichiers = [str(f) for f in sorted((traite / extrait).glob("annee=*/part.parquet"))]
        if fichiers:
            connues = [nom for nom, *_ in base.sql(f"DESCRIBE {extrait}").fetchall()]
            base.execute(
                f"INSERT INTO {extrait} BY NAME SELECT COLUMNS(lambda c: list_contains(?, c))"
                " FROM read_parquet(?, hive_partitioning := true, union_by_name := true)",
                [connues, fichiers],
            )


def chiffres(base: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The figures; one row is one key. ``parfois``: a row that the product may leave out."""
    return base.sql("FROM chiffres").df()


def apports(base: duckdb.DuckDBPyConnection, pseudonymes: list[str]) -> pd.DataFrame:
    """What the rows of some households add to each figure: n to its numerator, d to its denominator.

    ``parfois``: as in ``chiffres``.
    """
    lieu = [nom for nom in CLES if nom != "modalite"]
    return base.execute(
        f"""
        SELECT {", ".join(f"c.{nom}" for nom in CLES)}, c.parfois,
            sum(CASE WHEN c.numerateur IS NULL THEN 0 ELSE t.n END) AS n,
            sum(CASE WHEN c.denominateur IS NULL THEN 0 ELSE t.d END) AS d
        FROM termes t
        JOIN chiffres c ON {" AND ".join(f"c.{nom} = t.{nom}" for nom in lieu)} AND t.modalite IN (c.modalite, '*')
        WHERE t.ligne IN (SELECT ligne FROM brutes WHERE list_contains(?, demande_pseudonyme))
        GROUP BY ALL HAVING sum(t.n) <> 0 OR sum(t.d) <> 0
        """,
        [pseudonymes],
    ).df()


def ecarts(obtenu: pd.DataFrame, attendu: pd.DataFrame) -> list[str]:
    """Where the product's figures (``obtenu``) differ from the oracle's, a sentence each.

    Counts are equal exactly, values to 1e-9. Where there is no figure the terms may be blank.
    """
    deux = obtenu.merge(attendu, on=CLES, how="outer", suffixes=("", "_oracle"), indicator="ou")
    fautes = []
    for ligne in deux.to_dict("records"):
        place = " ".join(str(ligne[nom]) for nom in CLES if ligne[nom] != "")
        if ligne["ou"] == "left_only":
            fautes.append(f"{place} : in the product only ({ligne['statut']}, {ligne['valeur']})")
        elif ligne["ou"] == "right_only":
            if not ligne["parfois"]:
                fautes.append(f"{place} : in the oracle only ({ligne['statut_oracle']}, {ligne['valeur_oracle']})")
        else:
            differences = [
                f"{nom} {ligne[nom]} instead of {ligne[f'{nom}_oracle']}"
                for nom in ("unite", "statut", "numerateur", "denominateur", "valeur")
                if not _egal(nom, ligne)
            ]
            if differences:
                fautes.append(f"{place} : {', '.join(differences)}")
    return fautes


def _egal(nom: str, ligne: dict[str, Any]) -> bool:
    a, b = ligne[nom], ligne[f"{nom}_oracle"]
    if nom in ("unite", "statut"):
        return bool(a == b)
    if pd.isna(a) or pd.isna(b):
        return bool(pd.isna(a) and pd.isna(b)) or (nom != "valeur" and ligne["statut"] != "publie")
    return bool(abs(a - b) <= (1e-9 if nom == "valeur" else 0))
