"""From a parameterised notebook (.qmd) to one self-contained French HTML page.

Two engines give the same page: Quarto when it is installed, otherwise the embedded one (nbclient and
Pandoc). They share the template, the style sheet, the script, the Lua filter and the way parameters are injected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.rendering import builtin, notebooks, quarto
from cil_analysis.rendering.habillage import Lien, habiller
from cil_analysis.rendering.noyau import Noyau, noyau

Moteur = Literal["auto", "quarto", "interne"]

# Whatever a browser would fetch by itself when the page opens; plain links (<a href>) are not requests.
_REQUETE = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|embed|object|image|use)\b[^>]*?"
    r"\s(?:src|href|xlink:href|data|srcset|poster)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|url\(\s*[\"']?((?:https?:)?//[^\"')]+)",
    re.IGNORECASE,
)


def rendre(
    notebook: Path,
    parametres: dict[str, object],
    sortie: Path,
    *,
    titre: str,
    moteur: Moteur = "auto",
    avancement: Callable[[str], None] | None = None,
) -> str:
    """Execute `notebook` with `parametres`, write the page to `sortie` and return the engine used.

    `parametres` may only name variables of the cell tagged `parameters`. The page is written at once: a render
    that fails leaves the previous file as it was. Raises ErreurCIL when the notebook, a parameter or the engine
    asked for is at fault.
    """
    dire = avancement or _silence
    choisi = choisir(moteur, dire)
    with chauffer(notebook.parent, choisi) as chaud:
        html = fabriquer(notebook, parametres, titre, chaud, avancement=dire)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    remplacer(sortie, html.encode("utf-8"))
    return choisi


@contextmanager
def chauffer(carnets: Path, moteur: Literal["quarto", "interne"]) -> Iterator[Noyau | None]:
    """The kernel of the embedded engine, for many notebooks of a folder; None for Quarto, which starts its own."""
    if moteur == "quarto":
        yield None
    else:
        with noyau(carnets) as chaud:
            yield chaud


def fabriquer(
    notebook: Path,
    parametres: Mapping[str, object],
    titre: str,
    chaud: Noyau | None,
    navigation: Iterable[Lien] = (),
    avancement: Callable[[str], None] | None = None,
) -> str:
    """The self-contained page of a notebook, by the engine of :func:`chauffer`. Raises ErreurCIL as :func:`rendre`."""
    dire = avancement or _silence
    texte = notebooks.injecter(notebooks.lire(notebook), dict(parametres), notebook.name)
    habillage = habiller(notebook, titre, navigation)
    if chaud is None:
        html = quarto.page(texte, notebook, habillage, dire)
    else:
        html = builtin.page(texte, notebook, habillage, dire, chaud)
    exiger_autonome(html, notebook.name)
    return html


def exiger_autonome(html: str, nom: str) -> None:
    """Raise ErreurCIL for a page that would ask the network for something; ``nom``: the notebook it comes from."""
    dehors = requetes_externes(html)
    if dehors:
        raise ErreurCIL(
            f"La page tirée de {nom} irait chercher {dehors[0]} sur le réseau\u202f; "
            "elle doit tenir en un seul fichier. Retirez cette ressource du carnet ou intégrez-la."
        )


def requetes_externes(html: str) -> list[str]:
    """Addresses that a browser would request when it opens the page; empty for a self-contained page."""
    return [a or b for a, b in _REQUETE.findall(html)]


def choisir(moteur: Moteur, dire: Callable[[str], None]) -> Literal["quarto", "interne"]:
    """The engine to use. Raises ErreurCIL when Quarto is asked for and cannot serve."""
    if moteur == "interne":
        return "interne"
    minimale = ".".join(map(str, quarto.VERSION_MINIMALE))
    version = quarto.version()
    if version is not None and version >= quarto.VERSION_MINIMALE:
        return "quarto"
    trouvee = "" if version is None else ".".join(map(str, version))
    if moteur == "quarto":
        constat = f"Quarto {trouvee} est trop ancien" if trouvee else "Quarto est introuvable"
        raise ErreurCIL(
            f"{constat} sur cette machine. Installez Quarto {minimale} ou plus récent, "
            "ou choisissez le moteur «\u00a0interne\u00a0»."
        )
    if trouvee:
        dire(f"Quarto {trouvee} est antérieur à {minimale}\u202f: moteur interne.")
    return "interne"


def _silence(message: str) -> None:
    """Default progress callback."""


__all__ = ["Moteur", "chauffer", "choisir", "exiger_autonome", "fabriquer", "rendre", "requetes_externes"]
