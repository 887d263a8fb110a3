"""From a parameterised notebook (.qmd) to one self-contained French HTML page.

Two engines give the same page: Quarto when it is installed, otherwise the embedded one (nbclient and
Pandoc). They share the template, the style sheet, the script, the Lua filter and the way parameters are injected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.commentaires import inserer
from cil_analysis.rendu.habillage import Lien, habiller
from cil_analysis.rendu.moteurs import Choix, MiseEnPage, Moteur, chauffer, choisir
from cil_analysis.rendu.politique import n_admettre_que_nos_scripts

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
    with chauffer(notebook.parent, choisi) as mettre_en_page:
        html = fabriquer(Commande(notebook, parametres, titre, avancement=dire), mettre_en_page)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    remplacer(sortie, html.encode("utf-8"))
    return choisi.nom


@dataclass(frozen=True)
class Commande:
    """A page to make: its notebook, what is set in it and said in it, and whom its progress is told to.

    ``commentaires``: the HTML that goes in its sections, by their names.
    """

    carnet: Path
    parametres: Mapping[str, object]
    titre: str
    navigation: Sequence[Lien] = ()
    avancement: Callable[[str], None] | None = None
    commentaires: Mapping[str, str] = field(default_factory=dict)


def fabriquer(commande: Commande, mettre_en_page: MiseEnPage) -> str:
    """The self-contained page of a notebook, by the engine of :func:`chauffer`. Raises ErreurCIL as :func:`rendre`."""
    carnet = commande.carnet
    texte = inserer(notebooks.lire(carnet), commande.commentaires)
    texte = notebooks.injecter(texte, dict(commande.parametres), carnet.name)
    habillage = habiller(carnet, commande.titre, commande.navigation)
    html = n_admettre_que_nos_scripts(mettre_en_page(texte, carnet, habillage, commande.avancement or _silence))
    exiger_autonome(html, carnet.name)
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


def _silence(message: str) -> None:
    """Default progress callback."""


__all__ = [
    "Choix", "Commande", "Moteur", "chauffer", "choisir", "exiger_autonome", "fabriquer", "rendre", "requetes_externes",
]  # fmt: skip
