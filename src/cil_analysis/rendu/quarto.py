"""The Quarto engine: a temporary project that holds the notebook and our assets, rendered and read back.

Beside the notebook, `quarto render` would inherit whatever `_quarto.yml` lies above it and clash with a second
render. The copy has one of its own, which says what that of the repository says (a test compares them); cells run in
the notebook's folder.
"""

import itertools
import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import dossier_temporaire
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.notebooks import Avancement
from cil_analysis.rendu.page import Habillage

VERSION_MINIMALE = (1, 7)
_CARNET, _PAGE = "carnet.qmd", "page.html"
_CELLULE = re.compile(r"Cell (\d+)/\d+:")
# The exception of a cell, not a line of Quarto's own (« WARN: Error encountered… » ends the log of 1.9).
_ERREUR = re.compile(
    r"^(?:UncaughtCellError:)?(?P<nature>(?:\w+\.)*(?!(?:ERROR|WARN|INFO)\b)[A-Z]\w*)\s*: (?P<message>.*)$"
)
# Where Quarto, Pandoc or Python begins to say what is wrong, and where the rest of the log follows.
_DEBUT = re.compile(r"ERROR\b|Error\b|[A-Z]\w*(?:Error|Exception): ")
_FIN = re.compile(r"Stack trace:|WARN\b|    at ")
_LIGNES = 8
# Run as its kernel starts: of what a cell shows, the page has what is of the report, as with the other engine. What it
# prints, or another value, the rows of households among them, is noted and not kept.
_TAIRE = """
import io, pathlib, sys
class Ecart(io.TextIOBase):
    noter = pathlib.Path({fichier!r}).touch
    def write(self, texte):
        self.noter()
        return len(texte)
    def du(self, fait):
        if fait.result is not None and not hasattr(fait.result, "_repr_mimebundle_"):
            self.noter()
sys.stdout = Ecart()
formes = get_ipython().display_formatter.formatters
for forme in set(formes) - {{"text/markdown"}}:
    del formes[forme]
get_ipython().events.register("post_run_cell", sys.stdout.du)
"""


class EchecDeQuarto(ErreurCIL):
    """Quarto itself could not make the page, whatever its cells are; ``raison``: the lines of its log that say why."""

    def __init__(self, nom: str, raison: list[str]) -> None:
        constat = f"Quarto n’a pas pu rendre le carnet {nom}"
        super().__init__(
            f"{constat}\u202f:\n{os.linesep.join(raison)}\n"
            "Corrigez ce qu’il signale, ou choisissez le moteur «\u00a0interne\u00a0» (--moteur interne)."
        )
        self.en_une_ligne = textwrap.shorten(f"{constat} ({' '.join(raison)}", 300, placeholder=" …") + ")"


def version() -> tuple[int, ...] | None:
    """Version of the Quarto on the PATH, None when there is none, empty when it does not answer."""
    binaire = shutil.which("quarto")
    if binaire is None:
        return None
    try:
        reponse = subprocess.run([binaire, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    trouve = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", reponse.stdout)
    return tuple(int(n) for n in trouve.groups("0")) if trouve else ()


def preparer(dossier: Path, texte: str, habillage: Habillage) -> None:
    """Fill the temporary project."""
    for nom in (notebooks.GABARIT, notebooks.FILTRE, *notebooks.PARTIELS):
        shutil.copyfile(notebooks.ACTIFS / nom, dossier / nom)
    shutil.copyfile(notebooks.ACTIFS / "quarto.yml", dossier / "_quarto.yml")
    # `jupyter: cil` names the kernel that notebooks.environnement describes.
    (dossier / _CARNET).write_text(habillage.en_yaml(jupyter="cil") + texte, encoding="utf-8")


def page(texte: str, notebook: Path, habillage: Habillage, avancement: Avancement) -> str:
    """The HTML page of an already parameterised notebook text; cells run in the notebook's folder."""
    binaire = shutil.which("quarto")
    if binaire is None:
        raise ErreurCIL("Quarto est introuvable sur cette machine : installez-le, ou choisissez --moteur interne.")
    with dossier_temporaire("quarto") as temporaire:
        dossier = temporaire.resolve()
        projet = dossier / "projet"
        projet.mkdir()
        preparer(projet, texte, habillage)
        reperes = list(notebooks.reperes(notebooks.analyser(texte)).values())
        env = notebooks.environnement(dossier) | {"NO_COLOR": "1"}
        env.pop("QUARTO_PROFILE", None)
        ignorees = dossier / "ignorees"
        depart = dossier / "ipython" / "profile_default" / "startup"
        depart.mkdir(parents=True)
        (depart / "taire.py").write_text(_TAIRE.format(fichier=str(ignorees)), encoding="utf-8")
        # No daemon, or a kernel of a deleted folder would linger for minutes.
        commande = [
            binaire, "render", _CARNET, "--to", "html", "--output", _PAGE,
            "--execute-dir", str(notebook.resolve().parent), "--no-execute-daemon", "--no-cache",
        ]  # fmt: skip
        journal, rang, en_cours = [], 0, False
        with subprocess.Popen(
            commande, cwd=projet, env=env, text=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as processus:  # fmt: skip
            assert processus.stdout is not None
            for ligne in processus.stdout:
                journal.append(notebooks.sans_couleurs(ligne.rstrip()))
                if (trouve := _CELLULE.search(ligne)) and int(trouve[1]) <= len(reperes):
                    rang, en_cours = int(trouve[1]), not ligne.rstrip().endswith("Done")
                    avancement(reperes[rang - 1])
        resultat = projet / _PAGE
        if processus.returncode or not resultat.exists():
            raise _echec(notebook.name, journal, reperes[rang - 1] if en_cours else "")
        if ignorees.exists():
            avancement("Ce que des cellules écrivent ou montrent d’autre que le rapport est ignoré")
        return resultat.read_text(encoding="utf-8")


def _echec(nom: str, journal: list[str], repere: str) -> ErreurCIL:
    """Quarto's log to a sentence; ``repere``: the cell that was running, whose exception is the last one said."""
    if repere:
        for ligne in reversed(journal):
            if trouve := _ERREUR.match(ligne):
                return notebooks.echec(nom, repere, trouve["nature"], trouve["message"])
    return EchecDeQuarto(nom, _raison(journal))


def _raison(journal: list[str]) -> list[str]:
    """The first error of a log, with the lines that go on with it; its last lines when it says none."""
    lignes = [ligne for ligne in journal if ligne.strip()]
    debut = next((rang for rang, ligne in enumerate(lignes) if _DEBUT.match(ligne)), None)
    if debut is None:
        return lignes[-_LIGNES:]
    suite = itertools.takewhile(lambda ligne: not _FIN.match(ligne), lignes[debut + 1 : debut + _LIGNES])
    return [lignes[debut], *suite]
