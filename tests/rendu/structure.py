"""What a page is made of, read without the library: headings, sections, figures, tables, addresses."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Structure(HTMLParser):
    """Headings with the id that a link would use (their section's under --section-divs), counts, addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titres: list[tuple[str, str, str]] = []
        self.identifiants: list[str] = []
        self.adresses: list[tuple[str, str]] = []
        self.balises: list[str] = []
        self._section = ""
        self._titre: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append(tag)
        valeurs = {cle: valeur or "" for cle, valeur in attrs}
        if "id" in valeurs:
            self.identifiants.append(valeurs["id"])
        if tag == "section":
            self._section = valeurs.get("id", "")
        if tag in {"h1", "h2", "h3", "h4"}:
            self._titre = []
        self.adresses += [(tag, valeurs[c]) for c in ("src", "href", "xlink:href", "data", "srcset") if c in valeurs]
        self.adresses += [(tag, adresse) for adresse in _url(valeurs.get("style", ""))]

    def handle_endtag(self, tag: str) -> None:
        if self._titre is not None and tag in {"h1", "h2", "h3", "h4"}:
            self.titres.append((tag, self._section, "".join(self._titre)))
            self._titre = None

    def handle_data(self, data: str) -> None:
        if self._titre is not None:
            self._titre.append(data)
        self.adresses += [("url", adresse) for adresse in _url(data)]

    def compte(self, balise: str) -> int:
        return self.balises.count(balise)


def _url(texte: str) -> list[str]:
    return re.findall(r"url\(\s*[\"']?([^\"')]+)", texte)
