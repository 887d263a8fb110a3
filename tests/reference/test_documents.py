from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.reference.documents import charger_documents
from cil_analysis.reference.nomenclatures import charger_nomenclatures

ENTETE = "document,intitule,court,type,statut,date_adoption,debut,fin,source,confiance\n"


@pytest.fixture(scope="module")
def listes(reference):
    return charger_nomenclatures(reference / "nomenclatures")


def lire(dossier: Path, listes, texte: str) -> pd.DataFrame:
    (dossier / "documents.csv").write_text(texte, "utf-8")
    return charger_documents(dossier, listes).set_index("document")


def test_documents_du_projet(reference, listes):
    documents = charger_documents(reference / "governance", listes).set_index("document")
    assert documents.at["CIA-2018-2023", "date_adoption"] == pd.Timestamp(2018, 4, 12)
    assert documents.at["CIA-2018-2023", "fin"] == pd.Timestamp(2023, 12, 31)
    assert documents.at["CIL-ARRETE", "date_adoption"] == pd.Timestamp(2015, 10, 16)
    assert pd.isna(documents.at["CIL-ARRETE", "fin"])
    assert documents.at["CIL-ARRETE", "type"] == "ARRETE" and documents.at["CIL-ARRETE", "statut"] == "ADOPTE"
    assert documents.at["PLH-2019-2025", "statut"] == "", "nobody has said that it was adopted"


def test_un_fichier_d_avant_se_lit(tmp_path, listes):
    """Types, states and short titles came later: a project made before has none."""
    ancien = lire(
        tmp_path, listes,
        "document,intitule,date_adoption,debut,fin,source,confiance\nCIA,Convention,2018-04-12,,,Fiche,C\n",
    )  # fmt: skip
    assert ancien.loc["CIA", ["court", "type", "statut"]].tolist() == ["", "", ""]
