"""What a notebook cell shows: a piece of HTML that both engines and JupyterLab display."""

from __future__ import annotations

import html
import os
import re
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.typographie import nombre, typographie


class Bloc:
    """Un morceau de la page.

    Le rendu prend un ``text/markdown`` qui contient un bloc HTML : le même contenu dans Quarto et dans Pandoc, et aucun
    script lié sur le réseau. Dans JupyterLab, le même objet se montre en ``text/html``.
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def __add__(self, autre: Bloc) -> Bloc:
        return Bloc(f"{self.html}\n{autre.html}")

    def __radd__(self, rien: int) -> Bloc:
        """Ce que « sum » demande à la première de plusieurs figures, ajoutée à zéro."""
        return self

    @property
    def texte(self) -> str:
        """Ses mots, sans les balises."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.html))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if "JPY_SESSION_NAME" in os.environ and not en_page():  # so JupyterLab names its session to the kernel
            return {"text/html": self.html}
        return {"text/markdown": self.en_markdown()}

    def en_markdown(self) -> str:
        """The piece as a raw block of a Markdown document."""
        # Longer than any run of backquotes that a label holds: none can close the block.
        cloture = "`" * (1 + max(5, *map(len, re.findall("`+", self.html)), 0))
        return f"{cloture}{{=html}}\n{self.html}\n{cloture}"


@cache
def _gabarits() -> Environment:
    gabarits = Environment(
        loader=PackageLoader("cil_analysis.rapport", "gabarits"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    gabarits.filters |= {"typo": partial(typographie, noms=True), "nombre": nombre}
    return gabarits


def remplir(gabarit: str, **valeurs: object) -> str:
    """One of ``gabarits/``, filled in: what it holds is escaped, unless it is marked as HTML."""
    return _gabarits().get_template(f"{gabarit}.html").render(valeurs)


def paragraphe(phrase: str, classe: str = "") -> Bloc:
    """Une phrase de la page ; rien là où elle ne dit rien."""
    attribut = f' class="{classe}"' if classe else ""
    return Bloc(f"<p{attribut}>{echapper(phrase)}</p>" if phrase else "")


def a_cote_du_bilan() -> bool:
    """Whether the files of a bilan are beside what is shown: not in JupyterLab, nor when Quarto renders by itself."""
    return "CIL_RENDU" in os.environ or os.environ.keys().isdisjoint({"QUARTO_PROJECT_ROOT", "JPY_SESSION_NAME"})


def en_page() -> bool:
    """Whether a page is being made, by an engine of ours or by Quarto alone: each names itself."""
    return "CIL_RENDU" in os.environ or "QUARTO_PROJECT_ROOT" in os.environ
