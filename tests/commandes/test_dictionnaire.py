"""docs/dictionnaire is what the command writes, and says everything that data/reference declares."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cil_analysis.commandes import main
from cil_analysis.commandes.pages import ecrire_dictionnaire
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.tables import schemas

RACINE = Path(__file__).resolve().parents[2]
PAGES = RACINE / "docs" / "dictionnaire"


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(RACINE))


@pytest.fixture(scope="module")
def pages(references: References) -> dict[str, str]:
    return ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures)


def test_les_pages_sont_a_jour(tmp_path: Path) -> None:
    assert main(["--projet", str(RACINE), "dictionnaire", str(tmp_path)]) == 0
    attendues, ecrites = ({p.name: p.read_text("utf-8") for p in d.iterdir()} for d in (tmp_path, PAGES))
    assert ecrites == attendues, (
        "docs/dictionnaire ne dit plus ce que data/reference déclare : lancez « cil dictionnaire docs/dictionnaire »."
    )


def test_chaque_colonne_et_chaque_code_y_sont(pages: dict[str, str], references: References) -> None:
    for dictionnaire in references.dictionnaires.values():
        for colonne in dictionnaire.colonnes.values():
            assert re.search(rf"^\| `{colonne.nom}` \| \*\*", pages[dictionnaire.extrait], re.MULTILINE), colonne.nom
    for nomenclature in references.tables.nomenclatures.values():
        section = pages["nomenclatures"].split(f"## {nomenclature.nom}\n")[1].split("\n## ")[0]
        for code in nomenclature.codes():
            assert f"| `{code}` |" in section


def test_chaque_table_et_ses_colonnes_y_sont(pages: dict[str, str]) -> None:
    for schema in schemas().values():
        section = pages["tables"].split(f"## `{schema.nom}.csv`\n")[1].split("\n## ")[0]
        for nom in set(schema.colonnes) - {"source", "confiance"}:
            assert f"| `{nom}` |" in section, (schema.nom, nom)


def test_les_pages_se_lisent_bien(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert len(page.splitlines()) < 800
        assert not re.search(r"[^\s`] [;:!?%]", re.sub(r"`[^`]*`", "", page)), "espace sécable devant une ponctuation"


def test_une_barre_dans_un_libelle_reste_dans_sa_cellule(references: References) -> None:
    dits = dict(references.dictionnaires)
    colonnes = dict(dits["flux"].colonnes)
    nom = next(iter(colonnes))
    colonnes[nom] = replace(colonnes[nom], libelle="Un ¦ deux")
    dits["flux"] = replace(dits["flux"], colonnes=colonnes)
    page = ecrire_dictionnaire(dits, references.tables.nomenclatures)["flux"]
    (ligne,) = re.findall(rf"(?m)^\| `{nom}` \| \*\*.*$", page)
    (autre,) = re.findall(rf"(?m)^\| `{list(colonnes)[1]}` \| \*\*.*$", page)
    assert "Un \\| deux" in ligne and ligne.replace("\\|", "").count("|") == autre.replace("\\|", "").count("|")
