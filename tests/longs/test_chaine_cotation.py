"""The cotation of the example from end to end: its page, its workbook, its rows of figures."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from cil_analysis.project import Projet


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


@pytest.fixture(scope="module")
def texte(dossier: Path) -> str:
    html = (dossier / "cotation.html").read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.S))


def test_la_page_dit_que_la_grille_est_fictive_et_la_commission_souveraine(texte: str) -> None:
    assert "Cette grille est fictive : elle n’est celle d’aucun territoire." in texte
    assert "aide à la décision" in texte and "souveraine" in texte
    assert "en expérimentation depuis décembre 2021" in texte
    assert texte.count("FICTIVE-1") and texte.count("FICTIVE-2")


def test_la_page_est_en_francais_fini(texte: str) -> None:
    for reste in ("nan", "None", "NaN", "<NA>", "Non calculable"):
        assert not re.search(rf"(?<![\w-]){reste}(?!\w)", texte), reste


def test_chaque_critere_a_sa_ligne(texte: str) -> None:
    for mots in (
        "Ancienneté de la demande, par mois",
        "+0,5 par mois, +25 au plus",
        "+1 par personne, +5 au plus",
        "−5",
    ):
        assert mots in texte, mots


def test_les_chiffres_publies_se_tiennent(dossier: Path) -> None:
    """The published rows of one year, read as a reader does: shares of one whole add up, masks lose their figures."""
    chiffres = pd.read_csv(dossier / "indicateurs.csv", dtype="str", keep_default_na=False)
    siens = chiffres[chiffres["indicateur"].str.match(r"C\d\d") & chiffres["annee"].eq("2022")]
    assert set(siens["indicateur"]) >= {"C00", "C01", "C01D", "C02", "C03", "C04", "C08H", "C10", "C11", "C12B"}
    rangs = siens[siens["indicateur"].eq("C03")]
    assert rangs["statut"].eq("publie").all()
    assert rangs["numerateur"].astype(int).sum() == int(rangs["denominateur"].iloc[0])
    masques = siens[siens["statut"].eq("secret")]
    assert masques[["numerateur", "denominateur", "valeur"]].eq("").all(axis=None)
    assert siens["unite"].isin(["pct", "points"]).all()
    petits = siens.loc[siens["statut"].eq("publie") & siens["numerateur"].ne(""), "numerateur"].astype(int)
    assert not petits.between(1, 4).any()
    assert len(chiffres[chiffres["indicateur"].str.match(r"C\d\d")]) < 1000


def test_le_classeur_a_ses_feuilles(dossier: Path) -> None:
    classeur = load_workbook(dossier / "bilan.xlsx", read_only=True)
    assert {"C03 – Rang des logés", "C08 – Testeurs, médiane", "C11 – Simulation"} <= set(classeur.sheetnames)
