"""A line that holds somebody is never taken for a note or a total; what was stored is what is read."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest_extraits import ENTETES, bail, compte, dire_cil, numero

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan
from cil_analysis.projet import Projet
from messages import exiger_un_remede

Importe = Callable[..., Bilan]
Refuse = Callable[..., str]
COLLEES = {
    "autre separateur": lambda ligne: ",".join(ligne),
    "tabulations": lambda ligne: "\t".join(ligne),
    "guillemets": lambda ligne: '"' + ";".join(ligne) + '"',
    "espaces": lambda ligne: " ".join(ligne),
    "date et commune": lambda ligne: ",".join(["", *ligne[1:]]),
}


def ecrire(projet: Projet, lignes: list[str]) -> Path:
    chemin = projet.brut / "baux.csv"
    chemin.write_text("\r\n".join([";".join(ENTETES), *lignes]) + "\r\n", encoding="utf-8", newline="")
    return chemin


@pytest.mark.parametrize("maniere", COLLEES)
def test_des_lignes_collees_sont_rejetees_avec_leur_place_ou_refusent_le_fichier(
    projet: Projet, importe: Importe, refuse: Refuse, maniere: str
) -> None:
    lignes = [";".join(bail(rang)) for rang in range(60)]
    for rang in (3, 20, 59):
        lignes[rang] = COLLEES[maniere](bail(rang))
    journal = importe(ecrire(projet, lignes)).journal
    assert journal["comptes"] == compte(61, conservees=57, rejetees=3, ignorees=1)
    anomalies = store.lire_anomalies(projet, "attributions", 2022)
    assert set(anomalies.loc[anomalies["effet"].eq("ligne rejetée"), "ligne"]) == {5, 22, 61}
    refuse(ecrire(projet, [ligne if r % 2 else COLLEES[maniere](bail(r)) for r, ligne in enumerate(lignes)]))


@pytest.mark.parametrize("saut", ["\n", "\n\n", "\nsuite\n"])
@pytest.mark.parametrize("complete", [False, True])
def test_une_ligne_coupee_par_un_saut_de_ligne_est_rejetee_en_entier(
    projet: Projet, importe: Importe, complete: bool, saut: str
) -> None:
    """A comment without quotation marks: the first half has its day and its commune, and blanks for what comes after;
    the second may have a commune where that of the lease should be. ``complete``: a spreadsheet has filled them up."""
    entetes = [*ENTETES, "Observations", "Âge", "Code INSEE commune de résidence", "Nb UC"]
    lignes = [";".join([*bail(rang), "rien", "40", "72181", "1,5"]) for rang in range(60)]
    for rang in (0, 20, 59):
        coupee = (";".join([*bail(rang), f"à revoir{saut}en mars", "40", "72181", "1,5"])).split("\n")
        lignes[rang] = "\n".join(un + ";" * (len(entetes) - 1 - un.count(";")) if complete else un for un in coupee)
    lignes[30] = ";".join([*bail(30), "", "", "", ""])  # nobody's second half
    lignes[31] = ";".join(["", *bail(31)[1:], "rien"])  # short, without number: it begins as a row does
    chemin = projet.brut / "baux.csv"
    chemin.write_text("\n".join([";".join(entetes), *lignes]) + "\n", encoding="utf-8")
    journal = importe(chemin).journal
    assert journal["comptes"] == compte(
        64 + 3 * (saut.count("\n") - 1), conservees=57, rejetees=6, ignorees=1 + 3 * (saut.count("\n") - 1)
    )
    assert list(journal["motifs"]["rejetees"].values()) == [6]
    assert set(store.lire(projet, "attributions", 2022)["age"].dropna()) == {40}


def test_des_lignes_prises_pour_des_notes_refusent_le_fichier(projet: Projet, refuse: Refuse) -> None:
    """Whatever they hold: nobody knows what they were."""
    lignes = [";".join(bail(r)) if r % 3 else f"observation {r}" for r in range(60)]
    refuse(ecrire(projet, lignes), nommes=["20 lignes", "sur 60", "20 notes"])


def test_un_menage_nomme_total_est_garde(projet: Projet, importe: Importe) -> None:
    """By its N° unique, or by its day alone; a total has neither."""
    entetes = ["Nom", *ENTETES]
    lignes = [["Inventé", *bail(rang)] for rang in range(30)]
    lignes += [
        ["TOTAL", *bail(30)],
        ["Ensemble", *bail(31)],
        ["TOTAL", "123", *bail(32)[1:]],
        ["Total", "33", "", "", ""],
    ]
    chemin = projet.brut / "baux.csv"
    chemin.write_text("\n".join(";".join(ligne) for ligne in [entetes, *lignes]), encoding="utf-8")
    assert importe(chemin).journal["comptes"] == compte(35, conservees=33, ignorees=2)


def test_ce_qui_est_ignore_est_dit(projet: Projet) -> None:
    lignes = [*(";".join(bail(rang)) for rang in range(30)), "Total;30", "* chiffres provisoires"]
    code, dit = dire_cil(projet, "importer", ecrire(projet, lignes), "--annee", 2022)
    assert code == 0 and "1 total, 1 note" in dit


def test_des_dates_a_l_americaine_refusent_le_fichier(projet: Projet, refuse: Refuse) -> None:
    """Eight in a hundred cannot be read; the others of the same hand would be swapped."""
    lignes = [";".join(bail(r, jour="03/25/2022" if r < 12 else f"0{1 + r % 9}/0{1 + r % 7}/2022")) for r in range(150)]
    refuse(ecrire(projet, lignes), nommes=["12 dates", "« Date de signature du bail »", "03/25/2022"])


# --- raw files ------------------------------------------------------------------------------------------------------


def test_rien_ne_s_ecrit_a_cote_des_fichiers_recus(projet: Projet, importe: Importe) -> None:
    """They may be in a folder that nobody can write in."""
    importe(ecrire(projet, [";".join(bail(rang)) for rang in range(30)]))
    assert [fichier.name for fichier in projet.brut.iterdir()] == ["baux.csv"]


def test_un_nom_de_250_signes_s_importe(projet: Projet) -> None:
    chemin = ecrire(projet, [";".join(bail(rang)) for rang in range(30)])
    long = chemin.rename(chemin.with_name("b" * 246 + ".csv"))
    assert dire_cil(projet, "importer", long, "--annee", 2022)[0] == 0
    assert len(store.lire(projet, "attributions", 2022)) == 30
    assert not list(projet.brut.glob(".*.tmp"))


# --- what is stored ---------------------------------------------------------------------------------------------------


def table(projet: Projet, annee: int) -> Path:
    return projet.traite / "attributions" / f"annee={annee}" / "part.parquet"


def test_une_table_qui_n_est_plus_la_sienne_est_refusee_puis_reparee(projet: Projet, importe: Importe) -> None:
    """Cut, of another year, gone."""
    fichiers = {}
    for annee in (2021, 2022):
        lignes = [";".join([numero(r), f"15/03/{annee}", "Le Mans", "LMH"]) for r in range(30 + annee % 2)]
        fichiers[annee] = ecrire(projet, lignes).rename(projet.brut / f"{annee}.csv")
        importe(fichiers[annee], annee=annee)
    bonne, moitie = table(projet, 2022).read_bytes(), store.lire(projet, "attributions", 2022).iloc[:15]
    for abimer in (
        lambda: moitie.to_parquet(table(projet, 2022), index=False),
        lambda: shutil.copy(table(projet, 2021), table(projet, 2022)),
        table(projet, 2022).unlink,
    ):
        abimer()
        with pytest.raises(ErreurCIL) as erreur:
            store.lire(projet, "attributions", 2022)
        exiger_un_remede(erreur.value, "attributions", "importe")
        assert not importe(fichiers[2022]).deja_fait, "the same file mends it"
        assert table(projet, 2022).read_bytes() == bonne and len(store.lire(projet, "attributions", 2022)) == 30


@pytest.mark.skipif(os.name == "nt", reason="droits POSIX")
def test_les_classeurs_d_anomalies_ne_sont_que_pour_leur_proprietaire(projet: Projet, tmp_path: Path) -> None:
    lignes = [";".join(bail(r, jour="15/03/2022" if r else "32/03/2022")) for r in range(30)]
    assert dire_cil(projet, "importer", ecrire(projet, lignes), "--annee", 2022)[0] == 0
    assert dire_cil(projet, "qualite", "--annee", 2022, "--anomalies", tmp_path / "envois")[0] == 0
    ecrits = [c for c in (tmp_path / "envois").rglob("*") if c.is_file()]
    assert ecrits and {stat.S_IMODE(c.stat().st_mode) for c in ecrits} == {0o600}
