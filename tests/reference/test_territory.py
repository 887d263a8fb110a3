import hashlib
import math
import shutil
from datetime import date

import pandas as pd
import pytest
import yaml

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.tables import en_vigueur
from cil_analysis.reference.territoire import charger_territoire
from cil_analysis.reference.texte import normaliser
from messages import refuser


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (date(2003, 12, 31), 8),
        (date(2004, 1, 1), 9),
        (date(2013, 1, 1), 14),
        (date(2017, 1, 1), 19),
        (date(2022, 12, 31), 19),
        (date(2023, 1, 1), 20),
    ],
)
def test_nombre_de_membres(territoire, jour, attendu):
    assert len(territoire.membres(jour)) == attendu


def test_guecelard_connue_mais_pas_membre(territoire):
    avant, apres = (set(territoire.membres(jour)["code_insee"]) for jour in (date(2022, 12, 31), date(2023, 1, 1)))
    assert "72129" not in avant and "72129" in apres
    assert territoire.noms()["72146"] == "Guécélard"
    assert territoire.vers_commune["guecelard"] == "72146"
    assert "72146" not in set(territoire.membres(date(2024, 1, 1))["code_insee"])


def test_ordre_des_membres(territoire):
    noms = territoire.membres(date(2024, 1, 1))["nom"].tolist()
    assert noms[0] == "Le Mans"
    assert noms[1:4] == ["Aigné", "Allonnes", "Arnage"]
    assert noms[-1] == "Yvré-l’Évêque"
    assert noms.index("Fay") < noms.index("La Milesse") < noms.index("Mulsanne")


@pytest.mark.parametrize(
    ("libelle", "code"),
    [
        ("Le Mans", "72181"),
        ("Mans (Le)", "72181"),
        ("Mans", "72181"),
        ("Le Mans (72181)", "72181"),
        ("ST-GEORGES-DU-BOIS", "72280"),
        ("Chapelle St Aubin (La)", "72065"),
        ("YVRE LEVEQUE", "72386"),
        ("Sargé lez le Mans", "72328"),
        ("Chaufour N.-D.", "72073"),
        ("Cherré", "72080"),  # absorbed by a new commune that kept its code
        ("Cherré-Au", "72080"),
    ],
)
def test_graphies_des_communes(territoire, libelle, code):
    assert territoire.vers_commune[normaliser(libelle)] == code


def test_toute_commune_se_retrouve_par_son_nom_et_son_code(territoire):
    correspondance = territoire.vers_commune
    fusions = territoire.fusions[territoire.fusions["ancien_code"] != territoire.fusions["code_insee"]]
    presente = dict(zip(fusions["ancien_code"], fusions["code_insee"], strict=True))
    for code, nom in territoire.noms().items():
        assert correspondance[code] == presente.get(code, code)
        assert correspondance[normaliser(nom)] == presente.get(code, code)
    assert len(territoire.noms()) > 350


@pytest.mark.parametrize(
    ("libelle", "code"),
    [
        ("72287", "72155"),
        ("Saint-Gervais-en-Belin", "72155"),
        ("Laigné-en-Belin", "72155"),  # the new commune kept its code
        ("Chevain (Le)", "72308"),
        ("Cré", "72025"),  # renamed before it was merged
        ("Ballon", "72023"),
        ("Beauvoir", "72002"),  # merged in 1965
    ],
)
def test_communes_fusionnees(territoire, libelle, code):
    assert territoire.vers_commune[normaliser(libelle)] == code


def test_table_des_fusions(territoire):
    fusions = territoire.fusions
    assert set(fusions["code_insee"]) <= set(territoire.connues["code_insee"])
    assert fusions["depuis"].dtype.kind == "M" and fusions["depuis"].notna().all()
    assert set(fusions["code_insee"]).isdisjoint(territoire.communes["code_insee"])  # no member was merged
    dates = dict(zip(fusions["ancien_nom"], fusions["depuis"], strict=True))
    assert dates["Cré"] == pd.Timestamp(2017, 1, 1)
    assert dates["Montabon"] == pd.Timestamp(2016, 10, 1)


def test_un_nom_d_aujourd_hui_reste_a_sa_commune(reference, tmp_path):
    """Neither the code, nor the name, nor a usual spelling of a present commune goes to a former one."""
    dossier = copie(reference, tmp_path)
    for ligne in ("72901,Arnage,72003,,essai,C", "72902,Mans,72003,,essai,C", "72903,Bourg-Perdu,72003,,essai,C"):
        ajouter(dossier / "communes_fusionnees.csv", ligne)
    correspondance = charger_territoire(Tables(dossier.parent), "72181").vers_commune
    assert correspondance["arnage"] == "72008" and correspondance["mans"] == "72181"
    assert correspondance["bourg perdu"] == correspondance["72901"] == correspondance["72901 arnage"] == "72003"


def test_un_ancien_nom_partage_reste_dehors(reference, tmp_path):
    dossier = copie(reference, tmp_path)
    for ligne in ("72901,Bourg-Perdu,72003,,essai,C", "72902,Bourg-Perdu,72008,,essai,C"):
        ajouter(dossier / "communes_fusionnees.csv", ligne)
    correspondance = charger_territoire(Tables(dossier.parent), "72181").vers_commune
    assert "bourg perdu" not in correspondance
    assert correspondance["72901 bourg perdu"] == "72003"


def copie(reference, tmp_path):
    shutil.copytree(reference / "territory", tmp_path / "territory")
    return tmp_path / "territory"


def ajouter(chemin, ligne):
    with chemin.open("a", encoding="utf-8") as fichier:
        fichier.write(ligne + "\n")


def test_libelle_ambigu_laisse_dehors(reference, tmp_path):
    dossier = copie(reference, tmp_path)
    for ligne in ("72901,Saint-Double,,essai,C", "72902,Saint-Double,,essai,C", "72903,Mans,,essai,C"):
        ajouter(dossier / "communes_connues.csv", ligne)
    correspondance = charger_territoire(Tables(dossier.parent), "72181").vers_commune
    assert "saint double" not in correspondance and "st double" not in correspondance
    assert correspondance["72901"] == "72901" and correspondance["72901 saint double"] == "72901"
    assert correspondance["mans"] == "72903"  # an exact name wins over the article variant of another
    assert correspondance["le mans"] == correspondance["mans le"] == "72181"


def test_generations_de_qpv(territoire):
    """The zoning of 2015 ends on 31 December 2023; a name goes to the code of the day."""
    avant, apres = territoire.qpv(date(2023, 12, 31)), territoire.qpv(date(2024, 1, 1))
    assert len(avant) == len(apres) == 5
    assert avant["code"].str.startswith("QP").all() and apres["code"].str.startswith("QN").all()
    formes, jours = territoire.formes_des_qpv, (pd.Timestamp(2022, 6, 1), pd.Timestamp(2024, 6, 1))
    valables = [formes[en_vigueur(formes, "valide_du", "valide_au", jour)] for jour in jours]
    en_2022, en_2024 = (siennes.set_index("forme")["code"] for siennes in valables)
    assert en_2022["sablons bords de l huisne"] == "QP072005"
    assert en_2024[normaliser("Les Sablons")] == "QN07205M" and "qp072005" not in en_2024


def test_un_qpv_sur_deux_communes(territoire):
    communes = territoire.qpv_communes.groupby("qpv_code")["code_insee"].apply(set)
    assert communes["QP072003"] == communes["QN07203M"] == {"72095", "72181"}
    assert communes["QN07202I"] == {"72003"}
    assert set(communes.index) == set(territoire.table_qpv["code"])


def test_parc_inconnu_n_est_pas_nul(territoire, reference, tmp_path):
    parc = territoire.parc_social(2022)
    assert list(parc.index) == territoire.membres(date(2022, 12, 31))["code_insee"].tolist()
    assert parc.isna().all() and parc.dtype == "float64"
    assert len(territoire.parc_social(1999)) == 8
    dossier = copie(reference, tmp_path)
    ajouter(dossier / "communes.csv", "72146,Guécélard,2022-07-01,,C,,essai,C")
    (dossier / "parc_social.csv").write_text(
        "code_insee,annee,logements,source,confiance\n72181,2022,1 234,essai,C\n72130,2022,0,essai,C\n",
        encoding="utf-8",
    )
    autre = charger_territoire(Tables(dossier.parent), "72181")
    assert autre.parc_social(2022)["72181"] == 1234
    assert autre.parc_social(2022)["72130"] == 0
    assert math.isnan(autre.parc_social(2022)["72003"])
    assert autre.parc_social(2023).isna().all()
    assert "72146" in autre.parc_social(2022).index  # a member at the end of the year
    assert "72146" not in autre.parc_social(2021).index


def test_commune_centre_inconnue(reference, tmp_path):
    dossier = copie(reference, tmp_path)
    with refuser("72146"):
        charger_territoire(Tables(dossier.parent), "72146")


def test_contours(territoire):
    contours = territoire.contours()
    assert contours.crs.to_epsg() == 2154
    assert list(contours.columns) == ["code_insee", "nom", "geometry"]
    assert contours["code_insee"].tolist() == territoire.membres(date(2024, 1, 1))["code_insee"].tolist()
    assert contours.geometry.is_valid.all()
    assert contours.area.sum() / 1e6 == pytest.approx(273.15, abs=0.05)
    ensemble = contours.union_all()
    assert ensemble.area == pytest.approx(contours.area.sum(), rel=1e-9)  # no overlap
    assert ensemble.geom_type == "Polygon" and len(ensemble.interiors) == 0  # no gap


def test_contours_absents(reference, tmp_path):
    dossier = copie(reference, tmp_path)
    ajouter(dossier / "communes.csv", "72146,Guécélard,2030-01-01,,C,,essai,C")
    for nomme in ("72146", "communes.geojson"):
        with refuser(nomme):
            charger_territoire(Tables(dossier.parent), "72181").contours()
        (dossier / "communes.geojson").unlink(missing_ok=True)


def test_fiche_du_geojson(reference):
    chemin = reference / "territory" / "communes.geojson"
    fiche = yaml.safe_load((reference / "territory" / "communes.geojson.meta.yml").read_text(encoding="utf-8"))
    assert fiche["sha256"] == hashlib.sha256(chemin.read_bytes()).hexdigest()
    assert fiche["credit"] == "IGN – ADMIN EXPRESS"
    assert fiche["licence"].startswith("Licence Ouverte 2.0")
    assert {"source", "producteur", "date"} <= set(fiche)
    assert chemin.stat().st_size < 200_000
