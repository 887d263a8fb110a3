"""From a parameterised notebook (.qmd) to one self-contained French HTML page, whichever the engine and the page."""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.cartes import carte_folium
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.commentaires import inserer
from cil_analysis.rendu.notebooks import ENTETE, Avancement

# Whatever a browser would fetch by itself when the page opens; plain links (<a href>) are not requests.
_REQUETE = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|embed|object|image|use)\b[^>]*?"
    r"\s(?:src|href|xlink:href|data|srcset|poster)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|url\(\s*[\"']?((?:https?:)?//[^\"')]+)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# Pandoc writes the quotes of an attribute as entities, or leaves them.
_TOUS_LES_SCRIPTS = re.compile(r"script-src (?:'|&#39;)unsafe-inline(?:'|&#39;)")
_AUCUN = "'none'"
# A figure, or the line in its place, and its name, with which every id in it begins (rapport.figure).
_FIGURE = re.compile(r'<(figure|p)\b[^>]*\bid="fig-([^"]+)".*?</\1>', re.DOTALL)
# A heading, or the line in the place of a figure.
_LIGNE = re.compile(r'<h[1-6]\b|<p class="note" id="fig-[^"]+">(.*?)</p>', re.DOTALL)
_PONCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


@dataclass(frozen=True)
class Habillage:
    """``classe``: empty for a report, with contents and present mode; else a short page, of that class.

    ``navigation``: the pages that stand beside, words → address.
    """

    titre: str
    classe: str = ""
    navigation: Mapping[str, str] = field(default_factory=dict)

    def en_yaml(self, **plus: str) -> str:
        """The YAML header of the document, where Pandoc reads Markdown: every text is the text it is."""
        # `title`, which makes `pagetitle` too: without one Quarto takes the first heading of the text as its own.
        pages = [{"texte": en_texte(texte), "lien": en_texte(lien)} for texte, lien in self.navigation.items()]
        dits = {"title": en_texte(self.titre), "hors-reseau": True, "classe": en_texte(self.classe), **plus}
        dits["autres-pages"] = pages
        return f"---\n{json.dumps(dits, ensure_ascii=False)}\n---\n\n"


def en_texte(titre: str) -> str:
    r"""The title of a page as Markdown that is the text it is, on one line, « </title> » included.

    >>> print(en_texte("Bilan – <b>*x*"))
    Bilan – \<b\>\*x\*
    """
    return _PONCTUATION.sub(r"\\\g<0>", re.sub(r"[\r\n\t]+", " ", titre))


# The HTML of an already parameterised text of a notebook.
MiseEnPage = Callable[[str, Path, Habillage, Avancement], str]


def se_taire(message: str) -> None:
    """The progress of a page that nobody follows."""


@dataclass(frozen=True)
class Commande:
    """A page to make: its notebook, what is set in it and said in it, and whom its progress is told to.

    ``commentaires``: the HTML that goes in its sections, by their names. ``sinon``: what a failure is told behind.
    """

    carnet: Path
    parametres: Mapping[str, object]
    titre: str
    navigation: Mapping[str, str] = field(default_factory=dict)
    avancement: Avancement = se_taire
    commentaires: Mapping[str, str] = field(default_factory=dict)
    sinon: str = ""


def fabriquer(commande: Commande, mettre_en_page: MiseEnPage) -> str:
    """The page of a notebook. Raises ErreurCIL when the notebook, a parameter or the engine is at fault."""
    carnet = commande.carnet
    try:
        texte = inserer(notebooks.lire(carnet), commande.commentaires)
        texte = notebooks.injecter(texte, commande.parametres, carnet.name)
        # The class of a page is said by its notebook, in its own header.
        entete = re.match(ENTETE, carnet.read_text(encoding="utf-8-sig"), re.DOTALL | re.MULTILINE)
        classe = re.search(r"^classe: *[\"']?([\w-]+)", entete[1] if entete else "", re.MULTILINE)
        habillage = Habillage(commande.titre, classe[1] if classe else "", commande.navigation)
        html = dire_une_fois(mettre_en_page(texte, carnet, habillage, commande.avancement))
        html = numeroter_les_figures(html)
        html = n_admettre_que_nos_scripts(html)
        if dehors := requetes_externes(html):
            raise ErreurCIL(
                f"La page tirée de {carnet.name} irait chercher {dehors[0]} sur le réseau\u202f; "
                "elle doit tenir en un seul fichier. Retirez cette ressource du carnet ou intégrez-la."
            )
    except ErreurCIL as erreur:
        if not commande.sinon:
            raise
        raise ErreurCIL(f"{commande.sinon} {erreur}") from None
    return html


def requetes_externes(html: str) -> list[str]:
    """Addresses that a browser would request when it opens the page; empty for a self-contained page."""
    return [a or b for a, b in _REQUETE.findall(html)]


def numeroter_les_figures(html: str) -> str:
    """Of the figures of one name, number those after the first: a drawing is told by its own words, not by another's.

    The same figures of two years, for instance, or drawn twice.
    """
    vues: Counter[str] = Counter()

    def renommer(figure: re.Match[str]) -> str:
        nom = figure[2]
        vues[nom] += 1
        if vues[nom] == 1:
            return figure[0]
        return re.sub(rf'(["#\s]|fig-){re.escape(nom)}(?=[-"\s)])', rf"\g<0>-{vues[nom]}", figure[0])

    return _FIGURE.sub(renommer, html)


def dire_une_fois(html: str) -> str:
    """Of the lines in the place of figures that say the same under one heading, the first alone."""
    dites: set[str] = set()

    def garder(morceau: re.Match[str]) -> str:
        if not morceau[1]:
            dites.clear()
        elif morceau[1] in dites:
            return ""
        else:
            dites.add(morceau[1])
        return morceau[0]

    return _LIGNE.sub(garder, html)


def n_admettre_que_nos_scripts(html: str) -> str:
    """Name in the policy of a page, by their digests, the scripts that are ours; the browser runs no other."""
    nos = {texte.strip() for texte in (*map(notebooks.actif, notebooks.SCRIPTS), *carte_folium.scripts())}
    presents = dict.fromkeys(
        _empreinte(texte)
        for texte in _SCRIPT.findall(html)
        if texte.strip() in nos or carte_folium.est_un_programme(texte)
    )
    return _TOUS_LES_SCRIPTS.sub(lambda _: f"script-src {' '.join(presents) or _AUCUN}", html, count=1)


def _empreinte(script: str) -> str:
    condense = hashlib.sha256(script.replace("\r\n", "\n").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(condense).decode('ascii')}'"
