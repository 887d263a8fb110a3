"""Contrasts of colours « #RRGGBB », as WCAG 2.1 measures them."""

from __future__ import annotations


def luminance(couleur: str) -> float:
    """Relative luminance."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contraste(a: str, b: str) -> float:
    """Contrast ratio, from 1 to 21."""
    sombre, clair = sorted((luminance(a), luminance(b)))
    return (clair + 0.05) / (sombre + 0.05)
