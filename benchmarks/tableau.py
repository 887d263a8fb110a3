"""The rows of the table of performances: what is measured, against what, and whether the target is met."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

# What a target may be missed by because of a noisy neighbour is the median of so many measurements.
ESSAIS = 5
ENTETES = ("", "Mesure", "Valeur", "Essais", "Référence, même essai", "Rapport", "Cible", "Verdict")
_ECHELLES = ((1e9, "Go"), (1e6, "Mo"), (1e3, "ko"))

Unite = Literal["s", "o"]


@dataclass(frozen=True)
class Ligne:
    """One row: measurements in ``unite`` (o: bytes), beside those of a reference that ``nom_reference`` names.

    The target bears on the value (``au_plus``), on value / reference (``rapport_au_plus``) or on reference / value
    (``fois_au_moins``); without any, the row is there to be known.
    """

    lettre: str
    quoi: str
    valeurs: Sequence[float]
    references: Sequence[float] = ()
    nom_reference: str = ""
    unite: Unite = "s"
    au_plus: float | None = None
    rapport_au_plus: float | None = None
    fois_au_moins: float | None = None

    @property
    def valeur(self) -> float:
        """The median of the measurements."""
        return median(self.valeurs)

    @property
    def rapport(self) -> float | None:
        """The value divided by its reference."""
        return self.valeur / median(self.references) if self.references else None

    @property
    def tenu(self) -> bool | None:
        """Whether the target is met; None for a row without one."""
        if self.au_plus is not None:
            return self.valeur <= self.au_plus
        if self.rapport_au_plus is not None:
            return self.rapport is not None and self.rapport <= self.rapport_au_plus
        if self.fois_au_moins is not None:
            return self.rapport is not None and 1 / self.rapport >= self.fois_au_moins
        return None

    def cellules(self) -> list[str]:
        """The cells of the row, in French."""
        reference = f"{_en_mots(median(self.references), self.unite)}, {self.nom_reference}" if self.references else "–"
        verdict = {None: "–", True: "tenu", False: "manqué"}[self.tenu]
        essais = str(len(self.valeurs))
        return [
            self.lettre, self.quoi, _en_mots(self.valeur, self.unite), essais, reference, self._rapport_en_mots(),
            self._cible(), verdict,
        ]  # fmt: skip

    def _rapport_en_mots(self) -> str:
        if self.rapport is None:
            return "–"
        if self.fois_au_moins is not None:
            return f"{decimal(1 / self.rapport, 1)} fois plus rapide"
        return f"{decimal(self.rapport, 2)} ×"

    def _cible(self) -> str:
        if self.au_plus is not None:
            return f"≤ {_en_mots(self.au_plus, self.unite)}"
        if self.rapport_au_plus is not None:
            return f"≤ {decimal(self.rapport_au_plus, 1)} ×"
        return "–" if self.fois_au_moins is None else f"≥ {decimal(self.fois_au_moins, 0)} fois"


def alterner(
    *taches: Callable[[], object], avant: Callable[[], object] | None = None, essais: int = ESSAIS
) -> list[list[float]]:
    """The seconds that each task takes, several times; they come in turn, so that a slow moment slows all of them.

    ``avant``: what comes before each, and is not measured.
    """
    durees: list[list[float]] = [[] for _ in taches]
    for _ in range(essais):
        for siennes, tache in zip(durees, taches, strict=True):
            if avant is not None:
                avant()
            debut = time.perf_counter()
            tache()
            siennes.append(time.perf_counter() - debut)
    return durees


def decimal(x: float, decimales: int) -> str:
    """A number as it is written in French: « 1 234,5 »."""
    return f"{x:,.{decimales}f}".replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")


def _en_mots(x: float, unite: Unite) -> str:
    """« 0,25 s », « 12,3 s », « 1,33 Mo »."""
    if unite == "s":
        return f"{decimal(x, 2 if x < 10 else 1)}\u00a0s"
    taille, nom = next(((t, n) for t, n in _ECHELLES if x >= t), (1.0, "o"))
    return f"{decimal(x / taille, 2 if x / taille < 10 else 0)}\u00a0{nom}"


def en_texte(lignes: Sequence[Ligne]) -> str:
    """The table for a terminal."""
    rangees = [list(ENTETES), *(ligne.cellules() for ligne in lignes)]
    largeurs = [max(len(rangee[i]) for rangee in rangees) for i in range(len(ENTETES))]
    return "\n".join(
        "  ".join(c.ljust(largeur) for c, largeur in zip(r, largeurs, strict=True)).rstrip() for r in rangees
    )


def en_markdown(lignes: Sequence[Ligne]) -> str:
    """The table for docs/."""
    rangees = [list(ENTETES), ["---"] * len(ENTETES), *(ligne.cellules() for ligne in lignes)]
    return "\n".join(f"| {' | '.join(rangee)} |" for rangee in rangees)
