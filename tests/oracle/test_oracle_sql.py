"""The oracle itself, on rows few enough to be counted by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import oracle_sql
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fabrication import ANNEE, RACINE

BAUX = """
commune est_en_qpv qpv bailleur reservataire financement revenu ru interne mutation categories dalo logement origine delai typologie menage signature
72181 non . LMH AUCUN PLUS 9143 non non non DALO CADUC SH 72181 10 T2 x 2024-03-02
72181 oui QN07203M LMH PPRIOR PLAI 9143.01 non oui non a;DALO CADUC HLM 72003 20 T3 . .
72003 oui . SH . PLI 20000 non non oui . ACTIF HOT HORS 31 T2 . .
72003 non . . COLTER . . oui . . g_bis;m NON SD . . T2 x 2024-03-01
72181 . . SH AUCUN PLS 13023 non non non . . CAMCAR 72130 41 . . .
"""  # noqa: E501
NOMS = {
    "commune": "commune_insee", "revenu": "revenu_uc_annuel_eur", "ru": "est_relogement_ru",
    "interne": "est_mutation_interne", "mutation": "est_mutation", "categories": "categories_prioritaires",
    "dalo": "statut_dalo", "logement": "logement_actuel", "origine": "commune_origine_insee", "delai": "delai_mois",
    "menage": "demande_pseudonyme", "signature": "date_signature_bail",
}  # fmt: skip
DEMANDES = [
    {"date_depot_demande": datetime(2023, 12, 31), "typologie": "T2", "est_mutation_interne": True,
     "date_renouvellement": datetime(2024, 12, 15), "commune_origine_insee": "72003"},
    {"date_depot_demande": datetime(2024, 1, 1), "typologie": "T2", "commune_origine_insee": "72181"},
    {"date_depot_demande": datetime(2019, 12, 31), "typologie": "T3", "date_renouvellement": datetime(2023, 12, 20),
     "commune_origine_insee": "44109"},
    {"date_depot_demande": datetime(2020, 1, 1), "typologie": "T4", "date_renouvellement": datetime(2024, 3, 10),
     "commune_origine_insee": "72181", "logement_actuel": "SH"},
    {"date_depot_demande": None, "commune_insee": "72129"},
]  # fmt: skip
RADIATIONS = [
    {"motif_radiation": "RADATT", "date_radiation": datetime(2024, 5, 1), "date_depot_demande": datetime(2024, 3, 1),
     "date_signature_bail": datetime(2024, 4, 30)},
    {"motif_radiation": None, "date_radiation": datetime(2024, 6, 1), "commune_insee": "72003"},
    {"motif_radiation": "DERADIATION", "date_radiation": datetime(2024, 7, 1)},
]  # fmt: skip
PROPOSITIONS = [
    {"decision": "ATTRIBUTION", "date_refus_demandeur": datetime(2024, 3, 1), "bailleur": "LMH"},
    {"decision": "ATTRIBUTION_RANG", "motif_refus_demandeur": "PRIX", "bailleur": "SH"},
    {"decision": "ATTRIBUTION", "bailleur": "SH"},
    {"decision": "NON_ATTRIBUTION", "date_refus_demandeur": datetime(2024, 3, 1), "bailleur": "SH"},
]
# T2 gives 10 points, and in the variant T3 and T4 do.
GRILLES = {
    "grilles": "grille,statut,valide_du,valide_au,document,bailleurs_testeurs\n"
    f"G,expérimentation,{ANNEE}-03-02,,,LMH\nS,simulation,{ANNEE}-01-01,,,\n",
    "criteres": "grille,critere,famille,colonne,operateur,valeurs,points,par,plafond,cumulable\n"
    "G,A,F,typologie,est,T2,10,,,oui\nS,A,F,typologie,parmi,T3|T4,10,,,oui\n",
}
# With five requests, none is beyond the last decile.
SANS_TERME = {"C06", "C07"}
EPCI, VILLE = ("epci", "247200132"), ("commune", "72181")
CONSTANT = ("epci_constant", EPCI[1])  # Fatines, 72129, joined between the two years
EN_QPV, HORS_QPV = ("en_qpv", EPCI[1]), ("hors_qpv", EPCI[1])
QUARTIER, AUTRE_QUARTIER, INCONNU = ("qpv", "QN07203M"), ("qpv", "QN07202I"), ("qpv", "NR")
ALLONNES, FAY = ("commune", "72003"), ("commune", "72130")
# Indicator, place, actor or class; numerator, denominator, value.
ATTENDUS: list[tuple[str, tuple[str, str], str, float | None, float | None, float]] = [
    ("V01", EPCI, "", 5, None, 5), ("V01", VILLE, "", 3, None, 3), ("V01", FAY, "", 0, None, 0),
    ("V01", EN_QPV, "", 2, None, 2), ("V01", HORS_QPV, "", 2, None, 2), ("V01", QUARTIER, "", 1, None, 1),
    ("V01", AUTRE_QUARTIER, "", 0, None, 0), ("V01", INCONNU, "", 1, None, 1),
    ("V02", EPCI, "", 5, None, 5), ("V03", EPCI, "", 5, 5, 1), ("V04", EPCI, "", 4, 4, 1), ("V05", EPCI, "", 5, 10, 50),
    ("V06", EPCI, "", None, 4, 25.5), ("V06", EPCI, "T2", None, 2, 20.5), ("V06", EPCI, "LMH", None, 2, 15),
    ("V06M", EPCI, "", None, 4, 25.5), ("V06P25", EPCI, "", None, 4, 17.5), ("V06P75", EPCI, "", None, 4, 33.5),
    ("V07", EPCI, "MOINS_1", 1, 5, 20), ("V07", EPCI, "A_1", 1, 5, 20), ("V07", EPCI, "A_4", 1, 5, 20),
    ("V07", EPCI, "A_5_9", 1, 5, 20), ("V07", EPCI, "NR", 1, 5, 20), ("V07", EPCI, "A_2", 0, 5, 0),
    ("T01", VILLE, "", 3, 5, 60), ("T01", INCONNU, "", 1, 5, 20), ("T01R", VILLE, "", 3, 60, 5),
    ("T02", EPCI, "INCONNU", 1, 5, 20), ("T02", ALLONNES, "QPV", 1, 2, 50),
    ("T03", EPCI, "HORS_EPCI", 1, 5, 20), ("T03", EPCI, "72130", 1, 5, 20), ("T03", ALLONNES, "NR", 1, 2, 50),
    ("T03R", VILLE, "", 1, 1, 100), ("T03R", ALLONNES, "", 0, 1, 0), ("T03R", EPCI, "", 1, 3, 100 / 3),
    ("M01", EPCI, "INTERNE", 1, 5, 20), ("M01", EPCI, "HLM", 2, 5, 40),
    ("P07", EPCI, "PRECAIRE", 3, 5, 60), ("P07", EN_QPV, "PARC_SOCIAL", 1, 2, 50), ("P07", EPCI, "FOYER", 1, 5, 20),
    ("L01", EPCI, "T2", 3, 5, 60), ("L01D", EPCI, "NR", 1, 5, 20), ("L01T", EPCI, "T2", 2, 3, 2 / 3),
    ("L02", HORS_QPV, "NR", 1, 2, 50),
    ("A01", EPCI, "LMH", 2, 5, 40), ("A01", HORS_QPV, "NR", 1, 2, 50), ("A02", EN_QPV, "AUCUN", 0, 2, 0),
    ("O01", EPCI, "", 2, 2, 100), ("O01", EPCI, "COLTER", 1, 1, 100), ("O02", EPCI, "", 1, 1, 100),
    ("O02", QUARTIER, "", 1, 1, 100), ("O03", EPCI, "Q1", 1, 4, 25), ("O03", EPCI, "Q2", 2, 4, 50),
    ("O03", EPCI, "Q4", 0, 4, 0), ("O03", HORS_QPV, "NR", 1, 2, 50),
    ("O04", EPCI, "", 2, 4, 50), ("O04", EPCI, "PPRIOR", 1, 1, 100), ("O04", EPCI, "SH", 0, 1, 0),
    ("O08", EPCI, "LMH", 1, 2, 50), ("O08", EPCI, "NR", 1, 1, 100),
    ("O05", EPCI, "DALO", 0, 4, 0), ("O05", EPCI, "ASE", 1, 4, 25), ("O05", EPCI, "VIOLENCES", 1, 4, 25),
    ("O05", EPCI, "HEBERGES", 1, 4, 25), ("O05", EPCI, "SANS_ABRI", 2, 4, 50), ("O06", EPCI, "", 1, 4, 25),
    ("V01", CONSTANT, "", 5, None, 5), ("V02", CONSTANT, "", 4, None, 4), ("O01", CONSTANT, "", 2, 2, 100),
    ("O01", VILLE, "LMH", 1, 1, 100), ("O08", VILLE, "LMH", 1, 2, 50),
    ("O01N", EPCI, "", 2, None, 2), ("O04N", EPCI, "", 2, None, 2), ("O05N", EPCI, "SANS_ABRI", 2, None, 2),
    ("O01S", EPCI, "P1=un_par_menage", 1, 1, 100), ("O01S", EPCI, "P3=hors_mutations", 2, 2, 100),
    ("O01S", EPCI, "P7=inferieur", 1, 2, 50), ("O01S", EPCI, "P8=exclues", 2, 2, 100),
    ("O01S", EPCI, "P9=perimetre_constant", 2, 2, 100), ("O01S", EPCI, "P10=selon_ressources", 1, 2, 50),
    ("O02S", EPCI, "P4=", 2, 2, 100),
    ("R01", EPCI, "RADATT", 1, 2, 50), ("R01", EPCI, "NR", 1, 2, 50),
    ("R02", EPCI, "", 2, 3, 200 / 3), ("R02", EPCI, "SH", 1, 2, 50), ("R02M", EPCI, "PRIX", 1, 2, 50),
    ("R02M", EPCI, "NR", 1, 2, 50),
    ("C00", EPCI, "GRILLE", 4, 5, 80), ("C01", EPCI, "P_10_19", 3, 5, 60), ("C01D", EPCI, "NR", 1, 5, 20),
    ("C02", EPCI, "", None, 4, 10), ("C02", EPCI, "LMH", None, 2, 5), ("C02D", EPCI, "", None, 4, 5),
    ("C03", EPCI, "D6", 3, 5, 60), ("C03", EPCI, "D1", 1, 5, 20), ("C04", EPCI, "", 1, 5, 20),
    ("C04", EPCI, "LMH", 1, 2, 50), ("C08B", EPCI, "", 1, 2, 50), ("C09", EPCI, "AVANT", None, 1, 10),
    ("C11", EPCI, "HAUSSE", 2, 5, 40), ("C11", EPCI, "BAISSE", 2, 5, 40), ("C11B", EPCI, "", 2, 5, 40),
    ("C12H", EPCI, "T3", 1, 1, 100),
    ("Q01", EPCI, "reservataire", 1, 5, 20), ("Q01D", EPCI, "typologie", 1, 5, 20),
    ("D01", EPCI, "", 2, None, 2), ("D01", VILLE, "", 1, None, 1), ("D01M", EPCI, "03", 1, None, 1),
    ("D02", EPCI, "", 2, None, 2), ("D02", ALLONNES, "", 1, None, 1), ("D02M", EPCI, "06", 1, None, 1),
    ("D02A", EPCI, "05", 1, None, 1), ("D02A", EPCI, "06", 0, None, 0), ("D03", EPCI, "RADATT", 1, 2, 50),
    ("D03", EPCI, "NR", 1, 2, 50), ("D04", EPCI, "", 2, 3, 200 / 3), ("D04M", EPCI, "12", 1, None, 1),
    ("D05", EPCI, "HEBERGES", 1, 2, 0.5), ("D06", EPCI, "72181", 2, 1, 2), ("D06", EPCI, "HORS_EPCI", 1, 1, 1),
    ("D07", VILLE, "72181", 2, 4, 50), ("D07R", VILLE, "", 2, 2, 100), ("D07R", EPCI, "", 2, 3, 200 / 3),
    ("D08", EPCI, "MOINS_1", 1, 4, 25), ("D08", EPCI, "A_3", 1, 4, 25), ("D08", EPCI, "A_4", 0, 4, 0),
    # One is housed at 60 days, while three wait: the two others were first seen at 1 460 days and after.
    ("D09", EPCI, "M6", None, 7, 200 / 3), ("D09", EPCI, "M60", None, 7, 200 / 3),
    ("D11", EPCI, "", 2, 5, 40), ("D11", VILLE, "", 2, 4, 50), ("D11A", EPCI, "", 2, 4, 50),
]  # fmt: skip
SANS_CHIFFRE = [
    ("O01S", EPCI, "P6=annee_precedente", "non_calculable"), ("O02S", EPCI, "P3=hors_mutations", "non_calculable"),
    ("O01", FAY, "", "sans_objet"), ("O04", FAY, "", "sans_objet"), ("O02", FAY, "", "sans_objet"),
    ("O01", ("commune", "72008"), "", "non_calculable"), ("V03", FAY, "", "non_calculable"),
    ("D10", EPCI, "", "non_calculable"),
    ("P06", EPCI, "NR", "non_calculable"), ("L02C", EPCI, "C", "non_calculable"), ("T01R", EPCI, "", "non_calculable"),
]  # fmt: skip


def lire_baux() -> list[dict[str, Any]]:
    entetes, *lignes = (ligne.split() for ligne in BAUX.split("\n") if ligne)
    sens: dict[str, Any] = {".": None, "oui": True, "non": False}
    baux = []
    for ligne in lignes:
        bail = {NOMS.get(nom, nom): sens.get(mot, mot) for nom, mot in zip(entetes, ligne, strict=True)}
        if bail["date_signature_bail"]:
            bail["date_signature_bail"] = datetime.fromisoformat(bail["date_signature_bail"])
        bail |= {nom: float(bail[nom]) for nom in ("revenu_uc_annuel_eur", "delai_mois") if bail[nom]}
        baux.append(bail)
    return baux


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    racine = tmp_path_factory.mktemp("recompte")
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    (racine / "data" / "reference" / "territory" / "parc_social.csv").write_text(
        f"code_insee,annee,logements\n72181,{ANNEE},60\n72130,{ANNEE},0\n", "utf-8"
    )
    reglages = racine / "data" / "reference" / "parameters" / "fichier_departemental.yml"
    texte = reglages.read_text("utf-8").replace("value: null", "value: 30").replace("value: 10", "value: 1")
    reglages.write_text(texte, "utf-8")
    for nom, texte in GRILLES.items():
        (racine / "data" / "reference" / "cotation" / f"{nom}.csv").write_text(texte, "utf-8")
    extraits = {"attributions": lire_baux(), "demandes": [{"commune_insee": "72181"} | d for d in DEMANDES],
                "radiations": RADIATIONS, "propositions": PROPOSITIONS}  # fmt: skip
    for extrait, lignes in extraits.items():
        ecrire(racine / "data" / "processed" / extrait / f"annee={ANNEE}" / "part.parquet", lignes)
    ecrire(
        racine / "data" / "processed" / "attributions" / f"annee={ANNEE - 2}" / "part.parquet",
        [{"commune_insee": "72181"}],
    )
    with oracle_sql.ouvrir(racine) as ouverte:
        yield ouverte


def ecrire(chemin: Path, lignes: list[dict[str, Any]]) -> None:
    chemin.parent.mkdir(parents=True)
    colonnes = dict.fromkeys(nom for ligne in lignes for nom in ligne)
    pq.write_table(pa.table({nom: [ligne.get(nom) for ligne in lignes] for nom in colonnes}), chemin)


def trouver(base: duckdb.DuckDBPyConnection, code: str, lieu: tuple[str, str], qui: str) -> tuple[Any, ...]:
    """The one figure; ``qui`` is an actor, a class, or nothing."""
    trouves = base.execute(
        "SELECT statut, numerateur, denominateur, valeur FROM chiffres WHERE annee = ? AND indicateur = ?"
        " AND perimetre_type = ? AND perimetre_code = ? AND acteur_code || modalite = ?",
        [ANNEE, code, *lieu, qui],
    ).fetchall()
    assert len(trouves) == 1, (code, lieu, qui, trouves)
    return trouves[0]


def test_l_oracle_compte_comme_a_la_main(base: duckdb.DuckDBPyConnection) -> None:
    fautes = []
    for code, lieu, qui, n, d, valeur in ATTENDUS:
        obtenu = trouver(base, code, lieu, qui)
        if obtenu != ("publie", n, d, pytest.approx(valeur)):
            fautes.append(f"{code} {lieu} {qui}: {obtenu} instead of {n}, {d}, {valeur}")
    assert not fautes, "\n".join(fautes)


def test_l_oracle_dit_ce_qui_ne_se_calcule_pas(base: duckdb.DuckDBPyConnection) -> None:
    for code, lieu, qui, statut in SANS_CHIFFRE:
        obtenu, *_, valeur = trouver(base, code, lieu, qui)
        assert (obtenu, valeur) == (statut, None), (code, lieu, qui)


def test_chaque_indicateur_a_une_place_et_une_seule_par_cle(base: duckdb.DuckDBPyConnection) -> None:
    doubles = base.sql(f"SELECT {', '.join(oracle_sql.CLES)} FROM chiffres GROUP BY ALL HAVING count(*) > 1").fetchall()
    assert not doubles
    sans_place = base.sql("SELECT DISTINCT indicateur FROM termes ANTI JOIN chiffres USING (indicateur)").fetchall()
    sans_terme = base.sql("SELECT DISTINCT indicateur FROM chiffres ANTI JOIN termes USING (indicateur)").fetchall()
    assert (sans_place, {code for (code,) in sans_terme} - SANS_TERME) == ([], set())
