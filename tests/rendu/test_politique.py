"""The policy of a page: no request, and no script but ours. A browser says what it does of it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cil_analysis.rendu import interne
from cil_analysis.rendu.page import Habillage, n_admettre_que_nos_scripts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INTRUS = '<script>document.title = "pris"</script><img src="x" onerror="document.title = \'pris\'">'


def page(tmp_path: Path, texte: str = "Texte") -> str:
    return n_admettre_que_nos_scripts(interne.mettre_en_page(texte, tmp_path, Habillage("Essai")))


def politique(html: str) -> dict[str, list[str]]:
    [contenu] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    return {nom: valeurs for nom, *valeurs in (regle.split() for regle in unescape(contenu).split(";"))}


def test_la_politique_refuse_tout_ce_qui_n_est_pas_a_nous(tmp_path: Path) -> None:
    regles = politique(page(tmp_path))
    assert regles["default-src"] == regles["base-uri"] == regles["form-action"] == ["'none'"]
    assert regles["img-src"] == regles["font-src"] == ["data:"]
    scripts = regles.pop("script-src")
    assert len(scripts) == 2 and all(s.startswith("'sha256-") for s in scripts)
    avec = page(tmp_path, f"```{{=html}}\n{INTRUS}\n```")
    assert politique(avec)["script-src"] == scripts, "an intruder is not named"


@pytest.mark.navigateur
def test_le_navigateur_ne_lance_que_nos_scripts(tmp_path: Path, navigateur: Browser) -> None:
    chemin = tmp_path / "page.html"
    chemin.write_text(page(tmp_path, f"# Un\n\n```{{=html}}\n{INTRUS}\n```"), encoding="utf-8")
    ouverte = navigateur.new_page()
    refus: list[str] = []
    ouverte.on("console", lambda message: refus.append(message.text))
    ouverte.goto(chemin.as_uri())
    assert ouverte.title() == "Essai" and len(refus) >= 2, "both intruders are refused"
    ouverte.keyboard.press("p")
    assert ouverte.locator("body").evaluate("b => b.ownerDocument.documentElement.outerHTML.includes('Quitter')")
    ouverte.close()
