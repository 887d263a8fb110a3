"""Scores counted apart, one row and one criterion at a time, in plain Python from the two files of the grids.

Nothing of the library is used. Points are decimals, so that sums are exact.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Ligne = Mapping[str, Any]


def lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.DictReader(flux))


@cache
def nombre(texte: str) -> Decimal:
    return Decimal(texte.replace(",", "."))


def mois(depot: date, jour: date) -> int:
    """How many whole months fit between two days: one more as long as the day of the month has come."""
    ecart = (jour.year * 12 + jour.month) - (depot.year * 12 + depot.month)
    return max(0, ecart - 1 if jour.day < depot.day else ecart)


def score(ligne: Ligne, criteres: Sequence[Mapping[str, str]], remplies: set[str], jour: date) -> Decimal | None:
    """The score of a row; ``remplies``: the columns that have a value somewhere in its file."""
    sait, total = False, Decimal(0)
    concurrents: dict[str, Decimal] = {}
    for critere in criteres:
        colonne, valeur = critere["colonne"], ligne.get(critere["colonne"])
        if colonne not in remplies:
            continue
        if colonne == "categories_prioritaires":
            sait = True
        if valeur is None:
            continue
        sait = True
        mesure: Any = valeur
        if colonne.startswith("date_"):
            mesure = mois(valeur.date() if isinstance(valeur, datetime) else valeur, jour)
        if not remplit(mesure, critere["operateur"], critere["valeurs"].split("|")):
            continue
        fois = {"": 1, "mois": mesure, "annee": None, "unite": mesure}[critere["par"]]
        points = nombre(critere["points"]) * (mesure // 12 if fois is None else fois)
        if critere["plafond"]:
            borne = nombre(critere["plafond"])
            points = min(points, borne) if borne > 0 else max(points, borne)
        if critere["cumulable"] == "oui":
            total += points
        else:
            famille = critere["famille"]
            concurrents[famille] = max(concurrents.get(famille, points), points)
    return total + sum(concurrents.values()) if sait else None


def remplit(mesure: Any, operateur: str, valeurs: Sequence[str]) -> bool:
    if operateur == "renseigne":
        return True
    if operateur == "au_moins":
        return bool(mesure >= nombre(valeurs[0]))
    if operateur == "au_plus":
        return bool(mesure <= nombre(valeurs[0]))
    if operateur == "contient":
        return any(code in valeurs for code in str(mesure).split(";"))
    return (("oui" if mesure else "non") if isinstance(mesure, bool) else mesure) in valeurs


def grilles_de(reference: Path, annee: int) -> tuple[list[dict[str, str]], list[dict[str, str]], Any, set[str]]:
    """The criteria of the grid of a year, those of its variant, the first day of all grids, and the test landlords."""
    debuts = {d["document"]: d["debut"] for d in lire(reference / "governance" / "documents.csv")}
    grilles = lire(reference / "cotation" / "grilles.csv")
    for grille in grilles:
        grille["valide_du"] = grille["valide_du"] or debuts.get(grille["document"], "")
    fin = f"{annee}-12-31"
    reelles = sorted((g for g in grilles if g["statut"] != "simulation"), key=lambda g: g["valide_du"])
    vivantes = [g for g in reelles if g["valide_du"] <= fin <= (g["valide_au"] or "9999")]
    futures = [g for g in reelles if g["valide_du"] > fin]
    simulees = [
        g for g in grilles
        if g["statut"] == "simulation" and g["valide_du"] <= fin <= (g["valide_au"] or "9999")
    ]  # fmt: skip
    criteres = lire(reference / "cotation" / "criteres.csv")
    choisis = [
        [c for c in criteres if suite and c["grille"] == suite[0]["grille"]] for suite in (vivantes + futures, simulees)
    ]
    debut = next((g["valide_du"] for g in reelles if g["valide_du"]), None)
    testeurs = {code for g in reelles for code in g["bailleurs_testeurs"].split("|") if code}
    return choisis[0], choisis[1], debut, testeurs


def noter(base: duckdb.DuckDBPyConnection, reference: Path) -> None:
    """The table ``scores``: what each lease and request is scored, by the grid or by its file."""
    base.execute(
        "CREATE TABLE scores (ligne BIGINT, annee INTEGER, population VARCHAR, origine VARCHAR, score DOUBLE,"
        " simule DOUBLE, groupe VARCHAR, moment VARCHAR)"
    )
    noms_des_scores = [nom for nom, *_ in base.sql("DESCRIBE scores").fetchall()]
    colonnes: dict[str, list[Any]] = {nom: [] for nom in noms_des_scores}
    annees = [annee for (annee,) in base.sql("SELECT annee FROM annees ORDER BY annee").fetchall()]
    for annee in annees:
        grille, variante, debut, testeurs = grilles_de(reference, annee)
        rangees: list[list[Any]] = []
        for population in "DA":
            lues = base.execute("SELECT * FROM brutes WHERE annee = ? AND population = ?", [annee, population])
            noms = [colonne[0] for colonne in lues.description]
            lignes = [dict(zip(noms, valeurs, strict=True)) for valeurs in lues.fetchall()]
            remplies = {nom for nom in noms if any(ligne[nom] is not None for ligne in lignes)}
            for ligne in lignes:
                bail = ligne["date_signature_bail"] if population == "A" else None
                jour = bail.date() if bail else date(annee, 12, 31)
                notes = [score(ligne, criteres, remplies, jour) for criteres in (grille, variante)]
                groupe = ("TESTEUR" if ligne["bailleur"] in testeurs else "AUTRE") if testeurs else None
                moment = None if debut is None else "AVANT" if jour.isoformat() < debut else "DEPUIS"
                importe = None if ligne["score_cotation"] is None else round(ligne["score_cotation"], 2)
                rangees.append([ligne["ligne"], annee, population, *notes, importe, groupe, moment])
        temoins = [r for r in rangees if r[2] == "D"] or rangees
        par_grille = any(r[3] is not None for r in temoins)
        for ligne_, an, population, note, simulee, importe, groupe, moment in rangees:
            retenu = note if par_grille else importe
            colonnes["ligne"].append(ligne_)
            colonnes["annee"].append(an)
            colonnes["population"].append(population)
            colonnes["origine"].append(None if retenu is None else "GRILLE" if par_grille else "IMPORTE")
            colonnes["score"].append(None if retenu is None else float(retenu))
            simulable = par_grille and population == "D" and simulee is not None
            colonnes["simule"].append(float(simulee) if simulable else None)
            colonnes["groupe"].append(groupe if population == "A" else None)
            colonnes["moment"].append(moment if population == "A" else None)
    base.register("scores_calcules", pa.table(colonnes))
    base.execute("INSERT INTO scores BY NAME SELECT * FROM scores_calcules")
    base.unregister("scores_calcules")
