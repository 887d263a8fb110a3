"""The pages of docs/ and the README, and what they tell an analyst to type."""

from __future__ import annotations

import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
PAGES = [*sorted((RACINE / "docs").rglob("*.md")), RACINE / "README.md"]


def commandes(page: Path, langues: str = "sh") -> list[str]:
    """The lines of the ```sh blocks of a page, without their remarks; ``langues``: of other blocks as well."""
    blocs = re.findall(rf"^```(?:{langues})\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    lignes = [re.sub(r"\s+# .*", "", ligne).strip() for bloc in blocs for ligne in bloc.splitlines()]
    return [ligne for ligne in lignes if ligne and not ligne.startswith("#")]


def ancres(page: Path) -> set[str]:
    """The anchors of a Markdown page: those that it writes, those that GitHub and VS Code make from its headings."""
    texte = page.read_text(encoding="utf-8")
    titres = [
        re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-") for titre in re.findall(r"^#+ (.+)$", texte, re.M)
    ]
    return {*titres, *re.findall(r'<a id="([^"]+)"', texte)}
