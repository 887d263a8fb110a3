"""The embedded engine, of PyPI parts only: a warm kernel runs the cells of many notebooks, Pandoc makes the pages."""

import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pypandoc
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import dossier_temporaire, parent_au_nom_court
from cil_analysis.projet import EPCI_VOULU, PUBLICATION
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Habillage

# What every report imports. Garbage is seldom looked for, and never among the libraries: a kernel does not live long.
_IMPORTER = """
import gc
gc.set_threshold(500_000)
import matplotlib.pyplot
import cil_analysis.ouvrir
gc.freeze()
"""
# Before each notebook: names, drawings and folder of the one before, which it could see; what it is told by the
# environment, its EPCI and its figures, which may come after the kernel.
_DITS = (EPCI_VOULU, PUBLICATION)
_PREPARER = """
import os as _os, sys as _sys
_os.chdir({dossier!r})
for _nom in {dits!r}:
    _os.environ.pop(_nom, None)
_os.environ.update({transmis!r})
if "matplotlib.pyplot" in _sys.modules:
    _sys.modules["matplotlib.pyplot"].close("all")
get_ipython().reset(new_session=True)
"""
# A system refuses the name of a socket beyond 103 bytes; ours adds 14 to that of its folder.
_LONGUEUR = 89
_IMAGE = re.compile(r"<img\b[^>]*?\ssrc=\"(?!data:)", re.IGNORECASE)
# A style sheet or a script, as the template calls it, and where its text is put afterwards.
_PARTIEL = re.compile(r"\$([a-z]+\.(?:css|js))\(\)\$")
_A_REMPLIR = re.compile(r"<!--([a-z]+\.(?:css|js))-->\n")
_EN_LIGNE = re.compile(r"(?<!`)`\{python\}[ \t]")


# Of zmq, in English: on Windows it talks to the kernel by a thread more, which changes nothing.
warnings.filterwarnings("ignore", "Proactor event loop", RuntimeWarning)


class Noyau:
    """A running kernel whose cells run in ``dossier``; made by :func:`noyau`."""

    def __init__(self, client: NotebookClient, dossier: Path) -> None:
        self._client = client
        self._dossier = dossier

    def importer(self) -> None:
        """Import now what every report does; what fails is said by the notebook that needs it, a dead kernel too."""
        with suppress(CellExecutionError, DeadKernelError):
            self._executer_seul(_IMPORTER)

    def executer(self, carnet: NotebookNode, nom: str, avancement: Avancement) -> None:
        """Run the code cells in place, from an empty namespace. Raises ErreurCIL at the first cell that fails."""
        reperes = notebooks.reperes(carnet)
        rang = -1
        try:
            transmis = {nom: os.environ[nom] for nom in _DITS if nom in os.environ}
            self._executer_seul(_PREPARER.format(dossier=str(self._dossier), dits=_DITS, transmis=transmis))
            self._changer(carnet)
            for rang, repere in reperes.items():
                cellule = carnet.cells[rang]
                if notebooks.options(cellule.source).get("eval") is False:
                    continue
                avancement(repere)
                # Nobody reads the history of the cells, a database that each of them would wait for.
                self._client.execute_cell(cellule, rang, store_history=False)
        except CellExecutionError as erreur:
            message = notebooks.sans_couleurs(erreur.evalue)
            raise notebooks.echec(nom, reperes[rang], erreur.ename, message) from None
        except DeadKernelError:
            raise notebooks.echec(
                nom, reperes.get(rang, "1"), "arrêt", "Python s’est interrompu (mémoire insuffisante\u202f?)"
            ) from None

    def _executer_seul(self, source: str) -> None:
        carnet = notebooks.analyser(f"```{{python}}\n{source}\n```")
        self._changer(carnet)
        self._client.execute_cell(carnet.cells[0], 0, store_history=False)

    def _changer(self, carnet: NotebookNode) -> None:
        self._client.nb = carnet
        self._client.reset_execution_trackers()


def _dossier_des_sockets() -> Path:
    """A folder for temporary files whose name leaves room for that of a socket. Raises ErreurCIL when there is none."""
    trouve = parent_au_nom_court("rendu", _LONGUEUR)
    if trouve is None:
        raise ErreurCIL(
            f"Le dossier des fichiers temporaires a un nom trop long ({tempfile.gettempdir()}) : indiquez-en un de "
            "moins de 60 signes par la variable TMPDIR, puis relancez la commande."
        )
    return trouve


@contextmanager
def noyau(dossier: Path) -> Iterator[Noyau]:
    """A kernel that runs in ``dossier``, stopped at the end."""
    ici = str(dossier.resolve())
    with dossier_temporaire("rendu", _dossier_des_sockets()) as temporaire:
        env = notebooks.environnement(temporaire)
        specs = KernelSpecManager(kernel_dirs=[str(temporaire / "jupyter" / "kernels")])
        gestion = AsyncKernelManager(
            kernel_name="cil",
            kernel_spec_manager=specs,
            connection_file=str(temporaire / "noyau.json"),
            # Sockets in our own folder: on a shared machine the kernel's messages (rows included) leave no port open.
            transport="tcp" if sys.platform == "win32" else "ipc",
        )
        client = NotebookClient(
            notebooks.analyser(""),
            km=gestion,
            timeout=None,
            shutdown_kernel="immediate",  # It has nothing left to write.
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": ici}},
        )
        client.owns_km = True  # the kernel manager is ours, but the client is to stop the kernel when it is done
        # Its own errors are raised here; what else it writes, at an interruption, is for no reader.
        with ExitStack() as pile:
            try:
                pile.enter_context(client.setup_kernel(env=env, cwd=ici, stderr=subprocess.DEVNULL))
            except RuntimeError as erreur:
                raise ErreurCIL(
                    "Python ne démarre pas pour exécuter les carnets (mémoire insuffisante\u202f?) : fermez d’autres "
                    "programmes, puis relancez la commande."
                ) from erreur
            yield Noyau(client, Path(ici))


def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement, noyau: Noyau) -> str:
    """The HTML page of an already parameterised notebook text. Raises ErreurCIL at the first cell that fails."""
    carnet = notebooks.analyser(texte)
    noyau.executer(carnet, notebook.name, avancement)
    markdown = assembler(carnet, avancement)
    avancement("Mise en page")
    return mettre_en_page(markdown, notebook.resolve().parent, habillage)


def assembler(carnet: NotebookNode, avancement: Avancement) -> str:
    """The Markdown document: prose cells and the text/markdown outputs of code cells, never their code."""
    reperes = notebooks.reperes(carnet)
    morceaux: list[str] = []
    for rang, cellule in enumerate(carnet.cells):
        if cellule.cell_type == "markdown":
            if _EN_LIGNE.search(cellule.source):
                raise ErreurCIL(
                    "Une expression en ligne `{python} …` se trouve dans le texte du carnet\u202f; "
                    "affichez plutôt la phrase depuis une cellule."
                )
            morceaux.append(cellule.source)
        elif cellule.cell_type == "code":
            reglages = notebooks.options(cellule.source)
            if False in (reglages.get("include"), reglages.get("output")):
                continue
            for sortie in cellule.outputs:
                markdown = sortie.get("data", {}).get("text/markdown")
                if markdown is not None:
                    morceaux.append(markdown)
                elif sortie.get("name") != "stderr":
                    avancement(f"Cellule {reperes[rang]}\u202f: sortie ignorée (ni texte ni figure du rapport)")
    return "\n\n".join(morceaux) + "\n"


def mettre_en_page(markdown: str, dossier: Path, habillage: Habillage) -> str:
    """Markdown to the page. Relative images are looked for in `dossier` and embedded."""
    with dossier_temporaire("rendu") as temporaire:
        # Pandoc takes ten times longer to read a template with our styles and scripts in it than to make a sheet.
        gabarit = temporaire / notebooks.GABARIT
        gabarit.write_text(_PARTIEL.sub(r"<!--\1-->", notebooks.actif(notebooks.GABARIT)), encoding="utf-8")
        html = _pandoc(markdown, dossier, habillage, f"--template={gabarit}")
        if _IMAGE.search(html):
            # Embedding reparses the whole page (seconds on a large one), so only when there is something to embed.
            html = _pandoc(markdown, dossier, habillage, f"--template={gabarit}", "--embed-resources")
    return _A_REMPLIR.sub(lambda nom: notebooks.actif(nom[1]).rstrip("\n"), html)


def _pandoc(markdown: str, dossier: Path, habillage: Habillage, *plus: str) -> str:
    refus = "Pandoc n’a pas pu mettre en page le rapport. Corrigez le carnet"
    options = [f"--defaults={notebooks.ACTIFS / 'pandoc.yml'}", *plus]
    # The header is not on the command line, which Pandoc reads in the locale's encoding.
    return pandoc(habillage.en_yaml() + markdown, refus, options, cwd=dossier).decode("utf-8")


def pandoc(entree: str, refus: str, options: Sequence[str], **autour: Any) -> bytes:
    """What Pandoc makes of a text. Raises ErreurCIL: ``refus``, and what it says."""
    commande = [pypandoc.get_pandoc_path(), *options]
    rendu = subprocess.run(commande, input=entree.encode("utf-8"), capture_output=True, check=False, **autour)
    if rendu.returncode:
        raise ErreurCIL(f"{refus} ; il dit : {rendu.stderr.decode().strip()}")
    return bytes(rendu.stdout)
