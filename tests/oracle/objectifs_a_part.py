"""Targets, gaps and results counted apart from objectifs.csv, one figure at a time, in plain Python and fractions.

Part of the oracle: nothing of the library is used. A figure keeps the terms that the SQL has already compared.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

Ligne = Mapping[str, Any]
VISES = ("cible", "cible_max", "sens", "ecart", "menages_manquants", "resultat")


def lire(reference: Path) -> list[dict[str, str]]:
    with (reference / "parameters/objectifs.csv").open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.DictReader(flux))


def ecarts(cadre: pd.DataFrame, reference: Path) -> list[str]:
    """Where the targets of the product's figures differ from these, a sentence each; a check that some do have one."""
    objectifs = [o for o in lire(reference) if o["valeur"]]
    fautes, vus = [], 0
    for ligne in cadre.to_dict("records"):
        attendue = viser(ligne, objectifs)
        vus += bool(attendue["sens"])
        fautes += [
            f"{[ligne[c] for c in list(ligne)[:7]]} {nom} : {ligne[nom]} instead of {attendue[nom]}"
            for nom in VISES
            if not _egal(ligne[nom], attendue[nom])
        ]
    return fautes if vus > 50 else [f"{vus} figures have a target"]


def viser(ligne: Ligne, objectifs: list[dict[str, str]]) -> dict[str, Any]:
    """The target of a figure: the code that is named first, then the convention before the law, then the latest."""
    vide = dict.fromkeys(VISES, None) | {"sens": "", "resultat": ""}
    candidats = [o for o in objectifs if _vise(o, ligne) and not _est_remplace(o, objectifs, ligne["annee"])]
    if not candidats or "NR" in (ligne["perimetre_code"], ligne["acteur_code"]):
        return vide
    choisi = min(candidats, key=_rang)
    bas, haut = Fraction(choisi["valeur"]), Fraction(choisi["valeur_max"] or choisi["valeur"])
    vise = vide | {"cible": float(bas), "sens": choisi["sens"], "resultat": ligne["statut"]}
    if choisi["valeur_max"]:
        vise["cible_max"] = float(haut)
    if ligne["statut"] != "publie":
        return vise
    n = int(ligne["numerateur"])
    facteur = Fraction(1) if choisi["unite"] == "nombre" else Fraction(100, int(ligne["denominateur"]))
    marge = Fraction(choisi.get("tolerance") or 0)

    def tient(effectif: int) -> bool:
        return tenu(effectif * facteur, choisi["sens"], bas, haut, marge)

    valeur = n * facteur
    borne = haut if choisi["sens"] != "plancher" and valeur > bas else bas
    dedans = choisi["sens"] == "intervalle" and bas <= valeur <= haut
    manque = next(k for k in range(100_000) if any(tient(n + k * s) for s in (1, -1) if n + k * s >= 0))
    return vise | {
        "ecart": 0.0 if dedans else float(valeur - borne),
        "menages_manquants": manque,
        "resultat": "non_atteint" if manque else "atteint",
    }


def tenu(valeur: Fraction, sens: str, bas: Fraction | int, haut: Fraction | int, marge: Fraction | int) -> bool:
    """Whether an objective holds; ``bas`` is also the bound of a ceiling."""
    if sens == "plafond":
        return valeur <= bas + marge
    return valeur >= bas - marge and (sens == "plancher" or valeur <= haut + marge)


def _vise(objectif: Ligne, ligne: Ligne) -> bool:
    code = objectif["indicateur"] + {"pct": "", "nombre": "N"}[objectif["unite"]]
    cles = ("modalite", "perimetre_type", "acteur_type")
    return (
        code == ligne["indicateur"]
        and all(objectif[nom] == ligne[nom] for nom in cles)
        and all(objectif[nom] in ("*", ligne[nom]) or not ligne[nom] for nom in ("perimetre_code", "acteur_code"))
        and objectif["annee"] in ("", str(ligne["annee"]))
        and _en_cours(objectif, ligne["annee"])
    )


def _en_cours(objectif: Ligne, annee: int) -> bool:
    fin = date(annee, 12, 31).isoformat()
    return (objectif["date_effet"] or "0") <= fin <= (objectif["date_fin"] or "9999")


def _est_remplace(objectif: Ligne, objectifs: list[dict[str, str]], annee: int) -> bool:
    fin = date(annee, 12, 31).isoformat()
    return any(n.get("remplace") == objectif["id"] and n["date_effet"] <= fin for n in objectifs)


def _rang(objectif: Ligne) -> tuple[int, bool, str]:
    etoiles = [objectif["perimetre_code"], objectif["acteur_code"]].count("*")
    recul = "".join(chr(255 - ord(c)) for c in objectif["date_effet"])  # The latest first.
    return etoiles, objectif["origine"] == "loi", recul


def _egal(obtenu: Any, attendu: Any) -> bool:
    if attendu is None:
        return bool(pd.isna(obtenu))
    if isinstance(attendu, str):
        return bool(obtenu == attendu)
    return bool(abs(obtenu - attendu) <= 1e-9)
