"""The made-up extracts as files, each in the form that such an extract often has (« fichiers » of decor.yml).

Headings change once in the period, labels are as people type them, and some rows are what a real extract holds and a
drawn one does not.
"""

import csv
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.exemple.tables import DIT
from cil_analysis.exemple.tirage import Tirage
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.texte import normaliser

Lignes = Sequence[Sequence[object]]
TITRE = "DONNÉES FICTIVES – extrait d’exemple"
_PERSONNELLES = ("Nom du demandeur", "Adresse du logement", "Téléphone")
_MILLESIME = "exemple_"
_AILLEURS = "Hors département"
_INCONNUE = "INTROUVABLE-SUR-CARTE"


def ecrire_classeur(tire: Tirage, extrait: str, table: pd.DataFrame) -> Path:
    """Write ``<extrait>-<année>.xlsx``; returns its path."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet(extrait.capitalize())
    for ligne in _encadrer(tire, extrait, rediger(tire, extrait, table, None)):
        feuille.append([None if cellule == "" else cellule for cellule in ligne])
    chemin = tire.references.projet.brut / f"{extrait}-{tire.annee}.xlsx"
    enregistrer_classeur(classeur, chemin)
    return chemin


def ecrire(tire: Tirage, extrait: str, lignes: Lignes) -> Path:
    """Write ``<extrait>-<année>`` as delimited text; returns its path."""
    forme = DIT["fichiers"][extrait]
    chemin = tire.references.projet.brut / f"{extrait}-{tire.annee}{forme.get('suffixe', '.csv')}"
    with chemin.open("w", encoding=forme.get("codage", "utf-8-sig"), errors="replace", newline="") as flux:
        ecrivain = csv.writer(flux, delimiter=forme.get("separateur", ";"), lineterminator="\r\n")
        ecrivain.writerows(_encadrer(tire, extrait, lignes))
    return chemin


def _encadrer(tire: Tirage, extrait: str, lignes: Lignes) -> Lignes:
    """The headings and the rows, below a title and above a total where the file has them."""
    forme = DIT["fichiers"][extrait]
    dessus = [[f"{TITRE} – {extrait} {tire.annee}"], []] if forme.get("titre") else []
    dessous = [[f"Total : {len(lignes) - 1} {extrait}"]] if forme.get("total") else []
    return [*dessus, *lignes, *dessous]


def rediger(tire: Tirage, extrait: str, table: pd.DataFrame, decimale: str | None = ",") -> Lignes:
    """The headings, then the rows, damaged, with personal columns that hold nobody."""
    titres, *lignes = cellules(tire, extrait, _abimer(tire, tire.references.dictionnaires[extrait], table), decimale)
    garnies = [
        [*ligne, f"NOM-FICTIF-{rang:05d}", f"{rang} RUE FICTIVE", f"00 00 00 {rang % 10000:04d}"]
        for rang, ligne in enumerate(lignes, start=1)
    ]
    return [[*titres, *_PERSONNELLES], *garnies]


# --- The cells --------------------------------------------------------------------------------------------------------


def _entetes(tire: Tirage, dictionnaire: Dictionnaire) -> dict[str, str]:
    """Canonical column → heading: the latest example vintage of the dictionary that is not after the year."""
    millesimes = sorted(nom for nom in dictionnaire.millesimes if nom.startswith(_MILLESIME))
    passes = [nom for nom in millesimes if int(nom.removeprefix(_MILLESIME)) <= tire.annee] or millesimes[:1]
    millesime = dictionnaire.millesimes[passes[-1]]
    return {nom: millesime[nom][0] for nom in dictionnaire.colonnes if nom in millesime}


def cellules(tire: Tirage, extrait: str, table: pd.DataFrame, decimale: str | None) -> Lignes:
    """The headings, then the rows as they are typed; ``decimale``: the mark of a text file, None for a workbook."""
    dictionnaire = tire.references.dictionnaires[extrait]
    titres = _entetes(tire, dictionnaire)
    colonnes = []
    for nom in titres:
        colonne = dictionnaire.colonnes[nom]
        # A name is written from the code that it stands for.
        source = table[nom if nom in table else colonne.alternative_de]
        ecrire = _redacteur(tire, colonne, decimale)
        colonnes.append([ecrire(valeur) if valeur != "" else "" for valeur in source])
    return [list(titres.values()), *zip(*colonnes, strict=True)]


def _redacteur(tire: Tirage, colonne: Colonne, decimale: str | None) -> Callable[[object], object]:
    """How a value of a column, which is there, is typed in a file."""
    h = tire.hasard
    if colonne.type == "provenance":
        noms = tire.references.territoire.noms()
        return lambda v: _varier(h, noms.get(str(v), _AILLEURS)) if colonne.alternative_de else v
    if colonne.type in ("code", "codes", "commune", "qpv"):
        libelles = _libelles(tire, colonne)
        lire = cache(lambda v: [libelles.get(code, code) for code in str(v).split(";")])
        return lambda v: "; ".join([_varier(h, libelle) for libelle in lire(v)])
    if colonne.type == "date":
        return cache(lambda v: v if isinstance(v, str) else v.to_pydatetime() if decimale is None else f"{v:%d/%m/%Y}")
    if colonne.type == "oui_non":
        return lambda v: "Oui" if v else "Non"
    if colonne.type == "nombre":
        return lambda v: str(v).replace(".", decimale) if decimale else float(str(v))
    return lambda v: int(v) if isinstance(v, int | float) else v


def _libelles(tire: Tirage, colonne: Colonne) -> dict[str, str]:
    if colonne.type == "commune":
        return tire.references.territoire.noms()
    if colonne.type == "qpv":
        quartiers = tire.references.territoire.qpv(pd.Timestamp(tire.annee, 12, 31).date())
        return dict(zip(quartiers["code"], quartiers["nom"], strict=True))
    return tire.references.nomenclatures[colonne.nomenclature].libelles()


def _varier(h: np.random.Generator, libelle: str) -> str:
    """A label as people type it: most often as it is, sometimes in capitals or without accents."""
    de = h.random()
    return libelle if de < 0.84 else _graphies(libelle)[de >= 0.92]


@cache
def _graphies(libelle: str) -> tuple[str, str]:
    """A label in capitals, and without accents where it can still be read so."""
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", libelle) if not unicodedata.combining(c))
    return libelle.upper(), sans_accents if normaliser(sans_accents) == normaliser(libelle) else libelle


# --- What a real extract holds: blanks, duplicates, other years, communes outside, bad dates --------------------------


def _abimer(tire: Tirage, dictionnaire: Dictionnaire, table: pd.DataFrame) -> pd.DataFrame:
    """The rows, some cells of which are blank, and fourteen more at the end; empty text is a blank cell.

    Three are duplicates, five have a commune outside, two an unknown one; where rows are dated, three are of another
    year and one has an impossible date.
    """
    h = tire.hasard
    table = table.astype("object")
    table = table.where(table.notna(), "")
    for colonne, part in DIT["blancs"].items():
        if colonne in table:
            table.loc[h.random(len(table)) < part, colonne] = ""
    if "qpv" in table:
        table.loc[table["est_en_qpv"].eq(""), "qpv"] = ""
    territoire = tire.references.territoire
    membres = set(territoire.communes["code_insee"])
    dehors = [code for code in territoire.noms() if code not in membres][:40]
    extra = table.sample(14, random_state=int(h.integers(1 << 31))).reset_index(drop=True)
    extra.loc[3:7, "commune_insee"] = h.choice(dehors, 5)
    extra.loc[8:9, "commune_insee"] = _INCONNUE
    # The first three stay duplicates; the others are rows of their own.
    cle = dictionnaire.doublon[0]
    cles = [str(valeur) for valeur in extra[cle]]
    extra[cle] = [*cles[:3], *(f"{c[:-4]}FIC{i % 10}" for i, c in enumerate(cles[3:]))]
    for jour in dictionnaire.jour:
        for rang in (10, 11, 12):
            extra.loc[rang, jour] = table[jour].iloc[rang] - pd.DateOffset(years=1)
        extra.loc[13, jour] = f"31/02/{tire.annee}"
    return pd.concat([table, extra], ignore_index=True)
