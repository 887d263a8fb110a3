"""The printed query of an indicator, run as it is in DuckDB, gives what the software counts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest_oracle import regler
from fabrication import ANNEE, Fabrique

from cil_analysis.commandes import main
from cil_analysis.comptage.cadre import CLES
from cil_analysis.secret.comptage import compter_annee
from messages import exiger_du_francais, exiger_un_remede
from registres import INDICATEURS, PAR_CODE

CHIFFRES = ["numerateur", "denominateur", "valeur"]
# Rows or classes that a program prepares: no file holds them.
SANS_REQUETE = {
    *(i.code for i in INDICATEURS if i.theme in ("Gestion en flux", "Cotation de la demande", "Gouvernance")),
    *(i.code for i in INDICATEURS if i.code.startswith("S") and i.compte.population.startswith("occupation")),
    *(i.code for i in INDICATEURS if not i.ventilations),
    "O10", "O11", "O12", "O13", "O14", "O15", "D01", "D01M", "D02", "D02M", "D02A", "D03", "D09", "D10", "D12",
    # The income of a candidature is that of another row of its household.
    "R04", "R05", "R06", "R07", "R08", "R09Q", "R10Q", "R11", "R12", "R13", "R14",
} - {"F11", "C14"}  # fmt: skip
AVEC_REQUETE = [i.code for i in INDICATEURS if i.code not in SANS_REQUETE and not i.code.startswith("S")]


def requete(projet: Path, code: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--projet", str(projet), "indicateurs", code, "--requete", "--annee", str(ANNEE)]) == 0
    return capsys.readouterr().out


def comparer(cadre: pd.DataFrame, sql: str, projet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each count of the query, and each value, is that of the frame, which has none else."""
    monkeypatch.chdir(projet)
    indicateur = PAR_CODE[str(cadre["indicateur"].iloc[0])]
    lues = duckdb.sql(sql).df()
    chiffres = [nom for nom in CHIFFRES if nom in lues]  # A count is its own value.
    trouves = lues.astype({"annee": "int64", **dict.fromkeys(chiffres, "float64")}).set_index(CLES[1:])[chiffres]
    assert trouves.index.is_unique and len(trouves)
    coupes = {(v.perimetre, v.acteur) for v in indicateur.ventilations}  # Not those where a target alone is set.
    dites = pd.Series(zip(cadre["perimetre_type"], cadre["acteur_type"], strict=True), cadre.index).isin(coupes)
    comptes = cadre[dites & cadre["statut"].ne("non_calculable")].set_index(CLES[1:])[chiffres]
    # A median has no numerator: its row is there where households are.
    presents = comptes["denominateur" if indicateur.est_une_mesure else "numerateur"].gt(0)
    assert set(comptes.index[presents]) <= set(trouves.index)
    inconnus = cadre[cadre["statut"].eq("non_calculable")].set_index(CLES[1:]).index
    listes = trouves[~trouves.index.isin(inconnus)]
    assert set(listes.index) <= set(comptes.index)
    attendus = comptes.loc[listes.index]
    pd.testing.assert_frame_equal(listes[CHIFFRES[:2]], attendus[CHIFFRES[:2]])
    if "valeur" in chiffres:  # A statistic is rounded to a tenth.
        ecart = 0.05 if indicateur.est_une_mesure else 0.0
        pd.testing.assert_series_equal(listes["valeur"], attendus["valeur"], rtol=1e-9, atol=ecart)


@pytest.mark.parametrize("code", AVEC_REQUETE)
def test_la_requete_donne_les_chiffres(
    code: str,
    modele: Fabrique,
    cadre: pd.DataFrame,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sql = requete(modele.projet.racine, code, capsys)
    assert sql.startswith("-- Usage interne")
    comparer(cadre[cadre["indicateur"].eq(code)], sql, modele.projet.racine, monkeypatch)


def test_la_requete_suit_les_regles(
    fabrique: Fabrique, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One lease a household, transfers left out, unknown incomes left out."""
    regler(fabrique, "comptage", p1_attribution="un_par_menage", p3_mutations="hors_mutations")
    regler(fabrique, "comptage", p8_ressources_manquantes="exclues", p9_perimetre="perimetre_constant")
    cadre = compter_annee(fabrique.projet, fabrique.references, ANNEE).cadre
    for code in ("V01", "O01", "O04"):
        sql = requete(fabrique.projet.racine, code, capsys)
        assert "un_par_menage" in sql and "perimetre_constant" in sql, code
        comparer(cadre[cadre["indicateur"].eq(code)], sql, fabrique.projet.racine, monkeypatch)


@pytest.mark.parametrize("code", sorted(SANS_REQUETE))
def test_ce_qu_aucun_fichier_ne_tient_est_refuse(
    code: str, modele: Fabrique, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--projet", str(modele.projet.racine), "indicateurs", code, "--requete"]) == 1
    lu = capsys.readouterr()
    assert not lu.out
    exiger_un_remede(exiger_du_francais(lu.err), code)


def test_un_mauvais_emploi_est_refuse(modele: Fabrique, capsys: pytest.CaptureFixture[str]) -> None:
    racine = str(modele.projet.racine)
    assert main(["--projet", racine, "indicateurs", "V99", "--requete"]) == 1
    exiger_un_remede(exiger_du_francais(capsys.readouterr().err), "V99", "V01")
    for arguments in (["V01", "--annee", "2024"], ["--requete"], []):
        with pytest.raises(SystemExit) as arret:
            main(["--projet", racine, "indicateurs", *arguments])
        assert arret.value.code == 2
        assert "indicateurs" in exiger_du_francais(capsys.readouterr().err)
