"""The publication handed over to the process of the notebook: that one, whole, for that report alone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.disclosure.published import Publication, publier
from cil_analysis.disclosure.rules import ReglesSecret
from cil_analysis.disclosure.transmission import VARIABLE, recevoir, transmettre
from cil_analysis.indicators.cadre import Indicateur, mettre_en_cadre
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)


def projet(racine: Path) -> Projet:
    return Projet(racine, "essai", "200000000", "Essai", "Essai", "99", True, "99001")


@pytest.fixture
def publication() -> Publication:
    comptes = pd.DataFrame({"numerateur": [3.0, 8.0], "denominateur": [20.0, 20.0]})
    comptes["perimetre_type"], comptes["perimetre_code"] = "commune", ["99001", "99002"]
    indicateur = Indicateur("X01", "Titre", "formule", "pct", "source", "population")
    table = publier(indicateur, mettre_en_cadre(comptes, "X01", 2022, "pct"), {2022: REGLES})
    return Publication(2022, (2022,), {"X01": table}, REGLES, False, ())


def test_ce_qui_est_recu_est_ce_qui_est_publie(tmp_path: Path, publication: Publication) -> None:
    with transmettre(References(projet(tmp_path)), publication):
        recu = recevoir(projet(tmp_path), 2022, interne=False)
        assert recu is not None
        references, recue = recu
        assert references == References(projet(tmp_path)) and recue is not publication
        assert replace(recue, tables={}) == replace(publication, tables={})
        assert recue["X01"].indicateur == publication["X01"].indicateur
        pd.testing.assert_frame_equal(recue["X01"].donnees, publication["X01"].donnees)
        assert recue["X01"].nb_secrets == 1


@pytest.mark.parametrize(
    ("dossier", "annee", "interne"), [("ailleurs", 2022, False), ("", 2021, False), ("", 2022, True)]
)
def test_un_autre_bilan_ne_la_recoit_pas(
    tmp_path: Path, publication: Publication, dossier: str, annee: int, interne: bool
) -> None:
    with transmettre(References(projet(tmp_path)), publication):
        assert recevoir(projet(tmp_path / dossier), annee, interne=interne) is None


def test_rien_n_en_reste(tmp_path: Path, publication: Publication) -> None:
    with pytest.raises(KeyError), transmettre(References(projet(tmp_path)), publication):
        fichier = Path(os.environ[VARIABLE])
        assert fichier.exists() and not fichier.is_relative_to(tmp_path)
        raise KeyError
    assert VARIABLE not in os.environ and not fichier.parent.exists()
    assert recevoir(projet(tmp_path), 2022, interne=False) is None
