"""A page, a notebook and the contract file, read without the library's own display code."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from cil_analysis.rendu import notebooks

SANS_FIN = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
EN_LIGNE = frozenset({"a", "abbr", "b", "em", "i", "span", "strong", "sup", "tspan", "code", "label"})
INVISIBLES = frozenset({"script", "style", "template"})
ENONCES = ("aria-label", "title", "alt", "placeholder")


@dataclass
class Noeud:
    """An element: its attributes, and its children (elements and texts) in order."""

    balise: str
    attributs: dict[str, str] = field(default_factory=dict)
    enfants: list[Noeud | str] = field(default_factory=list)

    def tous(self, balise: str = "", classe: str = "") -> list[Noeud]:
        """The descendants with a tag and a class."""
        return [
            n
            for n in self._descendants()
            if (not balise or n.balise == balise) and (not classe or classe in n.attributs.get("class", "").split())
        ]

    def un(self, balise: str = "", classe: str = "") -> Noeud:
        trouves = self.tous(balise, classe)
        assert trouves, f"<{balise} class={classe!r}> manque dans <{self.balise} {self.attributs}>"
        return trouves[0]

    def _descendants(self) -> Iterator[Noeud]:
        for enfant in self.enfants:
            if isinstance(enfant, Noeud):
                yield enfant
                yield from enfant._descendants()

    @property
    def texte(self) -> str:
        return "".join(e if isinstance(e, str) else e.texte for e in self.enfants)

    def blocs(self) -> list[str]:
        """What a reader reads, a string a block; spoken attributes included, scripts and styles not."""
        sortie: list[str] = []

        def suivre(noeud: Noeud) -> None:
            sortie.extend(noeud.attributs[nom] for nom in ENONCES if nom in noeud.attributs)
            for enfant in noeud.enfants:
                if isinstance(enfant, str):
                    sortie[-1] += enfant
                elif enfant.balise not in INVISIBLES:
                    if enfant.balise in EN_LIGNE:
                        suivre_en_ligne(enfant)
                    else:
                        sortie.append("")
                        suivre(enfant)
                        sortie.append("")

        def suivre_en_ligne(noeud: Noeud) -> None:
            courant = sortie.pop()
            sortie.extend(noeud.attributs[nom] for nom in ENONCES if nom in noeud.attributs)
            sortie.append(courant)
            for enfant in noeud.enfants:
                if isinstance(enfant, str):
                    sortie[-1] += enfant
                elif enfant.balise not in INVISIBLES:
                    suivre_en_ligne(enfant)

        sortie.append("")
        suivre(self)
        return [propre for bloc in sortie if (propre := re.sub(r"[ \t\n\r]+", " ", bloc).strip(" "))]


class _Arbre(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.racine = Noeud("")
        self._pile = [self.racine]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        noeud = Noeud(tag, {cle: valeur or "" for cle, valeur in attrs})
        self._pile[-1].enfants.append(noeud)
        if tag not in SANS_FIN:
            self._pile.append(noeud)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._pile[-1].enfants.append(Noeud(tag, {cle: valeur or "" for cle, valeur in attrs}))

    def handle_endtag(self, tag: str) -> None:
        rang = next((r for r in range(len(self._pile) - 1, 0, -1) if self._pile[r].balise == tag), None)
        if rang is not None:
            del self._pile[rang:]

    def handle_data(self, data: str) -> None:
        self._pile[-1].enfants.append(data)


def arbre(html: str) -> Noeud:
    """The elements of a page or of a piece of one."""
    return _Arbre(html).racine


@dataclass
class Tableau:
    """A data table: its caption, its headers, and the cells of each row by its label."""

    legende: str
    entetes: list[str]
    lignes: dict[str, list[str]]


def rangees(table: Noeud) -> Iterator[tuple[str, Noeud]]:
    """The rows of a table, each by its label, which follows that of its group where it has one."""
    for corps in table.tous("tbody"):
        groupe = ""
        for ligne in corps.tous("tr"):
            if ligne.attributs.get("class") == "groupe":
                groupe = f"{ligne.un('th').texte} – "
            else:
                yield groupe + ligne.un("th").texte, ligne


def tableau_lu(noeud: Noeud) -> Tableau:
    lignes = {nom: [cellule.texte for cellule in ligne.tous("td")] for nom, ligne in rangees(noeud)}
    return Tableau(noeud.un("caption").texte, [th.texte for th in noeud.un("thead").tous("th")], lignes)


def figures(page: Noeud) -> dict[str, Noeud]:
    return {n.attributs["id"].removeprefix("fig-"): n for n in page.tous("figure", "figure")}


def contrat(chemin: Path) -> list[dict[str, str]]:
    """The rows of indicateurs.csv."""
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


# Faults of French typography and leftovers of code, in a block of text that a reader sees.
_FAUTES: tuple[tuple[str, str], ...] = (
    (r"[ \u00a0][;:!?%](?!\S)", "espace fine insécable attendue"),
    (r"[ \u00a0][;!?%]", "espace fine insécable attendue"),
    (r"« |[^ \u00a0\u202f(]»", "espace insécable dans les guillemets"),
    (r"\d %|\d%|\d\.\d+\s?%", "pourcentage"),
    (r"(?i)\b(?:nan|none|null|undefined|nat|inf)\b", "reste de code"),
    (r"<NA>|\{\w*\}|\bSeries\b|0x[0-9a-f]{6}|/tmp/|/home/", "reste de code"),
    (r"\b(?:Figure|Table) \d", "numéro de figure"),
    (
        r"(?i)\b(?:the|and|with|year|data(?!/)|source of|loading|close|zoom in|zoom out|true|false|unknown|total of)\b",
        "anglais",
    ),
    (r"\bde le\b|\bde les\b|\bà le\b", "contraction"),
    (r"(?<![\d,\u202f])[01](?:[.,]\d)?\u00a0(?:ménages|points|demandes|résultats|chiffres|réservataires)\b", "pluriel"),
    (r"(?<![\w,.\u202f])(?:\d{5,})(?!\d)", "milliers sans espace"),
    (r"\w'\w", "apostrophe droite"),
    (r"\.\.(?!\.)|,,|\s\.(?:\s|$)|\s,", "ponctuation"),
)


def fautes(page: Noeud, admis: Callable[[str, str], bool] = lambda faute, bloc: False) -> list[str]:
    """Every fault of typography of a page, with its block."""
    trouvees = []
    for bloc in page.blocs():
        for motif, faute in _FAUTES:
            trouve = re.search(motif, bloc)
            # A unit may stand alone in its block (a header, an axis).
            if trouve and bloc not in ("%", ":") and not admis(faute, bloc):
                trouvees.append(f"{faute} : {trouve[0]!r} dans {bloc[:160]!r}")
    return list(dict.fromkeys(trouvees))


def executer(carnet: Path, **parametres: object) -> str:
    """The HTML that the cells of a notebook show, run in this process: quicker than a kernel, no page around."""
    espace: dict[str, Any] = {}
    morceaux = []
    for cellule in notebooks.analyser(notebooks.lire(carnet)).cells:
        if cellule.cell_type != "code":
            continue
        corps = ast.parse(cellule.source).body
        dernier = corps.pop() if corps and isinstance(corps[-1], ast.Expr) else None
        exec(compile(ast.Module(corps, []), carnet.name, "exec"), espace)
        if "tags: [parameters]" in cellule.source:
            espace |= parametres
        if isinstance(dernier, ast.Expr):
            montre = eval(compile(ast.Expression(dernier.value), carnet.name, "eval"), espace)
            morceaux.append(montre.html)
    return "\n".join(morceaux)
