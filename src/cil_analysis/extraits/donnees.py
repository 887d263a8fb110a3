"""What the import takes from data beside it: the words of cells and anomalies (mots.yml), what cells imply together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from cil_analysis.lecture_yaml import lire_yaml


@cache
def donnees(nom: str) -> Any:
    """The content of a file of this folder, « mots » or « derivations »; nobody changes it."""
    chemin = Path(__file__).with_name(f"{nom}.yml")
    return lire_yaml(chemin, chemin.name, du_logiciel=True)
