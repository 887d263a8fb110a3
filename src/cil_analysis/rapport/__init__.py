"""Le rapport d’une année : des tables publiées qui se dessinent, se tabulent et se disent."""

from cil_analysis.rapport.rapport import Rapport, ouvrir_rapport

__all__ = ["Rapport", "ouvrir_rapport"]
