"""Published tables and contours for the tests of the drawings."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.grammaire.indicateur import Compte, Indicateur
from cil_analysis.grammaire.populations import est_publique
from cil_analysis.secret import table_publiee as published
from cil_analysis.secret.regles import ReglesSecret, motif_primaire
from cil_analysis.secret.table_publiee import PublishedTable, publier
from registres import PAR_CODE

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
EPCI = "200000000"
SVG = "{http://www.w3.org/2000/svg}"


def table(unite: str, lignes: Sequence[dict[str, Any]], code: str = "X01") -> PublishedTable:
    """Counts → published table; a row may give its ``annee`` (2022 otherwise). Equal counts are protected once."""
    cle = (unite, code, repr(lignes))
    if cle not in _PROTEGEES:
        _PROTEGEES[cle] = _proteger(unite, lignes, code)
    return PublishedTable(_indicateur(unite, code), _PROTEGEES[cle].copy(), published._SCEAU)


_PROTEGEES: dict[tuple[str, str, str], pd.DataFrame] = {}


def _proteger(unite: str, lignes: Sequence[dict[str, Any]], code: str) -> pd.DataFrame:
    chiffres = pd.DataFrame(
        [{"annee": 2022, "perimetre_type": "epci", "perimetre_code": EPCI} | dict(x) for x in lignes]
    )
    cadre = pd.concat(
        [
            mettre_en_cadre(groupe.drop(columns="annee"), code, int(annee), unite)
            for annee, groupe in chiffres.groupby("annee")
        ],
        ignore_index=True,
    )
    indicateur, regles = _indicateur(unite, code), {int(annee): REGLES for annee in cadre["annee"].unique()}
    if (
        motif_primaire(cadre, REGLES, {code: indicateur}, lambda _: False).eq("").all()
    ):  # Nothing to do for what takes most of the time.
        return cadre
    return publier(indicateur, cadre, regles).donnees


def _indicateur(unite: str, code: str) -> Indicateur:
    connu = PAR_CODE.get(code)
    modalites = connu.modalites if connu else ""
    compte = connu.compte if connu and est_publique(connu.compte.population) else Compte()
    feuille = connu.feuille if connu else code
    return Indicateur(code, code, "", unite, "", "", modalites, feuille=feuille, compte=compte)


@cache
def table_vide(unite: str, code: str) -> PublishedTable:
    """A table without rows: there are as many as indicators, made of the one that is published."""
    return PublishedTable(_indicateur(unite, code), _sans_ligne(), published._SCEAU)


@cache
def _sans_ligne() -> pd.DataFrame:
    return table("pct", [{"numerateur": 50, "denominateur": 100}]).donnees.iloc[:0]


def avec_objectif(
    lignes: Sequence[dict[str, Any]], cible: float = 25, sens: str = "plancher", cible_max: float = math.nan
) -> list[dict[str, Any]]:
    """Add to counts what the objective says of them; ``cible_max``: the upper bound of an interval."""
    resultat = []
    for ligne in lignes:
        n, d = ligne["numerateur"], ligne["denominateur"]
        valeur = 100 * n / d if d else math.nan
        objectif = ligne.get("cible", cible)
        ecart = valeur - objectif
        atteint = ecart >= 0 if sens == "plancher" else ecart <= 0
        if sens == "intervalle":
            ecart = 0.0 if objectif <= valeur <= cible_max else ecart if valeur < objectif else valeur - cible_max
            atteint = ecart == 0
        mot = "atteint" if atteint else "non_atteint"
        if math.isnan(ecart):
            mot = "" if math.isnan(objectif) else "non_calculable"
        sens_ligne = "" if math.isnan(objectif) else sens
        resultat.append(ligne | {"cible": objectif, "sens": sens_ligne, "ecart": ecart, "resultat": mot})
        if sens == "intervalle":
            resultat[-1]["cible_max"] = cible_max
    return resultat


def avec_verdict(publiee: PublishedTable, resultat: str, **lignes: Any) -> PublishedTable:
    """The table, of the registry's indicator, as when the proof lets the result of these masked rows be told (D19)."""
    donnees = publiee.donnees
    indicateur = PAR_CODE.get(publiee.indicateur.code, publiee.indicateur)
    choisies = (donnees[list(lignes)] == pd.Series(lignes)).all(axis=1) & donnees["statut"].eq("secret")
    assert choisies.any()
    donnees = donnees.assign(resultat=donnees["resultat"].mask(choisies, resultat))
    return PublishedTable(indicateur, donnees, published._SCEAU)


def textes(svg: str) -> list[str]:
    """The texts that a reader sees in an SVG, in order. Fails when it is not well-formed."""
    return ["".join(element.itertext()).strip() for element in ET.fromstring(svg).iter(f"{SVG}text")]


def contours(noms: Sequence[str], cote: float = 3000.0) -> gpd.GeoDataFrame:
    """A row of squares in Lambert-93, the first one four times as wide."""
    formes, x = [], 480000.0
    for i, _ in enumerate(noms):
        largeur = cote * (4 if i == 0 else 1)
        formes.append(box(x, 6760000.0, x + largeur, 6760000.0 + cote * 2))
        x += largeur
    codes = [f"720{i:02d}" for i in range(len(noms))]
    return gpd.GeoDataFrame({"code_insee": codes, "nom": list(noms)}, geometry=formes, crs="EPSG:2154")
