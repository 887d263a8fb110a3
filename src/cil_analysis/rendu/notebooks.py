"""What both engines share: reading a .qmd, injecting parameters, running it, the files around it."""

import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from nbformat.notebooknode import NotebookNode, from_dict

from cil_analysis.erreurs import ErreurCIL, Indisponible

ACTIFS = Path(__file__).parent / "assets"
GABARIT = "template.html"
PARTIELS = ("style.css", "presenter.css", "impression.css", "fiche.css", "comportement.js", "presenter.js")
SCRIPTS = tuple(nom for nom in PARTIELS if nom.endswith(".js"))
FILTRE = "filtre.lua"
TEMOIN = "CIL_RENDU"  # set in the kernel of a render: display objects then give text/markdown

# Of what a notebook shows, nobody reads the history nor « Out »: emptied at each page, the latter searches all memory.
_SANS_MEMOIRE = ("--InteractiveShell.cache_size=0", "--HistoryManager.enabled=False")

ENTETE = r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?"  # of a notebook, with DOTALL and MULTILINE

# Of the faults of a cell, those that say themselves in French.
_DITES = (ErreurCIL.__name__, Indisponible.__name__)

_BARRIERE = re.compile(r"^(`{3,}|~{3,})")
_CELLULE = re.compile(r"^`{3,}\s*\{python\b[^}]*\}\s*$")
_CELLULE_MANQUEE = re.compile(r"(`{3,}|~{3,})\s*\{\s*python", re.IGNORECASE)
_TITRE = re.compile(r"^#{1,6}\s+(.*?)\s*(?:\{[^}]*\})?\s*#*\s*$")


def actif(nom: str) -> str:
    """The text of one of our assets."""
    return (ACTIFS / nom).read_text(encoding="utf-8")


def lire(notebook: Path) -> str:
    """The text of a .qmd, without its YAML front matter, of which the engines keep `classe` alone (see habillage)."""
    if notebook.suffix != ".qmd":
        raise ErreurCIL(f"{notebook} n’est pas un carnet .qmd : nommez-en un.")
    try:
        texte = notebook.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ErreurCIL(f"Le carnet {notebook} est introuvable : restaurez-le depuis le logiciel.") from None
    except UnicodeDecodeError:
        raise ErreurCIL(f"Le carnet {notebook} n’est pas en UTF-8 : enregistrez-le ainsi.") from None
    lignes = texte.split("\n")
    for debut, fin in _blocs(lignes):
        barriere = lignes[debut][: len(lignes[debut]) - len(lignes[debut].lstrip("`~"))]
        avalees = [ligne for ligne in lignes[debut + 1 : fin] if _CELLULE.match(ligne) and ligne.startswith(barriere)]
        if avalees or (fin == len(lignes) and _CELLULE.match(lignes[debut])):
            raise ErreurCIL(
                f"Le carnet {notebook.name}, ligne {debut + 1} : une cellule ou un bloc n’est pas fermé, ou s’ouvre en "
                "retrait. Mettez « ``` » sans retrait avant son contenu, et seul sur une ligne après."
            )
    dedans = {rang for debut, fin in _blocs(lignes) for rang in range(debut + 1, fin)}
    for rang, ligne in enumerate(lignes):  # Its code would be on the page.
        if rang not in dedans and _CELLULE_MANQUEE.search(ligne) and not _CELLULE.match(ligne):
            raise ErreurCIL(
                f"Le carnet {notebook.name}, ligne {rang + 1} : une cellule s’ouvre par « ```{{python}} », seul sur "
                "une ligne, sans rien devant. Écrivez-le ainsi."
            )
    return re.sub(ENTETE, "", texte, count=1, flags=re.DOTALL | re.MULTILINE)


def injecter(texte: str, parametres: Mapping[str, object], nom: str) -> str:
    """Add, after the cell tagged `parameters`, a cell that sets `parametres`.

    Done on the text, so that Quarto runs exactly what the embedded engine runs, without papermill. Raises
    ErreurCIL when a name is not a variable of that cell.
    """
    if not parametres:
        return texte
    lignes = texte.split("\n")
    for debut, fin in _cellules(lignes):
        source = "\n".join(lignes[debut + 1 : fin])
        tags = options(source).get("tags")
        if "parameters" not in (tags if isinstance(tags, list) else [tags]):
            continue
        posees = (x for x in ast.parse(source).body if isinstance(x, ast.Assign | ast.AnnAssign))
        noms = (nom for x in posees for nom in ast.walk(x) if isinstance(nom, ast.Name))
        connus = [nom.id for nom in noms if isinstance(nom.ctx, ast.Store)]
        inconnus = [p for p in parametres if p not in connus]
        if inconnus:
            raise ErreurCIL(
                f"Le carnet {nom} ne connaît pas le paramètre «\u00a0{inconnus[0]}\u00a0». "
                f"Paramètres possibles\u202f: {', '.join(connus)}."
            )
        cellule = ["", "```{python}", "#| tags: [injected-parameters]"]
        cellule += [f"{cle} = {valeur!r}" for cle, valeur in parametres.items()]
        return "\n".join([*lignes[: fin + 1], *cellule, "```", "", *lignes[fin + 1 :]])
    raise ErreurCIL(
        f"Le carnet {nom} n’a pas de cellule de paramètres. Commencez-en une par «\u00a0#| tags: [parameters]\u00a0»."
    )


def analyser(texte: str) -> NotebookNode:
    """The cells of a .qmd text: its ```{python} fences are code, whatever stands between is Markdown, untouched.

    Not jupytext: its Rmd reader takes a ```{=html} block for a code cell when it comes first or after another cell,
    where Quarto keeps it in the prose.
    """
    lignes = texte.split("\n")
    cellules: list[dict[str, object]] = []
    suite = 0
    for debut, fin in [*_cellules(lignes), (len(lignes), len(lignes))]:
        prose = "\n".join(lignes[suite:debut]).strip("\n")
        if prose:
            cellules.append({"cell_type": "markdown", "source": prose, "metadata": {}})
        if debut < len(lignes):
            code = "\n".join(lignes[debut + 1 : fin])
            cellules.append(
                {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
            )
        suite = fin + 1
    brut = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cellules}
    carnet: NotebookNode = from_dict(brut)  # type: ignore[no-untyped-call]  # nbformat has no annotations
    return carnet


@cache
def options(source: str) -> Mapping[str, Any]:
    """The `#|` options at the head of a code cell."""
    entete = []
    for ligne in source.split("\n"):
        if not ligne.startswith("#|"):
            break
        entete.append(ligne[2:].removeprefix(" "))
    try:
        lues = yaml.safe_load("\n".join(entete)) if entete else None
    except (yaml.YAMLError, ValueError):  # the latter of a date that is none
        raise ErreurCIL(
            f"Une option de cellule ne se lit pas\u202f: «\u00a0#| {' '.join(entete)}\u00a0». "
            "Écrivez «\u00a0#| clé: valeur\u00a0», une par ligne."
        ) from None
    return lues if isinstance(lues, dict) else {}


def reperes(carnet: NotebookNode) -> dict[int, str]:
    """For each code cell, by its index among all cells: where it stands, « 5/23 · Objectifs »."""
    codes = [i for i, cellule in enumerate(carnet.cells) if cellule.cell_type == "code"]
    titre, resultat = "", {}
    for i, cellule in enumerate(carnet.cells):
        if cellule.cell_type == "markdown":
            lignes = cellule.source.split("\n")
            titre = [titre, *(_TITRE.sub(r"\1", lignes[rang]) for rang in titres(lignes))][-1]
        elif cellule.cell_type == "code":
            resultat[i] = f"{codes.index(i) + 1}/{len(codes)}" + (f" · {titre}" if titre else "")
    return resultat


def echec(nom: str, repere: str, nature: str, message: str) -> ErreurCIL:
    """The French sentence for a cell that raised; an ErreurCIL of the kernel keeps its own, and is told where."""
    rang, _, titre = repere.partition(" · ")
    ou = f"cellule {rang}" + (f" (section «\u00a0{titre}\u00a0»)" if titre else "")
    if nature.rpartition(".")[2] in _DITES:
        return ErreurCIL(f"{message} Carnet {nom}, {ou}.")
    # IPython calls a cell by a file of its own.
    message = re.sub(r" \(\d+\.py, line (\d+)\)$", r", ligne \1 de la cellule", message)
    return ErreurCIL(f"Le carnet {nom} s’est arrêté à la {ou}\u202f: {nature}\u202f: {message}")


def environnement(dossier: Path) -> dict[str, str]:
    """The environment of a kernel: this interpreter and this package, nothing of the user's own IPython.

    `dossier` (temporary) receives a kernel named `cil`; JUPYTER_PATH comes first in every Jupyter search, so a
    kernel installed elsewhere under the name python3 cannot be taken by mistake.
    """
    noyau = dossier / "jupyter" / "kernels" / "cil"
    noyau.mkdir(parents=True)
    commande = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_SANS_MEMOIRE]
    description = {"argv": commande, "display_name": "cil", "language": "python"}
    (noyau / "kernel.json").write_text(json.dumps(description), encoding="utf-8")
    env = {cle: valeur for cle, valeur in os.environ.items() if cle != "JPY_SESSION_NAME"}
    paquet = str(Path(__file__).resolve().parents[2])
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [paquet, env.get("PYTHONPATH", "")]))
    env["IPYTHONDIR"] = str(dossier / "ipython")
    env["JUPYTER_PATH"] = str(dossier / "jupyter")
    env["JUPYTER_RUNTIME_DIR"] = str(dossier / "runtime")
    env["QUARTO_PYTHON"] = sys.executable
    env["MPLBACKEND"] = "Agg"
    env["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    env[TEMOIN] = "1"
    return env


def sans_couleurs(texte: str) -> str:
    """Kernel messages carry terminal colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", texte)


Avancement = Callable[[str], None]


def _blocs(lignes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Line numbers of the opening and closing fences of each block; what is shown inside a fence opens none."""
    debut, cloture = -1, ""
    for rang, ligne in enumerate(lignes):
        if cloture and ligne.rstrip() == cloture:
            yield debut, rang
            cloture = ""
        elif not cloture and (barriere := _BARRIERE.match(ligne)):
            debut, cloture = rang, barriere[1]
    if cloture:
        yield debut, len(lignes)


def _cellules(lignes: Sequence[str]) -> list[tuple[int, int]]:
    return [(debut, fin) for debut, fin in _blocs(lignes) if _CELLULE.match(lignes[debut]) and fin < len(lignes)]


def titres(lignes: Sequence[str]) -> list[int]:
    """Which lines are headings: a comment of a cell is not one."""
    dedans = {rang for debut, fin in _blocs(lignes) for rang in range(debut, fin)}
    return [rang for rang, ligne in enumerate(lignes) if rang not in dedans and _TITRE.match(ligne)]
