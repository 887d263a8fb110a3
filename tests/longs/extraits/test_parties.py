"""Rows cleaned part by part give what the whole file gives, row for row; and so do the workers of a cluster."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extraits import AUJOURD_HUI, ENTETES, bail, ecrire_csv, numero

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import lots as parties
from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import Consigne
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lecture import tableau
from cil_analysis.extraits.lecture.sources import ouvrir_un
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.lots import Demande, nettoyer_tout
from cil_analysis.extraits.lots import lettres as lettres_de
from cil_analysis.extraits.preparation import Tri, rassembler
from cil_analysis.extraits.rapprochement import apparier
from cil_analysis.extraits.schemas import dtypes, verifier_les_lignes
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import grappe
from messages import exiger_un_remede

CLE = b"k" * 32
FIN = date(2026, 6, 30)


def lire(chemin: Path, connus: Sequence[frozenset[str]]) -> Brut:
    return tableau.lire(ouvrir_un(chemin), connus)


@pytest.fixture
def references(references_communes: References) -> References:
    return references_communes


@pytest.fixture(scope="module")
def equipe() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executeur:
        yield executeur


def lignes(combien: int, graine: int = 1) -> list[list[str]]:
    """Leases as they come: some twice, some of nowhere, some of another year, labels that nobody knows."""
    hasard = random.Random(graine)
    rangees = []
    for rang in range(combien):
        jour = f"{hasard.randint(1, 28):02d}/{hasard.randint(1, 12):02d}/{hasard.choice([2022] * 9 + [2021])}"
        commune = hasard.choice(["Le Mans"] * 8 + ["Arnage", "Ville-Inventée", ""])
        bailleur = hasard.choice(["LMH", "SH"] * 15 + ["Office inventé", "Unique" + str(rang)])
        rangees.append(bail(rang, jour, commune, bailleur))
        if rang % 11 == 10:  # The same lease again, as it was or by another landlord.
            rangees[-1] = [*rangees[hasard.randrange(rang)][:3], hasard.choice(["LMH", "SH"])]
    return rangees


def trier(references: References, bruts: Sequence[Brut], equipe: Executor | None) -> Tri:
    dictionnaire = references.dictionnaires["attributions"]
    bruts = [replace(brut, appariement=apparier(brut.entetes, dictionnaire)) for brut in bruts]
    consigne = Consigne(dictionnaire, references, 2022, AUJOURD_HUI, CLE)
    return rassembler(nettoyer_tout(bruts, consigne, equipe), consigne, lettres_de(bruts, dictionnaire), connus={})


def comparer(un: Tri, autre: Tri) -> None:
    for nom in ("donnees", "anomalies"):
        pd.testing.assert_frame_equal(getattr(un, nom), getattr(autre, nom), check_exact=True)
    for nom in ("rejetees", "hors_perimetre", "doublons", "constats", "lignes", "remplies", "illisibles"):
        assert getattr(un, nom) == getattr(autre, nom)


def _avec_des_cellules_sur_deux_lignes(rangees: list[list[str]]) -> list[list[str]]:
    return [[*ligne[:3], f"Office\ninventé {rang}"] if rang % 7 == 0 else ligne for rang, ligne in enumerate(rangees)]


def _qui_debordent(rangees: list[list[str]], tous: int) -> list[list[str]]:
    return [[*ligne, "de trop"] if rang % tous == 0 else ligne for rang, ligne in enumerate(rangees)]


def _debordent_ensemble(rangees: list[list[str]]) -> list[list[str]]:
    """All in one block: the exception in the file, and the rule there."""
    return [[*ligne, "de trop"] if 200 <= rang < 230 else ligne for rang, ligne in enumerate(rangees)]


FICHIERS: dict[str, Callable[[list[list[str]]], list[list[str]]]] = {
    "simple": lambda r: [ENTETES, *r],
    "titre": lambda r: [["Extraction", "", "", ""], ["", "", "", ""], ENTETES, *r],
    "entete sur deux lignes": lambda r: [["N° unique", "Date\ndu bail", "Commune", "Bailleur"], *r],
    "entetes repetes": lambda r: [ENTETES, *r[:150], ENTETES, *r[150:], ["Total", "", "", "300"]],
    "lignes vides": lambda r: [ENTETES, *r[:20], ["", "", "", ""], *r[20:230], ["", "", "", ""], *r[230:]],
    "notes": lambda r: [ENTETES, *r, ["* provisoire", "", "", ""], ["Source : essai", "", "", ""]],
    "cellules sur deux lignes": lambda r: [ENTETES, *_avec_des_cellules_sur_deux_lignes(r)],
    "quelques lignes trop longues": lambda r: [ENTETES, *_qui_debordent(r, 40)],
    "lignes trop longues ensemble": lambda r: [ENTETES, *_debordent_ensemble(r)],
    "trop de lignes trop longues": lambda r: [ENTETES, *_qui_debordent(r, 2)],
}


@pytest.mark.parametrize("fichier", FICHIERS)
def test_un_fichier_nettoye_par_parties_donne_ce_que_donne_le_fichier_entier(
    references: References, tmp_path: Path, equipe: Executor, fichier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "LIGNES_D_UNE_PARTIE", 37)
    chemin = ecrire_csv(tmp_path / "baux.csv", FICHIERS[fichier](lignes(300)))
    brut = lire(chemin, [frozenset(references.dictionnaires["attributions"].entetes)])
    obtenu = trier(references, [brut], equipe)
    monkeypatch.setattr(parties, "LIGNES_D_UNE_PARTIE", 1_000)
    attendu = trier(references, [brut], None)
    assert attendu.doublons
    assert attendu.rejetees
    comparer(obtenu, attendu)


def test_plusieurs_fichiers_par_parties(
    references: References, tmp_path: Path, equipe: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of one file that another repeats is a duplicate, though they have not the same columns."""
    grand = ecrire_csv(tmp_path / "a.csv", [ENTETES, *lignes(300)])
    petit = ecrire_csv(tmp_path / "b.csv", [[*ENTETES, "Âge"], *([*ligne, "40"] for ligne in lignes(300)[100:150])])
    bruts = [lire(f, [frozenset(references.dictionnaires["attributions"].entetes)]) for f in (grand, petit)]
    attendu = trier(references, bruts, None)
    monkeypatch.setattr(parties, "LIGNES_D_UNE_PARTIE", 37)
    comparer(trier(references, bruts, equipe), attendu)


def test_les_processus_de_la_machine_comme_un_seul(
    references: References, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = ecrire_csv(tmp_path / "baux.csv", [ENTETES, *lignes(300)])
    brut = lire(chemin, [frozenset(references.dictionnaires["attributions"].entetes)])
    attendu = trier(references, [brut], None)
    monkeypatch.setattr(parties, "LIGNES_D_UNE_PARTIE", 50)
    comparer(trier(references, [brut], None), attendu)


def test_une_valeur_hors_de_sa_liste_se_dit(references: References) -> None:
    """Reference data that contradict each other: nothing is stored that no list knows."""
    consigne = Consigne(references.dictionnaires["attributions"], references, 2022, AUJOURD_HUI, CLE)
    types = dtypes(consigne.dictionnaire)
    ligne = {"date_signature_bail": date(2022, 3, 1), "commune_insee": next(iter(references.territoire.noms()))}
    bonne = pd.DataFrame([{nom: ligne.get(nom) for nom in types}]).astype(types)
    verifier_les_lignes(bonne, consigne)
    with pytest.raises(ErreurCIL) as erreur:
        verifier_les_lignes(bonne.assign(bailleur=pd.Series(["INVENTE"], dtype="str")), consigne)
    exiger_un_remede(erreur.value, "« bailleur »")


def test_rien_de_personnel_ne_s_ecrit_dans_un_journal(references: References, tmp_path: Path) -> None:
    """A scheduler writes what its tasks are given when one fails."""
    chemin = ecrire_csv(tmp_path / "baux.csv", [ENTETES, *lignes(50)])
    brut = lire(chemin, [frozenset(references.dictionnaires["attributions"].entetes)])
    dictionnaire = references.dictionnaires["attributions"]
    brut = replace(brut, appariement=apparier(brut.entetes, dictionnaire))
    consigne = Consigne(references.dictionnaires["attributions"], references, 2022, FIN, CLE)
    dits = [repr(parties.reunir([brut], dictionnaire, references)), repr(consigne)]
    for dit in dits:
        assert numero(3) not in dit
        assert str(CLE) not in dit


# --- a real scheduler and two real workers


def etat(projet: Projet) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    journal = dict(store.lire_journal(projet, "attributions", 2022) or {})
    del journal["importe_le"]
    return store.lire(projet, "attributions", 2022), store.lire_anomalies(projet, "attributions", 2022), journal


def test_une_grappe_dont_un_travailleur_meurt_donne_le_meme_import(
    projet: Projet, ordonnanceur: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = ecrire_csv(projet.brut / "baux.csv", [ENTETES, *lignes(3_000)])
    references = References(projet)
    importer(projet, references, Demande([chemin], 2022, aujourd_hui=AUJOURD_HUI))
    attendu = etat(projet)
    for dossier in ("attributions", "anomalies", "journal"):
        shutil.rmtree(projet.traite / dossier)
    monkeypatch.setattr(parties, "LIGNES_D_UNE_PARTIE", 50)
    morts: list[int] = []

    def tuer() -> None:
        time.sleep(1)
        pid = next(iter(ordonnanceur.workers.values())).process.pid
        os.kill(pid, signal.SIGKILL)
        morts.append(pid)

    tueur = threading.Thread(target=tuer)
    tueur.start()
    with grappe(ordonnanceur.scheduler_address) as equipe:
        importer(projet, references, Demande([chemin], 2022, aujourd_hui=AUJOURD_HUI), equipe=equipe)
        tueur.join()
    assert morts
    obtenu = etat(projet)
    pd.testing.assert_frame_equal(obtenu[0], attendu[0], check_exact=True)
    pd.testing.assert_frame_equal(obtenu[1], attendu[1], check_exact=True)
    assert obtenu[2] == attendu[2]


@pytest.mark.parametrize(
    "adresse", ["tcp://10.1.2.3:8786", "ordonnanceur.exemple:8786", "http://127.0.0.1:80", "tcp://127.0.0.1:1"]
)
def test_une_adresse_refusee(adresse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In clear over a network, no scheduler, or nobody there."""
    monkeypatch.setattr("cil_analysis.repartition._ATTENTE", "1s")
    with pytest.raises(ErreurCIL) as erreur, grappe(adresse):
        pass
    exiger_un_remede(erreur.value, adresse)
