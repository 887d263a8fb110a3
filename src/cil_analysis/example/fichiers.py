"""The made-up extracts as files, with the irregularities that real ones have.

Attributions: a workbook with a title above the header and a total below. Requests: cp1252 text, « ; », decimal comma.
Labels vary in case and accents, a few rows are unusable on purpose, and headings change once in the period.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.example.tirage import Tirage
from cil_analysis.reference.texte import normaliser

TITRE = "DONNÉES FICTIVES – extrait d’exemple"
_PERSONNELLES = ("Nom du demandeur", "Adresse du logement", "Téléphone")


def ecrire_attributions(tirage: Tirage, table: pd.DataFrame, dossier: Path) -> Path:
    """Write ``attributions-<année>.xlsx``; returns its path."""
    abimee = _abimer(tirage, table)
    entetes = _entetes(tirage, "attributions")
    lignes = _cellules(tirage, abimee, entetes, decimale=None)
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Attributions")
    feuille.append([f"{TITRE} – attributions {tirage.annee}"])
    feuille.append([])
    feuille.append([*entetes.values(), *_PERSONNELLES])
    for rang, ligne in enumerate(lignes, start=1):
        feuille.append([*ligne, f"NOM-FICTIF-{rang:05d}", f"{rang} RUE FICTIVE", f"00 00 00 {rang % 10000:04d}"])
    feuille.append([f"Total : {len(lignes)} attributions"])
    chemin = dossier / f"attributions-{tirage.annee}.xlsx"
    enregistrer_classeur(classeur, chemin)
    return chemin


def ecrire_demandes(tirage: Tirage, table: pd.DataFrame, dossier: Path) -> Path:
    """Write ``demandes-<année>.csv``; returns its path."""
    abimee = _abimer(tirage, table)
    entetes = _entetes(tirage, "demandes")
    lignes = _cellules(tirage, abimee, entetes, decimale=",")
    chemin = dossier / f"demandes-{tirage.annee}.csv"
    with chemin.open("w", encoding="cp1252", errors="replace", newline="") as flux:
        ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
        ecrivain.writerow([*entetes.values(), *_PERSONNELLES])
        for rang, ligne in enumerate(lignes, start=1):
            ecrivain.writerow([*ligne, f"NOM-FICTIF-{rang:05d}", f"{rang} RUE FICTIVE", ""])
    return chemin


def _entetes(tirage: Tirage, extrait: str) -> dict[str, str]:
    """Canonical column → heading: the latest example vintage of the dictionary that is not after the year."""
    chemin = tirage.references.projet.reference / "columns" / f"{extrait}.csv"
    table = pd.read_csv(chemin, dtype="str", keep_default_na=False)
    millesimes = sorted(nom for nom in map(str, table.columns) if nom.startswith("entetes_exemple_"))
    passes = [nom for nom in millesimes if int(nom[-4:]) <= tirage.annee] or millesimes[:1]
    utiles = table[table[passes[-1]].ne("")]
    return dict(zip(utiles["colonne"], utiles[passes[-1]], strict=True))


def _abimer(tirage: Tirage, table: pd.DataFrame) -> pd.DataFrame:
    """Plant what a real extract holds: blanks, duplicates, other years, communes outside, unknown ones, bad dates."""
    h = tirage.hasard
    table = table.astype("object").copy()
    _vider(h, table, {"revenu_mensuel_eur": 0.03, "composition_familiale": 0.01, "age": 0.004, "est_en_qpv": 0.008,
                      "tranche_plafonds": 0.02, "typologie": 0.004, "reservataire": 0.006})  # fmt: skip
    if "qpv" in table:
        table.loc[table["est_en_qpv"].eq(""), "qpv"] = ""
    dehors = _communes_dehors(tirage)
    extra = table.sample(14, random_state=int(h.integers(1 << 31))).reset_index(drop=True)
    extra.loc[3:7, "commune_insee"] = h.choice(dehors, 5)
    extra.loc[8:9, "commune_insee"] = "INTROUVABLE-SUR-CARTE"
    numeros = [str(numero) for numero in extra["numero_unique"]]
    # The first three stay duplicates; the others are rows of their own.
    extra["numero_unique"] = [*numeros[:3], *(f"{n[:-4]}FIC{i % 10}" for i, n in enumerate(numeros[3:]))]
    if "date_signature_bail" in table:
        for rang in (10, 11, 12):
            extra.loc[rang, "date_signature_bail"] = table["date_signature_bail"].iloc[rang] - pd.DateOffset(years=1)
        extra.loc[13, "date_signature_bail"] = f"31/02/{tirage.annee}"
    return pd.concat([table, extra], ignore_index=True)


def _vider(h: np.random.Generator, table: pd.DataFrame, parts: dict[str, float]) -> None:
    for colonne, part in parts.items():
        if colonne in table:
            table.loc[h.random(len(table)) < part, colonne] = ""


def _communes_dehors(tirage: Tirage) -> list[str]:
    territoire = tirage.references.territoire
    membres = set(territoire.communes["code_insee"])
    return [code for code in territoire.noms() if code not in membres][:40]


def _cellules(tirage: Tirage, table: pd.DataFrame, entetes: dict[str, str], decimale: str | None) -> list[list[object]]:
    dictionnaire = tirage.references.dictionnaires["attributions" if "bailleur" in entetes else "demandes"]
    colonnes = []
    for nom in entetes:
        source = table["commune_insee"] if nom == "commune_libelle" else table[nom]
        ecrire = _redacteur(tirage, dictionnaire.colonnes[nom].type, dictionnaire.colonnes[nom].nomenclature, decimale)
        colonnes.append([ecrire(valeur) for valeur in source])
    return [list(ligne) for ligne in zip(*colonnes, strict=True)]


def _redacteur(tirage: Tirage, genre: str, nomenclature: str, decimale: str | None) -> Callable[[object], object]:
    """How a value of a type is typed in a file."""
    h = tirage.hasard
    if genre in ("code", "codes", "commune", "qpv"):
        libelles = _libelles(tirage, genre, nomenclature)
        return lambda v: (
            "; ".join(_varier(h, libelles.get(code, code)) for code in str(v).split(";")) if v != "" else ""
        )
    if genre == "date":
        return lambda v: v if isinstance(v, str) else v.to_pydatetime() if decimale is None else f"{v:%d/%m/%Y}"  # type: ignore[attr-defined]  # drawn as timestamps
    if genre == "oui_non":
        return lambda v: v if isinstance(v, str) else ("Oui" if v else "Non")
    if genre == "nombre" and decimale:
        return lambda v: str(v).replace(".", decimale)
    return lambda v: v if isinstance(v, str) else (float(str(v)) if genre == "nombre" else int(str(v)))


def _libelles(tirage: Tirage, genre: str, nomenclature: str) -> dict[str, str]:
    if genre == "commune":
        return tirage.references.territoire.noms()
    if genre == "qpv":
        quartiers = tirage.references.territoire.qpv(pd.Timestamp(tirage.annee, 12, 31).date())
        return dict(zip(quartiers["code"], quartiers["nom"], strict=True))
    return tirage.references.nomenclatures[nomenclature].libelles()


def _varier(h: np.random.Generator, libelle: str) -> str:
    """A label as people type it: most often as it is, sometimes in capitals or without accents."""
    de = h.random()
    if de < 0.84:
        return libelle
    if de < 0.92:
        return libelle.upper()
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", libelle) if not unicodedata.combining(c))
    return sans_accents if normaliser(sans_accents) == normaliser(libelle) else libelle
