"""The report of other projects than the example, and nothing of the territory in code."""

from __future__ import annotations

import ast
import csv
import re
import shutil
import tokenize
from pathlib import Path

import pandas as pd
import pytest
from rapports import PROJET, RACINE, rapport, serie

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.projet import Projet, ouvrir_projet
from exemple_produit import DES_MENAGES, oublier_l_empreinte
from page_lue import Noeud, arbre, executer, fautes, figures
from registres import PAR_CODE

SOURCES = sorted((RACINE / "src").rglob("*.py"))
CARNETS = sorted((RACINE / "notebooks").glob("*.qmd"))


def admis(faute: str, bloc: str) -> bool:
    """Not a fault: the number of an article of the press, in a source. The others are the map's, to be mended there."""
    presse = faute.startswith("milliers") and "La Gazette des communes" in bloc
    return presse or bloc.startswith("Légende : ") or "Touche de tabulation : " in bloc


# --- Other projects -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def un_an(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """One year, and no extract of requests."""
    dossier = tmp_path_factory.mktemp("un-an")
    shutil.copytree(exemple.reference, dossier / "data/reference")
    for source in ("attributions/annee=2020", "anomalies/attributions/annee=2020"):
        shutil.copytree(exemple.traite / source, dossier / "data/processed" / source)
    (dossier / "data/processed/journal").mkdir()
    shutil.copy(exemple.traite / "journal/attributions-2020.json", dossier / "data/processed/journal")
    return ouvrir_projet(dossier)


def copie(un_an: Projet, dossier: Path) -> Path:
    shutil.copytree(un_an.racine, dossier, dirs_exist_ok=True)
    return dossier / "data"


def page_de(racine: Path, **parametres: object) -> Noeud:
    page = arbre(executer(CARNETS[0], projet=str(racine), **parametres))
    assert not fautes(page, admis)
    return page


def test_un_an_sans_demandes_dit_ce_qui_manque_et_ne_compare_rien(un_an: Projet) -> None:
    """Of the last year there is, for want of another."""
    page = page_de(un_an.racine)
    assert page.un("h1").texte.endswith("2020")
    trouvees = figures(page)
    assert {"v01-annee", "t01-commune", "t02-annee", "o01-annee", "p01-p01d-classe"} <= set(trouvees)
    assert not {"v02-annee", "v03-commune"} & set(trouvees)
    # Of the stock, of the demand for a lease, and of it by type; by commune too, it was said just before.
    assert page.texte.count("extrait «\xa0demandes\xa0» non importé") == 3
    assert "sur un an" not in page.texte and "par rapport à 2019" not in page.texte
    assert (
        "demande"
        not in trouvees["p01-p01d-classe"].un("p", "source").texte + trouvees["p01-p01d-classe"].un("thead").texte
    )


def test_sans_seuil_ni_objectif_rien_n_est_dit_manque(un_an: Projet, tmp_path: Path) -> None:
    parametres = copie(un_an, tmp_path) / "reference/parameters"
    seuils = parametres / "seuils_quartiles.csv"
    seuils.write_text(seuils.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    objectifs = parametres / "objectifs.csv"
    objectifs.write_text(objectifs.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    chemin = tmp_path / "data/processed/attributions/annee=2020/part.parquet"
    pd.read_parquet(chemin).drop(columns=[*DES_MENAGES]).to_parquet(chemin)
    oublier_l_empreinte(tmp_path, "attributions", 2020)
    texte = page_de(tmp_path, annee=2020).texte
    assert "à renseigner" in texte and "on calculable" in texte and "non atteint" not in texte


def test_avec_douze_baux_presque_tout_est_masque_et_la_page_se_lit(un_an: Projet, tmp_path: Path) -> None:
    """Less what describes households: the matrix of provenances would take long."""
    chemin = copie(un_an, tmp_path) / "processed/attributions/annee=2020/part.parquet"
    pd.read_parquet(chemin).head(12).drop(columns=[*DES_MENAGES]).to_parquet(chemin)
    oublier_l_empreinte(tmp_path, "attributions", 2020)
    page = page_de(tmp_path)
    for cellule in page.un("figure").tous("td"):
        assert cellule.texte in ("s", "–", "nd") or int(re.sub(r"\W", "", cellule.texte)) % 12 == 0


def test_une_annee_ou_un_projet_sans_donnees_se_dit(tmp_path: Path, un_an: Projet) -> None:
    for annee, racine, nomme in (
        (2031, un_an.racine, "2031"),
        ("x", un_an.racine, "« x »"),
        (None, tmp_path, "projet.yml"),
    ):
        with pytest.raises(ErreurCIL) as refus:
            ouvrir_rapport(annee, racine)  # type: ignore[arg-type]
        assert nomme in str(refus.value)


# --- The report's words ---------------------------------------------------------------------------------------------


def test_un_chiffre_masque_ou_absent_n_a_pas_de_valeur() -> None:
    r = rapport({"V01": serie({2020: 300, 2021: 3})}, (2020, 2021, 2022))
    assert tuple(r["V01"].ou(annee=annee).seul.publie for annee in (2020, 2021, r.annee)) == (300.0, None, None)


def test_tout_code_a_un_libelle() -> None:
    """Those of no nomenclature too: where households come from, counting rules, indicators, what is not known."""
    r = rapport({code: [{"numerateur": 50, "denominateur": 100}] for code in ("T03", "O01S", "O07")})
    assert r.acteurs["NR"] and r.perimetres[PROJET.epci_siren] == PROJET.epci_nom_court
    assert r.modalites("T03")["HORS_EPCI"] and set(r.communes.items()) <= set(r.modalites("T03").items())
    assert r.modalites("O01S")["P3=hors_mutations"].startswith("P3 – ")
    assert r.modalites("O07")["O01"] == f"O01 – {PAR_CODE['O01'].titre}"


# --- Nothing that belongs to the reference data ---------------------------------------------------------------------


@pytest.mark.parametrize("carnet", CARNETS, ids=lambda c: c.name)
def test_aucune_annee_n_est_ecrite_dans_un_carnet(carnet: Path) -> None:
    assert not re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", carnet.read_text(encoding="utf-8"))


def noms_du_territoire() -> list[str]:
    def colonne(chemin: str, nom: str) -> list[str]:
        with (RACINE / "data/reference" / chemin).open(encoding="utf-8-sig", newline="") as flux:
            return [ligne[nom] for ligne in csv.DictReader(flux)]

    noms = colonne("territory/communes.csv", "nom") + colonne("territory/qpv.csv", "nom")
    return [*noms, *colonne("nomenclatures/bailleurs.csv", "libelle"), *colonne("territory/communes.csv", "code_insee")]


def ce_qui_agit(source: Path) -> str:
    """A module without its comments and docstrings: an example there (« Le Mans, 25,3 % ») decides of nothing."""
    texte = source.read_text(encoding="utf-8")
    lignes = texte.splitlines()
    for noeud in ast.walk(ast.parse(texte)):
        corps = getattr(noeud, "body", None)
        if isinstance(corps, list) and corps and isinstance(corps[0], ast.Expr):
            valeur_ = corps[0].value
            if isinstance(valeur_, ast.Constant) and isinstance(valeur_.value, str):
                for rang in range(corps[0].lineno - 1, corps[0].end_lineno or 0):
                    lignes[rang] = ""
    with source.open("rb") as flux:
        for jeton in tokenize.tokenize(flux.readline):
            if jeton.type == tokenize.COMMENT:
                rang = jeton.start[0] - 1
                lignes[rang] = lignes[rang][: jeton.start[1]]
    return "\n".join(lignes)


def test_aucun_nom_du_territoire_n_est_dans_le_code() -> None:
    noms, trouves = noms_du_territoire(), []
    for chemin in (*SOURCES, *CARNETS):
        ecrits = [nom for nom in noms if nom in chemin.read_text(encoding="utf-8")]
        # Most modules write none, in a comment either.
        texte = "" if not ecrits else ce_qui_agit(chemin) if chemin in SOURCES else chemin.read_text(encoding="utf-8")
        trouves += [f"{chemin.name} : {n}" for n in ecrits if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", texte)]
    assert not trouves
