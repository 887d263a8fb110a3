"""What a command answers, and the pages that one writes: templates of ``gabarits``, which look like what is read.

The filters are those of the report's sentences. « {% … +%} » keeps the end of its line.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cil_analysis.commandes.commun import MOTS, montrer, tableau
from cil_analysis.rapport.mots.gabarits import FILTRES
from cil_analysis.typographie import typographie

_DOSSIER = Path(__file__).with_name("gabarits")


def repondre(gabarit: str, **valeurs: object) -> None:
    """Show an answer on the standard output: ``gabarits/<gabarit>.txt``, filled in."""
    montrer(remplir(f"{gabarit}.txt", **valeurs).split("\n"))


def remplir(gabarit: str, **valeurs: object) -> str:
    """A file of ``gabarits``, filled in; what ends it is left to whoever writes it."""
    return _modeles().get_template(gabarit).render(valeurs).rstrip()


def cites(mots: Iterable[object]) -> str:
    """Words as code, separated by commas."""
    return ", ".join(f"`{mot}`" for mot in mots)


@cache
def _modeles() -> Environment:
    modeles = Environment(
        loader=FileSystemLoader(_DOSSIER), undefined=StrictUndefined, trim_blocks=True, finalize=_sans_barre
    )
    modeles.filters |= {**FILTRES, "typographie": typographie, "en_tableau": _en_tableau}
    modeles.globals |= {"MOTS": MOTS, "cites": cites, "tableau": lambda *dits: "\n".join(tableau(*dits))}
    return modeles


def _sans_barre(valeur: object) -> object:
    """What is written in a cell begins none; what a macro writes is a piece of the template."""
    return valeur.replace("¦", "|") if type(valeur) is str else valeur


def _en_tableau(texte: str) -> str:
    """A Markdown table, of rows whose cells begin each with « ¦ »; a column without a single value is left out."""
    lignes = [[cellule.strip() for cellule in ligne.split("¦")] for ligne in texte.strip("\n¦").split("\n¦")]
    titres, *corps = lignes
    garnies = [rang for rang in range(len(titres)) if rang == 0 or any(ligne[rang] for ligne in corps)]
    # Headings, which hold code spans, are left as they are.
    rendues = [[titres[rang] for rang in garnies], *([_cellule(ligne[rang]) for rang in garnies] for ligne in corps)]
    rendues.insert(1, ["---"] * len(garnies))
    return "".join(f"| {' | '.join(ligne)} |\n" for ligne in rendues)


def _cellule(texte: str) -> str:
    morceaux = texte.replace("\n", " ").replace("|", "\\|").split("`")  # odd pieces stand in code spans
    return "`".join(m if rang % 2 else typographie(m).replace("<", "&lt;") for rang, m in enumerate(morceaux))
