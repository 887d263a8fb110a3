"""Bilan annuel des attributions de logements sociaux d'une intercommunalité."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cil_analysis.exploration.projet import Projet
    from cil_analysis.ouvrir import ouvrir_rapport
    from cil_analysis.rapport.rapport import Rapport

_MODULES = {
    "Projet": "cil_analysis.exploration.projet",
    "Rapport": "cil_analysis.rapport.rapport",
    "ouvrir_rapport": "cil_analysis.ouvrir",
}
__all__ = ["Projet", "Rapport", "ouvrir_rapport"]


def __getattr__(nom: str) -> Any:
    """Load a name of the face when it is asked for: a command that does not need pandas stays quick."""
    if nom in _MODULES:
        return getattr(import_module(_MODULES[nom]), nom)
    raise AttributeError(nom)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
