"""docs/dictionnaire.md is what the command writes, and says everything that data/reference declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cil_analysis.cli import main
from cil_analysis.presentation.dictionnaire import ecrire_dictionnaire
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References

RACINE = Path(__file__).resolve().parents[2]
PAGE = RACINE / "docs" / "dictionnaire.md"


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(RACINE))


@pytest.fixture(scope="module")
def page(references: References) -> str:
    return ecrire_dictionnaire(references.dictionnaires, references.nomenclatures)


def test_la_page_est_a_jour(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--projet", str(RACINE), "dictionnaire"]) == 0
    attendue = capsys.readouterr().out
    assert PAGE.read_text(encoding="utf-8") == attendue, (
        "docs/dictionnaire.md ne dit plus ce que data/reference déclare : lancez « cil dictionnaire > "
        "docs/dictionnaire.md »."
    )


def test_chaque_colonne_et_chaque_code_y_sont(page: str, references: References) -> None:
    for dictionnaire in references.dictionnaires.values():
        assert f'<a id="{dictionnaire.extrait}"></a>' in page
        for colonne in dictionnaire.colonnes.values():
            assert re.search(rf"^\| `{colonne.nom}` \| \*\*", page, re.MULTILINE), colonne.nom
    for nomenclature in references.nomenclatures.values():
        assert f"### {nomenclature.nom}\n" in page
        section = page.split(f"### {nomenclature.nom}\n")[1].split("\n### ")[0]
        for code in nomenclature.codes():
            assert f"| `{code}` |" in section


def test_chaque_lien_a_sa_cible(page: str) -> None:
    cibles = set(re.findall(r'<a id="([^"]+)">', page)) | set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    liens = re.findall(r"\]\(#([^)]+)\)", page)
    assert liens and set(liens) <= cibles


def test_les_tableaux_ont_des_lignes_de_meme_largeur(page: str) -> None:
    largeur = 0
    for ligne in page.splitlines():
        if not ligne.startswith("|"):
            largeur = 0
            continue
        cellules = len(re.findall(r"(?<!\\)\|", ligne))
        assert largeur in (0, cellules), ligne
        largeur = cellules


@pytest.mark.parametrize(
    ("colonne", "dit"),
    [
        ("date_signature_bail", "rejet : vide ou illisible, ou dans le futur"),
        ("commune_insee", "rejet : vide ou illisible"),
        ("date_commission", "rejet : aucune date lisible, ou dans le futur"),
        ("age", "de 16 à 110 | 999"),
        ("surface_m2", "de 5 à 900 | 0, 999"),
        ("annee_construction", "de 1500 à 2100"),
        ("commune_libelle", "ou `commune_insee`"),
        ("numero_unique", "| pseudonyme |"),
        ("delai_mois", "| calculée |"),
        ("identifiant_logement", "| clé opaque |"),
        ("decision", "code [decisions_caleol](#decisions_caleol)"),
    ],
)
def test_une_colonne_dit_ses_regles(page: str, colonne: str, dit: str) -> None:
    ligne = re.search(rf"^\| `{colonne}` \| \*\*.*$", page, re.MULTILINE)
    assert ligne and dit in ligne[0].replace("\u202f", " ")


def test_la_page_se_lit_bien(page: str) -> None:
    lignes = page.splitlines()
    assert len(lignes) < 1500
    assert not re.search(r"[^\s`] [;:!?%]", re.sub(r"`[^`]*`", "", page)), "espace sécable devant une ponctuation"
