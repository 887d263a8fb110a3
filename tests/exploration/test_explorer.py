"""`cil explorer`: the analyst's own copy of the notebook, in a JupyterLab that serves this machine alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from cil_analysis.commandes import poste
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from commande import echoue, lancer_ici
from messages import exiger_un_remede

RACINE = Path(__file__).resolve().parents[2]
sans_jupyterlab = pytest.mark.skipif(find_spec("jupyterlab") is not None, reason="JupyterLab est installé")
avec_jupyterlab = pytest.mark.skipif(
    find_spec("jupyterlab") is None, reason="JupyterLab absent\u202f: « cil explorer » n’est pas ouvert pour de vrai"
)


@pytest.fixture
def depot(tmp_path: Path) -> Projet:
    """A project at the root of a copy of the repository, as the real one is."""
    shutil.copytree(RACINE / "data" / "reference", tmp_path / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", tmp_path / "notebooks")
    return ouvrir_projet(tmp_path)


@sans_jupyterlab
def test_sans_jupyterlab_la_commande_dit_comment_l_installer(depot: Projet) -> None:
    dit = echoue(lancer_ici("explorer", "--sans-navigateur", dossier=depot.racine))
    assert "JupyterLab" in dit and "conda env update -f environment.yml" in dit and '".[explorer]"' in dit
    assert not depot.explorations.exists()


def test_un_port_impossible_est_un_mauvais_usage(depot: Projet) -> None:
    for port in ("80", "web"):
        dit = echoue(lancer_ici("explorer", f"--port={port}", dossier=depot.racine), 2)
        assert "--port" in dit and "1024" in dit


def test_la_copie_de_l_analyste_n_est_jamais_ecrasee(depot: Projet) -> None:
    copie, nouvelle = poste.preparer_carnet(depot)
    assert nouvelle and copie == depot.racine / "explorations" / "exploration.ipynb"
    assert copie.read_bytes() == (depot.carnets / "exploration.ipynb").read_bytes()
    copie.write_text("à moi", encoding="utf-8")
    assert poste.preparer_carnet(depot) == (copie, False)
    assert copie.read_text("utf-8") == "à moi"


def test_sans_carnet_modele_ou_sans_port_la_commande_le_dit(depot: Projet) -> None:
    (depot.carnets / "exploration.ipynb").unlink()
    with pytest.raises(ErreurCIL) as refus:
        poste.preparer_carnet(depot)
    assert "exploration.ipynb" in str(refus.value) and not depot.explorations.exists()
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        with pytest.raises(ErreurCIL) as refus:
            poste.port_libre(port)
    exiger_un_remede(refus.value, port)


@avec_jupyterlab
def test_jupyterlab_ouvre_le_carnet_sur_ce_poste_seul(depot: Projet, tmp_path_factory: pytest.TempPathFactory) -> None:
    maison = tmp_path_factory.mktemp("maison")
    (maison / "jupyter").mkdir()
    # A container's tests may run as root, which JupyterLab refuses by default.
    reglages = {"ServerApp": {"allow_root": True}}
    (maison / "jupyter" / "jupyter_server_config.json").write_text(json.dumps(reglages), "utf-8")
    env = os.environ | {
        "PYTHONPATH": str(RACINE / "src"),
        "HOME": str(maison),
        "JUPYTER_CONFIG_DIR": str(maison / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(maison / "runtime"),
        "JUPYTER_DATA_DIR": str(maison / "data"),
    }
    env.pop("JUPYTER_TOKEN", None)
    journal = maison / "journal.txt"
    port = poste.port_libre(None)
    with (
        journal.open("w") as flux,
        subprocess.Popen(
            [sys.executable, "-m", "cil_analysis", "explorer", "--sans-navigateur", f"--port={port}"],
            cwd=depot.racine,
            env=env,
            stdout=flux,
            stderr=flux,
        ) as processus,
    ):
        try:
            page = attendre(journal, port)
        finally:
            processus.terminate()
    assert '"news": {"disabled": true}' in page and '"can_install": false' in page
    assert "@jupyterlab/apputils-extension:announcements" in page
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/lab", timeout=5)


def attendre(journal: Path, port: int) -> str:
    """The page of the notebook, once the server answers; without its token it gives nothing."""
    fin = time.monotonic() + 60
    while time.monotonic() < fin:
        trouve = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/explorations/exploration\.ipynb\?token=\w{32,}",
                           journal.read_text("utf-8").replace("\u202f", " "))  # fmt: skip
        if trouve:
            try:
                with urllib.request.urlopen(trouve[0], timeout=10) as reponse:
                    page: str = reponse.read().decode("utf-8")
            except urllib.error.URLError:
                time.sleep(0.3)
                continue
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/contents", timeout=10)
            return page
        time.sleep(0.3)
    raise AssertionError(journal.read_text("utf-8"))
