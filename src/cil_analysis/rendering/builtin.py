"""The embedded engine: nbclient runs the cells, Pandoc makes the page. PyPI parts only."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pypandoc
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendering import notebooks
from cil_analysis.rendering.notebooks import Avancement

_IMAGE = re.compile(r"<img\b[^>]*?\ssrc=\"(?!data:)", re.IGNORECASE)
_EN_LIGNE = re.compile(r"(?<!`)`\{python\}[ \t]")


def page(texte: str, notebook: Path, titre: str, avancement: Avancement) -> str:
    """The HTML page of an already parameterised notebook text; cells run in the notebook's folder."""
    carnet = notebooks.analyser(texte)
    executer(carnet, notebook, avancement)
    avancement("Mise en page")
    return mettre_en_page(assembler(carnet, avancement), notebook.resolve().parent, titre)


def executer(carnet: NotebookNode, notebook: Path, avancement: Avancement) -> None:
    """Run the code cells in place. Raises ErreurCIL at the first cell that fails."""
    reperes = notebooks.reperes(carnet)
    if not reperes:
        return
    with tempfile.TemporaryDirectory(prefix="cil-rendu-") as brut:
        dossier = Path(brut)
        env = notebooks.environnement(dossier)
        specs = KernelSpecManager(
            kernel_dirs=[str(dossier / "jupyter" / "kernels")], ensure_native_kernel=False, allowed_kernelspecs={"cil"}
        )
        noyau = AsyncKernelManager(
            kernel_name="cil",
            kernel_spec_manager=specs,
            connection_file=str(dossier / "noyau.json"),
            # Sockets in our own folder: on a shared machine the kernel's messages (rows included) leave no port open.
            transport="tcp" if sys.platform == "win32" else "ipc",
        )
        client = NotebookClient(
            carnet,
            km=noyau,
            timeout=None,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(notebook.resolve().parent)}},
        )
        client.owns_km = True  # the kernel manager is ours, but the client is to stop the kernel when it is done
        rang = -1
        try:
            with client.setup_kernel(env=env, cwd=str(notebook.resolve().parent)):
                for rang, repere in reperes.items():
                    cellule = carnet.cells[rang]
                    if notebooks.options(cellule.source).get("eval") is False:
                        continue
                    avancement(repere)
                    client.execute_cell(cellule, rang)
        except CellExecutionError as erreur:
            message = notebooks.sans_couleurs(erreur.evalue)
            raise notebooks.echec(notebook.name, reperes[rang], erreur.ename, message) from None
        except DeadKernelError:
            raise notebooks.echec(
                notebook.name, reperes.get(rang, "1"), "arrêt", "Python s’est interrompu (mémoire insuffisante\u202f?)"
            ) from None


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


def mettre_en_page(markdown: str, dossier: Path, titre: str) -> str:
    """Markdown to the page. Relative images are looked for in `dossier` and embedded."""
    html = _pandoc(markdown, dossier, titre)
    if _IMAGE.search(html):
        # Embedding reparses the whole page (seconds on a large one), so only when there is something to embed.
        html = _pandoc(markdown, dossier, titre, "--embed-resources")
    return html


def _pandoc(markdown: str, dossier: Path, titre: str, *plus: str) -> str:
    commande = [
        pypandoc.get_pandoc_path(),
        "--from=markdown",
        "--to=html5",
        "--standalone",
        f"--template={notebooks.ACTIFS / notebooks.GABARIT}",
        f"--lua-filter={notebooks.ACTIFS / notebooks.FILTRE}",
        "--toc",
        f"--toc-depth={notebooks.PROFONDEUR_SOMMAIRE}",
        "--section-divs",
        "--mathml",
        "--wrap=none",
        "--metadata=lang=fr",
        *plus,
    ]
    # Not on the command line, which Pandoc reads in the locale's encoding.
    entree = f"---\npagetitle: {notebooks.titre_en_yaml(titre)}\n---\n\n{markdown}"
    rendu = subprocess.run(commande, input=entree.encode("utf-8"), capture_output=True, cwd=dossier, check=False)
    if rendu.returncode:
        raise ErreurCIL(f"Pandoc n’a pas pu mettre en page le rapport\u202f: {rendu.stderr.decode().strip()}")
    return rendu.stdout.decode("utf-8")
