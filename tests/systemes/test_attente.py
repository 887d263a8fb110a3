"""The Kaplan–Meier lines: textbook figures, what must hold whatever the rows, and which rows are seen from when."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.grammaire.vocabulaire import ESTIMATIONS, JOURS_PAR_MOIS

Ligne = tuple[int, int, bool]

# Remission of leukaemia under 6-MP (Freireich, 1963), the example of most textbooks: weeks, « + » is censored.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
# As textbooks print them, with three decimals; Greenwood's standard errors besides.
ATTENDUS = {
    6: (0.857, 0.0764), 7: (0.807, 0.0869), 10: (0.753, 0.0963), 13: (0.690, 0.1068), 16: (0.627, 0.1141),
    22: (0.538, 0.1282), 23: (0.448, 0.1346),
}  # fmt: skip


BASE = duckdb.connect()


def lire(lignes: pd.DataFrame, requete: str) -> list[tuple[Any, ...]]:
    return BASE.register("lignes", lignes).execute(requete).fetchall()


def estimer(lignes: Sequence[Ligne], mois: Sequence[float], minimum: float, *, courbe: bool = False) -> list[Any]:
    """What the query, which counts and is printed, gives of requests that are seen: at each length of time, or once.

    ``courbe``: the days when one is housed, the share that then still waits, and how many waited.
    """
    texte = ESTIMATIONS["attente"].sql("", ["annee"], {f"{duree}": duree for duree in mois})
    suivies = f"WITH suivies AS (SELECT 2022 AS annee, *, {minimum} AS attente_minimale FROM lignes),\nvues AS"
    texte = suivies + texte.partition("vues AS")[2]
    table = pd.DataFrame(lignes, columns=["debut", "fin", "issue"]).astype({"debut": int, "fin": int, "issue": bool})
    if courbe:
        debut = texte.partition(",\nestimees AS")[0]
        return lire(
            table, f"{debut} SELECT jour, part, a_risque FROM courbe JOIN durees_vues USING (jour) ORDER BY jour"
        )
    lues = {modalite: nan if valeur is None else valeur for _, modalite, _, valeur in lire(table, texte)}
    return [lues.get(f"{duree}", nan) for duree in mois] if mois else [*lues.values(), nan][:1]


class Courbe(NamedTuple):
    jours: list[int]
    part: list[float]
    a_risque: list[int]
    lignes: Sequence[Ligne]


def tracer(lignes: Sequence[Ligne]) -> Courbe:
    jours, part, a_risque = map(list, zip(*estimer(lignes, (), 1, courbe=True), strict=True)) if lignes else ([],) * 3
    return Courbe(jours, part, a_risque, lignes)


def part_en_attente(trace: Courbe, mois: float, minimum: float) -> float:
    return float(estimer(trace.lignes, [mois], minimum)[0])


def mediane_en_mois(trace: Courbe, minimum: float) -> float:
    return float(estimer(trace.lignes, (), minimum)[0])


def test_l_exemple_des_manuels() -> None:
    lignes = [(-1, int(t.rstrip("+")), not t.endswith("+")) for t in SIX_MP.split()]
    trace = tracer(lignes)
    assert dict(zip(trace.jours, trace.part, strict=True)) == pytest.approx(
        {t: part for t, (part, _) in ATTENDUS.items()}, abs=6e-4
    )
    assert trace.a_risque == [21, 17, 15, 12, 11, 7, 6]
    assert mediane_en_mois(trace, 1) == round(23 / JOURS_PAR_MOIS, 1)
    assert part_en_attente(trace, 5 / JOURS_PAR_MOIS, 1) == 100
    assert part_en_attente(trace, 9 / JOURS_PAR_MOIS, 1) == pytest.approx(80.67, abs=1e-2)


def test_une_demande_ancienne_n_attend_sous_nos_yeux_qu_a_partir_du_1er_janvier() -> None:
    """Counted by hand: at 5 days, the request first seen at 8 does not wait; at 10 it does."""
    trace = tracer([(-1, 5, True), (-1, 12, False), (8, 10, True), (8, 20, False)])
    assert trace.a_risque == [2, 3]
    assert trace.part == pytest.approx([1 / 2, 1 / 2 * 2 / 3])


lignes_possibles = st.lists(
    st.tuples(st.integers(-1, 40), st.integers(1, 30), st.booleans()).map(lambda x: (x[0], x[0] + x[1], x[2])),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=40)
@given(lignes_possibles, st.randoms())
def test_l_ordre_des_lignes_ne_change_rien_et_la_courbe_descend(lignes: list[Ligne], hasard) -> None:  # type: ignore[no-untyped-def]
    trace = tracer([*lignes, (-1, 99, True)])
    melangees = list(trace.lignes)
    hasard.shuffle(melangees)
    assert tracer(melangees)[:3] == trace[:3]
    assert all(0 <= part <= 1 for part in trace.part) and trace.part == sorted(trace.part, reverse=True)
    assert all(n >= 1 for n in trace.a_risque)


# --- From the rows of a year ------------------------------------------------------------------------------------------


def jour(texte: str) -> pd.Timestamp:
    return pd.Timestamp(texte)


def observer(lignes: pd.DataFrame, *, sorties: bool) -> list[tuple[int, int, bool]]:
    """When each row with a filing date is first and last seen, and whether it is housed, in the order of the rows."""
    absentes = {"date_radiation": "TIMESTAMP", "motif_radiation": "VARCHAR", "date_signature_bail": "TIMESTAMP"}
    nulles = "" if sorties else "".join(f", NULL::{genre} AS {nom}" for nom, genre in absentes.items())
    recues = f"SELECT *, 2022 AS annee, 1 AS attente_minimale{nulles} FROM lignes"
    suivies = ESTIMATIONS["attente"].sql(recues, ["annee"], {}).partition(",\nvues AS")[0]
    return lire(lignes, f"{suivies} SELECT debut, fin, issue FROM suivies WHERE fin >= 0")  # type: ignore[return-value]


def test_les_demandes_sont_vues_du_depot_ou_du_1er_janvier_au_31_decembre() -> None:
    demandes = pd.DataFrame({"date_depot_demande": [jour("2022-12-31"), jour("2022-01-01"), jour("2021-12-31"),
                                                    jour("2020-12-31"), pd.NaT, jour("2023-02-01")]})  # fmt: skip
    assert observer(demandes, sorties=False) == [(-1, 0, False), (-1, 364, False), (0, 365, False), (365, 730, False)]


def test_les_sorties_sont_vues_jusqu_au_bail_de_l_annee_ou_a_la_radiation() -> None:
    sorties = pd.DataFrame(
        {
            "date_depot_demande": [jour("2022-01-01")] * 5,
            "date_radiation": [jour("2022-03-02")] * 5,
            "motif_radiation": ["RADATT", "RADATT", "RADATT", "RADABA", None],
            # Of the year; after the radiation; of the year before; of a request that was not housed.
            "date_signature_bail": [
                jour("2022-02-01"), jour("2022-04-01"), jour("2021-12-31"), jour("2022-02-01"), pd.NaT,
            ],
        }
    )  # fmt: skip
    vues = observer(sorties, sorties=True)
    assert [(fin, issue) for _, fin, issue in vues] == [(31, True), (60, True), (60, True), (60, False), (60, False)]


def test_une_duree_que_nul_n_a_atteinte_n_a_pas_de_part() -> None:
    peu = tracer([(-1, 100, True), (-1, 150, False)])
    assert part_en_attente(peu, 4, 1) == 50.0
    assert isnan(part_en_attente(peu, 6, 1)), "nobody was seen for six months"
    tous = tracer([(-1, 100, True), (-1, 150, True)])
    assert part_en_attente(tous, 6, 1) == 0.0, "everybody was housed before"
    assert isnan(part_en_attente(tracer([]), 6, 1))


def test_une_courbe_qui_repose_sur_trop_peu_de_demandes_n_est_pas_dite() -> None:
    lignes = [*[(-1, 30, True)] * 3, *[(-1, 100, True)] * 2, (-1, 200, True), (-1, 300, False)]
    assert estimer(lignes, (3, 9), 2) == pytest.approx([100 * 4 / 7, 100 * 1 / 7])
    assert isnan(estimer(lignes, (3, 9), 3)[1]), "two waited when the last was housed"
    trace = tracer([*[(-1, 300, False)] * 9, (-1, 30, True), (-1, 200, True)])
    assert isnan(mediane_en_mois(trace, 1)), "half of them never were"
    moitie = tracer([(-1, 61, True), (-1, 61, True), (-1, 90, False)])
    assert mediane_en_mois(moitie, 3) == 2.0 and isnan(mediane_en_mois(moitie, 4))


# Housed: three within a month, none more by three, two by six. Forty still wait.
PEU_A_PEU = [*[(-1, jours, True) for jours in (5, 6, 7, 100, 150)], *[(-1, 400, False)] * 40]


@pytest.mark.parametrize(
    ("durees", "minimum", "dites"),
    [
        ((1, 3, 6, 12), 2, (True, True, True, True)),
        ((1, 3, 6, 12), 3, (True, True, False, False)),  # Two shares are 44/45 of one another: one of 45, and so on.
        ((1, 3, 6, 12), 4, (False, False, False, False)),
        ((12, 1, 3), 3, (False, True, True)),  # A list in any order.
        ((3, 12), 3, (True, False)),
    ],
)
def test_deux_parts_qui_se_suivent_ne_disent_pas_combien_peu_sont_loges(
    durees: tuple[float, ...], minimum: int, dites: tuple[bool, ...]
) -> None:
    trace, obtenues = tracer(PEU_A_PEU), estimer(PEU_A_PEU, durees, minimum)
    for mois, part, dite in zip(durees, obtenues, dites, strict=True):
        assert part == part_en_attente(trace, mois, minimum) if dite else isnan(part)


def test_sans_date_de_depot_nul_n_est_vu() -> None:
    lignes = pd.DataFrame({"date_depot_demande": [pd.NaT], "date_radiation": [jour("2022-03-02")],
                           "motif_radiation": ["RADATT"], "date_signature_bail": [pd.NaT]})  # fmt: skip
    lignes = lignes.astype(dict.fromkeys(("date_depot_demande", "date_signature_bail"), "datetime64[us]"))
    recues = "SELECT *, 2022 AS annee, 1 AS attente_minimale FROM lignes"
    for durees in ({}, {"M12": 12.0}):
        [(_, _, nombre, valeur)] = lire(lignes, ESTIMATIONS["attente"].sql(recues, ["annee"], durees))
        assert nombre == 1 and valeur is None
