import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.documents import charger_documents


def test_documents_du_projet(reference):
    documents = charger_documents(reference / "governance").set_index("document")
    assert documents.at["CIA-2018-2023", "date_adoption"] == pd.Timestamp(2018, 4, 12)
    assert documents.at["CIA-2018-2023", "fin"] == pd.Timestamp(2023, 12, 31)
    assert documents.at["CIL-ARRETE", "date_adoption"] == pd.Timestamp(2015, 10, 16)
    assert pd.isna(documents.at["CIL-ARRETE", "fin"])


def test_date_fautive(tmp_path):
    (tmp_path / "documents.csv").write_text(
        "document,intitule,date_adoption,debut,fin,source,confiance\nCIA,Convention,avril 2018,,,Fiche,C\n", "utf-8"
    )
    with pytest.raises(ErreurCIL, match=r"documents\.csv.*ligne 2.*avril 2018"):
        charger_documents(tmp_path)
