"""`Projet`, on the example project; what it says is compared with pandas on the stored Parquet."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from cil_analysis import Projet
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration import lignes
from cil_analysis.exploration.session import session
from cil_analysis.extraits import store
from cil_analysis.projet import Projet as DossierDeProjet
from cil_analysis.reference.ensemble import References
from exemple_produit import DES_MENAGES, copier_l_exemple
from messages import exiger_du_francais, exiger_un_remede, lisible

ANNEES = (2018, 2019, 2020, 2021, 2022)


def parquet(exemple: DossierDeProjet, extrait: str, annee: int) -> pd.DataFrame:
    return pd.read_parquet(exemple.racine / f"data/processed/{extrait}/annee={annee}/part.parquet")


@pytest.fixture(autouse=True)
def rien_de_montre() -> None:
    """Each test is a notebook of its own: what another has counted masks nothing here."""
    session.cache_clear()


@pytest.fixture(scope="module")
def projet(exemple: DossierDeProjet) -> Projet:
    return Projet(exemple.racine)


@pytest.fixture(scope="module")
def publie(un_an: DossierDeProjet) -> Projet:
    """The last year alone, quick to publish again; those of all the years: test_carnet.py."""
    return Projet(un_an.racine)


@pytest.fixture(scope="module")
def baux(exemple: DossierDeProjet) -> pd.DataFrame:
    return parquet(exemple, "attributions", 2022)


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_les_annees_se_demandent_de_toutes_les_facons(projet: Projet, exemple: DossierDeProjet) -> None:
    tailles = {annee: len(parquet(exemple, "attributions", annee)) for annee in ANNEES}
    assert projet.annees == ANNEES and projet.derniere_annee == 2022
    for demandees, attendues in [
        (None, ANNEES),
        (2022, [2022]),
        (np.int64(2022), [2022]),
        ([2022, 2021], [2021, 2022]),
        (range(2019, 2022), [2019, 2020, 2021]),
        (pd.Series([2020, 2020]), [2020]),
    ]:
        lues = projet.attributions(demandees)
        assert lues.groupby("annee").size().to_dict() == {a: tailles[a] for a in attendues}, demandees


def test_les_lignes_sont_celles_du_disque_sans_leur_pseudonyme(projet: Projet, baux: pd.DataFrame) -> None:
    lues = projet.attributions(2022)
    pd.testing.assert_frame_equal(
        lues.drop(columns="annee").reset_index(drop=True), baux.drop(columns="demande_pseudonyme")
    )
    assert projet.demandes(2022, pseudonymes=True)["demande_pseudonyme"].str.fullmatch("[0-9a-f]{32}").all()


def test_les_classes_sont_celles_des_indicateurs_et_leurs_libelles(
    projet: Projet, baux: pd.DataFrame, exemple: DossierDeProjet
) -> None:
    lues = projet.attributions(2022, classes=True)
    with (exemple.reference / "parameters" / "seuils_quartiles.csv").open(encoding="utf-8", newline="") as flux:
        q1 = next(float(ligne["q1"]) for ligne in csv.DictReader(flux) if ligne["annee"] == "2022")
    premier = baux["revenu_uc_annuel_eur"].le(q1).fillna(False)
    assert lues["quartile"].eq("Q1").sum() == premier.sum() > 100
    assert lues["est_dans_le_champ"].sum() == baux["financement"].ne("PLI").sum() < len(baux)
    assert {"quartile", "tranche_age", "est_prioritaire"} <= set(projet.demandes(2022, classes=True))
    libellees = projet.attributions(2022, classes=True, libelles=True)
    ages = libellees["tranche_age"]
    assert list(ages.cat.categories[:2]) == ["Moins de 30 ans", "30 à 39 ans"] and ages.cat.ordered
    assert (
        ages.value_counts()["65 ans ou plus"] == baux["age"].ge(65).sum() == lues["tranche_age"].eq("A_65_PLUS").sum()
    )
    assert libellees["commune"].cat.categories[0] == "Le Mans", "the report's order: the central commune first"
    assert libellees["commune"].eq("Allonnes").sum() == baux["commune_insee"].eq("72003").sum()
    plusieurs = baux["categories_prioritaires"].str.count(";").eq(1)
    assert libellees["categories_prioritaires"][plusieurs].str.count(" ; ").eq(1).all()


# --- Published figures ----------------------------------------------------------------------------------------------


def test_les_chiffres_sont_ceux_du_bilan(publie: Projet, un_an: DossierDeProjet) -> None:
    publies = pd.read_csv(un_an.rapports / "2022" / "indicateurs.csv", dtype={"perimetre_code": "str"})
    o01 = publies.query("indicateur == 'O01' and perimetre_type == 'commune' and annee == 2022 and acteur_type.isna()")
    lu = publie.rapport(2022)["O01"].par("commune").df.set_index("code_commune")
    assert len(lu) == len(o01) and lu["statut"].eq("secret").sum() == o01["statut"].eq("secret").sum() > 0
    for ligne in o01.itertuples():
        assert lu.loc[ligne.perimetre_code, "statut"] == ligne.statut
        assert lu.loc[ligne.perimetre_code, "valeur"] == pytest.approx(ligne.valeur, nan_ok=True)
    assert lu.loc[lu["statut"].eq("secret"), ["numerateur", "denominateur", "valeur", "ecart"]].isna().all(axis=None)
    assert lu["commune"].iloc[0] == "Le Mans"


def test_une_annee_se_lit_dans_le_dernier_bilan_qui_la_couvre(exemple: DossierDeProjet, tmp_path: Path) -> None:
    """Two bilans of one year would tell its masked figures from one another; each is counted once."""
    autres = {dossier.name for dossier in exemple.traite.iterdir()} - {"attributions", "journal"}
    projet = Projet(copier_l_exemple(exemple, tmp_path / "projet", 2021, autres, DES_MENAGES).racine)
    ancien = projet.rapport(2021)
    assert ancien.annee == 2021 and ancien.publication.tables is projet.rapport().publication.tables
    assert ancien["V01"].valeur == projet.rapport()["V01"].ou(annee=2021).valeur == len(projet.attributions(2021))


def test_ce_qui_coupe_un_indicateur_et_la_carte(publie: Projet, baux: pd.DataFrame) -> None:
    coupes = publie.indicateurs().set_index("code")["par"]
    assert coupes["A01"].split(", ")[-1] == "bailleur" and "commune" in coupes["O01"].split(", ")
    classes = publie.rapport()["P01"].par("classe").df.set_index("code_classe")
    assert classes.loc["A_65_PLUS", "valeur"] == pytest.approx(100 * baux["age"].ge(65).sum() / len(baux))
    assert classes.loc["A_65_PLUS", "classe"] == "65 ans ou plus"
    with pytest.raises(ErreurCIL, match=r"Z99.*projet\.indicateurs\(\)"):
        publie.carte("Z99")
    with pytest.raises(ErreurCIL, match="« par »"):
        publie.carte("P01")
    carte = publie.carte("O01").html
    assert "leaflet" in carte and not re.search(r'src="(?:https?:)?//|<link\b|@import', carte)


def test_les_objectifs_suivis_sont_ceux_du_bilan(publie: Projet, un_an: DossierDeProjet) -> None:
    publies = pd.read_csv(un_an.rapports / "2022" / "indicateurs.csv").query(
        "annee == 2022 and cible.notna() and statut == 'publie'"
    )
    suivis = publie.objectifs_suivis()
    montres = suivis[suivis["statut"].eq("publie")]
    assert len(montres) == len(publies) > 20 and montres["ecart"].sum() == pytest.approx(publies["ecart"].sum())
    assert suivis.loc[suivis["statut"].eq("secret"), ["numerateur", "valeur", "ecart"]].isna().all(axis=None)
    premier = suivis.iloc[0]
    assert premier["pour"] == "Le Mans Métropole" and lisible(premier["objectif"]) == "au moins 25 %"


# --- Counts ---------------------------------------------------------------------------------------------------------


def test_un_comptage_dit_vrai_ou_se_tait(projet: Projet, baux: pd.DataFrame) -> None:
    table = projet.compter(projet.attributions(2022), ["commune_insee", "typologie"])
    vrais = baux.groupby(["commune_insee", "typologie"]).size()
    croises = table[table["commune_insee"].ne("Ensemble") & ~table["typologie"].isin(["Ensemble", "Non renseigné"])]
    publies = croises[croises["statut"].eq("publie")]
    for ligne in publies.itertuples():
        assert ligne.effectif == vrais.get((ligne.commune_insee, ligne.typologie), 0)
        assert not 0 < ligne.effectif < 5
    assert croises["effectif"].isna().equals(croises["statut"].eq("secret"))
    petits = {cle for cle, n in vrais.items() if n < 5}
    masques = set(zip(croises["commune_insee"], croises["typologie"], strict=True)) - set(
        zip(publies["commune_insee"], publies["typologie"], strict=True)
    )
    assert petits and petits < masques  # and others, which keep them from being subtracted
    assert table.query("commune_insee == 'Ensemble' and typologie == 'Ensemble'")["effectif"].item() == len(baux)


@pytest.mark.filterwarnings("ignore::cil_analysis.exploration.comptage.ChiffresRetenus")
def test_une_variable_sensible_a_le_seuil_le_plus_strict(projet: Projet) -> None:
    lignes = projet.attributions(2022, libelles=True)
    violences = lignes[lignes["categories_prioritaires"].str.contains("Violences", na=False)]
    for table, par in ((violences, "commune"), (lignes, "categories_prioritaires")):
        montres = projet.compter(table, par).query("statut == 'publie'")["effectif"]
        assert len(montres) > 1 and not montres.between(1, 10).any()
    d_une_commune = lignes[lignes["commune_insee"].eq("72003")]
    ordinaires = projet.compter(d_une_commune, ["bailleur", "reservataire"]).query("statut == 'publie'")["effectif"]
    assert ordinaires.between(5, 10).any()


@pytest.mark.parametrize("extrait", ["attributions", "demandes"])
def test_une_liste_derivee_marque_les_lignes_de_ses_classes(exemple: DossierDeProjet, extrait: str) -> None:
    """No stored column has it: what the rows are is known by the classes that indicators count by."""
    references = References(exemple)
    stockees = store.lire(exemple, extrait, 2022)
    classees = getattr(Projet(exemple.racine), extrait)(2022, classes=True).reset_index(drop=True)
    for variables in ({"statuts_occupation/PARC_SOCIAL"}, {"publics/VIOLENCES"}):
        marque = lignes._classes_sensibles(references, extrait, 2022, stockees, variables)
        if "publics/VIOLENCES" in variables:
            public = references.nomenclatures["publics"].rangees["VIOLENCES"]["categories"].split("|")
            attendues = stockees["categories_prioritaires"].map(
                lambda v, siennes=set(public): isinstance(v, str) and not siennes.isdisjoint(v.split(";"))
            )
        else:
            attendues = classees["statut_occupation"].eq("PARC_SOCIAL")
        assert marque.any() and marque.tolist() == attendues.astype(bool).tolist()


def test_compter_une_colonne_a_soi_et_sans_annee(projet: Projet, exemple: DossierDeProjet) -> None:
    demandes = projet.demandes([2021, 2022])
    classes = pd.cut(demandes["age"], [0, 30, 60, 120], right=False, labels=["jeunes", "adultes", "aînés"])
    par_annee = projet.compter(demandes.assign(vie=classes), "vie")
    ages = parquet(exemple, "demandes", 2022)["age"]
    assert par_annee.query("annee == 2022 and vie == 'aînés'")["effectif"].item() == ages.ge(60).sum()
    ensemble = projet.compter(demandes.drop(columns="annee").assign(vie=classes), "vie")
    assert "annee" not in ensemble and ensemble.query("vie == 'Ensemble'")["effectif"].item() == len(demandes)
    assert projet.compter(demandes)["effectif"].to_list() == demandes.groupby("annee").size().to_list()
    assert projet.compter(demandes.head(3))["statut"].to_list() == ["secret"]
    assert projet.compter(demandes.head(0), "typologie").empty


# --- Territory and reference data -----------------------------------------------------------------------------------


def test_les_communes_sont_une_geodataframe(projet: Projet) -> None:
    import geopandas as gpd

    communes = projet.communes()
    assert isinstance(communes, gpd.GeoDataFrame) and communes.crs.to_epsg() == 2154
    assert communes.area.sum() / 1e6 == pytest.approx(273, abs=10) and communes["nom"].iloc[0] == "Le Mans"
    assert projet.communes("wgs84").crs.to_epsg() == 4326
    assert projet.communes("wgs84").total_bounds[1] == pytest.approx(48, abs=0.3)
    assert communes.set_index("code_insee").loc["72181", "a_un_qpv"]
    assert len(projet.communes(annee=2022)) > len(projet.communes(annee=2016)) > 0


# --- Mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faire", "nommes"),
    [
        (lambda p: p.attributions(2030), ["attributions", "2018", "2022"]),
        (lambda p: p.attributions([2022, 1999]), ["1999"]),
        (lambda p: p.attributions("2022"), ["2022"]),
        (lambda p: p.rapport(2030), ["2030"]),
        (lambda p: p.extrait("loyers"), ["loyers"]),
        (lambda p: p.communes("utm"), ["lambert93", "wgs84"]),
        (lambda p: p.communes(annee=1900), ["1900"]),
        (lambda p: p.compter(p.attributions(2022)["bailleur"]), []),
        (lambda p: p.compter(p.attributions(2022).reset_index(drop=True), "bailleur"), ["reset_index()"]),
        (lambda p: p.compter(p.attributions(2022), "couleur"), ["couleur"]),
        (lambda p: p.compter(p.attributions(2022), 2022), ["2022"]),
        (lambda p: p.compter(p.attributions(2022), "date_signature_bail"), ["date_signature_bail", "pd.cut"]),
        (lambda p: p.compter(p.attributions(2022), ["age", "qpv", "bailleur"]), []),
    ],
)
def test_une_erreur_se_dit_en_une_phrase(projet: Projet, faire: Callable[[Projet], Any], nommes: list[str]) -> None:
    with pytest.raises(ErreurCIL) as refus:
        faire(projet)
    assert all(nom in lisible(str(refus.value)) for nom in nommes), refus.value


def test_un_extrait_absent_se_dit(projet: Projet, tmp_path: Any) -> None:
    vide = tmp_path / "modele"
    (vide / "data").mkdir(parents=True)
    (vide / "data" / "reference").symlink_to(projet.dossier / "data" / "reference")
    sans_donnees = Projet(vide)
    assert "Aucune donnée" in repr(sans_donnees) and sans_donnees.annees == ()
    assert len(sans_donnees.communes()) > 10
    for faire in (sans_donnees.attributions, sans_donnees.demandes, sans_donnees.rapport):
        with pytest.raises(ErreurCIL) as refus:
            faire()
        exiger_un_remede(refus.value, "cil importer")


# --- In a notebook --------------------------------------------------------------------------------------------------


def test_ce_qu_un_carnet_affiche_du_projet(projet: Projet, baux: pd.DataFrame) -> None:
    page = repr(projet)
    assert "données fictives" in page and "2018-2022" in page and "Usage interne" in page
    assert not any(valeur in page for valeur in baux["demande_pseudonyme"].head(20))


def test_jupyter_complete(publie: Projet) -> None:
    shell = InteractiveShell.instance()
    shell.user_ns |= {"projet": publie, "rapport": publie.rapport()}
    completer = IPCompleter(shell, namespace=shell.user_ns, use_jedi=False)
    with provisionalcompleter():
        methodes = {c.text for c in completer.completions("projet.", 7)}
        codes = {c.text for c in completer.completions('rapport["O0', 11)}
    assert {".attributions", ".compter", ".rapport"} <= methodes
    assert not any(m.startswith("._") for m in methodes)
    assert any("O01" in code for code in codes)


def test_jupyter_montre_une_phrase_et_non_une_trace(projet: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    shell.user_ns["projet"] = projet
    resultat = shell.run_cell("projet.attributions(2030)")
    ecrit = capsys.readouterr()
    assert isinstance(resultat.error_in_exec, ErreurCIL)
    [seule] = [ligne for ligne in (ecrit.out + ecrit.err).splitlines() if ligne.strip()]
    assert "attributions" in exiger_du_francais(seule)


def test_importer_le_paquet_reste_rapide() -> None:
    """`import cil_analysis` loads neither pandas nor geopandas; asking for Projet loads no geopandas."""
    code = (
        "import sys, cil_analysis; assert 'pandas' not in sys.modules; cil_analysis.Projet; "
        "assert 'pandas' in sys.modules and 'geopandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
