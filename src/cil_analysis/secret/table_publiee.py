"""PublishedTable: the only thing that a report accepts, and that only this floor makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cil_analysis.comptage.cadre import (
    ATTEINT,
    CHIFFRES,
    COLONNES,
    NON_ATTEINT,
    NON_CALCULABLE,
    PUBLIE,
    SECRET,
    cadre_vide,
    mettre_en_cadre,
    par_indicateur,
)
from cil_analysis.grammaire.indicateur import EPCI, PCT, Indicateur
from cil_analysis.grammaire.registre import Registre
from cil_analysis.secret.regles import ReglesSecret

# What protects is imported where it is asked for: a page that is given its figures does without.
if TYPE_CHECKING:
    from cil_analysis.secret.preuve.audit import Lecteur
    from cil_analysis.secret.preuve.protection import DejaPublie, Examen, Moyens
    from cil_analysis.secret.relations.structure import Structure

_SCEAU = object()
# The indicator that the published results of the others tell: it counts no rows.
OBJECTIFS_TENUS = "O07"
# One figure, by the columns of ``cadre.COLONNES``.
LignePubliee = Mapping[str, Any]


class PublishedTable:
    """The figures of one indicator, after disclosure control.

    ``donnees``: one row is one figure (columns of ``cadre.COLONNES``); a masked row keeps its keys and its status
    « secret » and has lost every figure. Made by :func:`publier_ensemble` alone: a raw count cannot be wrapped.
    """

    __slots__ = ("_base", "_colonnes", "_donnees", "_indicateur", "_lues", "_numeros", "_rangs")

    def __init__(self, indicateur: Indicateur, donnees: pd.DataFrame, sceau: object) -> None:
        if sceau is not _SCEAU:
            raise TypeError("A PublishedTable is made by secret.table_publiee.publier_ensemble alone.")
        self._indicateur = indicateur
        # A selection is rows of a base: they are copied when they are asked for, for a report asks thousands of
        # questions; what has been read of the base serves all its selections.
        self._base, self._rangs = donnees, np.arange(len(donnees))
        self._donnees: pd.DataFrame | None = donnees
        self._colonnes: dict[str, NDArray[np.object_]] = {}
        self._numeros: dict[str, tuple[NDArray[np.intp], dict[object, int]]] = {}
        self._lues: list[LignePubliee] = []

    @property
    def indicateur(self) -> Indicateur:
        """What the figures are."""
        return self._indicateur

    @property
    def donnees(self) -> pd.DataFrame:
        """The figures, one a row."""
        if self._donnees is None:
            self._donnees = self._base.take(self._rangs).reset_index(drop=True)
        return self._donnees

    def ou(self, **conditions: object) -> PublishedTable:
        """The rows that meet every condition: a value to equal, or a list of values.

        ``table.ou(annee=2022, perimetre_type="commune")``; what is published stays published.
        """
        rangs = self._rangs
        for colonne, attendu in conditions.items():
            valeurs = [attendu] if isinstance(attendu, str) or not isinstance(attendu, Iterable) else list(attendu)
            numeros, connues = self._numerotee(colonne)
            voulus = [connues[valeur] for valeur in valeurs if valeur in connues]
            lus = numeros[rangs]
            rangs = rangs[np.logical_or.reduce([lus == numero for numero in voulus])] if voulus else rangs[:0]
        choisie = copy(self)
        choisie._rangs, choisie._donnees = rangs, None
        return choisie

    def __or__(self, autre: PublishedTable) -> PublishedTable:
        """The rows of two selections of one table, each once. Raises ValueError for those of two tables."""
        if autre._base is not self._base:
            raise ValueError(f"{self!r} and {autre!r} are not of one table")
        choisie = self.ou()
        choisie._rangs = np.union1d(self._rangs, autre._rangs)
        return choisie

    def _colonne(self, colonne: str) -> NDArray[np.object_]:
        """A column of the base, once for all its selections."""
        if colonne not in self._colonnes:
            self._colonnes[colonne] = self._base[colonne].to_numpy(dtype=object)
        return self._colonnes[colonne]

    def _numerotee(self, colonne: str) -> tuple[NDArray[np.intp], dict[object, int]]:
        """A column of the base by the ranks of its values, which compare ten times quicker; value → rank."""
        if colonne not in self._numeros:
            numeros, valeurs = pd.factorize(self._colonne(colonne))
            self._numeros[colonne] = numeros, {valeur: rang for rang, valeur in enumerate(valeurs)}
        return self._numeros[colonne]

    def valeurs(self, colonne: str) -> NDArray[np.object_]:
        """A column of the figures, in their order: quicker than that of ``donnees``."""
        return self._colonne(colonne)[self._rangs]

    def lignes(self) -> list[LignePubliee]:
        """The figures one by one, in their order: quicker than the rows of ``donnees``."""
        if not self._lues:
            noms = [str(nom) for nom in self._base]
            rangees = zip(*(self._colonne(nom).tolist() for nom in noms), strict=True)
            self._lues.extend(dict(zip(noms, rangee, strict=True)) for rangee in rangees)
        return [self._lues[rang] for rang in self._rangs]

    def ligne(self, **conditions: object) -> LignePubliee | None:
        """The only row that meets the conditions, or None when there is none. Raises ValueError for several."""
        choisies = self.ou(**conditions)
        if len(choisies) > 1:
            raise ValueError(f"{self.indicateur.code}: {len(choisies)} rows for {conditions}")
        return next(iter(choisies.lignes()), None)

    @property
    def nb_secrets(self) -> int:
        """How many figures are masked."""
        return int((self.valeurs("statut") == SECRET).sum())

    @property
    def a_des_chiffres(self) -> bool:
        """Whether it has figures, masked ones included."""
        return not {PUBLIE, SECRET}.isdisjoint(self.valeurs("statut"))

    @property
    def annees_sans_donnee(self) -> list[int]:
        """The years in which a figure could not be computed, though there is something to measure: « nd »."""
        return sorted(self._annees(manquent=True))

    @property
    def annees_connues(self) -> set[int]:
        """The years of which something was received."""
        return self._annees(manquent=False)

    def _annees(self, *, manquent: bool) -> set[int]:
        absents = (self.valeurs("statut") == NON_CALCULABLE) & (self.valeurs("denominateur") != 0)
        return {int(annee) for annee in self.valeurs("annee")[absents == manquent]}

    def __len__(self) -> int:
        return len(self._rangs)

    def __repr__(self) -> str:
        return f"PublishedTable({self.indicateur.code}, {len(self)} chiffres, {self.nb_secrets} secrets)"


def rouvrir_tables(donnees: pd.DataFrame, indicateurs: Iterable[Indicateur]) -> dict[str, PublishedTable]:
    """The tables of some indicators, from figures that went through disclosure control."""
    siens = {i.code: i for i in indicateurs}
    return {code: PublishedTable(siens[code], cadre, _SCEAU) for code, cadre in par_indicateur(donnees, siens).items()}


def publier_ensemble(
    cadres: Sequence[tuple[Indicateur, pd.DataFrame]],
    regles: Mapping[int, ReglesSecret],
    structures: Mapping[int, Structure] | None = None,
    deja: Mapping[int, DejaPublie] | None = None,
    moyens: Moyens | None = None,
    examens: Mapping[int, Examen] | None = None,
) -> dict[str, PublishedTable]:
    """Apply disclosure control to the figures of several indicators, jointly: what one masks, no other gives back.

    A masked row keeps its keys, unit and status; every figure, the target included, is lost. When the indicator has
    objectives, its result stays where it may be told (D19), and is « non_calculable » elsewhere. Raises ValueError for
    a year without rules, or that active ones are not given what protects it.
    """
    from cil_analysis.secret.preuve.protection import PAR_SOI_MEME, examiner, proteger

    indicateurs = {indicateur.code: indicateur for indicateur, _ in cadres}
    donnees = pd.concat([cadre[COLONNES] for _, cadre in cadres], ignore_index=True) if cadres else cadre_vide()
    if examens is None:
        examens = examiner(donnees, indicateurs, structures or {})
    gardees = {an for an, siennes in regles.items() if an in examens or not siennes.actif}
    if nues := set(donnees["annee"]) - gardees:
        raise ValueError(f"Nothing protects the figures of {sorted(nues)}")
    motifs, dits = proteger(examens, regles, deja, moyens or PAR_SOI_MEME)
    secret = donnees.index.isin(motifs.index[motifs.ne("")])
    donnees.loc[secret, "statut"] = SECRET
    donnees.loc[secret, CHIFFRES] = float("nan")
    tus = secret & ~donnees.index.isin(dits.index[dits])
    donnees.loc[tus & donnees["resultat"].ne(""), "resultat"] = NON_CALCULABLE
    donnees.loc[secret, "sens"] = ""
    return rouvrir_tables(donnees, indicateurs.values())


def publier(indicateur: Indicateur, cadre: pd.DataFrame, regles: Mapping[int, ReglesSecret]) -> PublishedTable:
    """Apply disclosure control to one table that is published alone."""
    return publier_ensemble([(indicateur, cadre)], regles)[indicateur.code]


def relire_tables(dossier: Path, registre: Registre) -> dict[str, PublishedTable]:
    """The tables of the bilan of a folder, as its file shows them. Raises ErreurCIL when it has none.

    Its figures went through disclosure control when it was made; an indicator that is no more is passed over.
    """
    from cil_analysis.secret.publies import lire_chiffres

    return rouvrir_tables(lire_chiffres(dossier).astype(dict.fromkeys(CHIFFRES, "float64")), registre.indicateurs)


def avec_derives(tables: Mapping[str, PublishedTable], registre: Registre) -> dict[str, PublishedTable]:
    """Add what published figures alone tell: how many objectives are met (O07). In the order of the registry."""
    suivies = [table for table in tables.values() if table.indicateur.a_objectif]
    ensembles = [t.ou(perimetre_type=EPCI).donnees["perimetre_code"] for t in tables.values()]
    epci = next((str(codes.iloc[0]) for codes in ensembles if len(codes)), "")
    bilan = bilan_des_objectifs([table.donnees for table in suivies], epci)
    derive = PublishedTable(registre.par_code[OBJECTIFS_TENUS], bilan, _SCEAU)
    codes = [*tables, OBJECTIFS_TENUS]
    ordre = {indicateur.code: rang for rang, indicateur in enumerate(registre.indicateurs)}
    return {code: tables.get(code, derive) for code in sorted(codes, key=lambda code: ordre.get(code, len(ordre)))}


def bilan_des_objectifs(cadres: Sequence[pd.DataFrame], epci: str) -> pd.DataFrame:
    """O07: how many objectives are met, among those that have a result; in all, then by indicator (modalite)."""
    suivis = pd.concat(cadres, ignore_index=True) if cadres else cadre_vide()
    suivis = suivis[suivis["resultat"].isin([ATTEINT, NON_ATTEINT])]
    if suivis.empty:
        return cadre_vide()
    tenus = suivis["resultat"].eq(ATTEINT)
    comptes = [
        tenus.groupby([suivis["annee"], modalite.rename("modalite")], sort=True).agg(["sum", "count"]).reset_index()
        for modalite in (pd.Series("", index=suivis.index, dtype="str"), suivis["indicateur"])
    ]
    table = pd.concat(comptes, ignore_index=True).rename(columns={"sum": "numerateur", "count": "denominateur"})
    table["perimetre_type"], table["perimetre_code"] = EPCI, epci
    return mettre_en_cadre(table.sort_values("annee", kind="stable"), OBJECTIFS_TENUS, None, PCT)


@dataclass(frozen=True)
class Publication(Mapping[str, PublishedTable]):
    """Everything published for one year's bilan: the tables by indicator code, and what they are made from.

    ``annees``: the years that have data, oldest first, up to ``annee``. ``interne``: disclosure control is off, and
    every page must say so. ``imports``: the journal of each import behind the tables (files, row accounts, and by
    column of « illisibles », how many rows lack a value that could not be read, None: masked; « extraits »: those that
    aggregated tables give). ``lecteurs``: who reads each year, as the audit has to know. ``absences``: by
    indicator and year, why figures cannot be computed: a column, an extract or a threshold is missing.
    """

    annee: int
    annees: tuple[int, ...]
    tables: dict[str, PublishedTable]
    regles: ReglesSecret
    interne: bool
    imports: tuple[dict[str, Any], ...]
    lecteurs: Mapping[int, Lecteur] | None = None
    absences: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, code: str) -> PublishedTable:
        return self.tables[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def en_table(self) -> pd.DataFrame:
        """Every published figure in one frame: the content of indicateurs.csv."""
        cadre = pd.concat([table.donnees for table in self.tables.values()], ignore_index=True)
        return cadre.sort_values(["indicateur", "annee"], kind="stable", ignore_index=True)


__all__ = ["PUBLIE", "SECRET", "Publication", "PublishedTable", "publier", "publier_ensemble", "relire_tables"]
