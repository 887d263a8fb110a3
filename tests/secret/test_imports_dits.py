"""What a report is told of the imports behind its figures: few rows are few households."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.publication import illisibles_dits, import_dit
from cil_analysis.secret.regles import ReglesSecret, regles_du_projet
from cil_analysis.secret.table_publiee import PublishedTable, publier
from registres import PAR_CODE

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
OUVERT = ReglesSecret(seuil_effectif=5, denominateur_minimal=10, actif=False)


def manquantes(combien: int, regles: ReglesSecret) -> dict[str, PublishedTable]:
    """Q01 of an extract of 150 leases, of which some have no age."""
    comptes = pd.DataFrame({"modalite": ["age"], "numerateur": [combien], "denominateur": [150]})
    comptes["perimetre_type"], comptes["perimetre_code"] = "epci", "200000000"
    return {"Q01": publier(PAR_CODE["Q01"], mettre_en_cadre(comptes, "Q01", 2022, "pct"), {2022: regles})}


def importe(illisibles: int, *, rejetees: int = 0) -> dict[str, Any]:
    compte = {"illisibles": illisibles + rejetees, "rejetees": rejetees, "dites": 150, "conservees": illisibles}
    return {"extrait": "attributions", "annee": 2022, "illisibles": {"age": compte}}


@pytest.mark.parametrize(
    ("vides", "illisibles", "dit"),
    [
        (12, 3, None),  # Three that could not be read.
        (12, 9, None),  # Three that are empty.
        (12, 12, 12),
        (12, 6, 6),
        (3, 3, None),  # The missing values are masked themselves.
        (5, 6, None),  # More than are missing: no count of these rows.
    ],
)
def test_peu_de_cellules_illisibles_ne_se_disent_pas(vides: int, illisibles: int, dit: int | None) -> None:
    assert illisibles_dits(importe(illisibles), manquantes(vides, REGLES), REGLES) == {"age": dit}
    assert illisibles_dits(importe(illisibles), manquantes(vides, OUVERT), OUVERT) == {"age": illisibles}
    assert illisibles_dits(importe(illisibles), {}, REGLES) == {"age": None}, "no figure says of how many they are"


@pytest.mark.parametrize(("vides", "illisibles", "dit"), [(40, 8, None), (40, 32, None), (40, 11, 11), (40, 40, 40)])
def test_une_colonne_sensible_a_le_seuil_des_variables_sensibles(vides: int, illisibles: int, dit: int | None) -> None:
    """Eight cells that nobody could read, or eight that are empty beside them, are fewer than eleven."""
    strictes = replace(REGLES, seuil_sensible=11, colonnes_sensibles=frozenset({"age"}))
    tables = manquantes(vides, strictes)
    assert illisibles_dits(importe(illisibles), tables, strictes) == {"age": dit}
    ailleurs = replace(strictes, colonnes_sensibles=frozenset({"nationalite"}))
    assert illisibles_dits(importe(illisibles), tables, ailleurs) == {"age": illisibles}


def test_les_colonnes_sensibles_sont_celles_des_variables_sensibles() -> None:
    references = References(ouvrir_projet(Path(__file__).resolve().parents[2]))
    sensibles = regles_du_projet(references, 2022).colonnes_sensibles
    assert {"nationalite", "categories_prioritaires"} <= sensibles
    assert sensibles.isdisjoint({"age", "typologie", "commune_insee"})


def test_une_colonne_dont_seules_des_lignes_rejetees_sont_illisibles_n_est_pas_citee() -> None:
    assert illisibles_dits(importe(0, rejetees=8), manquantes(12, REGLES), REGLES) == {}


def test_le_nombre_de_lignes_d_un_fichier_n_est_pas_dit() -> None:
    """Where each landlord sends a file, it is the number of its leases, which A01 may mask."""
    fichiers = [
        {"nom": f"{nom}.csv", "sha256": "0" * 64, "octets": 90 * n, "lignes": n, "colonnes": ["numero_unique"]}
        for nom, n in (("alpha", 900), ("beta", 3))
    ]
    comptes = {"lues": 903, "conservees": 903}
    journal = {"extrait": "attributions", "annee": 2022, "importe_le": "2023-01-01", "fichiers": fichiers,
               "comptes": comptes, "motifs": {}, "constats": {"baux_multiples": 2}}  # fmt: skip
    dit = import_dit(journal)
    assert dit["comptes"] == comptes and [f["nom"] for f in dit["fichiers"]] == ["alpha.csv", "beta.csv"]
    assert {nom for f in dit["fichiers"] for nom in f} == {"nom", "sha256", "colonnes"}
    assert "constats" not in dit and import_dit(dit) == dit


def test_un_numero_ou_une_adresse_dans_un_nom_ne_sort_pas_du_service() -> None:
    """Journals of imports have the names of files and sheets as they are; the folder of a bilan is handed on."""
    fichiers = [
        {"nom": f"envoi.zip/{nom}@inventé.fr.xlsx", "sha256": nom * 64, "feuille": "06 00 00 00 01",
         "feuilles_non_lues": ["Inventée 06 00 00 00 02"]}
        for nom in "ab"
    ]  # fmt: skip
    journal = {"extrait": "attributions", "annee": 2022, "importe_le": "2023-01-01", "fichiers": fichiers,
               "comptes": {}, "motifs": {}}  # fmt: skip
    dit = import_dit(journal)
    assert [(f["nom"], f["feuille"]) for f in dit["fichiers"]] == [("(masqué) 1",) * 2, ("(masqué) 2",) * 2]
    assert "00 00" not in str(dit) and import_dit(dit) == dit


def test_l_empreinte_d_un_tableau_d_effectifs_n_est_pas_dite() -> None:
    """All but a few of its counts are published: these are tried until the digest is found."""
    journal = {"extrait": "agregats", "annee": 2022, "importe_le": "2023-01-01", "comptes": {}, "motifs": {}}
    dit = import_dit(journal | {"fichiers": [{"nom": "effectifs.csv", "sha256": "0" * 64, "octets": 9, "lignes": 3}]})
    assert dit["fichiers"] == [{"nom": "effectifs.csv"}]
