"""What « help() » shows of what notebooks import is in French."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import cil_analysis
from cil_analysis import Projet, Rapport
from cil_analysis.rapport.table import Table

CARNETS = Path(__file__).resolve().parents[2] / "notebooks"
ANGLAIS = re.compile(r"\b(the|of|that|which|with|what|those|are|its|is)\b")


def importes() -> Iterator[tuple[str, Any]]:
    """Each name that a notebook imports from the package, and each attribute that it reads of it."""
    cellules = "\n".join(p.read_text(encoding="utf-8") for p in sorted(CARNETS.glob("*.qmd")))
    for module, noms in set(re.findall(r"^from (cil_analysis[\w.]*) import (.+)$", cellules, re.M)):
        for nom, _, alias in (un.strip().partition(" as ") for un in noms.split(",")):
            try:
                objet = import_module(f"{module}.{nom}")
            except ModuleNotFoundError:
                objet = getattr(import_module(module), nom)
            yield f"{module}.{nom}", objet
            for lu in set(re.findall(rf"\b{alias or nom}\.(\w+)", cellules)) if inspect.ismodule(objet) else ():
                if hasattr(objet, lu):
                    yield f"{module}.{nom}.{lu}", getattr(objet, lu)


def membres(classe: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties of a class, those that it inherits from ours included."""
    for mere in classe.__mro__:
        for nom, objet in vars(mere).items() if mere.__module__.startswith("cil_analysis") else ():
            if not nom.startswith("_") and (callable(objet) or isinstance(objet, (property, cached_property))):
                yield f"{classe.__name__}.{nom}", objet


def test_ce_qu_un_carnet_importe_s_explique_en_francais() -> None:
    face = [(nom, getattr(cil_analysis, nom)) for nom in cil_analysis.__all__]
    montres = [*face, *importes(), *(m for classe in (Projet, Rapport, Table) for m in membres(classe))]
    assert len(montres) > 120
    dits = {nom: inspect.getdoc(objet) or "" for nom, objet in montres}
    assert [nom for nom, dit in dits.items() if not dit] == []
    # What is between backquotes is code.
    assert [nom for nom, dit in dits.items() if ANGLAIS.search(re.sub(r"`[^`]*`", "", dit))] == []
