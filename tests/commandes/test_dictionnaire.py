"""docs/dictionnaire.md is what the command writes, and says everything that data/reference declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cil_analysis.commandes import main
from cil_analysis.commandes.dictionnaire import ecrire_dictionnaire
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.schemas import schemas

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


def test_chaque_table_et_ses_colonnes_y_sont(page: str) -> None:
    for schema in schemas().values():
        section = page.split(f"### `{schema.nom}.csv`\n")[1].split("\n### ")[0]
        for nom in set(schema.colonnes) - {"source", "confiance"}:
            assert f"| `{nom}` |" in section, (schema.nom, nom)


def test_chaque_lien_a_sa_cible(page: str) -> None:
    cibles = set(re.findall(r'<a id="([^"]+)">', page)) | set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    liens = re.findall(r"\]\(#([^)]+)\)", page)
    assert liens and set(liens) <= cibles


def test_la_page_se_lit_bien(page: str) -> None:
    lignes = page.splitlines()
    assert len(lignes) < 1720
    assert not re.search(r"[^\s`] [;:!?%]", re.sub(r"`[^`]*`", "", page)), "espace sécable devant une ponctuation"
