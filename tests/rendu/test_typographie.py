"""The Lua filter: French typography of the prose, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cil_analysis.rendu import interne
from cil_analysis.rendu.page import Habillage

FINE, INSECABLE = "\u202f", "\u00a0"


def corps(markdown: str) -> str:
    html = interne.mettre_en_page(markdown, Path(__file__).parent, Habillage("Essai"))
    debut = html.index(">", html.index("<main")) + 1
    return html[debut : html.index("</main>")].strip()


@pytest.mark.parametrize(
    ("markdown", "attendu"),
    [
        ("Un ; deux ! trois ? quatre : cinq 6 %.", "Un_; deux_! trois_? quatre_: cinq 6_%."),
        ("Vraiment ?!", "Vraiment_?!"),
        ("à la ligne\n; suite", "à la ligne_; suite"),
        ("« cité »", "«~cité~»"),
        ('dit "bonjour" : oui', "dit «~bonjour~»_: oui"),
        ("la « *belle* » ; n° 3", "la «~<em>belle</em>~»_; n°~3"),
        ("au 31 décembre, le 1er\njanvier 2022, 12 maisons", "au 31~décembre, le 1er~janvier 2022, 12 maisons"),
        ("l'été", "l’été"),
        ("déjà\u00a0: fait", "déjà_: fait"),
        ("(12 %)", "(12_%)"),
        ("10:30, a?b", "10:30, a?b"),
    ],
)
def test_la_prose(markdown: str, attendu: str) -> None:
    assert corps(markdown) == f"<p>{attendu.replace('_', FINE).replace('~', INSECABLE)}</p>"


@pytest.mark.parametrize(
    "intact",
    [
        "<p><code>x = \"a\" ; b : c 'd'</code></p>",
        "<p title=\"a : b\">l'un ; l'autre</p>",
    ],
)
def test_le_code_et_le_html_brut_sont_intacts(intact: str) -> None:
    markdown = f"```{{=html}}\n{intact}\n```" if "title" in intact else "`x = \"a\" ; b : c 'd'`"
    assert corps(markdown).replace("&quot;", '"').replace("&#39;", "'") == intact


def test_les_adresses_sont_intactes() -> None:
    assert 'href="https://exemple.invalid/a?b=c:d!"' in corps("Voir <https://exemple.invalid/a?b=c:d!> !")
