import csv
import itertools

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.objectives import COLONNES, FACULTATIVES, charger_objectifs, en_vigueur

DEPART = {"id": "A", "document": "LOI", "version": "1", "date_effet": "2017-01-01", "indicateur": "O01",
          "perimetre_type": "epci", "perimetre_code": "*", "valeur": "25", "unite": "pct", "sens": "plancher",
          "origine": "loi", "source": "Loi", "confiance": "C"}  # fmt: skip
LIGNE = dict.fromkeys(COLONNES, "") | DEPART


def charger(tmp_path, *lignes: dict[str, str]) -> pd.DataFrame:
    table = pd.DataFrame([LIGNE | ligne for ligne in lignes], columns=list(COLONNES))
    table.to_csv(tmp_path / "objectifs.csv", index=False)
    return charger_objectifs(tmp_path)


def fautes(tmp_path, *lignes: dict[str, str]) -> str:
    with pytest.raises(ErreurCIL) as erreur:
        charger(tmp_path, *lignes)
    assert "objectifs.csv" in str(erreur.value)
    return str(erreur.value).replace("\u00a0", " ").replace("\u202f", " ")


def test_types(tmp_path):
    table = charger(tmp_path, {"valeur": "12,5", "tolerance": "1,5"}, {"id": "B", "indicateur": "O02", "valeur": ""})
    assert table["valeur"].tolist()[0] == 12.5
    assert pd.isna(table["valeur"][1]) and table["valeur_max"].isna().all()
    assert table["tolerance"].tolist() == [1.5, 0]
    assert table["date_effet"][0] == pd.Timestamp(2017, 1, 1)
    assert pd.isna(table["date_fin"][0])
    assert list(table.index) == [0, 1]


def test_un_fichier_d_avant_les_colonnes_nouvelles_se_lit(tmp_path):
    anciennes = [nom for nom in COLONNES if nom not in FACULTATIVES]
    with (tmp_path / "objectifs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, anciennes, extrasaction="ignore")
        ecrivain.writeheader()
        ecrivain.writerow(LIGNE)
    table = charger_objectifs(tmp_path)
    assert table.loc[0, ["modalite", "annee", "remplace", "page"]].tolist() == [""] * 4
    assert table["tolerance"].tolist() == [0] and table["valeur_max"].isna().all()


INTERVALLE = {"sens": "intervalle", "valeur_max": "30"}


@pytest.mark.parametrize(
    ("ligne", "attendu"),
    [
        ({"perimetre_type": "quartier"}, "perimetre_type"),
        ({"sens": "egal"}, "sens"),
        ({"unite": "%"}, "unite"),
        ({"valeur": "vingt"}, "n’est pas un nombre"),
        ({"valeur": "250"}, "entre 0 et 100"),
        ({"tolerance": "-1"}, "entre 0 et 100"),
        ({"valeur": "12,5", "unite": "nombre"}, "est entier"),
        ({"valeur": "12", "unite": "nombre", "tolerance": "0,5"}, "est entier"),
        ({"valeur": "inf", "unite": "nombre"}, "« inf » n’est pas un nombre"),
        ({"acteur_code": "LMH"}, "vont ensemble"),
        ({"acteur_type": "bailleur"}, "vont ensemble"),
        ({"date_effet": "2017"}, "AAAA-MM-JJ"),
        ({"date_fin": "2016-12-31"}, "précède"),
        ({"annee": "22"}, "illisible (colonne annee)"),
        ({"annee": "2016"}, "n’est pas en vigueur"),
        ({"annee": "2022", "date_fin": "2022-12-30"}, "n’est pas en vigueur"),
        ({"valeur_max": "30"}, "ne sert qu’à un intervalle"),
        ({"sens": "intervalle"}, "deux bornes"),
        (INTERVALLE | {"valeur": ""}, "deux bornes"),
        (INTERVALLE | {"valeur_max": "25"}, "doit dépasser"),
        ({"source": ""}, "source est vide"),
        ({"confiance": "sûr"}, "confiance"),
        ({"id": "Z"}, "figure deux fois"),
        ({"indicateur": "O01"}, "valent le même jour"),
        ({"remplace": "B"}, "se remplacent en rond"),
        ({"remplace": "Y"}, "« Y » n’existe pas"),
        ({"remplace": "Z"}, "même cible (indicateur)"),
        ({"remplace": "Z", "indicateur": "O01", "acteur_type": "bailleur", "acteur_code": "*"}, "même cible"),
        ({"remplace": "Z", "indicateur": "O01", "unite": "nombre"}, "même cible (unite)"),
        ({"remplace": "Z", "indicateur": "O01", "date_effet": ""}, "a une date_effet"),
        ({"remplace": "Z", "indicateur": "O01"}, "doit suivre"),
        ({"indicateur": "O01", "sens": "plafond", "origine": "CIA"}, "Écrire un seul objectif, de sens « intervalle »"),
        ({"indicateur": "O01", "sens": "plafond", "annee": "2021"}, "un plancher et un plafond"),
        ({"indicateur": "O01", **INTERVALLE}, "valent le même jour"),
    ],
)
def test_ligne_fautive(tmp_path, ligne, attendu):
    autre = {"id": "B", "indicateur": "O02"}
    message = fautes(tmp_path, {"id": "Z"}, autre | ligne)
    assert attendu in message and "ligne 3" in message


def test_une_nouvelle_version_suit_l_ancienne(tmp_path):
    table = charger(
        tmp_path, {"date_fin": "2023-12-31"}, {"id": "B", "date_effet": "2024-01-01"}, {"id": "C", "origine": "CIA"}
    )
    assert len(table) == 3


@pytest.mark.parametrize(
    "autre",
    [
        {"unite": "nombre"},
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


def test_colonne_absente(tmp_path):
    (tmp_path / "objectifs.csv").write_text("id,document\nA,LOI\n", encoding="utf-8")
    with pytest.raises(ErreurCIL, match="colonne absente"):
        charger_objectifs(tmp_path)


@pytest.mark.parametrize(
    ("faute", "attendu"),
    [
        ({"perimetre_type": "commune", "perimetre_code": "72999"}, "72999.*type commune"),
        ({"perimetre_type": "commune", "perimetre_code": "Sargé"}, "Donner le code, et non le nom"),
        ({"perimetre_type": "epci", "perimetre_code": "999999999"}, "999999999.*n’est pas un code connu"),
        ({"perimetre_code": "*", "acteur_type": "bailleur", "acteur_code": "ZZ"}, "colonne acteur_code"),
    ],
)
def test_un_lieu_ou_un_acteur_inconnu_est_refuse_avec_sa_ligne(tmp_path, faute, attendu):
    codes = {
        "perimetre": {"epci": {"200000000"}, "commune": {"72181"}, "qpv": {"QP1"}},
        "acteur": {"bailleur": {"B1"}, "reservataire": {"COLTER"}},
    }
    charger(tmp_path, {"perimetre_type": "commune", "perimetre_code": "72181"})
    assert len(charger_objectifs(tmp_path, codes)) == 1
    charger(tmp_path, {"perimetre_type": "commune", "perimetre_code": "*"}, {"id": "X-2", "indicateur": "O02"} | faute)
    with pytest.raises(ErreurCIL, match=attendu) as refus:
        charger_objectifs(tmp_path, codes)
    assert "ligne 3" in str(refus.value)
