"""The rows of the table of performances: what is measured, against what, and whether the target is met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# By name of method, « time_chaine(10) » with a parameter: the best of its measurements, in seconds, bytes or as is.
Mesures = Mapping[str, float]
# One measurement, the sum of several, or what is computed from them.
Grandeur = str | Sequence[str] | Callable[[Mesures], float]
Unite = Literal["s", "o", "", "×"]

_ECHELLES = ((1e9, "Go"), (1e6, "Mo"), (1e3, "ko"))


@dataclass(frozen=True)
class Ligne:
    """One row: ``valeur`` in ``unite`` (o: bytes), beside ``reference``, which ``nom_reference`` names.

    ``besoins``: the methods to run. The target bears on the value (``au_plus``), on value / reference
    (``rapport_au_plus``) or on reference / value (``fois_au_moins``); without any, the row is there to be known.
    """

    lettre: str
    quoi: str
    valeur: Grandeur
    besoins: tuple[str, ...]
    unite: Unite = "s"
    reference: Grandeur | None = None
    nom_reference: str = ""
    au_plus: float | None = None
    rapport_au_plus: float | None = None
    fois_au_moins: float | None = None


@dataclass(frozen=True)
class Resultat:
    """A row with its figures."""

    ligne: Ligne
    valeur: float
    reference: float | None

    @property
    def tenu(self) -> bool | None:
        """Whether the target is met; None for a row without one."""
        ligne, rapport = self.ligne, self.rapport
        if ligne.au_plus is not None:
            return self.valeur <= ligne.au_plus
        if ligne.rapport_au_plus is not None:
            return rapport is not None and rapport <= ligne.rapport_au_plus
        if ligne.fois_au_moins is not None:
            return rapport is not None and 1 / rapport >= ligne.fois_au_moins
        return None

    @property
    def rapport(self) -> float | None:
        """The value divided by its reference."""
        return self.valeur / self.reference if self.reference else None

    def cellules(self) -> list[str]:
        """The cells of the row, in French."""
        ligne, reference = self.ligne, "–"
        if self.reference is not None:
            reference = f"{en_mots(self.reference, ligne.unite)}, {ligne.nom_reference}"
        verdict = {None: "–", True: "tenu", False: "manqué"}[self.tenu]
        return [
            ligne.lettre, ligne.quoi, en_mots(self.valeur, ligne.unite), reference, self._rapport_en_mots(),
            _cible(ligne), verdict,
        ]  # fmt: skip

    def _rapport_en_mots(self) -> str:
        if self.rapport is None:
            return "–"
        if self.ligne.fois_au_moins is not None:
            return f"{decimal(1 / self.rapport, 1)} fois plus rapide"
        return f"{decimal(self.rapport, 2)} ×"


ENTETES = ("", "Mesure", "Valeur", "Référence, même essai", "Rapport", "Cible", "Verdict")


def calculer(lignes: Sequence[Ligne], mesures: Mesures) -> list[Resultat]:
    """The rows with their figures. Raises KeyError for a measurement that was not made."""
    return [
        Resultat(
            ligne, _lire(ligne.valeur, mesures), None if ligne.reference is None else _lire(ligne.reference, mesures)
        )
        for ligne in lignes
    ]


def _lire(grandeur: Grandeur, mesures: Mesures) -> float:
    if callable(grandeur):
        return grandeur(mesures)
    noms = [grandeur] if isinstance(grandeur, str) else grandeur
    return sum(mesures[nom] for nom in noms)


def decimal(x: float, decimales: int) -> str:
    """A number as it is written in French: « 1 234,5 »."""
    return f"{x:,.{decimales}f}".replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")


def en_mots(x: float, unite: Unite) -> str:
    """« 0,25 s », « 12,3 s », « 1,33 Mo », « 0,98 »."""
    if unite == "s":
        return f"{decimal(x, 2 if x < 10 else 1)}\u00a0s"
    if unite == "o":
        taille, nom = next(((t, n) for t, n in _ECHELLES if x >= t), (1.0, "o"))
        return f"{decimal(x / taille, 2 if x / taille < 10 else 0)}\u00a0{nom}"
    return decimal(x, 2) + (f"\u00a0{unite}" if unite else "")


def _cible(ligne: Ligne) -> str:
    if ligne.au_plus is not None:
        return f"≤ {en_mots(ligne.au_plus, ligne.unite)}"
    if ligne.rapport_au_plus is not None:
        return f"≤ {decimal(ligne.rapport_au_plus, 1)} ×"
    if ligne.fois_au_moins is not None:
        return f"≥ {decimal(ligne.fois_au_moins, 0)} fois"
    return "–"


def en_texte(resultats: Sequence[Resultat]) -> str:
    """The table for a terminal."""
    rangees = [list(ENTETES), *(r.cellules() for r in resultats)]
    largeurs = [max(len(rangee[i]) for rangee in rangees) for i in range(len(ENTETES))]
    return "\n".join(
        "  ".join(c.ljust(largeur) for c, largeur in zip(r, largeurs, strict=True)).rstrip() for r in rangees
    )


def en_markdown(resultats: Sequence[Resultat]) -> str:
    """The table for docs/."""
    rangees = [list(ENTETES), ["---"] * len(ENTETES), *(r.cellules() for r in resultats)]
    return "\n".join(f"| {' | '.join(rangee)} |" for rangee in rangees)
