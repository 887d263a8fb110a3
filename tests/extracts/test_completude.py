"""`cil qualite`: completeness over the years and by landlord, and the workbook of each landlord."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from conftest_extracts import ENTETES, bail, contenu, numero

from cil_analysis.cli import main
from cil_analysis.extracts import completude, store
from cil_analysis.extracts.importation import Bilan
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

Importe = Callable[..., Bilan]
Source = Callable[..., Path]
Qualite = Callable[..., tuple[int, str, str]]
AVEC_AGE = [*ENTETES, "Âge"]


def journal(conservees: int, manquants: dict[str, int], reconnues: list[str]) -> dict[str, Any]:
    return {"comptes": {"conservees": conservees}, "manquants": manquants, "colonnes": {"reconnues": reconnues}}


# --- tables ----------------------------------------------------------------------------------------------------------


def test_completude_par_annee_et_evolution() -> None:
    parts = completude.par_annee(
        {
            2021: journal(
                200, {"demande_pseudonyme": 0, "age": 20, "qpv": 200, "ancienne": 0}, ["numero_unique", "age"]
            ),
            2022: journal(
                100,
                {"demande_pseudonyme": 100, "age": 50, "qpv": 100, "typologie": 100},
                ["numero_unique", "typologie"],
            ),
            2020: journal(0, {"age": 0}, ["age"]),
        }
    )
    assert parts.columns.tolist() == [2020, 2021, 2022]
    # In the order of the latest year; a column that was in the file and is empty is 0, one that was not is nothing.
    assert parts[2022].astype("object").where(parts[2022].notna(), None).to_dict() == {
        "demande_pseudonyme": 0.0,
        "age": 50.0,
        "qpv": None,
        "typologie": 0.0,
        "ancienne": None,
    }
    assert parts[2021].dropna().to_dict() == {"demande_pseudonyme": 100.0, "age": 90.0, "ancienne": 100.0}
    assert parts[2020].isna().all()
    ecarts = completude.evolution(parts)
    assert ecarts.dropna().to_dict() == {
        "demande_pseudonyme": -100.0,
        "age": -40.0,
        "typologie": 0.0,
        "ancienne": -100.0,
    }
    assert completude.evolution(parts[[2022]]).isna().all()


def test_completude_par_bailleur() -> None:
    donnees = pd.DataFrame(
        {"bailleur": ["B", "A", None, "A"], "age": [1, None, None, 2], "qpv": ["x", None, None, None]}
    )
    parts = completude.par_bailleur(donnees)
    assert parts.to_dict() == {
        "A": {"age": 50.0, "qpv": 0.0},
        "B": {"age": 100.0, "qpv": 100.0},
        "": {"age": 0.0, "qpv": 0.0},
    }
    assert parts.columns.tolist() == ["A", "B", ""]
    assert completude.par_bailleur(donnees, "B").columns.tolist() == ["B"]
    assert completude.par_bailleur(donnees, "Z").empty
    assert completude.par_bailleur(donnees[["age"]]).empty


def test_chaque_anomalie_est_d_un_seul_bailleur(projet: Projet, importe: Importe, source: Source) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    anomalies = store.lire_anomalies(projet, "attributions", 2022)
    par_code = completude.repartir(anomalies)
    assert list(par_code) == ["LMH", "SH", ""]
    assert all(set(lignes["bailleur"]) == {code} for code, lignes in par_code.items())
    ensemble = pd.concat(par_code.values()).sort_values(["ligne", "colonne"], ignore_index=True)
    pd.testing.assert_frame_equal(ensemble, anomalies.sort_values(["ligne", "colonne"], ignore_index=True))
    assert list(completude.repartir(anomalies, "SH")) == ["SH"]
    assert completude.repartir(anomalies, "XX") == {} == completude.repartir(anomalies.iloc[:0])
    comptes = completude.compter_anomalies(anomalies)
    assert comptes["nombre"].sum() == len(anomalies) and len(comptes) == 4
    assert completude.compter_anomalies(anomalies.iloc[:0]).empty


def test_sans_bailleur_connu_il_n_y_a_pas_de_legende(
    projet: Projet, importe: Callable[..., Bilan], source: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    importe(source([bail(rang, bailleur="Non renseigné") for rang in range(3)]))
    assert main(["--projet", str(projet.racine), "qualite", "--annee", "2022"]) == 0
    sortie = capsys.readouterr().out
    assert "inconnu" in sortie and "()" not in sortie


# --- the command -----------------------------------------------------------------------------------------------------


def deux_bailleurs() -> list[list[str]]:
    """LMH: 3 bad ages, a duplicate. SH: 2 bad ages, a lease without a date. Nobody's: 5 leases."""
    lignes = [[*bail(rang, bailleur="LMH" if rang < 30 else "Sarthe Habitat"), "34"] for rang in range(50)]
    for rang in (2, 7, 11, 33, 41):
        lignes[rang][4] = "MOT LIBRE"
    lignes.append(lignes[5])
    lignes.append([numero(70), "", "Le Mans", "SH", "34"])
    lignes += [[*bail(80 + rang, bailleur="=Office+Inventé"), "34"] for rang in range(5)]
    return lignes


@pytest.fixture
def qualite(projet: Projet, capsys: pytest.CaptureFixture[str]) -> Qualite:
    """Run the command for 2022: its code, then what it says, in plain spaces."""

    def lancer(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["--projet", str(projet.racine), "qualite", "--annee", "2022", *map(str, arguments)])
        sortie, erreurs = capsys.readouterr()
        assert " :" not in sortie and " %" not in sortie
        return code, *(t.replace("\u202f", " ").replace("\u00a0", " ") for t in (sortie, erreurs))

    return lancer


def feuille(chemin: Path) -> list[dict[str, Any]]:
    """The rows of the sheet of anomalies, by heading."""
    lignes = openpyxl.load_workbook(chemin)["Anomalies"].iter_rows(values_only=True)
    entetes = next(lignes)
    return [dict(zip(entetes, ligne, strict=True)) for ligne in lignes]


def textes(chemin: Path) -> str:
    classeur = openpyxl.load_workbook(chemin)
    return "\n".join(str(c.value) for f in classeur for ligne in f.iter_rows() for c in ligne if c.value is not None)


def bailleur_de_chaque_ligne(chemin: Path) -> dict[int, str]:
    """Line of the raw file → the landlord that it names, read without the software."""
    codes = {"LMH": "LMH", "Sarthe Habitat": "SH", "SH": "SH"}
    with chemin.open(encoding="utf-8", newline="") as flux:
        return {n: codes.get(ligne[3], "") for n, ligne in enumerate(csv.reader(flux, delimiter=";"), 1)}


def test_chaque_classeur_a_les_lignes_de_son_bailleur_et_elles_seules(
    importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    brut = source(deux_bailleurs(), entetes=AVEC_AGE)
    importe(brut)
    dossier = tmp_path / "envois" / "2022"
    code, sortie, erreurs = qualite("--anomalies", dossier)
    assert (code, erreurs) == (0, "")
    noms = {c: f"anomalies-2022-attributions-{c or 'sans-bailleur'}.xlsx" for c in ("LMH", "SH", "")}
    assert {c.name for c in dossier.iterdir()} == set(noms.values())
    de_qui = bailleur_de_chaque_ligne(brut)
    for bailleur, nom in noms.items():
        lues = feuille(dossier / nom)
        assert {de_qui[ligne["Ligne"]] for ligne in lues} == {bailleur}, nom
        compte = "1 anomalie" if len(lues) == 1 else f"{len(lues)} anomalies"
        assert f"{nom} ({compte}" in sortie
    # What was planted, counted from the raw file: line 1 is the header.
    lmh, sh, personne = (feuille(dossier / nom) for nom in noms.values())
    assert [(x["Ligne"], x["Cellule"], x["Colonne"], x["Effet"]) for x in lmh] == [
        (4, "E4", "Âge du demandeur", "valeur écartée"),
        (9, "E9", "Âge du demandeur", "valeur écartée"),
        (13, "E13", "Âge du demandeur", "valeur écartée"),
        (52, "A52", "Numéro unique", "doublon écarté"),
    ]
    assert [(x["Ligne"], x["Colonne"], x["Effet"]) for x in sh] == [
        (35, "Âge du demandeur", "valeur écartée"),
        (43, "Âge du demandeur", "valeur écartée"),
        (53, "Date de signature du bail", "ligne rejetée"),
    ]
    assert [(x["Ligne"], x["Colonne"], x["Valeur"]) for x in personne] == [
        (54, "Bailleur", "=Office+Inventé"),
        (55, "Bailleur", "=Office+Inventé"),
        (56, "Bailleur", "=Office+Inventé"),
        (57, "Bailleur", "=Office+Inventé"),
        (58, "Bailleur", "=Office+Inventé"),
    ]
    assert {x["Valeur"] for x in lmh[:3]} == {"(masquée)"}
    assert "interne : ne pas envoyer" in sortie


def test_aucun_texte_libre_ni_numero_ni_pseudonyme_n_en_sort(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    _, sortie, _ = qualite("--anomalies", tmp_path / "envois")
    tout = sortie + "".join(textes(chemin) for chemin in (tmp_path / "envois").iterdir())
    assert "MOT LIBRE" not in tout and "TEST" not in tout
    pseudonymes = store.lire(projet, "attributions", 2022)["demande_pseudonyme"].dropna()
    assert len(pseudonymes) and not [p for p in pseudonymes if p in tout]
    assert "34" not in [x["Valeur"] for c in (tmp_path / "envois").iterdir() for x in feuille(c)]


def test_la_feuille_a_lire_dit_a_qui_et_quoi_faire(
    importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    qualite("--anomalies", tmp_path / "envois")
    dites = {}
    for chemin in (tmp_path / "envois").iterdir():
        notice = openpyxl.load_workbook(chemin).worksheets[0]
        assert notice.title == "À lire"
        dites[chemin.stem.split("-", 3)[3]] = "\n".join(str(c.value) for c in notice["A"])
    assert "à Sarthe Habitat" in dites["SH"] and "interne" not in dites["SH"]
    assert "Le Mans Métropole Habitat" not in dites["SH"] and "Sarthe Habitat" not in dites["LMH"]
    assert "interne" in dites["sans-bailleur"] and "ne l’envoyez à aucun bailleur" in dites["sans-bailleur"]
    assert "doublon" in dites["LMH"] and "doublon" not in dites["SH"]


def test_les_libelles_admis_sont_ceux_des_colonnes_en_cause(
    importe: Importe, source: Source, qualite: Qualite, tmp_path: Path, references_communes: References
) -> None:
    lignes = [[*bail(rang), "34", "PLUS"] for rang in range(20)]
    lignes[3][5] = "Prêt inventé"
    lignes += [[*bail(30, bailleur="SH"), "MOT LIBRE", "PLUS"], [*bail(31, bailleur="Office inventé"), "34", "PLUS"]]
    importe(source(lignes, entetes=[*AVEC_AGE, "Financement"]))
    qualite("--anomalies", tmp_path)
    classeurs = {c.stem.split("-", 3)[3]: openpyxl.load_workbook(c) for c in tmp_path.glob("*.xlsx")}
    assert "Libellés admis" not in classeurs["SH"].sheetnames, "an age has no list of codes"
    assert "Libellés admis" not in classeurs["sans-bailleur"].sheetnames, "no list of landlords"
    _, *admis = classeurs["LMH"]["Libellés admis"].iter_rows(values_only=True)
    financements = references_communes.nomenclatures["financements"].libelles()
    assert admis == [("Financement du logement", libelle, code) for code, libelle in financements.items()]


def test_deux_ecritures_donnent_les_memes_octets(
    importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    for nom in ("a", "b"):
        assert qualite("--anomalies", tmp_path / nom)[0] == 0
    assert contenu(tmp_path / "a") == contenu(tmp_path / "b")


def test_un_seul_bailleur(importe: Importe, source: Source, qualite: Qualite, tmp_path: Path) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    code, sortie, _ = qualite("--bailleur", "SH", "--anomalies", tmp_path / "envois")
    assert code == 0
    assert [c.name for c in (tmp_path / "envois").iterdir()] == ["anomalies-2022-attributions-SH.xlsx"]
    assert "  3 anomalies de Sarthe Habitat :" in sortie
    assert "LMH" not in sortie and "Le Mans Métropole Habitat" not in sortie
    code, sortie, erreurs = qualite("--bailleur", "XX")
    assert (code, sortie) == (1, "")
    assert "Le bailleur « XX » est inconnu : attendu LMH, SH" in erreurs


def test_les_classeurs_ne_s_ecrivent_ni_dans_les_donnees_brutes_ni_dans_les_traitees(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    avant = contenu(projet.racine)
    for dossier in (projet.brut, projet.traite / "envois", projet.racine / "x" / ".." / "data" / "raw" / "sous"):
        code, sortie, erreurs = qualite("--anomalies", dossier)
        assert (code, sortie) == (1, "") and "nommez un autre dossier" in erreurs
    assert contenu(projet.racine) == avant


def test_la_commande_montre_l_evolution_et_marque_une_baisse(
    importe: Importe, source: Source, qualite: Qualite
) -> None:
    ancien = [[*bail(rang, "15/03/2021"), "34"] for rang in range(40)]
    importe(source(ancien, entetes=AVEC_AGE), annee=2021)
    lignes = deux_bailleurs()
    importe(source(lignes, entetes=AVEC_AGE))
    code, sortie, _ = qualite()
    assert code == 0
    # Kept: all but the duplicate and the lease without a date.
    conservees, ages = len(lignes) - 2, len(lignes) - 2 - 5
    part = f"{100 * ages / conservees:.1f}".replace(".", ",")
    perte = f"{100 - 100 * ages / conservees:.1f}".replace(".", ",")
    dites = [" ".join(ligne.split()) for ligne in sortie.splitlines()]
    assert f"Âge du demandeur 100,0 {part} −{perte} ▼" in dites
    assert "Commune du logement 100,0 100,0 0,0" in dites
    assert "Colonne LMH SH inconnu" in dites
    assert "Âge du demandeur 90,0 90,0 100,0" in dites
    assert any(ligne.startswith("Absentes des fichiers : ") and "Quartier prioritaire" in ligne for ligne in dites)
    par_regle = Counter(ligne.rsplit(" : ", 1)[0] for ligne in dites if ligne.startswith("Âge du demandeur, "))
    assert list(par_regle) == ["Âge du demandeur, valeur illisible ou inconnue"]
    assert "1 doublon écarté : ligne identique (1)." in dites
    assert sortie.count("▼") == 3, "the legend, the age and the landlord"


def test_chaque_extrait_importe_est_montre(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    demandes = [[numero(1), "Le Mans", "34"], [numero(99), "Le Mans", "MOT LIBRE"]]
    importe(source(demandes, "d.csv", ["N° unique", "Commune souhaitée", "Âge"]))
    code, sortie, _ = qualite("--anomalies", tmp_path / "envois")
    assert code == 0
    assert "Attributions 2022 : " in sortie and "Demandes actives 2022 : 2 lignes conservées sur 3." in sortie
    assert "À noter, demandes d’un ménage logé dans l’année : 1." in sortie
    # Requests name no landlord: what is wrong with them is nobody's to mend but the service's.
    assert (tmp_path / "envois" / "anomalies-2022-demandes-sans-bailleur.xlsx").is_file()
    code, sortie, _ = qualite("--extrait", "demandes")
    assert code == 0 and "Attributions" not in sortie
    assert "est inconnu : attendu attributions, demandes" in qualite("--extrait", "baux")[2]
    assert "cil importer" in qualite("--extrait", "radiations")[2]
    assert not (projet.racine / "envois").exists()
