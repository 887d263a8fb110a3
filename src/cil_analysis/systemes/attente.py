"""How long applicants wait when many still wait: the Kaplan–Meier estimate of a year.

An estimate for the year, not for those who filed at one time: each request counts among those that wait from its
filing, or from 1 January if it is older (delayed entry), until it is housed or leaves sight (31 December, another
radiation). Without the delayed entry, requests that were filed years ago and are still there would weigh on durations
at which nobody who left before could be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cil_analysis.grammaire.vocabulaire import JOURS_PAR_MOIS
from cil_analysis.reference.regles import Regles

# When a request is last seen: those that left the file, on the day of the lease of those housed where it is of the
# year, else on that of the radiation; the others on 31 December.
_VEILLE, _ISSUE = "make_date(annee - 1, 12, 31)", "coalesce(motif_radiation = 'RADATT', false)"
_BAIL_DE_L_ANNEE = f"{_ISSUE} AND date_signature_bail > {_VEILLE} AND date_signature_bail <= date_radiation"
_DERNIER = (
    f"CASE WHEN {_BAIL_DE_L_ANNEE} THEN date_signature_bail ELSE coalesce(date_radiation, make_date(annee, 12, 31)) END"
)
# The days since its filing at which it is first seen (excluded) and last seen. Day 0 counts: who is housed on the day
# of the filing waited until then.
_DEBUT = f"greatest(date_diff('day', date_depot_demande, {_VEILLE}), -1)"
_FIN = f"date_diff('day', date_depot_demande, {_DERNIER})"
# The two and whether it is housed then, of the requests filed on or before that day: what :func:`estimer` is given.
COLONNES = {"debut": _DEBUT, "fin": _FIN, "issue": _ISSUE}
OBSERVATIONS = f"[{', '.join(f'list({sql}) FILTER ({_FIN} >= 0)' for sql in COLONNES.values())}]"


class Courbe(NamedTuple):
    """The share still waiting after each duration at which somebody is housed.

    ``jours``: those durations, in order; ``part``: from 0 to 1, just after; ``a_risque``: how many wait just before;
    ``vus``: for how long the request that was seen the longest was.
    """

    jours: NDArray[np.float64]
    part: NDArray[np.float64]
    a_risque: NDArray[np.int64]
    vus: float


def kaplan_meier(debut: NDArray[np.float64], fin: NDArray[np.float64], issue: NDArray[np.bool_]) -> Courbe:
    """The product-limit estimate with delayed entry: one item is one request, at risk over ]debut, fin].

    At each duration t at which d are housed while n wait, the share still waiting is multiplied by 1 - d/n. Who leaves
    sight at t still waits at t.
    """
    jours, loges = np.unique(fin[issue], return_counts=True)
    a_risque = np.searchsorted(np.sort(debut), jours) - np.searchsorted(np.sort(fin), jours)
    return Courbe(jours, np.cumprod(1 - loges / a_risque), a_risque, float(fin.max(initial=-inf)))


def part_en_attente(trace: Courbe, mois: float, minimum: float) -> float:
    """The share still waiting after so many months, in %: all of them before anybody is housed.

    NaN when nobody was seen, when nobody was seen for so long, or when the curve rests at some time on fewer than
    ``minimum`` requests.
    """
    jours = mois * JOURS_PAR_MOIS
    rang = int(np.searchsorted(trace.jours, jours, side="right"))
    assez_vus = trace.vus >= jours or (trace.part.size and trace.part[-1] == 0)
    if not assez_vus or (rang and trace.a_risque[:rang].min() < minimum):
        return nan
    return 100 * float(trace.part[rang - 1]) if rang else 100.0


def mediane_en_mois(trace: Courbe, minimum: float) -> float:
    """The first duration after which half at most still wait, in months, with one decimal.

    NaN as for :func:`part_en_attente`, or when the curve stays above.
    """
    sous = np.flatnonzero(trace.part <= 0.5 + 1e-12)
    if not sous.size or trace.a_risque[: sous[0] + 1].min() < minimum:
        return nan
    return round(float(trace.jours[sous[0]]) / JOURS_PAR_MOIS, 1)


def estimer(morceaux: Sequence[Any], durees_mois: Sequence[float] | None, regles: Regles) -> list[float]:
    """The median wait, or the share that still waits after each length of time, of the requests of several populations.

    ``morceaux``: by population, the ``OBSERVATIONS`` of its requests, None where there is no request. NaN as well for
    a share that tells how few are housed since the length of time before (:func:`_premiere_tue`).
    """
    vus = [morceau for morceau in morceaux if morceau is not None and morceau[0] is not None]
    debut, fin, issue = (np.array([x for morceau in vus for x in morceau[rang]], dtype="float64") for rang in range(3))
    trace, minimum = kaplan_meier(debut, fin, issue.astype(bool)), regles.attente_minimale
    if durees_mois is None:
        return [mediane_en_mois(trace, minimum)]
    tue = _premiere_tue(np.sort(fin[issue.astype(bool)]), durees_mois, minimum)
    return [part_en_attente(trace, mois, minimum) if mois < tue else nan for mois in durees_mois]


def _premiere_tue(loges: NDArray[np.float64], durees_mois: Sequence[float], minimum: float) -> float:
    """The first length of time whose share would tell, with the one before, that few were housed in between.

    Two shares are a product of 1 - d/n apart: 1 - 1/30 is one of thirty. The curve is not told from there on.
    """
    durees = sorted(durees_mois)
    depuis = np.diff(np.searchsorted(loges, np.array(durees) * JOURS_PAR_MOIS, side="right"), prepend=0)
    return next((mois for mois, d in zip(durees, depuis, strict=True) if 0 < d < minimum), inf)
