"""The page on the stock of the example, as « cil bilan » leaves it beside the others."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.disclosure.bailleurs import bailleurs_du_projet
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References


@pytest.fixture(scope="module")
def dossier(exemple: Projet) -> Path:
    return exemple.rapports / "2022"


def test_la_page_est_a_cote_du_bilan(dossier: Path) -> None:
    page = (dossier / "occupation.html").read_text("utf-8")
    assert "<h1>Occupation du parc social 2022</h1>" in page
    assert 'href="occupation.html"' in (dossier / "index.html").read_text("utf-8")
    for ancre in ("essentiel", "parc", "rotation", "occupants", "ressources", "flux", "secret"):
        assert f'id="{ancre}"' in page


def test_rien_n_est_publie_d_une_commune_ou_un_bailleur_predomine(exemple: Projet, dossier: Path) -> None:
    chiffres = pd.read_csv(dossier / "indicateurs.csv", dtype="str", keep_default_na=False)
    dominees = bailleurs_du_projet(exemple, References(exemple), 2022).dominees
    assert len(dominees) >= 2, "the example has such communes"
    ops = chiffres[chiffres["indicateur"].isin(["S04", "S08", "S09", "S10", "S10R"])]
    siens = ops[ops["perimetre_code"].isin(dominees) & ops["annee"].eq("2022")]
    assert len(siens) == 5 * len(dominees) and siens["statut"].eq("secret").all()
    assert siens[["numerateur", "denominateur", "valeur"]].eq("").all(axis=None)
    publics = chiffres[chiffres["indicateur"].eq("S01") & chiffres["perimetre_code"].isin(dominees)]
    assert publics["statut"].eq("publie").all(), "the stock is public"
