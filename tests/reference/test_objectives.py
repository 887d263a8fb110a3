import csv
import itertools

import pandas as pd
import pytest

from cil_analysis.reference.objectifs import charger_objectifs, en_vigueur
from cil_analysis.reference.tables import schemas

DEPART = {"id": "A", "document": "LOI", "version": "1", "date_effet": "2017-01-01", "indicateur": "O01",
          "perimetre_type": "epci", "perimetre_code": "*", "valeur": "25", "unite": "pct", "sens": "plancher",
          "origine": "loi", "source": "Loi", "confiance": "C"}  # fmt: skip
SCHEMA = schemas()["parameters/objectifs"]
LIGNE = dict.fromkeys(SCHEMA.colonnes, "") | DEPART


def charger(tmp_path, *lignes: dict[str, str]) -> pd.DataFrame:
    table = pd.DataFrame([LIGNE | ligne for ligne in lignes], columns=list(SCHEMA.colonnes))
    table.to_csv(tmp_path / "objectifs.csv", index=False)
    return charger_objectifs(tmp_path)


def test_types(tmp_path):
    table = charger(tmp_path, {"valeur": "12,5", "tolerance": "1,5"}, {"id": "B", "indicateur": "O02", "valeur": ""})
    assert table["valeur"].tolist()[0] == 12.5
    assert pd.isna(table["valeur"][1]) and table["valeur_max"].isna().all()
    assert table["tolerance"].tolist() == [1.5, 0]
    assert table["date_effet"][0] == pd.Timestamp(2017, 1, 1)
    assert pd.isna(table["date_fin"][0])
    assert list(table.index) == [0, 1]


def test_un_projet_peut_n_avoir_aucun_objectif(tmp_path):
    table = charger(tmp_path)
    assert table.empty and list(table.columns)[: len(SCHEMA.colonnes)] == list(SCHEMA.colonnes)
    assert en_vigueur(table, 2022).empty


def test_un_fichier_d_avant_les_colonnes_nouvelles_se_lit(tmp_path):
    anciennes = SCHEMA.exigees
    with (tmp_path / "objectifs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, anciennes, extrasaction="ignore")
        ecrivain.writeheader()
        ecrivain.writerow(LIGNE)
    table = charger_objectifs(tmp_path)
    assert table.loc[0, ["modalite", "annee", "remplace", "page"]].tolist() == [""] * 4
    assert table["tolerance"].tolist() == [0] and table["valeur_max"].isna().all()


INTERVALLE = {"sens": "intervalle", "valeur_max": "30"}


@pytest.mark.parametrize(
    "autre",
    [
        {"unite": "nombre"},
        {"origine": "CIA"},
        {"annee": "2021"},
        {"modalite": "DALO"},
        {"perimetre_code": "247200132"},
        {"acteur_type": "bailleur", "acteur_code": "*"},
        INTERVALLE | {"origine": "CIA"},
        {"annee": "2021", "sens": "plafond", "perimetre_type": "commune"},
    ],
)
def test_deux_objectifs_qui_coexistent(tmp_path, autre):
    assert len(charger(tmp_path, {}, {"id": "B"} | autre)) == 2


def test_un_avenant_clot_l_objectif_qu_il_remplace(tmp_path):
    chaine = (
        {"id": "A", "date_fin": "2029-12-31"},
        {"id": "B", "remplace": "A", "date_effet": "2020-07-01", "valeur": "28"},
        {"id": "C", "remplace": "B", "date_effet": "2022-01-01", "sens": "intervalle", "valeur_max": "40"},
    )
    for ordre in itertools.permutations(chaine):
        table = charger(tmp_path, *ordre)
        fins = table.set_index("id")["date_fin"]
        assert fins["A"] == pd.Timestamp(2020, 6, 30) and fins["B"] == pd.Timestamp(2021, 12, 31)
        assert pd.isna(fins["C"])
        lus = {annee: en_vigueur(table, annee)["id"].tolist() for annee in (2016, 2019, 2020, 2021, 2022, 2035)}
        assert lus == {2016: [], 2019: ["A"], 2020: ["B"], 2021: ["B"], 2022: ["C"], 2035: ["C"]}


def test_une_trajectoire_remplace_un_objectif_d_un_coup(tmp_path):
    annees = [{"id": f"B{a}", "remplace": "A", "date_effet": "2020-07-01", "annee": str(a)} for a in (2021, 2022)]
    table = charger(tmp_path, {}, *annees)
    assert table.set_index("id")["date_fin"]["A"] == pd.Timestamp(2020, 6, 30)
    assert en_vigueur(table, 2022)["id"].tolist() == ["B2022"] and en_vigueur(table, 2023).empty


def test_un_objectif_clos_avant_son_remplacant_garde_sa_fin(tmp_path):
    table = charger(tmp_path, {"date_fin": "2018-12-31"}, {"id": "B", "remplace": "A", "date_effet": "2020-01-01"})
    assert table["date_fin"][0] == pd.Timestamp(2018, 12, 31)
