"""Two bilans that stand with other counts of one year are told: what their difference shows, nothing has proved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.secret.publies import d_autres_effectifs

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
BAUX = {"B1": 60, "B2": 12, "B3": 30}


@pytest.fixture
def projet(tmp_path: Path) -> Projet:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(REFERENCE)
    return ouvrir_projet(tmp_path)


def publier(projet: Projet, bilan: int, *annees: tuple[int, Mapping[str, int]], constant: int = 100) -> None:
    """The landlords of some years, and the constant perimeter of the series."""
    cadres = []
    for annee, baux in annees:
        bailleurs = pd.DataFrame({"acteur_code": list(baux), "numerateur": list(baux.values())})
        bailleurs = bailleurs.assign(denominateur=200, acteur_type="bailleur", perimetre_type="epci")
        volumes = pd.DataFrame({"numerateur": [constant], "perimetre_type": "epci_constant"})
        cadres += [mettre_en_cadre(bailleurs, "A01", annee, "pct"), mettre_en_cadre(volumes, "V01", annee, "nombre")]
    dossier = projet.rapports / str(bilan)
    dossier.mkdir(parents=True, exist_ok=True)
    pd.concat(cadres).to_csv(dossier / "indicateurs.csv", index=False)


@pytest.mark.parametrize(
    ("ancien", "est_autre"),
    [
        (BAUX, False),
        (BAUX | {"B2": 11}, True),
        ({"B1": 60, "B2": 12, "B3": 25, "B4": 5}, True),
        (BAUX | {"B4": 5}, True),
    ],
)
def test_d_autres_effectifs_d_une_annee_commune_se_disent(
    projet: Projet, ancien: Mapping[str, int], est_autre: bool
) -> None:
    """A corrected extract; a landlord that another has taken, whose leases are what this one has more."""
    publier(projet, 2021, (2020, BAUX), (2021, ancien))
    publier(projet, 2022, (2021, BAUX), (2022, {"B1": 7}), constant=90)
    assert d_autres_effectifs(projet, 2022) == ([2021] if est_autre else [])


def test_un_bilan_seul_n_en_a_pas_d_autre(projet: Projet) -> None:
    publier(projet, 2022, (2022, BAUX))
    assert d_autres_effectifs(projet, 2022) == []
