import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.objectives import COLONNES, charger_objectifs

VALEURS = "A,LOI,1,2017-01-01,,O01,epci,*,,,25,pct,plancher,loi,Loi,C,"
LIGNE = dict(zip(COLONNES, VALEURS.split(","), strict=True))


def charger(tmp_path, *lignes: dict[str, str]) -> pd.DataFrame:
    table = pd.DataFrame([LIGNE | ligne for ligne in lignes], columns=list(COLONNES))
    table.to_csv(tmp_path / "objectifs.csv", index=False)
    return charger_objectifs(tmp_path)


def test_types(tmp_path):
    table = charger(tmp_path, {"valeur": "12,5"}, {"id": "B", "indicateur": "O02", "valeur": ""})
    assert table["valeur"].tolist()[0] == 12.5
    assert pd.isna(table["valeur"][1])
    assert table["date_effet"][0] == pd.Timestamp(2017, 1, 1)
    assert pd.isna(table["date_fin"][0])
    assert list(table.index) == [0, 1]


@pytest.mark.parametrize(
    ("ligne", "attendu"),
    [
        ({"perimetre_type": "quartier"}, "perimetre_type"),
        ({"sens": "egal"}, "sens"),
        ({"unite": "%"}, "unite"),
        ({"valeur": "vingt"}, "n’est pas un nombre"),
        ({"valeur": "250"}, "entre 0 et 100"),
        ({"acteur_code": "LMH"}, "vont ensemble"),
        ({"acteur_type": "bailleur"}, "vont ensemble"),
        ({"date_effet": "2017"}, "AAAA-MM-JJ"),
        ({"date_fin": "2016-12-31"}, "précède"),
        ({"source": ""}, "source est vide"),
        ({"confiance": "sûr"}, "confiance"),
        ({"id": "Z"}, "figure deux fois"),
        ({"indicateur": "O01"}, "valent le même jour"),
    ],
)
def test_ligne_fautive(tmp_path, ligne, attendu):
    autre = {"id": "B", "indicateur": "O02"}
    with pytest.raises(ErreurCIL) as erreur:
        charger(tmp_path, {"id": "Z"}, autre | ligne)
    assert attendu in str(erreur.value)
    assert "objectifs.csv" in str(erreur.value) and "ligne 3" in str(erreur.value)


def test_une_nouvelle_version_suit_l_ancienne(tmp_path):
    table = charger(
        tmp_path, {"date_fin": "2023-12-31"}, {"id": "B", "date_effet": "2024-01-01"}, {"id": "C", "origine": "CIA"}
    )
    assert len(table) == 3


def test_colonne_absente(tmp_path):
    (tmp_path / "objectifs.csv").write_text("id,document\nA,LOI\n", encoding="utf-8")
    with pytest.raises(ErreurCIL, match="colonne absente"):
        charger_objectifs(tmp_path)
