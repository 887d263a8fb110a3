"""A made-up year that is given by aggregated tables alone, against the oracle of its rows: plain SQL over the rows.

The tables are made by pandas of the stored rows, the classes by hand, and nothing of the product counts here.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import oracle_sql
import pandas as pd
import pytest
from conftest_oracle import SEUILS, regler, regler_les_seuils
from fabrication import ANNEE, SANS_SQL, Fabrique, lire
from openpyxl import Workbook

from cil_analysis.extraits.agregats.importation import importer_les_agregats

EXTRAITS = ("attributions", "demandes")
COLONNES = ("typologie", "financement", "bailleur", "reservataire", "tranche_plafonds", "nationalite")
# What a commune and one class are enough for; the governance of the CIL is counted in no extract.
CALCULABLES = {
    "A01", "A02", "L01", "L01D", "L01T", "L02", "P01", "P01D", "P05", "P05D", "P06", "P06D",
    "R03", "R03Q", "T01", "T01R", "T02", "V01", "V02", "V03", "V05",
}  # fmt: skip


def classes(lignes: pd.DataFrame, fabrique: Fabrique) -> dict[str, pd.Series]:
    """By dimension, the class of each row."""
    trouvees = {nom: lignes[nom].fillna("NR") for nom in COLONNES if nom in lignes}
    trouvees["tranche_age"] = bornee(lignes["age"], fabrique.codes("tranches_age"))
    revenus = lignes["revenu_uc_annuel_eur"].astype("float64")
    q1, q2, q3 = seuils(fabrique)
    quartiles = revenus.map(lambda r: "Q1" if r <= q1 else "Q2" if r <= q2 else "Q3" if r <= q3 else "Q4")
    trouvees["quartile"] = quartiles.where(revenus.notna(), "NR")
    if "est_en_qpv" in lignes:
        en_vigueur = {
            q["code"]
            for q in lire(fabrique.projet.reference / "territory" / "qpv.csv")
            if q["valide_du"] <= f"{ANNEE}-12-31" <= (q["valide_au"] or "9")
        }
        liens = lire(fabrique.projet.reference / "territory" / "qpv_communes.csv")
        touchees = {lien["code_insee"] for lien in liens if lien["qpv_code"] in en_vigueur}
        reponses = {True: "QPV", False: "HORS_QPV"}
        vides = lignes["commune_insee"].map(lambda code: "INCONNU" if code in touchees else "HORS_QPV")
        trouvees["zone"] = lignes["est_en_qpv"].astype("object").map(reponses).fillna(vides)
    return trouvees


def seuils(fabrique: Fabrique) -> list[float]:
    """Those of the year."""
    (dits,) = [s for s in lire(fabrique.projet.reference / SEUILS) if s["annee"] == str(ANNEE)]
    return [float(dits[nom]) for nom in ("q1", "q2", "q3")]


def bornee(nombres: pd.Series, liste: list[dict[str, str]]) -> pd.Series:
    classe = pd.Series("NR", nombres.index)
    for r in liste:
        bas, haut = float(r["minimum"] or "-inf"), float(r["maximum"] or "inf")
        classe[nombres.astype("float64").between(bas, haut)] = r["code"]
    return classe


def agreger(fabrique: Fabrique) -> Path:
    """The workbook of the tables of the year, and the map of its columns."""
    classeur, carte = Workbook(write_only=True), list[list[str]]()
    membres = fabrique.references.territoire.membres(date(ANNEE, 12, 31))["code_insee"]
    for extrait in EXTRAITS:
        lignes = pd.read_parquet(fabrique.projet.traite / extrait / f"annee={ANNEE}" / "part.parquet")
        for dimension, classe in classes(lignes, fabrique).items():
            tableau = pd.crosstab(lignes["commune_insee"], classe).reindex(membres, fill_value=0)
            feuille = classeur.create_sheet(f"{extrait} {dimension}")
            feuille.append(["Commune", *(f"Classe {code}" for code in tableau)])
            for commune, effectifs in tableau.iterrows():
                feuille.append([commune, *map(int, effectifs)])
            for entete, contenu in [("Commune", "commune"), *((f"Classe {code}", code) for code in tableau)]:
                carte.append([feuille.title, extrait, dimension, entete, contenu, "", "", "fictif", "NF"])
    with (fabrique.projet.reference / "agregats.csv").open("a", encoding="utf-8", newline="") as flux:
        csv.writer(flux).writerows(carte)
    classeur.save(fabrique.projet.brut / "agregats.xlsx")
    return fabrique.projet.brut / "agregats.xlsx"


@pytest.fixture
def agregee(fabrique: Fabrique) -> Fabrique:
    """The made-up year, whose leases and requests are aggregated tables and no row."""
    fichier, traite = agreger(fabrique), fabrique.projet.traite
    for extrait in EXTRAITS:
        shutil.rmtree(traite / extrait)
        (traite / "journal" / f"{extrait}-{ANNEE}.json").unlink()
    fabrique.relire()
    importer_les_agregats(fabrique.projet, fabrique.references, [fichier], ANNEE)
    return fabrique


def publies(cadre: pd.DataFrame) -> pd.DataFrame:
    publics = cadre["indicateur"].str.startswith("G") | cadre["indicateur"].isin(SANS_SQL)
    return cadre[cadre["statut"].eq("publie") & ~publics]


def test_ce_que_les_agregats_permettent_egale_l_oracle_des_lignes(
    agregee: Fabrique, sans_rien_changer: pd.DataFrame
) -> None:
    obtenus = publies(agregee.compter())
    deux = obtenus.merge(sans_rien_changer, on=oracle_sql.CLES, how="left", suffixes=("", "_oracle"))
    for nom in ("statut", "numerateur", "denominateur"):
        egaux = deux[nom].eq(deux[f"{nom}_oracle"]) | deux[nom].isna() & deux[f"{nom}_oracle"].isna()
        assert egaux.all(), deux.loc[~egaux, [*oracle_sql.CLES, nom, f"{nom}_oracle"]].head(10)
    # The others are of radiations and proposals, which stay rows.
    codes = {code for code in obtenus["indicateur"] if code[0] in "AOTPLV" or code.startswith("R03")}
    assert codes == CALCULABLES
    # Nothing of what crosses two classes is counted, and all of the others is.
    par_lieu = obtenus.groupby("indicateur")["perimetre_type"].agg(set)
    assert (
        par_lieu["T02"] == {"epci", "commune"}
        and par_lieu["A01"] == {"epci"}
        and par_lieu["V01"] >= {"epci", "commune"}
    )


def test_une_regle_qui_compte_des_menages_ne_compte_pas_des_agregats(agregee: Fabrique) -> None:
    """P1 set on households, thresholds that are not known: nothing is published as if it were."""
    regler(agregee, "comptage", p1_attribution="un_par_menage")
    assert not set(publies(agregee.compter())["indicateur"]) & {"V01", "T01", "A01", "P01", "L01"}
    regler(agregee, "comptage", p1_attribution="signature_bail")
    regler_les_seuils(agregee, [ANNEE], q3="")
    lus = set(publies(agregee.compter())["indicateur"])
    assert "V01" in lus and not lus & {"R03Q"}
