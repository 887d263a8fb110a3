"""The rows stored of two vintages of the example, against its raw files read apart with openpyxl and csv.

Which rows are kept, and their columns by class, with nothing of the library. Their figures are counted apart in SQL.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from cil_analysis.projet import Projet

CODES = {
    "bailleur": "bailleurs", "reservataire": "reservataires", "financement": "financements", "typologie": "typologies",
    "composition_familiale": "compositions_familiales", "situation_professionnelle": "situations_professionnelles",
    "tranche_plafonds": "tranches_plafonds", "statut_dalo": "statuts_dalo",
    "categories_prioritaires": "categories_prioritaires",
}  # fmt: skip
ENTETES = {  # of the two extracts, in one vintage or the other
    "date_signature_bail": ("Date de signature du bail", "Date signature bail"),
    "date_depot_demande": ("Date de dépôt de la demande", "Date dépôt"),
    "commune_insee": ("Commune du logement", "Commune souhaitée (choix 1)"),
    "est_en_qpv": ("Logement en QPV",), "qpv": ("Quartier prioritaire",), "est_relogement_ru": ("Relogement RU",),
    "bailleur": ("Bailleur", "Organisme bailleur"), "reservataire": ("Contingent",), "financement": ("Financement",),
    "typologie": ("Type de logement", "Type de logement recherché"), "age": ("Âge",), "statut_dalo": ("DALO",),
    "composition_familiale": ("Composition familiale",), "taille_menage": ("Nb personnes",),
    "situation_professionnelle": ("Situation professionnelle",), "tranche_plafonds": ("Ressources / plafonds",),
    "revenu_uc_annuel_eur": ("Ressources mensuelles (€)", "Ressources mensuelles du ménage"),
    "est_mutation_interne": ("Mutation interne",), "categories_prioritaires": ("Publics prioritaires",),
}  # fmt: skip
Ligne = dict[str, Any]


def cle(texte: object) -> str:
    """Letters and digits only, without case or accent."""
    return "".join(c for c in unicodedata.normalize("NFD", str(texte).casefold()) if c.isalnum())


def lire_csv(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def lire_brut(chemin: Path) -> list[Ligne]:
    """The rows under the headings, without the blank ones and the total."""
    if chemin.suffix == ".xlsx":
        rangees = list(openpyxl.load_workbook(chemin, read_only=True).worksheets[0].iter_rows(values_only=True))
    else:
        rangees = list(map(tuple, csv.reader(chemin.open(encoding="cp1252", newline=""), delimiter=";")))
    debut = next(rang for rang, cellules in enumerate(rangees) if "N° unique" in cellules)
    pleines = [c for c in rangees[debut + 1 :] if any(c) and not str(c[0]).startswith("Total")]
    return [dict(zip(rangees[debut], c, strict=False)) for c in pleines]


def jour(valeur: object) -> datetime | None:
    try:
        return valeur if isinstance(valeur, datetime) else datetime.strptime(str(valeur), "%d/%m/%Y")
    except ValueError:
        return None


def lecteurs(reference: Path, annee: int) -> dict[str, Callable[[Any], Any]]:
    """How the cells of a stored column are read: codes from labels, booleans, dates, numbers."""
    communes = [
        *lire_csv(reference / "territory/communes_connues.csv"),
        *lire_csv(reference / "territory/communes.csv"),
    ]
    quartiers = [q for q in lire_csv(reference / "territory/qpv.csv")
                 if q["valide_du"] <= f"{annee}-12-31" <= (q["valide_au"] or "9999")]  # fmt: skip
    codes = {"commune_insee": {cle(c["nom"]): c["code_insee"] for c in communes},
             "qpv": {cle(q["nom"]): q["code"] for q in quartiers}}  # fmt: skip
    for colonne, nom in CODES.items():
        liste = lire_csv(reference / "nomenclatures" / f"{nom}.csv")
        codes[colonne] = {cle(forme): c["code"] for c in liste for forme in (c["code"], c["libelle"])}
    lus: dict[str, Callable[[Any], Any]] = {c: lambda valeur, les=les: les.get(cle(valeur)) for c, les in codes.items()}
    publics = codes["categories_prioritaires"]
    lus["categories_prioritaires"] = lambda valeur: ";".join(sorted(publics[cle(m)] for m in valeur.split(";")))
    lus |= dict.fromkeys(("est_en_qpv", "est_relogement_ru", "est_mutation_interne"), {"Oui": True, "Non": False}.get)
    return lus | dict.fromkeys(("age", "taille_menage"), int) | {c: jour for c in ENTETES if c.startswith("date_")}


def lire_ligne(brute: Ligne, lus: dict[str, Callable[[Any], Any]]) -> Ligne:
    ligne = {c: brute[entete] for c, entetes in ENTETES.items() for entete in entetes if entete in brute}
    mensuel, parts = (str(v or "").replace(",", ".") for v in (ligne.pop("revenu_uc_annuel_eur"), brute["Nb UC"]))
    revenu = round(float(mensuel) * 12 / float(parts), 2) if mensuel and parts else None
    lue = {c: None if valeur in (None, "") else lus[c](valeur) for c, valeur in ligne.items()}
    return lue | {"revenu_uc_annuel_eur": revenu}


@pytest.mark.parametrize(("extrait", "annee"), [("attributions", 2018), ("demandes", 2022)])
def test_les_lignes_conservees_sont_celles_des_fichiers_bruts(exemple: Projet, extrait: str, annee: int) -> None:
    """Readable date and commune, a lease of the year, a commune that is a member, no duplicate."""
    [fichier] = [f for f in exemple.brut.glob(f"{extrait}-{annee}.*") if f.suffix != ".yml"]
    brutes, lus = lire_brut(fichier), lecteurs(exemple.reference, annee)
    adhesions = {c["code_insee"]: (c["membre_du"], c["membre_au"] or "9999")
                 for c in lire_csv(exemple.reference / "territory/communes.csv")}  # fmt: skip
    attendues: dict[tuple[object, ...], Ligne] = {}
    for brute in brutes:
        ligne = lire_ligne(brute, lus)
        le = ligne.get("date_signature_bail", datetime(annee, 12, 31))
        debut, fin = adhesions.get(ligne["commune_insee"], ("9999", ""))
        if le and le.year == annee and debut <= f"{le:%Y-%m-%d}" <= fin:
            identite = (le, ligne["commune_insee"]) if extrait == "attributions" else ()
            attendues.setdefault((brute["N° unique"], *identite), ligne)
    table = pd.read_parquet(exemple.traite / extrait / f"annee={annee}" / "part.parquet")
    colonnes = sorted(next(iter(attendues.values())))
    stockees = table[colonnes].astype("object").where(table[colonnes].notna(), None)
    obtenues = Counter(map(tuple, stockees.round({"revenu_uc_annuel_eur": 2}).to_numpy().tolist()))
    assert obtenues == Counter(tuple(ligne[c] for c in colonnes) for ligne in attendues.values())
    assert 1_000 < len(table) < len(brutes), "the raw files hold rows that do not count"
    assert not any(trace in table.to_csv() for trace in ("FICT", "RUE FICTIVE"))
