"""What a command answers, and the pages that one writes: templates of ``gabarits``, which look like what is read.

The filters are those of the report's sentences. « {% … +%} » keeps the end of its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cil_analysis.commandes.commun import MOTS, montrer, tableau
from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.fichiers import remplacer
from cil_analysis.rapport.mots.gabarits import FILTRES
from cil_analysis.typographie import typographie

_DOSSIER = Path(__file__).parents[1] / "gabarits"


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
    modeles = Environment(loader=FileSystemLoader(_DOSSIER), undefined=StrictUndefined, trim_blocks=True)
    modeles.filters |= {**FILTRES, "typographie": typographie}
    modeles.globals |= {"MOTS": MOTS, "cites": cites, "tableau": lambda *dits: "\n".join(tableau(*dits))}
    return modeles


def ecrire_les_pages(dossier: Path, pages: Mapping[str, str]) -> None:
    """Write ``<name>.md`` for each page, and print where. The other files of the folder are left as they are."""
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        for nom, texte in pages.items():
            remplacer(dossier / f"{nom}.md", f"{texte}\n".encode())
            print(dossier / f"{nom}.md")
    except OSError as faute:
        raise ErreurCIL(
            f"Le dossier {dossier} ne peut pas être écrit : {cause_du_systeme(faute)}. Nommez-en un autre, comme "
            "docs/methode."
        ) from faute
