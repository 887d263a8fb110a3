"""The example project, made, imported and rendered by the command, as a newcomer does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.pages import BILAN
from cil_analysis.rendu import bilan
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.fiches import Compte, produire_fiches
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.rendu.suivi import Production

RACINE = Path(__file__).resolve().parents[1]


def oublier_l_empreinte(racine: Path, extrait: str, annee: int) -> None:
    """After a test has rewritten a table in place: its import is then one older than the digests."""
    journal = racine / "data" / "processed" / "journal" / f"{extrait}-{annee}.json"
    compte = json.loads(journal.read_text(encoding="utf-8"))
    compte.pop("ecrits", None)
    journal.write_text(json.dumps(compte), encoding="utf-8")


def commun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all the processes of a run read."""
    dossier = tmp_path_factory.getbasetemp()
    return dossier.parent if "PYTEST_XDIST_WORKER" in os.environ else dossier


@contextmanager
def exemple_produit(modele: Path, annees: str) -> Iterator[Projet]:
    """The project under ``modele``.

    The key folder stays in CIL_DOSSIER_CLES meanwhile, so that what imports again finds the same key. Processes that
    ask for the same folder share what the first one makes.
    """
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(modele / "cles"))
        retouche.delenv("CIL_PROJET", raising=False)
        une_fois(modele, lambda: _produire(modele, annees))
        yield ouvrir_projet(modele / "exemple")


def faire_le_bilan(projet: Projet, production: Production, dire: Callable[[str], None] = lambda _: None) -> Path:
    """By engines of its own."""
    with Atelier(projet.carnets, choisir(production.moteur, dire)) as atelier:
        return bilan.produire_bilan(projet, production, atelier, dire)


def faire_les_fiches(
    projet: Projet,
    production: Production,
    avancement: Callable[[str], None] = lambda _: None,
    listes: Mapping[str, Sequence[str]] | None = None,
) -> Compte:
    """By engines of their own."""
    with Atelier(projet.carnets, choisir(production.moteur, lambda _: None)) as atelier:
        return produire_fiches(projet, production, atelier, avancement, listes)


def une_fois(dossier: Path, produire: Callable[[], str]) -> None:
    """Make a folder in the first process that asks; the others wait. ``produire`` says what went wrong, or nothing."""
    issue = dossier / "issue.txt"
    try:
        dossier.mkdir()
    except FileExistsError:
        limite = time.monotonic() + 400
        while not issue.exists():
            assert time.monotonic() < limite, f"{dossier} n’est pas produit."
            time.sleep(0.2)
    else:
        erreurs = f"La fabrication de {dossier} s’est arrêtée."
        try:
            erreurs = produire()
        finally:
            issue.with_suffix(".tmp").write_text(erreurs, encoding="utf-8")
            issue.with_suffix(".tmp").replace(issue)
    erreurs = issue.read_text(encoding="utf-8")
    assert not erreurs, erreurs


def un_an_publie(exemple: Projet, dossier: Path) -> Projet:
    """The last year of the example, without some extracts, published: made once for all processes."""

    def produire() -> str:
        projet = copier_l_exemple(exemple, dossier / "projet", 2022, ("flux", "occupation", "parc"))
        publier_les_chiffres(projet, 2022)
        return ""

    une_fois(dossier, produire)
    return ouvrir_projet(dossier / "projet")


# What most of the tables of a bilan are by, and none of its objectives: « sans_colonnes » of what is quick to protect.
DES_MENAGES = (
    "age", "commune_origine_insee", "composition_familiale", "est_travailleur_essentiel", "motif_demande",
    "nationalite", "periode_construction", "situation_professionnelle", "taille_menage", "tranche_plafonds",
    "type_construction", "typologie",
)  # fmt: skip


def copier_l_exemple(
    exemple: Projet, racine: Path, depuis: int, sans: Collection[str] = (), sans_colonnes: Collection[str] = ()
) -> Projet:
    """The example from a year on, less some extracts or columns, with its own notebooks: quicker to count and protect.

    Without the extracts as received, and without any report.
    """
    shutil.copytree(exemple.racine, racine, ignore=shutil.ignore_patterns("raw", exemple.rapports.name))
    shutil.copytree(exemple.carnets, racine / "notebooks")
    for dossier in exemple.traite.glob("*/annee=*"):
        if int(dossier.name.removeprefix("annee=")) < depuis or dossier.parent.name in sans:
            shutil.rmtree(racine / dossier.relative_to(exemple.racine))
    projet = ouvrir_projet(racine)
    for chemin in sorted(projet.traite.glob("*/annee=*/part.parquet")) if sans_colonnes else ():
        table = pd.read_parquet(chemin)
        table.drop(columns=table.columns.intersection([*sans_colonnes])).to_parquet(chemin)
        oublier_l_empreinte(racine, chemin.parts[-3], int(chemin.parts[-2].removeprefix("annee=")))
    return projet


def publier_les_chiffres(projet: Projet, annee: int) -> None:
    """Write under ``reports/`` the figures and the workbook of a year alone: what disclosure control reads."""
    rapport = ouvrir_rapport(annee, projet.racine)
    (projet.rapports / str(annee)).mkdir(parents=True, exist_ok=True)
    ecrire_classeur(rapport, BILAN.titre, projet.rapports / str(annee) / "bilan.xlsx")
    with (projet.rapports / str(annee) / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(rapport.publication, flux)


def _produire(modele: Path, annees: str) -> str:
    """Run the command; what went wrong, or nothing."""
    shutil.copytree(RACINE / "data" / "reference", modele / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", modele / "notebooks")
    fait = subprocess.run(
        [sys.executable, "-m", "cil_analysis", "exemple", "--bilan", "--annees", annees],
        cwd=modele,
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return fait.stderr or f"code {fait.returncode}" if fait.returncode else ""
