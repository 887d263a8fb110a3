"""What the measurements are made on: invented rows only, in the current folder, made once and not measured."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cil_analysis.projet import Projet
    from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[1]
PREMIERE_ANNEE, ANNEE = 2018, 2022  # of the example


def modele() -> Path:
    """A copy of the model project: its reference data and its notebooks."""
    dossier = Path("modele")
    if not dossier.exists():
        for partie in ("data/reference", "notebooks"):
            shutil.copytree(RACINE / partie, dossier / partie)
    return dossier


def cil(*arguments: str, projet: Path) -> None:
    """Run the command in a process of its own."""
    commande = [sys.executable, "-m", "cil_analysis", *arguments]
    fini = subprocess.run(commande, cwd=projet, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if fini.returncode:
        raise RuntimeError(f"cil {' '.join(arguments)}\u202f: code {fini.returncode}\n{fini.stderr}")


def exemple() -> Path:
    """The example project with its five years, imported; without any report."""
    dossier = modele() / "exemple"
    if not dossier.exists():
        from cil_analysis.exemple.generation import generer
        from cil_analysis.extraits.importation import importer
        from cil_analysis.extraits.lots import Demande
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References

        annees = range(PREMIERE_ANNEE, ANNEE + 1)
        projet, fichiers = generer(ouvrir_projet(modele()), dossier, annees, 1)
        references = References(projet)
        for annee, siens in fichiers:
            for fichier in siens:
                importer(projet, references, Demande([fichier], annee))
    return dossier


def un_an(dossier: Path) -> Projet:
    """An example project of one year; its extracts of leases and requests are written, and nothing is imported."""
    from cil_analysis.exemple.generation import generer
    from cil_analysis.projet import ouvrir_projet

    if not dossier.exists():
        generer(ouvrir_projet(modele()), dossier, [ANNEE], 1)
    return ouvrir_projet(dossier)


def demandes(projet: Projet, lignes: int, fichier: Path) -> None:
    """So many requests as a CSV file: those of the example again, each under a N° unique of its own."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from pyarrow import csv

    if fichier.exists():
        return
    source = pd.read_csv(projet.brut / f"demandes-{ANNEE}.csv", sep=";", encoding="cp1252", dtype=str).fillna("")
    table = pa.Table.from_pandas(source, preserve_index=False).take(np.resize(np.arange(len(source)), lignes))
    numero = source.columns[0]
    assert source[numero].str.len().eq(18).mean() > 0.99, numero
    table = table.set_column(0, numero, pa.array([f"072D022{rang:07d}FICT" for rang in range(lignes)]))
    csv.write_csv(table, fichier, csv.WriteOptions(delimiter=";", quoting_style="needed"))


def classeur(references: References, lignes: int, colonnes: int, fichier: Path) -> None:
    """Invented leases under the usual headings, then columns that no dictionary knows."""
    from openpyxl import Workbook

    if fichier.exists():
        return
    hasard = random.Random(1)
    communes = references.territoire.communes["nom"].tolist()
    codes = {nom: list(n.libelles().values()) for nom, n in references.nomenclatures.items()}
    jour = lambda annee: f"{hasard.randint(1, 28):02d}/{hasard.randint(1, 12):02d}/{annee}"  # noqa: E731
    choix: dict[str, Callable[[], object]] = {
        "N° unique": lambda: f"072{hasard.randrange(10**11):011d}BANC",
        "Date de signature du bail": lambda: jour(ANNEE),
        "Date de dépôt de la demande": lambda: jour(ANNEE - 1),
        "Commune du logement": lambda: hasard.choice(communes),
        "Logement en QPV": lambda: hasard.choice(["Oui", "Non"]),
        "Bailleur": lambda: hasard.choice(codes["bailleurs"]),
        "Contingent": lambda: hasard.choice(codes["reservataires"]),
        "Financement": lambda: hasard.choice(codes["financements"]),
        "Type de logement": lambda: hasard.choice(codes["typologies"]),
        "Âge": lambda: hasard.randint(18, 90),
        "Nb personnes": lambda: hasard.randint(1, 6),
        "Situation professionnelle": lambda: hasard.choice(codes["situations_professionnelles"]),
        "Logement actuel": lambda: hasard.choice(codes["logements_actuels"]),
        "Motif de la demande": lambda: hasard.choice(codes["motifs_demande"]),
        "Ressources mensuelles (€)": lambda: hasard.randint(0, 3_000),
        "Nb UC": lambda: hasard.choice([1, 1.3, 1.5, 1.8, 2.1]),
        "DALO": lambda: hasard.choice(codes["statuts_dalo"]),
    }
    for rang in range(colonnes - len(choix)):
        choix[f"Zone {rang}"] = (lambda: f"mot {hasard.randrange(1_000)}") if rang % 2 else hasard.random
    ecrit = Workbook(write_only=True)
    feuille = ecrit.create_sheet("Extraction")
    feuille.append(list(choix))
    for _ in range(lignes):
        feuille.append([tirer() for tirer in choix.values()])
    ecrit.save(fichier)


def vider(*dossiers: Path) -> None:
    """Remove folders that a run before has written."""
    for dossier in dossiers:
        shutil.rmtree(dossier, ignore_errors=True)
