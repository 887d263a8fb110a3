"""One made-up year whose figures are counted apart, and what alters it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import oracle_sql
import pandas as pd
import pytest
import yaml
from fabrication import ANNEE, Fabrique, Ligne

from cil_analysis.secret.comptage import compter_annee

SEUILS = "parameters/seuils_quartiles.csv"
EN_NOMBRE = ["O01", "O02", "O04", "O05", "O06", "O08", "O09"]


@pytest.fixture(scope="package")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Fabrique:
    dossier = tmp_path_factory.mktemp("oracle")
    fabrique = Fabrique(dossier / "modele", graine=1)
    regler_les_seuils(fabrique, range(ANNEE - 9, ANNEE), q1=8000, q2=12000, q3=16000)
    regler(fabrique, "fichier_departemental", delai_anormalement_long=30, attente_minimale=1)
    fixer_des_objectifs(fabrique)
    lignes = fabrique.lignes()
    reloger(lignes["attributions"])
    rattacher(lignes["propositions"], [*lignes["demandes"][:30], *lignes["attributions"][:30]])
    fabrique.importer_tout(lignes)
    return fabrique


def reloger(baux: list[Ligne]) -> None:
    """Twenty households have two leases in the year, and five leases are of nobody known."""
    for premier, second in zip(baux[:20], baux[-20:], strict=True):
        second["numero_unique"] = premier["numero_unique"]
    for bail in baux[20:25]:
        bail["numero_unique"] = ""


def rattacher(propositions: list[Ligne], menages: list[Ligne]) -> None:
    """Most proposals are to the households of these rows, some of them twice; the others are to nobody else's."""
    for rang, proposition in enumerate(propositions[: len(propositions) * 8 // 9]):
        proposition["numero_unique"] = menages[rang % len(menages)]["numero_unique"]


def fixer_des_objectifs(fabrique: Fabrique) -> None:
    """In number for the whole, and by commune and landlord."""
    chemin = fabrique.projet.reference / "parameters" / "objectifs.csv"
    commun = {"document": "CIA", "date_effet": f"{ANNEE}-01-01", "perimetre_code": "*", "sens": "plancher",
              "origine": "CIA", "source": "fictif", "confiance": "FICTIF", "version": "1"}  # fmt: skip
    objectifs = [
        {"indicateur": code, "perimetre_type": "epci", "valeur": 10, "unite": "nombre"}
        | ({"acteur_type": "bailleur", "acteur_code": "*"} if code == "O08" else {})
        | ({"modalite": "DALO"} if code == "O05" else {})
        for code in EN_NOMBRE
    ] + [
        {"indicateur": code, "perimetre_type": "commune", "valeur": 20, "unite": "pct", "acteur_type": "bailleur",
         "acteur_code": "*"}
        for code in ("O01", "O02", "O04", "O08")
    ]  # fmt: skip
    with chemin.open(encoding="utf-8", newline="") as flux:
        colonnes = next(csv.reader(flux))
    with chemin.open("a", encoding="utf-8", newline="") as flux:
        ecrire = csv.DictWriter(flux, colonnes)
        ecrire.writerows({"id": f"FICTIF-{n}"} | commun | objectif for n, objectif in enumerate(objectifs))
    fabrique.relire()


@pytest.fixture
def fabrique(modele: Fabrique, tmp_path: Path) -> Fabrique:
    """A copy of the made-up year, to be altered."""
    shutil.copytree(modele.projet.racine, tmp_path / "projet")
    return modele.ailleurs(tmp_path / "projet")


def oracle_de(fabrique: Fabrique) -> pd.DataFrame:
    with oracle_sql.ouvrir(fabrique.projet.racine) as base:
        return oracle_sql.chiffres(base)


def regler_les_seuils(fabrique: Fabrique, annees: Iterable[int], **valeurs: object) -> None:
    """Give some years, that have a row, other thresholds; blank: « à renseigner »."""
    chemin, voulues = fabrique.projet.reference / SEUILS, {str(annee) for annee in annees}
    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.DictReader(flux))
    for ligne in lignes:
        if ligne["annee"] in voulues:
            ligne |= {nom: str(valeur) for nom, valeur in valeurs.items()}
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrire = csv.DictWriter(flux, list(lignes[0]))
        ecrire.writeheader()
        ecrire.writerows(lignes)
    fabrique.relire()


def regler(fabrique: Fabrique, fichier: str, **choix: Any) -> None:
    """Give parameters a value, at all the dates."""
    chemin = fabrique.projet.reference / "parameters" / f"{fichier}.yml"
    parametres = yaml.safe_load(chemin.read_text("utf-8"))
    for nom, valeur in choix.items():
        for datee in parametres[nom]["values"].values():
            datee["value"] = valeur
    chemin.write_text(yaml.safe_dump(parametres, allow_unicode=True), "utf-8")
    fabrique.relire()


@pytest.fixture(scope="package")
def sans_rien_changer(modele: Fabrique) -> pd.DataFrame:
    return oracle_de(modele)


@pytest.fixture(scope="package")
def cadre(modele: Fabrique) -> pd.DataFrame:
    """The product's unmasked figures of the made-up year."""
    return compter_annee(modele.projet, modele.references, ANNEE).cadre
