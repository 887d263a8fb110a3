"""G01 to G10 on the tables of fabrique.py, counted on one's fingers; and what is not known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fabrique import Cadre, absences, attributions, bail, comptes, exercice, gouvernance, tables
from registres import PAR_CODE, THEMES

BAUX = attributions(bail(3))
# By year, what each indicator counts, but its zeros. The three communes and the first seats are of 2015.
ATTENDUS: dict[int, dict[str, dict[str, int]]] = {
    2015: {"G03": {"": 2, "COLLECTIVITES": 1, "PROFESSIONNELS": 1}, "G05": {"": 3, "ADHESION": 3},
           # A convention is to come, a plan has begun; a text of no end that was adopted later is not there yet.
           "G06": {"": 3, "EN_VIGUEUR": 1, "A_VENIR": 1, "PROJET": 1}},
    2021: {"G01": {"": 1}, "G02": {"": 1, "PLENIERE": 1}, "G06": {"": 4, "EN_VIGUEUR": 1, "ECHU": 1, "ADOPTE": 1,
                                                                 "PROJET": 1},
           "G07": {"": 1}, "G08": {"": 1, "EN_COURS": 1}, "G10": {"": 2, "EN_COURS": 1, "NR": 1}},
    # A seat ends, another begins; a decision is late on 31 December, one was done in time, one says nothing.
    2022: {"G01": {"": 1}, "G02": {"": 2, "PLENIERE": 1, "BUREAU": 1},
           "G03": {"": 2, "COLLECTIVITES": 1, "PROFESSIONNELS": 1}, "G04": {"": 2, "ENTREE": 1, "SORTIE": 1},
           "G05": {"": 3, "DEJA_MEMBRE": 3}, "G06": {"": 4, "EN_VIGUEUR": 1, "ECHU": 1, "ADOPTE": 1, "PROJET": 1},
           "G07": {"": 2}, "G08": {"": 3, "EN_COURS": 1, "FAITE": 1, "NR": 1}, "G09": {"": 1},
           "G10": {"": 2, "EN_COURS": 1, "NR": 1}},
    2023: {"G04": {}, "G07": {}, "G09": {"": 1}},
}  # fmt: skip


@pytest.mark.parametrize(("annee", "code"), [(annee, code) for annee, siens in ATTENDUS.items() for code in siens])
def test_les_comptes_d_une_annee(annee: int, code: str) -> None:
    obtenus = comptes(code, exercice(BAUX, annee=annee))
    assert {classe: n for classe, n in obtenus.items() if n} == ATTENDUS[annee][code]


def test_avant_la_premiere_seance_connue_rien_n_est_compte() -> None:
    """The first session recorded is of 2021: 2020 has none, and nobody knows whether it had."""
    assert comptes("G01", exercice(BAUX, annee=2020)) == {"": "non_calculable"}
    assert comptes("G01", exercice(BAUX, annee=2023)) == {"": 0}


def test_rien_d_enregistre_n_est_pas_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    noms = ("membres", "seances", "decisions", "actions")
    vides = {nom: gouvernance()[f"governance/{nom}"].iloc[:0] for nom in noms}
    sans = SimpleNamespace(**(vars(Cadre().references()) | {"tables": tables(**vides)}))
    monkeypatch.setattr(Cadre, "references", lambda self: sans)
    ex = exercice(BAUX)
    for code in {indicateur.code for indicateur in THEMES["gouvernance"].indicateurs} - {
        "G05",
        "G06",
    }:  # Communes and documents are known.
        assert set(comptes(code, ex).values()) == {"non_calculable"}, code
        assert absences(PAR_CODE[code], ex), code
    assert "governance/seances.csv" in absences(PAR_CODE["G01"], ex)[0]
