"""Stored data: all of an import or nothing of it, even when the process dies in the middle."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extraits import RACINE

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import COLONNES
from cil_analysis.projet import Projet, ouvrir_projet
from messages import exiger_un_remede, refuser

# The order of an import: two Parquet files, three fsync of files, the marker and its fsync, three moves (two of
# them in the place of a folder, moved away before), the clean-up.
# One case: the function at whose call the process dies, the rank of that call, and which import must be found then.
MORTS = [
    ("to_parquet", 0, 1),
    ("to_parquet", 1, 1),
    ("fsync", 0, 1),
    ("fsync", 2, 1),
    ("touch", 0, 1),
    ("fsync", 3, 2),  # the marker is there
    ("replace", 0, 2),
    ("replace", 1, 2),
    ("replace", 2, 2),
    ("replace", 3, 2),
    ("replace", 4, 2),
    ("rmtree", 0, 2),
    ("rmtree", 1, 2),
    ("unlink", 0, 2),
]

# What an account always holds, besides the number by which these tests tell theirs.
COMPLET: dict[str, Any] = {
    "extrait": "attributions", "annee": 2022, "importe_le": "2023-01-02T03:04:05+01:00",
    "fichiers": [{"nom": "a.csv", "sha256": "0"}],
    "comptes": dict.fromkeys(("lues", "conservees", "rejetees", "doublons", "hors_perimetre", "ignorees"), 0),
    "motifs": {"rejetees": {}, "doublons": {}, "hors_perimetre": {}, "ignorees": {}},
    "constats": {}, "anomalies": 0, "colonnes": {"reconnues": [], "entetes": {}}, "manquants": {},
}  # fmt: skip

# Stores import number 2 in one project per case, each in a process of its own that dies on the way.
PROGRAMME = """
import json, os, shutil, sys
from pathlib import Path
import pandas as pd
from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import COLONNES
from cil_analysis.projet import ouvrir_projet

COMPLET = json.loads(sys.argv.pop(1))

def mourir_au_rang(cible, rang):
    modules = {"to_parquet": pd.DataFrame, "replace": Path, "touch": Path, "rmtree": shutil}
    ou = modules.get(cible, os)
    vraie, reste = getattr(ou, cible), [rang]

    def fausse(*args, **kwargs):
        reste[0] -= 1
        if reste[0] < 0:
            os._exit(9)
        return vraie(*args, **kwargs)

    setattr(ou, cible, fausse)

for cas in sys.argv[1:]:
    racine, cible, rang = cas.split("|")
    projet = ouvrir_projet(racine)
    if os.fork() == 0:
        mourir_au_rang(cible, int(rang))
        donnees = pd.DataFrame({"a": pd.Series([2] * 3, dtype="Int64")})
        anomalies = pd.DataFrame({"ligne": [2]}).reindex(columns=COLONNES)
        store.enregistrer(projet, COMPLET | {"n": 2}, donnees, anomalies)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def enregistrer(projet: Projet, valeur: int, extrait: str = "attributions", annee: int = 2022) -> None:
    donnees = pd.DataFrame({"a": pd.Series([valeur] * 3, dtype="Int64")})
    anomalies = pd.DataFrame({"ligne": [valeur]}).reindex(columns=COLONNES)
    store.enregistrer(projet, COMPLET | {"n": valeur, "extrait": extrait, "annee": annee}, donnees, anomalies)


def etat(projet: Projet) -> set[int]:
    """The numbers of the imports that the three stored parts are of."""
    journal = store.lire_journal(projet, "attributions", 2022)
    assert journal is not None
    return {
        journal["n"],
        *store.lire(projet, "attributions", 2022)["a"],
        *store.lire_anomalies(projet, "attributions", 2022)["ligne"],
    }


def tuer(cas: Sequence[tuple[Path, str, int]]) -> None:
    fini = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAMME,
            json.dumps(COMPLET),
            *(f"{racine}|{cible}|{rang}" for racine, cible, rang in cas),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(RACINE / "src")},
    )
    assert fini.stdout.split() == ["9"] * len(cas), fini.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork manque sur ce système")
def test_processus_tue(projet: Projet, tmp_path: Path) -> None:
    """Killed before the marker: the old state. After it: the new one, finished at the next opening. Never a mixture."""
    enregistrer(projet, 1)
    enregistrer(projet, 9, annee=2019)
    copies = [Path(shutil.copytree(projet.racine, tmp_path / f"{cible}-{rang}")) for cible, rang, _ in MORTS]
    tuer([(racine, cible, rang) for racine, (cible, rang, _) in zip(copies, MORTS, strict=True)])
    for racine, (cible, rang, attendu) in zip(copies, MORTS, strict=True):
        assert (racine / "data" / "processed" / ".en-cours").exists()
        copie = ouvrir_projet(racine)
        assert etat(copie) == {attendu}, (cible, rang)
        # A stage without its seal may be another process at work: reading leaves it alone, the next import clears it.
        assert (copie.traite / ".en-cours").exists() == (attendu == 1)
        enregistrer(copie, 3)
        assert etat(copie) == {3} and store.lire(copie, "attributions", 2019)["a"].tolist() == [9, 9, 9]
        assert not (copie.traite / ".en-cours").exists()


@pytest.mark.parametrize("tenu_des_le_depart", [True, False])
def test_un_import_qui_ne_peut_prendre_la_place_laisse_l_ancien(
    projet: Projet, monkeypatch: pytest.MonkeyPatch, tenu_des_le_depart: bool
) -> None:
    """As Windows refuses to move what another program holds open: the import fails, and none of it comes later."""
    enregistrer(projet, 1)
    tenu, deplacer = projet.traite / "attributions" / "annee=2022", Path.replace

    def refuse(source: Path, cible: Path) -> Path:
        refuses = {source} if tenu_des_le_depart else {cible} if "ancien-" not in str(source) else set[Path]()
        if tenu in refuses:
            raise PermissionError(13, "Permission denied", str(source))
        return deplacer(source, cible)

    with monkeypatch.context() as retouche:
        retouche.setattr(Path, "replace", refuse)
        with pytest.raises(PermissionError):
            enregistrer(projet, 2)
    assert etat(projet) == {1} and not (projet.traite / ".en-cours").exists()
    enregistrer(projet, 3)
    assert etat(projet) == {3}


def test_annee_sans_donnees(projet: Projet) -> None:
    enregistrer(projet, 1)
    for lire, extrait, annee, disponible in (
        (store.lire, "attributions", 2020, "2022"),
        (store.lire_anomalies, "demandes", 2022, ""),
    ):
        with pytest.raises(ErreurCIL) as erreur:
            lire(projet, extrait, annee)
        exiger_un_remede(erreur.value, f"« {extrait} »", annee, "cil importer", disponible)
    assert store.lire_journal(projet, "demandes", 2022) is None


def abime(chemin: Path, lire: Callable[[], object]) -> None:
    with refuser(chemin.name):
        lire()


def test_fichiers_stockes_abimes(projet: Projet) -> None:
    """Text in their place, and the right format with something else in it."""
    enregistrer(projet, 1)
    autre = io.BytesIO()
    pd.DataFrame({"ligne": [1]}).to_parquet(autre)
    for octets in (b"abc", autre.getvalue()):
        for chemin in projet.traite.rglob("*.parquet"):
            chemin.write_bytes(octets)
        for lire in (store.lire, store.lire_anomalies):
            abime(chemin, lambda lire=lire: lire(projet, "attributions", 2022))
    chemin = projet.traite / "journal" / "attributions-2022.json"
    for octets in (b"{", b"[]", b"\xff\xfe"):
        chemin.write_bytes(octets)
        abime(chemin, lambda: store.journaux(projet))


def _sans(journal: Any, chemin: tuple[str | int, ...], valeur: object) -> Any:
    """A copy of an account in which one value, at the end of ``chemin``, is another, or is not there."""
    copie = json.loads(json.dumps(journal))
    lieu = copie
    for cle in chemin[:-1]:
        lieu = lieu[cle]
    if valeur is None:
        del lieu[chemin[-1]]
    else:
        lieu[chemin[-1]] = valeur
    return copie


def test_un_compte_rendu_incomplet_est_refuse_en_francais(projet: Projet) -> None:
    enregistrer(projet, 1)
    chemin = projet.traite / "journal" / "attributions-2022.json"
    absences = [(cle,) for cle in COMPLET] + [("comptes", "lues"), ("motifs", "rejetees"), ("fichiers", 0, "sha256")]
    fausses = [(("comptes", "lues"), "3"), (("constats",), []), (("annee",), "2022"), (("manquants", "age"), [1]),
               (("motifs", "doublons"), [1]), (("fichiers", 0), "a.csv"), (("colonnes", "reconnues"), {}),
               *((("importe_le",), le) for le in ("hier", "2023-01-02", "2023-01-02T03:04:05", 2023))]  # fmt: skip
    for ou, valeur in [*((ou, None) for ou in absences), *fausses]:
        chemin.write_text(json.dumps(_sans(COMPLET, ou, valeur)), encoding="utf-8")
        abime(chemin, lambda: store.lire_journal(projet, "attributions", 2022))
    chemin.write_text(json.dumps(COMPLET), encoding="utf-8")
    assert store.lire_journal(projet, "attributions", 2022) == COMPLET


_IMPORTE = """
import sys
from cil_analysis.extraits.store import verrou
from cil_analysis.projet import ouvrir_projet

with verrou(ouvrir_projet(sys.argv[1])):
    print("importe", flush=True)
    sys.stdin.read()
"""


def test_deux_imports_a_la_fois_n_ecrivent_pas_ensemble(projet: Projet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits, then says so and writes nothing; the first is killed, and the second goes."""
    enregistrer(projet, 1)
    premier = subprocess.Popen(
        [sys.executable, "-c", _IMPORTE, str(projet.racine)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert premier.stdout is not None and premier.stdout.readline() == b"importe\n"
        monkeypatch.setattr(store, "_ATTENTE_S", 0.2)
        with refuser("import"):
            enregistrer(projet, 2)
        assert store.lire(projet, "attributions", 2022)["a"].tolist() == [1, 1, 1]
    finally:
        premier.kill()
        premier.communicate()
    enregistrer(projet, 2)
    assert store.lire(projet, "attributions", 2022)["a"].tolist() == [2, 2, 2]
