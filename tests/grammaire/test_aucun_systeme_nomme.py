"""The machine names no system: what one has of its own is in its definitions, its notebook, its module of systemes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cil_analysis.grammaire.registre import registre_du_logiciel

SOURCES = Path(__file__).resolve().parents[2] / "src/cil_analysis"
MODULES = sorted(chemin for dossier in ("grammaire", "comptage") for chemin in (SOURCES / dossier).glob("*.py"))
SYSTEMES = {nom for nom, theme in registre_du_logiciel().themes.items() if not theme.du_bilan}
# The pseudonym of a household's request, which rule P1 keeps one lease of: a column of the extracts.
JUSTIFIES = {"demande_pseudonyme"}


def mots_dits(source: str) -> Iterator[str]:
    """The names and the texts of a module, its comments and docstrings left out: they explain, and say nothing."""
    arbre = ast.parse(source)
    explications = {
        noeud.value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Constant) and isinstance(noeud.value.value, str)
    }
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and noeud not in explications:
            yield noeud.value
        for champ in ("id", "attr", "arg", "name", "module"):
            if isinstance(dit := getattr(noeud, champ, None), str):
                yield dit


def nommes(source: str) -> set[str]:
    """The systems that a module names, alone or in a longer word: « FLUX », « score_cotation »."""
    dits = " ".join(mots_dits(source)).lower()
    for justifie in JUSTIFIES:
        dits = dits.replace(justifie, "")
    return set(re.split(r"[^a-zà-ÿ]+", dits)) & SYSTEMES


@pytest.mark.parametrize("chemin", MODULES, ids=lambda chemin: f"{chemin.parent.name}/{chemin.name}")
def test_un_module_ne_nomme_aucun_systeme(chemin: Path) -> None:
    assert nommes(chemin.read_text("utf-8")) == set(), "say it in the definitions of the system"


def test_un_nom_serait_vu() -> None:
    assert {"flux", "cotation", "occupation", "demande", "gouvernance"} == SYSTEMES
    vus = nommes('"""Of the flux."""\nDE_GOUVERNANCE = "score_cotation"  # occupation\ndemande_pseudonyme = 1\n')
    assert vus == {"gouvernance", "cotation"}
