from pathlib import Path

import pandas as pd

from cil_analysis.reference.lecture import Tables


def documents_de(reference: Path) -> pd.DataFrame:
    return Tables(reference)["governance/documents"].set_index("document")


def test_documents_du_projet(reference):
    documents = documents_de(reference)
    assert documents.at["CIA-2018-2023", "date_adoption"] == pd.Timestamp(2018, 4, 12)
    assert documents.at["CIA-2018-2023", "fin"] == pd.Timestamp(2023, 12, 31)
    assert documents.at["CIL-ARRETE", "date_adoption"] == pd.Timestamp(2015, 10, 16)
    assert pd.isna(documents.at["CIL-ARRETE", "fin"])
    assert documents.at["CIL-ARRETE", "type"] == "ARRETE" and documents.at["CIL-ARRETE", "statut"] == "ADOPTE"
    assert documents.at["PLH-2019-2025", "statut"] == "", "nobody has said that it was adopted"


def test_un_fichier_d_avant_se_lit(tmp_path):
    """Types, states and short titles came later: a project made before has none."""
    chemin = tmp_path / "governance" / "documents.csv"
    chemin.parent.mkdir()
    chemin.write_text(
        "document,intitule,date_adoption,debut,fin,source,confiance\nCIA,Convention,2018-04-12,,,Fiche,C\n"
    )
    ancien = documents_de(tmp_path)
    assert ancien.loc["CIA", ["court", "type", "statut"]].tolist() == ["", "", ""]
