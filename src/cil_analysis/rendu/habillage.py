"""What the template is given besides the content: the title, the kind of page, the links to the pages around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cil_analysis.rendu.notebooks import ENTETE, titre_en_yaml


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
        lignes = [f"title: {titre_en_yaml(self.titre)}", "hors-reseau: true"]
        lignes += [f"{cle}: {valeur}" for cle, valeur in plus.items()]
        if self.classe:
            lignes.append(f"classe: {titre_en_yaml(self.classe)}")
        if self.navigation:
            lignes.append("autres-pages:")
        for lien in self.navigation:
            lignes += [f"- texte: {titre_en_yaml(lien.texte)}", f"  lien: {titre_en_yaml(lien.lien)}"]
        return "\n".join(["---", *lignes, "---", "", ""])


def habiller(notebook: Path, titre: str, navigation: Iterable[Lien] = ()) -> Habillage:
    """The dressing of a notebook's page; its class is said by the notebook, in its own header."""
    trouve = re.match(ENTETE, notebook.read_text(encoding="utf-8-sig"), re.DOTALL | re.MULTILINE)
    lu: Any = yaml.safe_load(trouve[1]) if trouve else {}
    classe = lu.get("classe", "") if isinstance(lu, dict) else ""
    return Habillage(titre, str(classe), tuple(navigation))
