"""The figures of a notebook, drawn by themselves: the calls of its drawing functions, recorded, then made again.

``python -m benchmarks.figures APPELS`` draws those of a file once, in a process that has imported what the notebook
imports, and prints how many seconds that took.
"""

from __future__ import annotations

import ast
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

# A drawing is what a public function of these modules returns: SVG or the data of a map as text, or matplotlib axes.
MODULES = (
    "rapport.dessins.barres", "rapport.dessins.colonnes", "rapport.dessins.courbes", "rapport.dessins.empilees",
    "rapport.cartes.fixes", "rapport.cartes.explorer",
)  # fmt: skip
_RENVOIS = ("str", "Axes")
_CHERCHES = ("cil_analysis.rapport",)
Appel = tuple[str, str, tuple[Any, ...], dict[str, Any]]


def cellules(texte: str) -> list[str]:
    """The code of the cells of a notebook text."""
    from cil_analysis.rendu import notebooks

    return [c.source for c in notebooks.analyser(texte).cells if c.cell_type == "code"]


def imports(texte: str) -> str:
    """The import statements of a notebook text, and nothing else."""
    instructions = [i for code in cellules(texte) for i in ast.parse(code).body]
    return "\n".join(ast.unparse(i) for i in instructions if isinstance(i, ast.Import | ast.ImportFrom))


def enregistrer(texte: str, fichier: Path) -> int:
    """Run a notebook text in this process, and write the calls of its drawing functions; how many there are."""
    appels: list[Appel] = []
    exec(imports(texte), {})
    with _espionner(appels):
        espace: dict[str, Any] = {}
        for code in cellules(texte):
            exec(code, espace)
    fichier.write_bytes(pickle.dumps((imports(texte), appels)))
    return len(appels)


@contextmanager
def _espionner(appels: list[Appel]) -> Iterator[None]:
    """Note every call of a drawing function; one that another makes is part of it."""
    profondeur = 0

    def espion(fonction: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(fonction)
        def appeler(*positionnels: Any, **nommes: Any) -> Any:
            nonlocal profondeur
            if profondeur == 0:
                appels.append((fonction.__module__, fonction.__name__, positionnels, nommes))
            profondeur += 1
            try:
                return fonction(*positionnels, **nommes)
            finally:
                profondeur -= 1

        return appeler

    dessinateurs = {id(f): espion(f) for f in _dessinateurs()}
    places = [
        (module, nom, valeur)
        for module in [m for nom, m in sys.modules.items() if nom.startswith("cil_analysis.rapport")]
        for nom, valeur in vars(module).items()
        if id(valeur) in dessinateurs
    ]
    for module, nom, valeur in places:
        setattr(module, nom, dessinateurs[id(valeur)])
    try:
        yield
    finally:
        for module, nom, valeur in places:
            setattr(module, nom, valeur)


def _dessinateurs() -> list[Callable[..., Any]]:
    modules = [import_module(f"cil_analysis.{nom}") for nom in MODULES]
    return [
        valeur
        for module in modules
        for nom, valeur in vars(module).items()
        if callable(valeur) and not nom.startswith("_") and getattr(valeur, "__module__", "") == module.__name__
        and getattr(valeur, "__annotations__", {}).get("return") in _RENVOIS
    ]  # fmt: skip


def dessiner(fichier: Path) -> float:
    """Make the calls of a file again, and return how many seconds they took."""
    from cil_analysis.rapport.dessins.dessin import en_svg

    entete, appels = pickle.loads(fichier.read_bytes())
    exec(entete, {})
    fonctions = [getattr(import_module(module), nom) for module, nom, _, _ in appels]
    debut = time.perf_counter()
    for fonction, (_, _, positionnels, nommes) in zip(fonctions, appels, strict=True):
        dessin = fonction(*positionnels, **nommes)
        if not isinstance(dessin, str):
            en_svg(dessin, "dessin", "", "")
    return time.perf_counter() - debut


if __name__ == "__main__":
    print(dessiner(Path(sys.argv[1])))
