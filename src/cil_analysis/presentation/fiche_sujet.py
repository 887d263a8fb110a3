"""Whom a sheet is about: a commune, a landlord or a réservataire, and its rows in the published tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import COMMUNE, EPCI, RESERVATAIRE, Ventilation
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference import sujets


@dataclass(frozen=True)
class Sujet:
    """The subject of a sheet. ``genre``: commune, bailleur or reservataire."""

    rapport: Rapport
    genre: str
    code: str
    nom: str

    @cached_property
    def tables(self) -> dict[str, PublishedTable]:
        """Its figures by indicator, of every year and category; of an actor, in every perimeter."""
        cles = {"acteur_type": self.genre, "acteur_code": self.code}
        if self.genre == COMMUNE:
            cles = {"perimetre_type": COMMUNE, "perimetre_code": self.code, "acteur_type": ""}
        return {
            code: table.ou(**cles)
            for code, table in self.rapport.publication.items()
            if any(self._ventile(v) for v in table.indicateur.ventilations)
        }

    def _ventile(self, ventilation: Ventilation) -> bool:
        """Whether rows of the kind of the subject are among those of an indicator."""
        if self.genre == COMMUNE:
            return ventilation.perimetre == COMMUNE and not ventilation.acteur
        return ventilation.acteur == self.genre

    def serie(self, code: str, modalite: str | Sequence[str] = "") -> PublishedTable:
        """The figures of an indicator, one a year; of an actor, over the EPCI."""
        return self.tables[code].ou(perimetre_type=COMMUNE if self.genre == COMMUNE else EPCI, modalite=modalite)

    def ligne(self, code: str, annee: int | None = None, modalite: str = "") -> LignePubliee | None:
        """The figure of an indicator in a year, the report's by default."""
        return self.serie(code, modalite).ligne(annee=annee or self.rapport.annee)

    def chiffre(self, code: str, annee: int | None = None, modalite: str = "") -> float | None:
        """The published value, or None when it is masked or missing."""
        ligne = self.ligne(code, annee, modalite)
        return float(ligne["valeur"]) if ligne is not None and ligne["statut"] == PUBLIE else None

    def est_masque(self, code: str) -> bool:
        """Whether the figure of the year is masked."""
        ligne = self.ligne(code)
        return ligne is not None and ligne["statut"] == SECRET


def reservataire(rapport: Rapport, code: str | None = None) -> Sujet:
    """A réservataire, by its code or name; the first one by default. Raises ErreurCIL for an unknown one."""
    return _sujet(rapport, RESERVATAIRE, code)


def _sujet(rapport: Rapport, genre: str, texte: str | None) -> Sujet:
    trouve = sujets.trouver(rapport.references, rapport.annee, genre, texte)
    return Sujet(rapport, trouve.genre, trouve.code, trouve.nom)
