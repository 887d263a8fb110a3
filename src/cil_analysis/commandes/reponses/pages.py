"""The pages of docs/ that a command writes: from templates of ``assets``, into a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.typographie import typographie

_MODELES = Path(__file__).parents[1] / "assets"


class Pages:
    """The templates of one folder of ``assets``."""

    def __init__(self, dossier: str) -> None:
        self._modeles = Environment(loader=FileSystemLoader(_MODELES / dossier), trim_blocks=True)
        self._modeles.filters["typographie"] = typographie
        self._modeles.globals["cites"] = cites

    def __call__(self, nom: str, **valeurs: Any) -> str:
        """A page, filled in; it ends with one line feed."""
        return self._modeles.get_template(f"{nom}.md").render(**valeurs).rstrip() + "\n"


def cites(mots: Iterable[object]) -> str:
    """Words as code, separated by commas."""
    return ", ".join(f"`{mot}`" for mot in mots)


def ecrire_les_pages(dossier: Path, pages: Mapping[str, str]) -> int:
    """Write ``<name>.md`` for each page, and print where. The other files of the folder are left as they are."""
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        for nom, texte in pages.items():
            remplacer(dossier / f"{nom}.md", texte.encode())
            print(dossier / f"{nom}.md")
    except OSError as faute:
        raise ErreurCIL(
            f"Le dossier {dossier} ne peut pas être écrit ({faute.strerror}). Nommez-en un autre, comme docs/methode."
        ) from faute
    return 0
