"""The printed query of an indicator, run as it is in DuckDB, gives what the software counts."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
import pytest
from conftest_oracle import regler
from fabrication import ANNEE, Fabrique

from cil_analysis import projet as projets
from cil_analysis.commandes import main
from cil_analysis.comptage.cadre import CLES
from cil_analysis.empreintes import empreinte_des_donnees
from cil_analysis.extraits import store
from cil_analysis.reference.ensemble import References
from cil_analysis.requetes.lignes import Fichiers
from cil_analysis.requetes.requete import ecrire_requete
from cil_analysis.secret.comptage import Comptes, Prepare, compter_annee, preparer
from cil_analysis.secret.publication import derniere_annee
from exemple_produit import copier_l_exemple
from messages import exiger_du_francais, exiger_un_remede
from registres import INDICATEURS, PAR_CODE

CHIFFRES = ["numerateur", "denominateur", "valeur"]
CODES = [i.code for i in INDICATEURS]


class Projet(NamedTuple):
    """A project, its figures before any mask, and its years ready to be counted."""

    projet: projets.Projet
    cadre: pd.DataFrame
    prepare: Prepare

    def requete(self, code: str) -> str:
        """The query, as the command writes it."""
        references, exercices = self.prepare.references, self.prepare.exercices
        fichiers = Fichiers.de(self.projet, references, exercices[-1].annee)
        ecrite = ecrire_requete(PAR_CODE[code], exercices, self.prepare.variantes, references.objectifs, fichiers)
        ecrite.enregistrer(self.projet)
        return ecrite.texte


@pytest.fixture(scope="module")
def l_exemple(exemple: projets.Projet, comptes: Comptes, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """The five years of the example."""
    copie = copier_l_exemple(exemple, tmp_path_factory.mktemp("requetes") / "exemple", depuis=0)
    return Projet(copie, comptes.cadre, preparer(copie, References(copie), derniere_annee(copie)))


def requete(projet: Path, code: str, capsys: pytest.CaptureFixture[str], *choix: str) -> str:
    assert main(["--projet", str(projet), "indicateurs", code, "--requete", "--annee", str(ANNEE), *choix]) == 0
    return capsys.readouterr().out


def comparer(code: str, figures: pd.DataFrame, sql: str, projet: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Each count of the query, and each value, is that of the frame; it has others where a target alone is set.

    How many there are of both.
    """
    monkeypatch.chdir(projet)
    indicateur, cadre = PAR_CODE[code], figures[figures["indicateur"].eq(code)]
    lues = duckdb.sql(sql).df()
    chiffres = [nom for nom in CHIFFRES if nom in lues]  # A count is its own value.
    trouves = lues.astype({"annee": "int64", **dict.fromkeys(chiffres, "float64")}).set_index(CLES[1:])[chiffres]
    assert trouves.index.is_unique
    calcules = cadre[cadre["statut"].ne("non_calculable")].set_index(CLES[1:])[chiffres]
    # A median has no numerator: its row is there where households are.
    presents = calcules["denominateur" if indicateur.est_une_mesure else "numerateur"].gt(0)
    assert set(calcules.index[presents]) <= set(trouves.index)
    en_plus = trouves[~trouves.index.isin(cadre.set_index(CLES[1:]).index)].reset_index()
    propres = {(v.perimetre, v.acteur) for v in indicateur.ventilations}
    assert propres.isdisjoint(zip(en_plus["perimetre_type"], en_plus["acteur_type"], strict=True))
    attendus = calcules.loc[calcules.index.isin(trouves.index)]
    if attendus.empty:
        return 0
    obtenus = trouves.loc[attendus.index]
    pd.testing.assert_frame_equal(obtenus[CHIFFRES[:2]], attendus[CHIFFRES[:2]])
    if "valeur" in chiffres:  # A statistic is rounded to a tenth.
        ecart = 0.0501 if indicateur.est_une_mesure else 0.0
        pd.testing.assert_series_equal(obtenus["valeur"], attendus["valeur"], rtol=1e-9, atol=ecart)
    return len(attendus)


@pytest.mark.parametrize("code", [code for code in CODES if code != "O07"])
def test_la_requete_donne_les_chiffres_de_l_exemple(
    code: str, l_exemple: Projet, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = l_exemple.requete(code)
    assert sql.startswith("-- Usage interne")
    nombre = comparer(code, l_exemple.cadre, sql, l_exemple.projet.racine, monkeypatch)
    assert nombre or code.endswith("N"), "what is counted in households is where a target is"


def test_la_requete_des_objectifs_tenus_lit_les_resultats_publies(
    l_exemple: Projet, exemple: projets.Projet, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = Path("reports") / str(l_exemple.prepare.exercices[-1].annee) / "indicateurs.csv"
    (l_exemple.projet.racine / chemin).parent.mkdir(parents=True)
    shutil.copy(exemple.racine / chemin, chemin := l_exemple.projet.racine / chemin)
    publies = pd.read_csv(chemin, dtype=dict.fromkeys(CLES, "str") | {"annee": "int64"}, keep_default_na=False)
    tenus = publies[publies["indicateur"].eq("O07")].astype(dict.fromkeys(CHIFFRES, "float64"))
    assert comparer("O07", tenus, l_exemple.requete("O07"), l_exemple.projet.racine, monkeypatch) > 5


def test_la_requete_suit_les_regles(
    fabrique: Fabrique, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One lease a household, transfers left out, unknown incomes left out."""
    regler(fabrique, "comptage", p1_attribution="un_par_menage", p3_mutations="hors_mutations")
    regler(fabrique, "comptage", p8_ressources_manquantes="exclues", p9_perimetre="perimetre_constant")
    cadre = compter_annee(fabrique.projet, fabrique.references, ANNEE).cadre
    sql = requete(fabrique.projet.racine, "O01", capsys)
    assert "un_par_menage" in sql and "perimetre_constant" in sql
    assert comparer("O01", cadre, sql, fabrique.projet.racine, monkeypatch)


def test_des_lignes_que_rien_ne_donne_sont_refusees(fabrique: Fabrique, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--projet", str(fabrique.projet.racine), "indicateurs", "F01", "--requete"]) == 1
    lu = capsys.readouterr()
    assert not lu.out
    exiger_un_remede(exiger_du_francais(lu.err), "F01", "flux")


def test_les_objectifs_tenus_demandent_un_bilan(fabrique: Fabrique, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--projet", str(fabrique.projet.racine), "indicateurs", "O07", "--requete"]) == 1
    lu = capsys.readouterr()
    assert not lu.out
    exiger_un_remede(exiger_du_francais(lu.err), "O07", "indicateurs.csv", "cil bilan")


def test_une_requete_n_ote_rien_a_une_autre(l_exemple: Projet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows, of the last year alone and of the five: each query reads those that it was printed for."""
    ecrites = {code: l_exemple.requete(code) for code in ("R04", "C10", "C13", "C00")}
    for code, sql in ecrites.items():
        assert comparer(code, l_exemple.cadre, sql, l_exemple.projet.racine, monkeypatch)


def test_les_lignes_preparees_sont_gardees_le_temps_de_l_extrait(
    fabrique: Fabrique, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their owner alone writes them; they change nothing of what a bilan is made from; an import deletes them."""
    preparees = fabrique.projet.racine / Fichiers.de(fabrique.projet, fabrique.references, ANNEE).preparees
    shutil.rmtree(preparees, ignore_errors=True)
    avant = empreinte_des_donnees(fabrique.projet, ANNEE)
    assert main(["--projet", str(fabrique.projet.racine), "indicateurs", "O13", "--requete"]) == 0
    assert "lignes_preparees" in exiger_du_francais(capsys.readouterr().err)
    assert empreinte_des_donnees(fabrique.projet, ANNEE) == avant
    (fichier,) = preparees.iterdir()
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o640
    assert "demande_pseudonyme" not in pd.read_parquet(fichier).columns
    store.enregistrer(fabrique.projet, {"extrait": "flux", "annee": ANNEE}, pd.DataFrame({"x": [1]}), pd.DataFrame())
    assert not fichier.exists()


def test_un_titre_sur_deux_lignes_reste_un_commentaire(l_exemple: Projet) -> None:
    prepare, deux = l_exemple.prepare, replace(PAR_CODE["V01"], titre="Attributions\nDROP TABLE x")
    fichiers = Fichiers.de(l_exemple.projet, prepare.references, prepare.exercices[-1].annee)
    sql = ecrire_requete(deux, prepare.exercices, {}, prepare.references.objectifs, fichiers).texte
    assert "-- V01 : Attributions DROP TABLE x\n" in sql


def test_un_mauvais_emploi_est_refuse(modele: Fabrique, capsys: pytest.CaptureFixture[str]) -> None:
    racine = str(modele.projet.racine)
    assert main(["--projet", racine, "indicateurs", "V99", "--requete"]) == 1
    exiger_un_remede(exiger_du_francais(capsys.readouterr().err), "V99", "V01")
    for arguments in (["V01", "--annee", "2024", "--regle", "P3=toutes"], ["--requete"], ["V01"], []):
        with pytest.raises(SystemExit) as arret:
            main(["--projet", racine, "indicateurs", *arguments])
        assert arret.value.code == 2
        assert "indicateurs" in exiger_du_francais(capsys.readouterr().err)
