"""What a page lets the browser do: ask no address for anything, and run no script but ours."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from cil_analysis.rapport.cartes import carte_folium
from cil_analysis.rendu import notebooks

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# Pandoc writes the quotes of an attribute as entities, or leaves them.
_TOUS = re.compile(r"script-src (?:'|&#39;)unsafe-inline(?:'|&#39;)")
_AUCUN = "'none'"


def n_admettre_que_nos_scripts(html: str) -> str:
    """Name in the policy of a page, by their digests, the scripts that are ours; the browser runs no other."""
    presents = dict.fromkeys(_empreinte(texte) for texte in _SCRIPT.findall(html) if _est_a_nous(texte))
    return _TOUS.sub(lambda _: f"script-src {' '.join(presents) or _AUCUN}", html, count=1)


def _est_a_nous(texte: str) -> bool:
    return texte.strip() in _nos_scripts() or carte_folium.est_un_programme(texte)


@cache
def _nos_scripts() -> frozenset[str]:
    actifs = [(notebooks.ACTIFS / nom).read_text(encoding="utf-8") for nom in notebooks.SCRIPTS]
    return frozenset(texte.strip() for texte in (*actifs, *carte_folium.scripts()))


def _empreinte(texte: str) -> str:
    condense = hashlib.sha256(texte.replace("\r\n", "\n").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(condense).decode('ascii')}'"
