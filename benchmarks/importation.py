"""Time the import of a workbook of 20,000 rows × 50 columns against fastexcel's bare read of the same file.

`make bench` runs it. Figures are ratios taken in one run, since machines differ. Exit code 1 above the target.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastexcel
from openpyxl import Workbook

from cil_analysis.extracts.importation import importer
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References

CIBLE = 2.5
LIGNES, COLONNES, ANNEE, ESSAIS = 20_000, 50, 2022, 5
RACINE = Path(__file__).resolve().parents[1]


def ecrire_classeur(chemin: Path, references: References) -> None:
    """Invented leases under the usual headings, then columns that no dictionary knows."""
    hasard = random.Random(1)
    communes = references.territoire.communes["nom"].tolist()
    codes = {nom: list(n.libelles().values()) for nom, n in references.nomenclatures.items()}
    choix: dict[str, Callable[[], object]] = {
        "N° unique": lambda: f"072{hasard.randrange(10**11):011d}BANC",
        "Date de signature du bail": lambda: f"{hasard.randint(1, 28):02d}/{hasard.randint(1, 12):02d}/{ANNEE}",
        "Date de dépôt de la demande": lambda: f"{hasard.randint(1, 28):02d}/{hasard.randint(1, 12):02d}/{ANNEE - 1}",
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
    for rang in range(COLONNES - len(choix)):
        choix[f"Zone {rang}"] = (lambda: f"mot {hasard.randrange(1_000)}") if rang % 2 else (lambda: hasard.random())
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Extraction")
    feuille.append(list(choix))
    for _ in range(LIGNES):
        feuille.append([tirer() for tirer in choix.values()])
    classeur.save(chemin)


def duree(faire: Callable[[], object]) -> float:
    debut = time.perf_counter()
    faire()
    return time.perf_counter() - debut


def main() -> int:
    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier)
        os.environ["CIL_DOSSIER_CLES"] = str(racine / "cles")
        shutil.copytree(RACINE / "data" / "reference", racine / "projet" / "data" / "reference")
        projet: Projet = ouvrir_projet(racine / "projet")
        references = References(projet)
        chemin = racine / "banc.xlsx"
        ecrire_classeur(chemin, references)

        def lire() -> object:
            return fastexcel.read_excel(chemin).load_sheet(0).to_arrow()

        def importer_tout() -> None:
            shutil.rmtree(projet.traite, ignore_errors=True)
            comptes = importer(projet, references, [chemin], ANNEE).journal["comptes"]
            assert comptes["lues"] == LIGNES + 1, comptes

        importer_tout()  # the imports of modules and the reference data are paid once
        lectures, imports = zip(*[(duree(lire), duree(importer_tout)) for _ in range(ESSAIS)], strict=True)
    rapport = min(imports) / min(lectures)
    verdict = "cible tenue" if rapport <= CIBLE else "cible manquée"
    print(f"Import de {LIGNES} lignes × {COLONNES} colonnes (.xlsx), meilleur de {ESSAIS} essais\u202f:")
    print(f"  lecture nue (fastexcel) {min(lectures):.2f} s\u202f; import {min(imports):.2f} s".replace(".", ","))
    print(f"  rapport {rapport:.2f}\u202f; au plus {CIBLE}\u202f: {verdict}".replace(".", ","))
    return 0 if rapport <= CIBLE else 1


if __name__ == "__main__":
    sys.exit(main())
