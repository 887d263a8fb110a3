"""The governance tables: what they say, and what they refuse, with the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import Nomenclature, charger_nomenclatures
from cil_analysis.systemes import gouvernance as cil

RACINE = Path(__file__).resolve().parents[2] / "data" / "reference"
ENTETES = {
    "membres": "membre,organisation,role,college,debut,fin,motif,source,confiance",
    "seances": "seance,date,type,objet,quorum,source,confiance",
    "decisions": "decision,seance,document,intitule,echeance,responsable,statut,date_suivi,source,confiance",
    "faits": "fait,intitule,annee_debut,annee_fin,source,confiance",
    "actions": "action,document,axe,intitule,pilote,indicateur,cible,statut,debut,fin,source,confiance",
}
DOCUMENTS = """document,intitule,court,type,statut,date_adoption,debut,fin,source,confiance
PLAN,Plan partenarial,,PPGDLSID,adopté,2019-02-01,2019-01-01,2024-12-31,essai,L
"""
VALABLES = {
    "membres": "M1,Bailleur Alpha,Bailleur,professionnels,2015-10-16,2022-06-30,Fin de mandat,essai,L",
    "seances": "S1,2022-06-01,Plénière,Bilan,oui,essai,L",
    "decisions": "D1,S1,,Adopter la grille,2023-01-31,EPCI,à faire,,essai,L",
    "actions": "A1,PLAN,Axe 1,Informer,EPCI,V02,stable,En cours,2020-01-01,,essai,L",
}


@pytest.fixture(scope="module")
def listes() -> dict[str, Nomenclature]:
    return charger_nomenclatures(RACINE / "nomenclatures")


def lire(dossier: Path, listes: dict[str, Nomenclature], **lignes: str) -> Tables:
    for nom, entete in ENTETES.items():
        ecrire(dossier, nom, f"{entete}\n{lignes.get(nom, '')}\n")
    return charger(dossier, listes)


def charger(dossier: Path, listes: dict[str, Nomenclature]) -> Tables:
    ecrire(dossier, "documents", DOCUMENTS)
    tables = Tables(dossier)
    vars(tables)["nomenclatures"] = listes
    return tables


def ecrire(dossier: Path, nom: str, texte: str) -> None:
    chemin = dossier / "governance" / f"{nom}.csv"
    chemin.parent.mkdir(exist_ok=True)
    chemin.write_text(texte, "utf-8")


def test_les_mots_sont_des_codes_et_les_dates_des_dates(tmp_path: Path, listes: dict[str, Nomenclature]) -> None:
    lue = lire(tmp_path, listes, **VALABLES)
    assert lue["governance/membres"].iloc[0][["college", "fin"]].tolist() == [
        "PROFESSIONNELS",
        pd.Timestamp(2022, 6, 30),
    ]
    assert lue["governance/seances"].iloc[0][["type", "date"]].tolist() == ["PLENIERE", pd.Timestamp(2022, 6, 1)]
    assert lue["governance/decisions"].iloc[0]["statut"] == "A_FAIRE"
    assert lue["governance/actions"].iloc[0]["statut"] == "EN_COURS"


def test_une_decision_sans_seance_a_la_date_de_son_document(tmp_path: Path, listes: dict[str, Nomenclature]) -> None:
    ligne = "D1,,PLAN,Évaluer,,,,,essai,L\nD2,,,Sans origine,,,,,essai,L"
    ligne += "\nD3,S1,PLAN,Adopter,,,,,essai,L"
    tables = lire(tmp_path, listes, decisions=ligne, seances=VALABLES["seances"])
    decisions = cil.vie_de_la_cil(tables, JOUR.date())["decisions"].set_index("decision")
    assert decisions["date"].to_dict() == {"D1": pd.Timestamp(2019, 2, 1), "D2": pd.NaT, "D3": pd.Timestamp(2022, 6, 1)}


def test_un_projet_d_avant_n_a_aucune_table(tmp_path: Path, listes: dict[str, Nomenclature]) -> None:
    lue = charger(tmp_path, listes)
    assert [len(lue[f"governance/{nom}"]) for nom in ("membres", "seances", "decisions", "actions")] == [0, 0, 0, 0]
    assert str(lue["governance/seances"]["date"].dtype).startswith("datetime64")


@pytest.mark.parametrize("nom", ["S.E.M. Habitat", "Habitat M", "Association des Mères", "SAMM Logement"])
def test_une_organisation_n_est_pas_une_personne(tmp_path: Path, listes: dict[str, Nomenclature], nom: str) -> None:
    lue = lire(tmp_path, listes, membres=f"M1,{nom},,usagers,,,,essai,L")
    assert lue["governance/membres"].iloc[0]["organisation"] == nom


def test_les_tables_du_depot_se_lisent() -> None:
    """Only facts of the action sheet: no member, session or action of Le Mans is known."""
    lue = Tables(RACINE)
    assert [len(lue[f"governance/{nom}"]) for nom in ("membres", "seances", "actions")] == [0, 0, 0]
    decisions = lue["governance/decisions"]
    assert decisions["source"].str.startswith("Fiche action").all() and decisions["echeance"].isna().all()


# --- States on a day -------------------------------------------------------------------------------------------------

JOUR = pd.Timestamp(2022, 12, 31)


def dates(*textes: str) -> dict[str, list[pd.Timestamp]]:
    return dict(
        zip(("date_adoption", "debut", "fin"), ([pd.Timestamp(t) if t else pd.NaT] for t in textes), strict=True)
    )


@pytest.mark.parametrize(
    ("statut", "adoption", "debut", "fin", "attendu"),
    [
        ("ADOPTE", "2018-04-12", "2018-01-01", "2023-12-31", "EN_VIGUEUR"),
        ("", "", "2018-01-01", "2022-12-31", "EN_VIGUEUR"),  # Its last day is one of its days.
        ("ADOPTE", "", "2016-01-01", "2022-12-30", "ECHU"),
        ("ABROGE", "", "2016-01-01", "2022-06-30", "ABROGE"),
        ("ABROGE", "", "2016-01-01", "2023-06-30", "EN_VIGUEUR"),  # Repealed later.
        ("ADOPTE", "2022-11-01", "2023-01-01", "2028-12-31", "A_VENIR"),
        ("PROJET", "", "2022-01-01", "2028-12-31", "PROJET"),
        ("ADOPTE", "2015-06-25", "2015-06-25", "", "ADOPTE"),
        ("", "2015-06-25", "", "", ""),
    ],
)
def test_l_etat_d_un_document(statut: str, adoption: str, debut: str, fin: str, attendu: str) -> None:
    documents = pd.DataFrame({"statut": [statut], **dates(adoption, debut, fin)})
    assert cil.etats_des_documents(documents, JOUR).tolist() == [attendu]


def test_un_acte_date_plus_tard_n_est_pas_connu() -> None:
    documents = pd.DataFrame(
        {"date_adoption": pd.to_datetime(["2023-01-01", "2022-12-31", None, "2023-01-01"]), "debut": pd.NaT,
         "fin": pd.to_datetime([None, None, None, "2028-12-31"])}
    )  # fmt: skip
    assert cil.documents_connus(documents, JOUR).index.tolist() == [1, 2, 3]
