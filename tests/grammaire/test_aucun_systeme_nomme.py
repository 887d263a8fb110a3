"""The machine names no system: what one has of its own is in its definitions, its notebook, its module of systemes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cil_analysis.blocs import DEFINITIONS
from cil_analysis.grammaire.registre import registre_du_logiciel
from cil_analysis.lecture_yaml import lire_yaml

SOURCES = Path(__file__).resolve().parents[2] / "src/cil_analysis"
MODULES = sorted(
    c for dossier in ("grammaire", "comptage", "requetes", "secret") for c in (SOURCES / dossier).rglob("*.py")
)
SYSTEMES = {nom for nom, theme in registre_du_logiciel().themes.items() if not theme.du_bilan}
CODES = {i.code for theme in registre_du_logiciel().themes.values() if not theme.du_bilan for i in theme.indicateurs}
# What shows figures.
ETAGES_DU_HAUT = sorted(c for dossier in ("rapport", "rendu") for c in (SOURCES / dossier).rglob("*.py"))
# Modules of systemes that gather the others, or serve them all.
COMMUNS = {"__init__", "preparations", "colonnes"}
# Names of systems that are words of the machine too: members of an EPCI, a type of place, the ground of a ratio.
# What French sentences and programs say too: « la carte demande JavaScript », a stream of bytes.
ORDINAIRES_EN_HAUT = {"demande", "flux"}
ORDINAIRES = {"membres", "documents", "decisions", "actions", "type", "etat", "base", "jours", "taux"}
# The pseudonym of a household's request, which rule P1 keeps one lease of, and dated parameters: names of data.
JUSTIFIES = {"demande_pseudonyme", "part_bailleur_occupation", "attente_minimale"}


def mots_des_systemes() -> set[str]:
    """What a system calls itself, its modules, its populations, what they add up, and the columns that it derives."""
    ecrits = [
        nom
        for systeme in SYSTEMES
        for fichier in ("lignes.yml", "colonnes.yml")
        if (chemin := DEFINITIONS / systeme / fichier).exists()
        for nom in lire_yaml(chemin, fichier, du_logiciel=True)
    ]
    modules = {chemin.stem for chemin in (SOURCES / "systemes").glob("*.py")} - COMMUNS
    return (SYSTEMES | modules | {mot for nom in ecrits for mot in nom.split(":")}) - ORDINAIRES


MOTS = mots_des_systemes()


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
    """What a module names of systems, alone or in a longer word: « FLUX », « score_cotation »."""
    dits = " ".join(mots_dits(source)).lower()
    for justifie in JUSTIFIES:
        dits = dits.replace(justifie, "")
    return {mot for mot in MOTS if re.search(rf"(?<![a-zà-ÿ]){re.escape(mot)}(?![a-zà-ÿ])", dits)}


def nommes_en_haut(source: str) -> set[str]:
    """The same of what shows figures: the codes of indicators too; a word that is ordinary there, only by itself."""
    dits = set(mots_dits(source))
    codes = {code for code in CODES if any(re.search(rf"\b{code}\b", dit) for dit in dits)}
    return codes | (nommes(source) - ORDINAIRES_EN_HAUT) | (ORDINAIRES_EN_HAUT & dits_seuls(source))


def dits_seuls(source: str) -> set[str]:
    """What a module imports, and its texts."""
    arbre = list(ast.walk(ast.parse(source)))
    importes = {
        alias.name for noeud in arbre if isinstance(noeud, ast.Import | ast.ImportFrom) for alias in noeud.names
    }
    return importes | {
        noeud.value for noeud in arbre if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str)
    }


@pytest.mark.parametrize("chemin", ETAGES_DU_HAUT, ids=lambda chemin: f"{chemin.parent.name}/{chemin.name}")
def test_ce_qui_montre_ne_nomme_aucun_systeme(chemin: Path) -> None:
    assert nommes_en_haut(chemin.read_text("utf-8")) == set(), "say it in pages.yml, fiches.yml or the notebook"


@pytest.mark.parametrize("chemin", MODULES, ids=lambda chemin: f"{chemin.parent.name}/{chemin.name}")
def test_un_module_ne_nomme_aucun_systeme(chemin: Path) -> None:
    assert nommes(chemin.read_text("utf-8")) == set(), "say it in the definitions of the system"


def test_un_nom_serait_vu() -> None:
    assert {"flux", "cotation", "occupation", "demande", "gouvernance"} == SYSTEMES
    vus = nommes('"""Of the flux."""\nDE_GOUVERNANCE = "score_cotation"  # occupation\ndemande_pseudonyme = 1\n')
    assert vus == {"gouvernance", "cotation", "score_cotation"}
    assert nommes('from cil_analysis.systemes.parcours import sorties\nLUS = ("rpls", "quota")\n') == {
        "parcours", "sorties", "rpls", "quota",
    }  # fmt: skip
    source = """from cil_analysis.systemes import flux\nCOLONNES = ("F01", "V01")\nPAGE = "occupation.html"\n"""
    assert nommes_en_haut(source) == {"flux", "F01", "occupation"}
    assert nommes_en_haut('flux = open("x")\nphrase = "La carte demande JavaScript."\n') == set()
