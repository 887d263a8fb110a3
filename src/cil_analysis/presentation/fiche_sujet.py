"""Whom a sheet is about: a commune, a landlord or a réservataire, and its rows in the published tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EPCI, RESERVATAIRE, Ventilation
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

_INTROUVABLES = {COMMUNE: "Aucune commune membre", BAILLEUR: "Aucun bailleur", RESERVATAIRE: "Aucun réservataire"}
# A dwelling that nobody reserves has no réservataire to be told of.
HORS_CONTINGENT = "AUCUN"


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

    def bouts(self, code: str) -> tuple[LignePubliee, LignePubliee] | None:
        """The first and last published figures of a series that goes up to the report's year; None without two."""
        publies = self.serie(code).ou(statut=PUBLIE).lignes()
        if len(publies) < 2 or int(publies[-1]["annee"]) != self.rapport.annee:
            return None
        return publies[0], publies[-1]

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

    def objectifs(self) -> list[tuple[PublishedTable, LignePubliee]]:
        """Its figures of the year that have a target, with their table; of a landlord, in its communes too."""
        return [
            (table, ligne)
            for table in self.tables.values()
            if table.indicateur.a_objectif
            for ligne in table.ou(annee=self.rapport.annee).lignes()
            if ligne["resultat"]
        ]


def communes(references: References, annee: int) -> dict[str, str]:
    """Code → name of the communes that have a sheet: the members on 31 December, in report order."""
    membres = references.territoire.membres(date(annee, 12, 31))
    return dict(zip(membres["code_insee"], membres["nom"], strict=True))


def bailleurs(references: References, annee: int) -> dict[str, str]:
    """Code → name of the landlords that have a sheet: those of the list that existed in the year, in file order."""
    return _existants(references, "bailleurs", annee)


def reservataires(references: References, annee: int) -> dict[str, str]:
    """Code → name of the réservataires that existed in the year, in file order."""
    codes = _existants(references, "reservataires", annee)
    return {code: nom for code, nom in codes.items() if code != HORS_CONTINGENT}


def _existants(references: References, nomenclature: str, annee: int) -> dict[str, str]:
    liste = references.nomenclatures[nomenclature]
    debut, fin = liste.table["valide_du"], liste.table["valide_au"]
    ouverts = debut.isna() | (debut <= pd.Timestamp(annee, 12, 31))
    ouverts &= fin.isna() | (fin >= pd.Timestamp(annee, 1, 1))
    codes = dict.fromkeys(liste.table.loc[ouverts, "code"].astype(str))
    return {code: liste.libelle(code) for code in codes}


def reconnaitre(texte: str, connus: Mapping[str, str], genre: str) -> str:
    """The code of a name or of a code. Raises ErreurCIL, with the closest one, for what is neither."""
    formes: dict[str, str] = {}
    for code, nom in connus.items():
        formes.setdefault(normaliser(nom), code)
    formes |= {normaliser(code): code for code in connus}
    trouve = formes.get(normaliser(texte))
    if trouve is not None:
        return trouve
    proche = max(formes, key=lambda forme: _ressemblance(normaliser(texte), forme), default="")
    suite = ", ".join(f"{code} ({nom})" for code, nom in connus.items())
    if proche and _ressemblance(normaliser(texte), proche)[0] >= 0.5:
        suite = f"le plus proche : {formes[proche]} ({connus[formes[proche]]})"
    raise ErreurCIL(f"{_INTROUVABLES[genre]} ne répond à « {texte} ». Noms possibles : {suite or 'la liste est vide'}.")


def _ressemblance(a: str, b: str) -> tuple[float, int]:
    """How alike two names or codes are; between equals, the one that begins in the same way."""
    egaux = [x == y for x, y in zip(a, b, strict=False)]
    return SequenceMatcher(None, a, b).ratio(), [*egaux, False].index(False)


def commune(rapport: Rapport, code: str | None = None) -> Sujet:
    """A commune, by its code or name; the first one by default. Raises ErreurCIL for an unknown one."""
    return _sujet(rapport, COMMUNE, communes(rapport.references, rapport.annee), code)


def bailleur(rapport: Rapport, code: str | None = None) -> Sujet:
    """A landlord, by its code or name; the first one by default. Raises ErreurCIL for an unknown one."""
    return _sujet(rapport, BAILLEUR, bailleurs(rapport.references, rapport.annee), code)


def reservataire(rapport: Rapport, code: str | None = None) -> Sujet:
    """A réservataire, by its code or name; the first one by default. Raises ErreurCIL for an unknown one."""
    return _sujet(rapport, RESERVATAIRE, reservataires(rapport.references, rapport.annee), code)


def _sujet(rapport: Rapport, genre: str, connus: Mapping[str, str], texte: str | None) -> Sujet:
    code = reconnaitre(next(iter(connus), "") if texte is None else str(texte), connus, genre)
    return Sujet(rapport, genre, code, connus[code])
