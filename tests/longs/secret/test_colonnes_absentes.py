"""Each optional column of the main extracts removed, or left blank, in turn: a bilan that is proved, or a refusal."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cil_analysis.commandes import main
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from cil_analysis.secret.preuve.audit import auditer
from cil_analysis.secret.preuve.bloc import Bloc
from cil_analysis.secret.preuve.protection import proteger
from essais import APPROFONDIS
from messages import exiger_un_remede

ANNEE = 2022
Table = list[list[str]]
# Ordinary runs try the leases alone, and their districts, which no proof took for unknown before.
# The headings of the example that stand for required columns.
EXIGEES = {
    "attributions": {"N° unique", "Date signature bail", "Commune du logement", "Organisme bailleur"},
    "demandes": {"N° unique", "Commune souhaitée (choix 1)"},
}
# Most counts of so few rows are small, and choosing what to mask must stay short: the linear programmes that it solves,
# a third more than a small EPCI takes. A count, which no other load of the machine changes.
PROGRAMMES = 3_000 if APPROFONDIS else 1_400
TAILLES = {"attributions": 200, "demandes": 300} if APPROFONDIS else {"attributions": 120}


def recu(exemple: Projet, extrait: str) -> Table:
    """The headings of an extract of the example as received, and some of its rows, as text."""
    if extrait == "attributions":
        classeur = openpyxl.load_workbook(exemple.brut / f"{extrait}-{ANNEE}.xlsx", read_only=True)
        feuilles = [[["" if v is None else _texte(v) for v in rang] for rang in feuille.iter_rows(values_only=True)]
                    for feuille in classeur]  # fmt: skip
        lignes = max(feuilles, key=len)
    else:
        octets = next(f for f in exemple.brut.glob(f"{extrait}-{ANNEE}.*") if f.suffix != ".yml").read_bytes()
        try:
            texte = octets.decode("utf-8-sig")
        except UnicodeDecodeError:
            texte = octets.decode("cp1252")
        lignes = list(csv.reader(io.StringIO(texte), delimiter=max(";\t,|", key=texte.count)))
    debut = next(rang for rang, ligne in enumerate(lignes) if sum(map(bool, ligne)) > 5)
    donnees = [ligne for ligne in lignes[debut + 1 :] if sum(map(bool, ligne)) > 3]
    return [lignes[debut], *random.Random(ANNEE).sample(donnees, min(TAILLES.get(extrait, 2_000), len(donnees)))]


def _texte(valeur: object) -> str:
    return valeur.strftime("%d/%m/%Y") if hasattr(valeur, "strftime") else str(valeur)


@pytest.fixture(scope="module")
def recus(exemple: Projet) -> dict[str, Table]:
    return {extrait: recu(exemple, extrait) for extrait in TAILLES}


def importer(racine: Path, extrait: str, table: Table) -> int:
    chemin = racine / "data/raw" / f"{extrait}.csv"
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows(table)
    return main(["--projet", str(racine), "importer", str(chemin), "--annee", str(ANNEE), "--extrait", extrait])


@pytest.fixture(scope="module")
def complet(exemple: Projet, recus: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the extracts, all their columns there."""
    racine = tmp_path_factory.mktemp("complet")
    shutil.copytree(exemple.reference, racine / "data/reference")
    (racine / "data/raw").mkdir()
    for extrait, table in recus.items():
        assert importer(racine, extrait, table) == 0
    return racine


def exiger_une_preuve(racine: Path) -> None:
    """Publish the year in a bounded work, and read it back as the audit of a bilan does."""
    projet = ouvrir_projet(racine)
    comptes = compter_annee(projet, References(projet), ANNEE)
    resolus, viser = [], Bloc._viser

    def compter(bloc: Bloc, modele: Any, but: Any) -> Any:
        resolus.append(but)
        return viser(bloc, modele, but)

    with pytest.MonkeyPatch.context() as retouche:
        retouche.setattr(Bloc, "_viser", compter)
        motifs, dits = proteger(comptes.examens, comptes.regles)
    assert len(resolus) < PROGRAMMES
    masques = motifs.ne("")
    publie = comptes.cadre.copy()
    publie.loc[masques, "statut"] = "secret"
    publie.loc[masques, ["numerateur", "denominateur"]] = float("nan")
    publie.loc[masques & ~dits, "resultat"] = ""
    lues = auditer({ANNEE: publie}, ANNEE, comptes.lecteurs)
    assert lues and not [d for d in lues if not d.protegee]


def sans(table: Table, retirees: list[int]) -> Table:
    return [[cellule for rang, cellule in enumerate(ligne) if rang not in retirees] for ligne in table]


def videes(table: Table, rangs: list[int]) -> Table:
    return [table[0], *([("" if rang in rangs else c) for rang, c in enumerate(ligne)] for ligne in table[1:])]


@pytest.mark.parametrize("extrait", TAILLES)
def test_chaque_colonne_facultative_peut_manquer(
    recus: dict[str, Table], complet: Path, tmp_path: Path, extrait: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = recus[extrait]
    quartiers = [rang for rang, titre in enumerate(table[0]) if "QPV" in titre or "uartier" in titre]
    essais = {"districts absent": sans(table, quartiers), "districts blank": videes(table, quartiers)}
    if APPROFONDIS:
        essais |= {titre: sans(table, [rang]) for rang, titre in enumerate(table[0]) if titre}
    refusees = []
    for titre, restante in essais.items():
        racine = tmp_path / "essai"
        shutil.copytree(complet, racine)
        capsys.readouterr()
        if importer(racine, extrait, restante) == 0:
            exiger_une_preuve(racine)
        else:
            exiger_un_remede(capsys.readouterr().err)
            refusees.append(titre)
        shutil.rmtree(racine)
    # An extract is refused for want of what says whose a row is, where, when and by whom; of nothing else.
    assert not set(refusees) - EXIGEES[extrait]
