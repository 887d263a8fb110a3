"""Every link inside the pages of a year arrives: an id that exists, and only once."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from cil_analysis.project import Projet
from page_lue import Noeud, arbre

REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")


@cache
def noeuds(chemin: Path) -> tuple[Noeud, ...]:
    return tuple(arbre(chemin.read_text(encoding="utf-8")).tous())


@cache
def identifiants(chemin: Path) -> Counter[str]:
    return Counter(n.attributs["id"] for n in noeuds(chemin) if "id" in n.attributs)


def cibles(chemin: Path) -> list[tuple[Path, str]]:
    """The ids that a page names, each with the page that should have it."""
    nommees = [(chemin, nom) for n in noeuds(chemin) for r in REFERENCES for nom in n.attributs.get(r, "").split()]
    for noeud in noeuds(chemin):
        page, diese, ancre = noeud.attributs.get("href", "").partition("#")
        if diese and ":" not in page:
            nommees.append(((chemin.parent / unquote(page)).resolve() if page else chemin, unquote(ancre)))
    return nommees


def test_chaque_lien_interne_a_sa_cible_et_aucun_identifiant_n_est_double(exemple: Projet) -> None:
    pages = sorted(exemple.rapports.resolve().rglob("*.html"))
    assert {"bilan.html", "gestion-en-flux.html", "cotation.html", "COLTER.html"} <= {page.name for page in pages}
    for page in pages:
        doubles = [nom for nom, fois in identifiants(page).items() if fois > 1]
        perdues = {ancre for vers, ancre in cibles(page) if not identifiants(vers)[ancre]}
        assert not doubles and not perdues, f"{page.name} : en double {doubles}, sans cible {sorted(perdues)}"
