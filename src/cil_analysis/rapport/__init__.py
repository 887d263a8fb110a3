"""Le rapport d’une année : des tables publiées qui se dessinent, se tabulent et se disent."""

from cil_analysis.rapport.rapport import Rapport

__all__ = ["Rapport"]
