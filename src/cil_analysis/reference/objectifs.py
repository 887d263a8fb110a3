"""Objectives of the law and of the CIA (parameters/objectifs.csv): what replaces what, and what they ask of a count."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.reference import tables
from cil_analysis.reference.lecture import exiger_hors_refus, lire
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.territoire import Territoire

PLANCHER, PLAFOND, INTERVALLE = "plancher", "plafond", "intervalle"
PCT, NOMBRE = "pct", "nombre"
_SCHEMA = "parameters/objectifs"
TOUS = "*"
# « perimetre » and « acteur » → type → the codes that the project has.
Codes = Mapping[str, Mapping[str, Set[str]]]
# What an objective is set on: an avenant keeps it, and pct and nombre never mix.
CIBLE = ["indicateur", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite", "unite"]
Objectif = Mapping[Any, Any]
_DEBUT, _FIN = pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")  # bounds of what is open


def charger_objectifs(dossier: Path, codes: Codes | None = None) -> pd.DataFrame:
    """One row is one objective: an indicator, a perimeter, an actor and the value to reach while it is in force.

    ``date_effet`` and ``date_fin`` are datetime64 (NaT: open; the end is the day before an avenant replaces it),
    ``valeur`` and ``valeur_max`` are floats (NaN: « à renseigner », or no upper bound), ``tolerance`` is a float, 0 by
    default, in points or households; the rest is text. ``*`` in a code column stands for every code of that type,
    ``modalite`` empty for no category, ``annee`` empty for every year. ``codes``: those that may be named. Raises
    ErreurCIL, naming the line, for an avenant that cannot replace what it names, or two objectives in conflict.
    """
    chemin = dossier / "objectifs.csv"
    table = lire(chemin, schemas()[_SCHEMA])
    table["tolerance"] = table["tolerance"].fillna(0.0)
    for genre, connus in (codes or {}).items():
        dits = table[[f"{genre}_type", f"{genre}_code"]].set_axis(["type", "code"], axis="columns")
        paires = zip(dits["type"], dits["code"], strict=True)
        sus = [not nature or code == TOUS or code in connus[nature] for nature, code in paires]
        exiger_hors_refus(dits.assign(genre=genre, connu=sus), "objectifs", chemin)
    _appliquer_remplacements(table, chemin)
    _exiger_sans_conflit(table, chemin)
    return table.reset_index(drop=True)


def en_vigueur(objectifs: pd.DataFrame, annee: int) -> pd.DataFrame:
    """The objectives in force on 31 December of a year, whatever their value."""
    jour = pd.Timestamp(annee, 12, 31)
    garde = tables.en_vigueur(objectifs, "date_effet", "date_fin", jour) & objectifs["annee"].isin(["", str(annee)])
    return objectifs[garde]


def lieux(territoire: Territoire, epci: Set[str]) -> Mapping[str, Set[str]]:
    """The codes of the places that an objective may be set on, by their type."""
    siens = {"commune": set(territoire.communes["code_insee"]), "qpv": set(territoire.table_qpv["code"])}
    return dict.fromkeys(("epci", "en_qpv", "hors_qpv"), epci) | siens


def objectifs_de(tous: pd.DataFrame, siren: str, territoire: Territoire) -> pd.DataFrame:
    """The objectives that an EPCI has: those of every EPCI, its own, and those of its communes and QPV."""
    siens, places = lieux(territoire, {siren}), zip(tous["perimetre_type"], tous["perimetre_code"], strict=True)
    return tous[[code == TOUS or code in siens[genre] for genre, code in places]].reset_index(drop=True)


# --- Objectives that replace one another (avenants), and those that would contradict each other ----------------------


def _appliquer_remplacements(table: pd.DataFrame, chemin: Path) -> None:
    """End in place each objective the day before the one that names it in ``remplace`` takes effect.

    The index of ``table`` is the line number in the file. What replaces nothing any more does not bring back what it
    had replaced. Several rows may replace one (a yearly trajectory): the first of them ends it.
    """
    siens = table[table["remplace"].ne("")]
    anciens = table.set_index("id").reindex(siens["remplace"]).set_axis(siens.index)
    autres = siens[CIBLE] != anciens[CIBLE]
    siens = siens.assign(
        existe=siens["remplace"].isin(table["id"]),
        autres=[", ".join(autres.columns[ligne]) for ligne in autres.to_numpy()],
        ancienne_date=anciens["date_effet"],
    )
    exiger_hors_refus(siens, "remplacements", chemin)
    premieres = table.groupby("remplace")["date_effet"].min() - pd.Timedelta(days=1)
    veilles = table["id"].map(premieres.to_dict()).astype(table["date_fin"].dtype)  # A table may have no row.
    table["date_fin"] = table["date_fin"].where(~(veilles < table["date_fin"].fillna(_FIN)), veilles)


def _exiger_sans_conflit(table: pd.DataFrame, chemin: Path) -> None:
    """Check that no two objectives say two things of one target at the same time.

    Two of the same origin for the same year (or both for every year) need ``remplace`` between them. A floor and a
    ceiling, of whatever origin, are one interval: only one of the two would be followed. An objective of a year, which
    holds on its 31 December, beside one for every year is a trajectory: no conflict.
    """
    siens = table[table.duplicated(CIBLE, keep=False)]
    jours = pd.to_datetime(siens["annee"] + "1231", format="%Y%m%d", errors="coerce")
    debut, fin = siens["date_effet"].fillna(_DEBUT), siens["date_fin"].fillna(_FIN)
    datees = siens.assign(debut=debut.mask(debut < jours, jours), fin=fin.mask(fin > jours, jours), ligne=siens.index)
    paires = datees.merge(datees, on=CIBLE, suffixes=("", "_b"))
    ensemble = (paires["debut"] <= paires["fin_b"]) & (paires["debut_b"] <= paires["fin"])
    exiger_hors_refus(paires[ensemble & (paires["ligne"] < paires["ligne_b"])].set_index("ligne_b"), "conflits", chemin)


# --- What an objective asks of a count, in whole households and exact fractions: no division decides ------------------


@dataclass(frozen=True)
class Bornes:
    """A floor, a ceiling (None: open) or both, in percent or households; ``tolerance``: how far outside holds."""

    bas: Fraction | None
    haut: Fraction | None
    en_nombre: bool = False
    tolerance: Fraction = Fraction(0)

    @classmethod
    def de(cls, objectif: Mapping[Any, Any]) -> Bornes:
        """The bounds of a row of the objectives, which has a value."""
        valeur, sens = _exact(objectif["valeur"]), objectif["sens"]
        haut = _exact(objectif["valeur_max"]) if sens == INTERVALLE else valeur
        return cls(
            None if sens == PLAFOND else valeur,
            None if sens == PLANCHER else haut,
            objectif["unite"] == NOMBRE,
            Fraction(0) if pd.isna(objectif["tolerance"]) else _exact(objectif["tolerance"]),
        )

    def admis(self, ensemble: int) -> tuple[int, int | None]:
        """The least and the largest (None: free) count that hold; reversed when no whole number is in the interval."""
        echelle = Fraction(1) if self.en_nombre else Fraction(ensemble, 100)
        bas = 0 if self.bas is None else max(0, ceil((self.bas - self.tolerance) * echelle))
        return bas, None if self.haut is None else floor((self.haut + self.tolerance) * echelle)

    def ecart(self, compte: int, ensemble: int) -> Fraction:
        """How far above (+) or below (-) the target: of an interval, its nearest bound, and 0 inside."""
        valeur = Fraction(compte) if self.en_nombre else Fraction(100 * compte, ensemble)
        if self.bas is not None and (self.haut is None or valeur < self.bas):
            return valeur - self.bas
        return valeur - self.haut if self.haut is not None and (self.bas is None or valeur > self.haut) else Fraction(0)

    def manquants(self, compte: int, ensemble: int) -> int | None:
        """The least number of households that would have had to be of the public, or not (D12); None: none would do."""
        bas, haut = self.admis(ensemble)
        if haut is not None and bas > haut:
            return None
        return max(bas - compte, 0 if haut is None else compte - haut, 0)


def _exact(nombre: float) -> Fraction:
    """A number as it is written: 33.3 is 333/10."""
    return Fraction(repr(float(nombre)))
