"""The publication handed over to the process of the notebook: that one, whole, for that report alone."""

from __future__ import annotations

import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.projet import PUBLICATION, Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.table_publiee import Publication, publier
from cil_analysis.secret.transmission import recevoir, transmettre
from registres import PAR_CODE

REGLES = ReglesSecret(
    seuil_effectif=5,
    denominateur_minimal=10,
    seuil_sensible=11,
    variables_sensibles=frozenset({"nationalites", "publics/VIOLENCES"}),
    seuils_propres={"occupation": 11},
)


def projet(racine: Path) -> Projet:
    return Projet(racine, "essai", "200000000", "Essai", "Essai", "99", True, "99001")


@pytest.fixture
def publication() -> Publication:
    comptes = pd.DataFrame({"numerateur": [3.0, 8.0], "denominateur": [20.0, 20.0]})
    comptes["perimetre_type"], comptes["perimetre_code"] = "commune", ["99001", "99002"]
    cadre = mettre_en_cadre(comptes, "O01", 2022, "pct")
    vide = mettre_en_cadre(comptes.iloc[:0], "O04", 2022, "pct")
    tables = {"O01": publier(PAR_CODE["O01"], cadre, {2022: REGLES}), "O04": publier(PAR_CODE["O04"], vide, {})}
    absences = {("O04", 2022): ("colonne « Publics » absente",)}
    return Publication(2022, (2021, 2022), tables, REGLES, False, ({"annee": 2022},), absences=absences)


def test_ce_qui_est_recu_est_ce_qui_est_publie(tmp_path: Path, publication: Publication) -> None:
    with transmettre(References(projet(tmp_path)), publication):
        recu = recevoir(projet(tmp_path), 2022, interne=False)
        assert recu is not None
        references, recue = recu
        assert references == References(projet(tmp_path)) and recue is not publication
        assert replace(recue, tables={}) == replace(publication, tables={})
        assert list(recue) == list(publication) and recue["O01"].indicateur is publication["O01"].indicateur
        for code, table in publication.items():
            pd.testing.assert_frame_equal(recue[code].donnees, table.donnees)
        assert recue["O01"].nb_secrets == 1


@pytest.mark.parametrize(
    ("dossier", "annee", "interne"), [("ailleurs", 2022, False), ("", 2021, False), ("", 2022, True)]
)
def test_un_autre_bilan_ne_la_recoit_pas(
    tmp_path: Path, publication: Publication, dossier: str, annee: int, interne: bool
) -> None:
    with transmettre(References(projet(tmp_path)), publication):
        assert recevoir(projet(tmp_path / dossier), annee, interne=interne) is None


def test_les_referentiels_se_lisent_une_fois_tant_qu_aucun_fichier_ne_change(tmp_path: Path) -> None:
    """The pages of a bilan, then its sheets, are made by one process from two publications."""
    premiers = References.de(projet(tmp_path))
    assert References.de(projet(tmp_path)) is premiers
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "data" / "reference" / "indicateurs.yml").write_text("", encoding="utf-8")
    assert References.de(projet(tmp_path)) is not premiers


def test_rien_n_en_reste(tmp_path: Path, publication: Publication) -> None:
    with pytest.raises(KeyError), transmettre(References(projet(tmp_path)), publication):
        dossier = Path(os.environ[PUBLICATION])
        assert dossier.is_dir() and not dossier.is_relative_to(tmp_path)
        raise KeyError
    assert PUBLICATION not in os.environ and not dossier.exists()
    assert recevoir(projet(tmp_path), 2022, interne=False) is None


def test_ce_qui_est_transmis_n_est_que_texte_et_chiffres(tmp_path: Path, publication: Publication) -> None:
    """Nothing that is read back can run: JSON and Arrow, no pickle."""
    with transmettre(References(projet(tmp_path)), publication):
        fichiers = sorted(Path(os.environ[PUBLICATION]).iterdir())
        assert [fichier.name for fichier in fichiers] == ["chiffres.arrow", "publication.json"]
        assert json.loads(fichiers[1].read_text(encoding="utf-8"))["annee"] == 2022
        fichiers[1].write_bytes(pickle.dumps("n’importe quoi"))
        with pytest.raises(ValueError, match=r"utf-8|Expecting"):
            recevoir(projet(tmp_path), 2022, interne=False)
