"""The Quarto engine: a temporary project that holds the notebook and our assets, rendered and read back.

Why a copy: `quarto render` next to the notebook would inherit whatever `_quarto.yml` lies above it (a user's
website, say), write beside the sources, and clash with a second render of the same notebook (figure folders,
transient notebooks). The copy has its own `_quarto.yml`, which stops the search for a project, and only the cells'
working directory stays the notebook's folder (`--execute-dir`). The `_quarto.yml` at the root of the repository has
the same settings (a test compares them), so that `quarto render notebooks/…` by hand, RStudio and VS Code agree.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendering import notebooks
from cil_analysis.rendering.habillage import Habillage
from cil_analysis.rendering.notebooks import Avancement

VERSION_MINIMALE = (1, 7)
_CARNET, _PAGE = "carnet.qmd", "page.html"
_CELLULE = re.compile(r"Cell (\d+)/\d+:")
_ERREUR = re.compile(r"^(?:UncaughtCellError:)?(?P<nature>[A-Za-z_][\w.]*)\s*: (?P<message>.*)$")


def version() -> tuple[int, ...] | None:
    """Version of the Quarto on the PATH, None when there is none or when it does not answer."""
    binaire = shutil.which("quarto")
    if binaire is None:
        return None
    try:
        reponse = subprocess.run([binaire, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    trouve = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", reponse.stdout)
    return tuple(int(n) for n in trouve.groups("0")) if trouve else None


def configuration(actifs: str = "") -> dict[str, Any]:
    """The settings of `_quarto.yml` that make the page; `actifs` is the folder of the assets, "" or ending in /.

    Each departs from Quarto's default for a reason: `minimal` and `theme: none` drop Bootstrap, anchors, copy
    buttons and pop-ups; `html-table-processing: none` keeps our HTML tables as written (Quarto would parse them);
    `output: asis` puts cell outputs in the document without wrapper divs, so headings and sections are those of the
    embedded engine; `mathml` avoids MathJax; partials rather than `css:` keep style and script inside the template.
    """
    return {
        "lang": "fr",
        "execute": {"echo": False, "output": "asis", "warning": False},
        "filters": [f"{actifs}{notebooks.FILTRE}"],
        "format": {
            "html": {
                "minimal": True,
                "theme": "none",
                "template": f"{actifs}{notebooks.GABARIT}",
                "template-partials": [f"{actifs}{nom}" for nom in notebooks.PARTIELS],
                "toc": True,
                "toc-depth": notebooks.PROFONDEUR_SOMMAIRE,
                "section-divs": True,
                "html-math-method": "mathml",
                "html-table-processing": "none",
                "embed-resources": True,
                "wrap": "none",
            }
        },
    }


def commande(binaire: str, notebook: Path) -> list[str]:
    """Run from the temporary project; no daemon, or a kernel of a deleted folder would linger for minutes."""
    dossier = str(notebook.resolve().parent)
    return [
        binaire, "render", _CARNET, "--to", "html", "--output", _PAGE,
        "--execute-dir", dossier, "--no-execute-daemon", "--no-cache",
    ]  # fmt: skip


def preparer(dossier: Path, texte: str, habillage: Habillage) -> None:
    """Fill the temporary project."""
    for nom in (notebooks.GABARIT, notebooks.FILTRE, *notebooks.PARTIELS):
        shutil.copyfile(notebooks.ACTIFS / nom, dossier / nom)
    reglages = {"project": {"type": "default"}, **configuration()}
    (dossier / "_quarto.yml").write_text(yaml.safe_dump(reglages, allow_unicode=True), encoding="utf-8")
    # `jupyter: cil` names the kernel that notebooks.environnement describes.
    (dossier / _CARNET).write_text(habillage.en_yaml(jupyter="cil") + texte, encoding="utf-8")


def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement) -> str:
    """The HTML page of an already parameterised notebook text; cells run in the notebook's folder."""
    binaire = shutil.which("quarto")
    if binaire is None:
        raise ErreurCIL("Quarto est introuvable sur cette machine.")
    with tempfile.TemporaryDirectory(prefix="cil-quarto-") as brut:
        dossier = Path(brut).resolve()
        projet = dossier / "projet"
        projet.mkdir()
        preparer(projet, texte, habillage)
        reperes = list(notebooks.reperes(notebooks.analyser(texte)).values())
        env = notebooks.environnement(dossier) | {"NO_COLOR": "1"}
        env.pop("QUARTO_PROFILE", None)
        journal, rang = [], 0
        with subprocess.Popen(
            commande(binaire, notebook), cwd=projet, env=env, text=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as processus:  # fmt: skip
            assert processus.stdout is not None
            for ligne in processus.stdout:
                journal.append(notebooks.sans_couleurs(ligne.rstrip()))
                if (trouve := _CELLULE.search(ligne)) and int(trouve[1]) <= len(reperes):
                    rang = int(trouve[1])
                    avancement(reperes[rang - 1])
        resultat = projet / _PAGE
        if processus.returncode or not resultat.exists():
            raise _echec(notebook.name, journal, reperes[rang - 1] if rang else "")
        return resultat.read_text(encoding="utf-8")


def _echec(nom: str, journal: list[str], repere: str) -> ErreurCIL:
    """Quarto's log to a sentence: the last « Type: message » line is the exception of the cell that failed."""
    if repere:
        for rang in range(len(journal) - 1, -1, -1):
            trouve = _ERREUR.match(journal[rang])
            if trouve and trouve["nature"].rpartition(".")[2][:1].isupper():
                return notebooks.echec(nom, repere, trouve["nature"], trouve["message"])
    fin = os.linesep.join(ligne for ligne in journal[-8:] if ligne)
    return ErreurCIL(f"Quarto n’a pas pu rendre le carnet {nom}\u202f:\n{fin}")
