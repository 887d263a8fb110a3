"""Bilan annuel des attributions de logements sociaux d'une intercommunalité."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cil_analysis.presentation.rapport import Rapport, ouvrir_rapport

__all__ = ["Rapport", "ouvrir_rapport"]


def __getattr__(nom: str) -> Any:
    """Load the report's face when it is asked for: a command that does not need pandas stays quick."""
    if nom in ("Rapport", "ouvrir_rapport"):
        from cil_analysis.presentation import rapport

        return getattr(rapport, nom)
    raise AttributeError(nom)
