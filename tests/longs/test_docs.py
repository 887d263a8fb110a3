"""What docs/ and the README tell an analyst to type runs; what they say of refusals, the software says."""

from __future__ import annotations

import ast
import csv
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import Workbook

import epci_invente
from cil_analysis import commandes as cli
from cil_analysis.projet import Projet, ouvrir_projet

RACINE = Path(__file__).resolve().parents[2]
PAGES = [*sorted((RACINE / "docs").glob("*.md")), RACINE / "README.md"]

# Not run here: where each is run, or why it cannot be.
AILLEURS = {
    "cil": "tests/commandes/test_reste.py",
    "cil exemple --bilan": "run by the « exemple » fixture, whose project this test copies",
    "cil bilan --annee 2022": "what the same fixture does; as a command: test_libelles_hostiles.py, and others",
    "cil secret --annee 2022": "tests/longs/secret/test_preuve.py",
    "cil fiche-action --annee 2022": "tests/bout_en_bout/test_un_bilan.py",
    "cil opendata --annee 2022 --licence etalab-2.0": "tests/longs/rendu/test_opendata.py",
    "cil indicateurs --annee 2022": "tests/longs/test_cli_exemple.py",
    "make bilan": "prepares an environment of its own, then runs the command above",
    "make test": "runs this test",
    "conda env create -f environment.yml": "needs conda: test_fondations compares environment.yml with pyproject.toml",
    "conda activate cil-analysis": "needs conda",
    "cil explorer": "opens JupyterLab until Ctrl+C: tests/exploration/test_explorer.py",
}


def commandes(page: Path) -> list[str]:
    """The lines of the ```sh blocks of a page, without their remarks."""
    blocs = re.findall(r"^```(?:sh|console|bash|shell)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    lignes = [re.sub(r"\s+# .*", "", ligne).strip() for bloc in blocs for ligne in bloc.splitlines()]
    return [ligne for ligne in lignes if ligne and not ligne.startswith("#")]


def _table_des_quartiles(projet: Path) -> None:
    """The State's workbook, made up, for a year that no real one covers."""
    classeur = Workbook()
    (feuille,) = classeur.worksheets
    feuille.append([
        "Région", "Libellé Département", "Département", "Nom de l'EPCI", "SIRET de l'EPCI", "Année de référence",
        "EPCI concerné par l'obligation ?", "Q1 annuel", "Q2 annuel", "Q3 annuel",
    ])  # fmt: skip
    feuille.append(["R", "D", "00 - D", "CU", ouvrir_projet(projet).epci_siren, 2101, "oui", 8_000, 12_000, 16_000])
    classeur.save(projet / "data" / "raw" / "quartiles.xlsx")


def _extrait_aux_en_tetes_nouveaux(projet: Path) -> None:
    """Leases of a file whose headings nobody has seen."""
    lignes = [["Dossier SNE", "Signé le", "Commune du logement", "Organisme bailleur", "Champ bleu"]]
    lignes += [[f"0{i:017d}", f"{i % 27 + 1:02d}/03/2022", "Le Mans", "Office Inventé", "x"] for i in range(60)]
    with (projet / "data" / "raw" / "attributions-2022.csv").open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows(lignes)


def _chiffres_publies(projet: Path) -> None:
    """One published figure to compare, under the headings of the model that the command has just written."""
    entetes = (projet / "chiffres-2022.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    with (projet / "chiffres-2022.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, entetes, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerow({"indicateur": "V01", "annee": "2022", "valeur": "2904"})


def _territoire_invente(projet: Path) -> None:
    """The files of a made-up EPCI, as an analyst downloads them."""
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setattr(epci_invente, "SIREN", "200000000")
        epci_invente.ecrire_geopackage(projet / "ADE-COG.gpkg")
        for annee in (2023, 2024):
            liste = projet / f"epci_au_01-01-{annee}.xlsx"
            epci_invente.ecrire_intercommunalite(liste, annee, epci_invente.MEMBRES)


# What must be there before a command, by what the command begins with; and the project that it is run from.
AVANT = {
    "cil seuils": _table_des_quartiles,
    "cil comparer chiffres-2022.csv --annee": _chiffres_publies,
    "cil nouveau": _territoire_invente,
}
MODELE = ("cil nouveau", "cil colonnes", "cil libelles", "cil importer data/raw/attributions-2022.csv")
D_UN_AN = ("cil comparer", "cil objectifs")


class Projets(NamedTuple):
    """A copy of the example; the project where a file has new headings; the last year alone, quick to publish."""

    projet: Path
    modele: Path
    un_an: Path

    def ou(self, commande: str) -> Path:
        return (
            self.modele if commande.startswith(MODELE) else self.un_an if commande.startswith(D_UN_AN) else self.projet
        )


@pytest.fixture(scope="module")
def projets(exemple: Projet, un_an: Projet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projets]:
    depot = tmp_path_factory.mktemp("depot")
    trouves = Projets(*(depot / nom for nom in Projets._fields))
    shutil.copytree(exemple.racine, trouves.projet)
    shutil.copytree(un_an.racine, trouves.un_an)
    shutil.copytree(RACINE / "data" / "reference", trouves.modele / "data" / "reference")
    (trouves.modele / "data" / "raw").mkdir()
    shutil.copytree(RACINE / "notebooks", depot / "notebooks")
    _extrait_aux_en_tetes_nouveaux(trouves.modele)
    ici = Path.cwd()
    yield trouves
    os.chdir(ici)


def test_chaque_commande_des_pages_fonctionne(projets: Projets, capfd: pytest.CaptureFixture[str]) -> None:
    """In the order in which an analyst reads them; a command that several pages give runs once."""
    a_lancer = list(dict.fromkeys(c for page in PAGES for c in commandes(page) if c not in AILLEURS))
    assert len(a_lancer) > 20
    for commande in a_lancer:
        assert commande.startswith("cil "), f"{commande} : ni lancée ici, ni dans AILLEURS"
        ou = projets.ou(commande)
        for debut, preparer in AVANT.items():
            if commande.startswith(debut):
                preparer(ou)
        os.chdir(ou)
        code = cli.main(shlex.split(commande)[1:])
        sortie = capfd.readouterr()
        assert code == 0, f"{commande}\n{sortie.out}\n{sortie.err}"
        assert "Traceback" not in sortie.err


def test_ce_qui_n_est_pas_lance_ici_est_encore_dans_les_pages() -> None:
    ecrites = {c for page in PAGES for c in commandes(page)}
    assert set(AILLEURS) <= ecrites


def test_chaque_tableau_des_pages_est_entier() -> None:
    """Headings, their rule, then rows as wide as they: a row after a blank line is no table any more."""
    for page in (*PAGES, RACINE / "CONTRIBUTING.md"):
        for bloc in re.findall(r"(?:^\|.*\n)+", page.read_text(encoding="utf-8"), re.M):
            lignes = [re.split(r"(?<!\\)\|", ligne.strip().strip("|")) for ligne in bloc.splitlines()]
            assert len(lignes) > 2 and all(re.fullmatch(r" *:?-+:? *", tiret) for tiret in lignes[1]), bloc
            assert len({len(ligne) for ligne in lignes}) == 1, bloc


def phrases_du_logiciel() -> str:
    """Every text of the source, with « … » where a value goes."""
    textes = []
    for source in (RACINE / "src").rglob("*.py"):
        for noeud in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
                textes.append(noeud.value)
            elif isinstance(noeud, ast.JoinedStr):
                textes.append("".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in noeud.values))
    return re.sub(r"\s+", " ", " ".join(textes))


def test_chaque_refus_cite_par_la_liste_de_janvier_est_dit_par_le_logiciel() -> None:
    page = (RACINE / "docs" / "relancer.md").read_text(encoding="utf-8")
    cites = re.findall(r"^\| (?!Si la commande|---)([^|]+) \| [^|]+ \|$", page, re.M)
    assert len(cites) > 15
    dites = phrases_du_logiciel()
    assert [cite for cite in cites if cite not in dites] == []


def test_les_liens_des_pages_menent_quelque_part() -> None:
    """Files exist, and so does the heading that an anchor names."""
    fautes = []
    for page in PAGES:
        # What is in a block of code is an example: it leads nowhere from here.
        texte = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
        for cible in re.findall(r"\]\(([^)\s]+)\)", texte):
            fichier, _, ancre = cible.partition("#")
            if re.match(r"[a-z]+:", fichier):
                continue
            autre = page.parent / fichier if fichier else page
            if not autre.exists() or (ancre and ancre not in ancres(autre)):
                fautes.append(f"{page.name} : {cible}")
    assert fautes == []


def ancres(page: Path) -> set[str]:
    """The anchors of a Markdown page: those that it writes, those that GitHub and VS Code make from its headings."""
    texte = page.read_text(encoding="utf-8")
    titres = [
        re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-") for titre in re.findall(r"^#+ (.+)$", texte, re.M)
    ]
    return {*titres, *re.findall(r'<a id="([^"]+)"', texte)}


def test_chaque_commande_est_connue() -> None:
    """Of those written in the text too: the command and its options exist."""
    analyseur = cli.analyseur_des_commandes()
    (sous,) = (a for a in analyseur._actions if a.dest == "commande")
    communes = {option for action in analyseur._actions for option in action.option_strings}
    for page in PAGES:
        for ecrite in [*commandes(page), *re.findall(r"`(cil [^`]+)`", page.read_text(encoding="utf-8"))]:
            mots = ecrite.split()
            if mots[0] != "cil":
                continue
            nom = next((m for m in mots[1:] if m in sous.choices), None)  # type: ignore[operator]
            connues = communes
            if nom is None:  # « cil » alone is a command too.
                assert all(m.startswith("-") for m in mots[1:]), f"{page.name} : {ecrite}"
            else:
                connues = communes | {o for a in sous.choices[nom]._actions for o in a.option_strings}  # type: ignore[index]
            options = {re.sub(r"[,.:;)»]+$", "", m) for m in mots if m.startswith("--")}
            assert options <= connues, f"{page.name} : {ecrite}"
