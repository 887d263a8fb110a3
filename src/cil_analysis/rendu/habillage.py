"""What the template is given besides the content: the title, the kind of page, the links to the pages around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cil_analysis.rendu.notebooks import ENTETE

_PONCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


@dataclass(frozen=True)
class Lien:
    """A link to a page that stands beside."""

    texte: str
    lien: str


@dataclass(frozen=True)
class Habillage:
    """``classe``: empty for a report, with contents and present mode; else a short page, of that class."""

    titre: str
    classe: str = ""
    navigation: tuple[Lien, ...] = ()

    def en_yaml(self, **plus: str) -> str:
        """The YAML header of the document, where Pandoc reads Markdown: every text is the text it is."""
        # `title`, which makes `pagetitle` too: without one Quarto takes the first heading of the text as its own.
        lignes = [f"title: {en_valeur(self.titre)}", "hors-reseau: true"]
        lignes += [f"{cle}: {valeur}" for cle, valeur in plus.items()]
        if self.classe:
            lignes.append(f"classe: {en_valeur(self.classe)}")
        if self.navigation:
            lignes.append("autres-pages:")
        for lien in self.navigation:
            lignes += [f"- texte: {en_valeur(lien.texte)}", f"  lien: {en_valeur(lien.lien)}"]
        return "\n".join(["---", *lignes, "---", "", ""])


def habiller(notebook: Path, titre: str, navigation: Iterable[Lien] = ()) -> Habillage:
    """The dressing of a notebook's page; its class is said by the notebook, in its own header."""
    trouve = re.match(ENTETE, notebook.read_text(encoding="utf-8-sig"), re.DOTALL | re.MULTILINE)
    lu: Any = yaml.safe_load(trouve[1]) if trouve else {}
    classe = lu.get("classe", "") if isinstance(lu, dict) else ""
    return Habillage(titre, str(classe), tuple(navigation))


def en_valeur(titre: str) -> str:
    r"""The title of a page as a value of a YAML header, where Pandoc reads Markdown and lets HTML through.

    Every sign that means something in Markdown is escaped: the title is the text it is, « </title> » included.

    >>> en_valeur("Bilan – <b>*x*")
    '"Bilan – \\\\<b\\\\>\\\\*x\\\\*"'
    """
    ligne = re.sub(r"[\r\n\t]+", " ", titre)
    return json.dumps(_PONCTUATION.sub(r"\\\g<0>", ligne), ensure_ascii=False)
