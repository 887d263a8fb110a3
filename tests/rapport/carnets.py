"""The sections of a notebook, run on a report that a test has made."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport

CARNETS = Path(__file__).resolve().parents[2] / "notebooks"
_MORCEAU = re.compile(r"^```\{python\}\n(?P<code>.*?)^```|^##+ .*?\{#(?P<ancre>[\w-]+)[^}\n]*\}$", re.S | re.M)
_OUVERTURE = re.compile(r"^rapport = ouvrir_rapport\(.*\)$", re.M)


def section(carnet: str, ancre: str, publie: Rapport, **parametres: object) -> list[str]:
    """What each cell of a section shows, as HTML; the first cells of the notebook are run before.

    ``parametres``: those of the notebook, such as whose sheet it is.
    """
    noms: dict[str, Any] = {"rapport": replace(publie)}  # Another page: what a report remembers of one is of that one.
    montres, lieu = [], ""
    for morceau in _MORCEAU.finditer((CARNETS / carnet).read_text(encoding="utf-8")):
        lieu = morceau["ancre"] or lieu
        if morceau["code"] is not None and lieu in ("", ancre):
            vu = _executer(morceau["code"], noms, parametres)
            montres += [vu] if lieu else []
    return montres


def noms_de(carnet: str, publie: Rapport, **parametres: object) -> dict[str, Any]:
    """What the cells before the first section of a notebook name: figures, words, functions."""
    noms: dict[str, Any] = {"rapport": replace(publie)}
    for morceau in _MORCEAU.finditer((CARNETS / carnet).read_text(encoding="utf-8")):
        if morceau["ancre"]:
            break
        _executer(morceau["code"], noms, parametres)
    return noms


def derouler(carnet: str, ouvert: Rapport, **parametres: object) -> dict[str, Bloc]:
    """What every section shows, by anchor; « » before the first one."""
    noms: dict[str, Any] = {"rapport": ouvert}
    montre, lieu = dict[str, str](), ""
    for morceau in _MORCEAU.finditer((CARNETS / carnet).read_text(encoding="utf-8")):
        lieu = morceau["ancre"] or lieu
        if morceau["code"] is not None:
            montre[lieu] = montre.get(lieu, "") + _executer(morceau["code"], noms, parametres)
    return {ancre: Bloc(html) for ancre, html in montre.items()}


def _executer(code: str, noms: dict[str, Any], parametres: Mapping[str, object]) -> str:
    """Run a cell; the HTML of its last expression."""
    corps, derniere = _compiler(code)
    exec(corps, noms)
    if "tags: [parameters]" in code:
        noms |= parametres
    return getattr(eval(derniere, noms), "html", "") if derniere else ""


@cache
def _compiler(code: str) -> tuple[CodeType, CodeType | None]:
    corps = ast.parse(_OUVERTURE.sub("", code)).body
    derniere = corps.pop() if corps and isinstance(corps[-1], ast.Expr) else None
    return (
        compile(ast.Module(corps, []), "cellule", "exec"),
        compile(ast.Expression(derniere.value), "cellule", "eval") if derniere else None,  # type: ignore[attr-defined]
    )
