"""The embedded engine: nbclient runs the cells, Pandoc makes the page. PyPI parts only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypandoc
from nbformat import NotebookNode

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.habillage import Habillage
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.noyau import Noyau
from cil_analysis.temporaires import dossier_temporaire

_IMAGE = re.compile(r"<img\b[^>]*?\ssrc=\"(?!data:)", re.IGNORECASE)
# A style sheet or a script, as the template calls it, and where its text is put afterwards.
_PARTIEL = re.compile(r"\$([a-z]+\.(?:css|js))\(\)\$")
_A_REMPLIR = re.compile(r"<!--([a-z]+\.(?:css|js))-->\n")
_EN_LIGNE = re.compile(r"(?<!`)`\{python\}[ \t]")


def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement, noyau: Noyau) -> str:
    """The HTML page of an already parameterised notebook text, whose cells the kernel runs.

    Raises ErreurCIL at the first one that fails.
    """
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
    commande = [
        pypandoc.get_pandoc_path(),
        "--from=markdown",
        "--to=html5",
        "--standalone",
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
    entree = habillage.en_yaml() + markdown
    rendu = subprocess.run(commande, input=entree.encode("utf-8"), capture_output=True, cwd=dossier, check=False)
    if rendu.returncode:
        raise ErreurCIL(
            "Pandoc n’a pas pu mettre en page le rapport. Corrigez le carnet ; il dit\u202f: "
            f"{rendu.stderr.decode().strip()}"
        )
    return rendu.stdout.decode("utf-8")
