"""« cil explorer » and « cil completion »: JupyterLab on this machine alone, without network, and the shell."""

import argparse
import os
import secrets
import shutil
import socket
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from cil_analysis.commandes.commun import dire
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet

CARNET = "exploration.ipynb"
# Comes first among the folders that Jupyter reads its settings in: the page asks nothing about news or extensions.
_REGLAGES = Path(__file__).parent / "assets"
_ICI = "127.0.0.1"
_PORT, _PORTS_ESSAYES = 8888, 50
_SANS_RESEAU = (
    "--LabApp.extension_manager=readonly",  # the other one lists the packages of a registry
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def explorer(options: argparse.Namespace) -> None:
    """« cil explorer », until it is stopped. Raises ErreurCIL without JupyterLab, or when the port is taken."""
    projet: Projet = options.projet
    if find_spec("jupyterlab") is None:
        raise ErreurCIL(
            "JupyterLab n’est pas installé. Avec conda, il vient avec l’environnement : « conda env update -f "
            'environment.yml » ; sinon, dans le dossier du dépôt : « pip install -e ".[explorer]" ». Puis relancez '
            "« cil explorer »."
        )
    choisi = port_libre(options.port)
    carnet, nouveau = preparer_carnet(projet)
    jeton = os.environ.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))  # Not an argument: others could list it.
    os.environ["CIL_PROJET"] = str(projet.racine)
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(_REGLAGES), os.environ.get("JUPYTER_CONFIG_PATH")])
    )
    dire(f"Carnet : {carnet} ({'copie neuve' if nouveau else 'votre copie'}).")
    page = carnet.relative_to(projet.racine).as_posix()
    dire(f"Adresse, sur ce poste seul : http://{_ICI}:{choisi}/lab/tree/{page}?token={jeton}")
    dire("Ctrl+C pour arrêter. Les résultats affichés sont à usage interne.")
    import_module("jupyterlab.labapp").main(arguments(projet, carnet, choisi, navigateur=not options.sans_navigateur))


def preparer_carnet(projet: Projet) -> tuple[Path, bool]:
    """The analyst's copy of the notebook, made the first time, and whether it was made now. An existing one is kept."""
    modele = projet.carnets / CARNET
    if not modele.is_file():
        raise ErreurCIL(f"Le carnet {modele} est introuvable : remettez-le depuis le dépôt cil-analysis.")
    copie = projet.explorations / CARNET
    if copie.exists():
        return copie, False
    projet.explorations.mkdir(mode=0o750, exist_ok=True)
    shutil.copyfile(modele, copie)
    return copie, True


def arguments(projet: Projet, carnet: Path, port: int, *, navigateur: bool) -> list[str]:
    """The arguments of JupyterLab."""
    return [
        f"--ServerApp.ip={_ICI}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={projet.racine}",
        f"--ServerApp.open_browser={navigateur}",
        "--ServerApp.answer_yes=True",  # Ctrl+C stops at once
        "--Application.log_level=ERROR",
        *_SANS_RESEAU,
        str(carnet),
    ]


def port_libre(port: int | None) -> int:
    """The port asked for, or the first free one from Jupyter's usual one on."""
    for essai in range(_PORT, _PORT + _PORTS_ESSAYES) if port is None else (port,):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as prise:
            try:
                prise.bind((_ICI, essai))
            except OSError:
                continue
            return essai
    raise ErreurCIL(
        f"Le port {port or _PORT} est déjà pris : fermez le JupyterLab qui l’occupe, ou choisissez-en un autre avec "
        "« --port »."
    )


def completion(options: argparse.Namespace) -> None:
    """« cil completion »: what a shell reads to complete the commands and options of `cil`, and file names."""
    try:
        import shtab
    except ImportError:
        raise ErreurCIL(
            "Ce qui écrit la complétion, shtab, n’est pas installé : installez-le (pip install shtab, ou conda install "
            "-c conda-forge shtab), puis relancez la commande. Il ne sert qu’à cela."
        ) from None
    from cil_analysis.commandes import analyseur_des_commandes

    analyseur = analyseur_des_commandes()
    (commandes,) = (action for action in analyseur._actions if isinstance(action, argparse._SubParsersAction))
    for un in (analyseur, *commandes.choices.values()):
        for action in un._actions:
            if action.type is Path:
                action.complete = shtab.FILE  # How shtab is told of a path.
    sys.stdout.write(shtab.complete(analyseur, shell=options.interprete) + "\n")
