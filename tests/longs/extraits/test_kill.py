"""Imports killed at any moment: the project opens and holds the old state or the new one, whole, never a mixture."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest_extraits import RACINE, bail, contenu, ecrire_csv, verifier_etat

from cil_analysis.extraits import store
from cil_analysis.projet import Projet, ouvrir_projet
from essais import essais

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork manque sur ce système")

MORTS = essais(40, 10)
LIGNES = 2_000
ENTETES_LARGES = ["N° unique", "Date du bail", "Commune", "Bailleur", "Âge", "Nombre de personnes", "Financement"]
# A warm process, told on its standard input which file to import: a child of it does, and may be killed. A child says
# its number, then « fini » once the import is done. Modules are loaded once, the import is the real one.
PROGRAMME = """
import os, sys
from pathlib import Path
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References

projet = ouvrir_projet(sys.argv[1])
references = References(projet)
print("prêt", flush=True)
for ligne in sys.stdin:
    enfant = os.fork()
    if enfant == 0:
        importer(projet, references, Demande([Path(ligne.strip())], 2022))
        os._exit(0)
    print(enfant, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1]), flush=True)
"""


def version(projet: Projet, nom: str, ages: int, lignes: int) -> Path:
    """A file of leases whose ages tell the version; its anomalies, a twentieth or a tenth, too."""
    choix = 20 if nom == "a.csv" else 10
    rangees = [
        [*bail(rang, bailleur="Office inventé" if rang % choix == 0 else "LMH"), str(ages), "2", "PLUS"]
        for rang in range(lignes)
    ]
    return ecrire_csv(projet.brut / nom, [ENTETES_LARGES, *rangees])


class Atelier:
    """The warm process."""

    def __init__(self, projet: Projet) -> None:
        self.processus = subprocess.Popen(
            [sys.executable, "-c", PROGRAMME, str(projet.racine)],
            env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.lire() == "prêt"

    def lire(self) -> str:
        assert self.processus.stdout is not None
        return self.processus.stdout.readline().strip()

    def importer(self, fichier: Path, mort_apres: float | None = None) -> tuple[int, float]:
        """Import a file, and kill the process after so many seconds. Returns its exit code and how long it lived."""
        assert self.processus.stdin is not None
        debut = time.perf_counter()
        print(fichier, file=self.processus.stdin, flush=True)
        enfant = int(self.lire())
        if mort_apres is not None:
            time.sleep(max(0.0, mort_apres - (time.perf_counter() - debut)))
            with contextlib.suppress(ProcessLookupError):  # It had ended.
                os.kill(enfant, signal.SIGKILL)
        return int(self.lire()), time.perf_counter() - debut

    def fermer(self) -> None:
        self.processus.communicate(timeout=10)


def etat(projet: Projet) -> tuple[int, int, int]:
    """Age, rows kept and anomalies: what tells a version, once everything that is stored agrees."""
    journal = verifier_etat(projet)
    ages = set(store.lire(projet, "attributions", 2022)["age"])
    assert len(ages) == 1
    return int(ages.pop()), journal["comptes"]["conservees"], journal["anomalies"]


def test_des_imports_tues_a_tout_instant(projet: Projet) -> None:
    fichiers = [version(projet, "a.csv", 30, LIGNES), version(projet, "b.csv", 40, LIGNES + 10)]
    etats = [(30, LIGNES, LIGNES // 20), (40, LIGNES + 10, (LIGNES + 10) // 10)]
    atelier = Atelier(projet)
    hasard = random.Random(2022)
    try:
        durees = []
        for fichier, attendu in zip(fichiers, etats, strict=True):
            code, duree = atelier.importer(fichier)
            assert (code, etat(projet)) == (0, attendu)
            durees.append(duree)
        duree, cle = min(durees), projet.cle.read_bytes()
        tues = 0
        for rang in range(4 * MORTS):
            if tues == MORTS:
                break
            ancien = etat(projet)
            vise = 1 - etats.index(ancien)
            # Spread over the whole run, and dense where it writes, at the end.
            part = hasard.random() if rang % 2 else 1 - hasard.random() / 5
            code, dure = atelier.importer(fichiers[vise], duree * part)
            assert code in (0, -signal.SIGKILL), code
            tues += code != 0
            if code == 0:  # Ended before its time: the machine is quicker than when the first ones were measured.
                duree = min(0.95 * duree, dure)
            trouve = etat(ouvrir_projet(projet.racine))
            assert trouve == etats[vise] if code == 0 else trouve in (ancien, etats[vise]), (rang, trouve)
            assert projet.cle.read_bytes() == cle
        assert tues == MORTS, f"{tues} imports tués seulement : la durée est mal mesurée"
        for fichier, attendu in zip(fichiers, etats, strict=True):
            assert atelier.importer(fichier)[0] == 0
            assert etat(projet) == attendu
    finally:
        atelier.fermer()
    assert projet.cle.read_bytes() == cle
    assert not list(projet.racine.rglob("*.tmp")) and not (projet.traite / ".en-cours").exists()


def test_premier_import_tue(projet: Projet) -> None:
    """Before anything is there: nothing, or the whole; and a key that was written is the one of the next import."""
    fichier = version(projet, "a.csv", 30, LIGNES)
    atelier = Atelier(projet)
    hasard = random.Random(1)
    avant = contenu(projet.reference)
    try:
        for _ in range(6):
            atelier.importer(fichier, 0.05 + hasard.random() / 4)
            if store.lire_journal(projet, "attributions", 2022) is not None:
                assert etat(projet) == (30, LIGNES, LIGNES // 20)
                break
            assert store.annees(projet, "attributions") == []
        cle = projet.cle.read_bytes() if projet.cle.exists() else None
        assert atelier.importer(fichier)[0] == 0
    finally:
        atelier.fermer()
    assert etat(projet) == (30, LIGNES, LIGNES // 20)
    assert cle is None or projet.cle.read_bytes() == cle
    assert contenu(projet.reference) == avant


def test_deux_imports_en_meme_temps(projet: Projet) -> None:
    """One waits for the other, neither fails, and what is stored is one of the two, whole."""
    fichiers = [version(projet, "a.csv", 30, LIGNES), version(projet, "b.csv", 40, LIGNES + 10)]
    etats = [(30, LIGNES, LIGNES // 20), (40, LIGNES + 10, (LIGNES + 10) // 10)]
    processus = [
        subprocess.Popen(
            [sys.executable, "-m", "cil_analysis", "importer", str(fichier), "--annee", "2022",
             "--projet", str(projet.racine)],
            env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for fichier in fichiers
    ]  # fmt: skip
    sorties = [p.communicate(timeout=60)[1] for p in processus]
    assert [p.returncode for p in processus] == [0, 0], sorties
    assert etat(projet) in etats
    assert sum("remplace l’import" in sortie for sortie in sorties) == 1
