"""Bilan annuel des attributions de logements sociaux d'une intercommunalité."""

__version__ = "0.1.0"
