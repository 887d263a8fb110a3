"""How far a year goes; the breaks of a series, read in the reference data; its figures at constant perimeter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from cil_analysis.grammaire.indicateur import COMMUNE, EPCI, NOMBRE, QPV, RATIO, Indicateur
from cil_analysis.rapport import comparateurs
from cil_analysis.rapport.dessins import reperes
from cil_analysis.rapport.mots.formats import date_en_mots
from cil_analysis.rapport.mots.lignes import en_mots
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import regles_de_comptage, regles_en_mots
from cil_analysis.reference.sujets import sujets
from cil_analysis.reference.tables import en_vigueur
from cil_analysis.reference.texte import enumerer
from cil_analysis.typographie import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.chiffres import Chiffres
    from cil_analysis.rapport.comparateurs import Series
    from cil_analysis.rapport.figure import Dits


Dite = tuple[str, str, str]  # of a break, between two years: « genre », « court » and « phrase »
PERIMETRE, ZONAGE, INACHEVEE = "perimetre", "zonage", "inachevee"


@dataclass(frozen=True)
class Rupture:
    """One break. ``avant``: the year of the series before ``annee``; None for the first one.

    ``genre``: the perimeter, the zoning of QPV, a year that is not over, the code of the counting rule (« P3 ») that
    changed, or the column that rules give otherwise. ``court`` stands on a drawing, ``phrase`` below it.
    """

    annee: int
    avant: int | None
    genre: str
    court: str
    phrase: str


def ruptures(
    references: References, annees: Sequence[int], agregees: Collection[int] = (), arretee_au: date | None = None
) -> tuple[Rupture, ...]:
    """The breaks of a series, in order. ``agregees``: the years whose leases are aggregated tables."""
    trouvees = [
        Rupture(annee, avant, *dite)
        for avant, annee in pairwise(sorted(annees))
        for dite in (
            *_perimetre(references, avant, annee),
            *_zonage(references, avant, annee),
            *_regles(references, avant, annee),
            *_deductions(references, avant, annee, agregees),
        )
    ]
    if arretee_au is not None:
        phrase = f"les attributions de {arretee_au.year} sont celles reçues au {date_en_mots(arretee_au)}"
        avant = max((a for a in annees if a < arretee_au.year), default=None)
        trouvees.append(Rupture(arretee_au.year, avant, INACHEVEE, "année inachevée", phrase))
    return tuple(trouvees)


def concerne(rupture: Rupture, indicateur: Indicateur) -> bool:
    """Whether a break touches the series of an indicator for the whole EPCI."""
    compte = indicateur.compte
    if rupture.genre == PERIMETRE:
        return True
    if rupture.genre == ZONAGE:
        return compte.axe == "zone" or any(nom == "zone" for nom, _ in (*compte.champ, *compte.public))
    if rupture.genre == INACHEVEE:  # A share is the same thing of a part of a year.
        return indicateur.unite in (NOMBRE, RATIO) and "attributions" in (compte.population, compte.rapporte_a)
    if rupture.genre in indicateur.colonnes:
        return compte.population == "attributions"
    return rupture.genre in indicateur.regles


def _perimetre(references: References, avant: int, annee: int) -> Iterator[Dite]:
    """Communes that joined or left between two 31 December."""
    ancien, nouveau = (sujets(references, a, "commune") for a in (avant, annee))
    arrivees = [nom for code, nom in nouveau.items() if code not in ancien]
    departs = [nom for code, nom in ancien.items() if code not in nouveau]
    faits = [
        f"{enumerer(noms)} {verbes[len(noms) > 1]} l’intercommunalité"
        for noms, verbes in ((arrivees, ("rejoint", "rejoignent")), (departs, ("quitte", "quittent")))
        if noms
    ]
    if faits:
        nombres = f"{len(ancien)} → {len(nouveau)} communes"
        court = nombres if len(ancien) != len(nouveau) else "autres communes"
        yield PERIMETRE, court, f"en {annee}, {' et '.join(faits)} ({nombres})"


def _zonage(references: References, avant: int, annee: int) -> Iterator[Dite]:
    """A generation of QPV in force that was not."""
    qpv = references.territoire.table_qpv
    jours = (pd.Timestamp(a, 12, 31) for a in (avant, annee))
    ancien, nouveau = (
        set(qpv["generation"][en_vigueur(qpv, "valide_du", "valide_au", jour)].astype("str")) for jour in jours
    )
    if ancien and nouveau - ancien:
        nom = enumerer(sorted(nouveau - ancien))
        yield ZONAGE, f"QPV {nom}", f"les quartiers prioritaires sont ceux du zonage de {nom} à partir de {annee}"


def _regles(references: References, avant: int, annee: int) -> Iterator[Dite]:
    """Counting rules whose value changed."""
    avant_en_mots, annee_en_mots = (regles_en_mots(references, date(a, 12, 31)) for a in (avant, annee))
    for (code, _, ancien, _), (_, _, nouveau, _) in zip(avant_en_mots, annee_en_mots, strict=True):
        if ancien != nouveau:
            ancien, nouveau = ancien or "aucun choix", nouveau or "aucun choix"
            yield code, f"règle {code}", f"règle {code} : {ancien} jusqu’en {avant}, {nouveau} ensuite"


def _deductions(references: References, avant: int, annee: int, agregees: Collection[int]) -> Iterator[Dite]:
    """Columns of the leases that the file gives, then rules, or other rules; none applies to aggregated tables."""
    ancien, nouveau = (
        {} if a in agregees else regles_de_comptage(references, a).colonnes_deduites for a in (avant, annee)
    )
    for nom in sorted({*ancien, *nouveau}):
        dit, autre = (dites.get(nom, "ce que donne le fichier") for dites in (ancien, nouveau))
        if dit != autre:
            libelle = references.dictionnaires["attributions"].colonnes[nom].libelle
            yield nom, "autres catégories", f"{libelle} : {dit} jusqu’en {avant}, {autre} ensuite"


# --- Of a series ------------------------------------------------------------------------------------------------------


def ruptures_de(chiffres: Iterable[Chiffres]) -> tuple[Rupture, ...]:
    """Les ruptures qui touchent un des indicateurs d’un dessin, quand il est coupé par année."""
    tous = list(chiffres)
    if not all("annee" in x.axes for x in tous):
        return ()
    return tuple(
        dict.fromkeys(r for x in tous for r in x.rapport.ruptures if concerne(r, x.indicateur) and _rompt(r, x))
    )


def _rompt(rupture: Rupture, chiffres: Chiffres) -> bool:
    """Whether figures come before a break, and are not those of one place, which no other changes by coming in."""
    if rupture.genre == INACHEVEE:  # Of the year itself, whatever comes before.
        return True
    lus = {nom: set(chiffres.publiee.valeurs(nom)) for nom in ("annee", "perimetre_type", "perimetre_code")}
    d_un_lieu = lus["perimetre_type"] <= {COMMUNE, QPV} and len(lus["perimetre_code"]) == 1
    return min(lus["annee"], default=rupture.annee) < rupture.annee and not (rupture.genre == PERIMETRE and d_un_lieu)


def au_perimetre_constant(chiffres: Chiffres) -> list[Chiffre]:
    """The figures of the communes that are members in every year, in the years when the EPCI has others.

    Published for the series of the EPCI alone; one that reads as that of the series says nothing more.
    """
    if chiffres.axes != ("annee",) or any(nom != "annee" for nom, _ in chiffres.conditions):
        return []
    dits = {c.cle: c.texte for c in chiffres}
    constants = [c for c in chiffres.a_perimetre_constant if c.ligne["perimetre_type"] != EPCI]
    return [c for c in constants if c.texte != dits.get(c.cle)]


# --- What is said ----------------------------------------------------------------------------------------------------


def note_des_ruptures(marques: Sequence[Rupture]) -> str:
    """Ce que le lecteur d’une série doit savoir de ses ruptures, en une phrase ; rien quand il n’y en a pas."""
    if not marques:
        return ""
    debut = "Rupture de série" if len(marques) == 1 else "Ruptures de série"
    return typographie(f"{debut} : {' ; '.join(r.phrase for r in marques)}.")


def en_series(
    dits: Dits, tables: Sequence[Chiffres], constants: Sequence[Chiffre] = (), autres: Series = MappingProxyType({})
) -> Dits:
    """What is said of a figure by year: its objective, its breaks, the figures that stand beside it."""
    objectif = reperes.lire(tables[0], {c.cle[-1]: 0.0 for c in tables[0]}, (), {}).mots
    ruptures, autrement = note_des_ruptures(ruptures_de(tables)), "À périmètre constant"
    alternative = joindre(
        dits.alternative,
        f"{autrement} : {' ; '.join(map(en_mots, constants))}." if constants else "",
        f"Objectif : {objectif}." if objectif else "",
        ruptures,
        comparateurs.en_suite(autres),
    )
    combien = len(tables[0].rapport.references.territoire.constantes(tables[0].rapport.annees))
    dite = f"{autrement} : les {combien} communes membres toutes ces années." if constants else ""
    note = joindre(dits.note, ruptures, dite)
    return dits._replace(note=note, alternative=alternative, source=comparateurs.sources(autres))


def joindre(*phrases: str) -> str:
    """Sentences that follow each other."""
    return " ".join(phrase for phrase in phrases if phrase)


class Cours(NamedTuple):
    """Jusqu’où vont les baux d’une année : la part de l’année (None : elle n’est pas publiée), le dernier jour."""

    ecoule: float | None
    jour: date

    def atteints(self, trimestres: list[str]) -> list[str]:
        """Les trimestres qu’ils atteignent : les suivants répètent le dernier compte."""
        return trimestres[: (self.jour.month + 2) // 3]


def cours_de_l_annee(ecoule_pct: float | None, close: date | None, annee: int) -> Cours:
    """Le cours d’une année dont la part écoulée est publiée ; elle est tenue pour finie à partir du jour ``close``."""
    fin = date(annee, 12, 31)
    jours = fin.timetuple().tm_yday
    if ecoule_pct is None or (close is not None and ecoule_pct >= 100 * close.timetuple().tm_yday / jours):
        return Cours(None if ecoule_pct is None else 1.0, fin)
    return Cours(ecoule_pct / 100, date(annee, 1, 1) + timedelta(days=round(ecoule_pct / 100 * jours) - 1))
