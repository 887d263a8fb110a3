"""The Kaplan–Meier lines: textbook figures, what must hold whatever the rows, and which rows are seen from when."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cil_analysis.grammaire.bloc import DEFINITIONS
from cil_analysis.grammaire.vocabulaire import JOURS_PAR_MOIS
from cil_analysis.reference.regles import Regles
from cil_analysis.systemes.attente import OBSERVATIONS, Courbe, estimer, kaplan_meier, mediane_en_mois, part_en_attente

Ligne = tuple[int, int, bool]

# Remission of leukaemia under 6-MP (Freireich, 1963), the example of most textbooks: weeks, « + » is censored.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
# As textbooks print them, with three decimals; Greenwood's standard errors besides.
ATTENDUS = {
    6: (0.857, 0.0764), 7: (0.807, 0.0869), 10: (0.753, 0.0963), 13: (0.690, 0.1068), 16: (0.627, 0.1141),
    22: (0.538, 0.1282), 23: (0.448, 0.1346),
}  # fmt: skip


def tracer(lignes: Sequence[Ligne]) -> Courbe:
    debut, fin, issue = np.array(lignes, dtype=float).reshape(-1, 3).T
    return kaplan_meier(debut, fin, issue.astype(bool))


def test_l_exemple_des_manuels() -> None:
    lignes = [(-1, int(t.rstrip("+")), not t.endswith("+")) for t in SIX_MP.split()]
    trace = tracer(lignes)
    assert dict(zip(trace.jours, trace.part, strict=True)) == pytest.approx(
        {t: part for t, (part, _) in ATTENDUS.items()}, abs=6e-4
    )
    assert trace.a_risque.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert mediane_en_mois(trace, 1) == round(23 / JOURS_PAR_MOIS, 1)
    assert part_en_attente(trace, 5 / JOURS_PAR_MOIS, 1) == 100
    assert part_en_attente(trace, 9 / JOURS_PAR_MOIS, 1) == pytest.approx(80.67, abs=1e-2)


def test_une_demande_ancienne_n_attend_sous_nos_yeux_qu_a_partir_du_1er_janvier() -> None:
    """Counted by hand: at 5 days, the request first seen at 8 does not wait; at 10 it does."""
    trace = tracer([(-1, 5, True), (-1, 12, False), (8, 10, True), (8, 20, False)])
    assert trace.a_risque.tolist() == [2, 3]
    assert trace.part.tolist() == pytest.approx([1 / 2, 1 / 2 * 2 / 3])


lignes_possibles = st.lists(
    st.tuples(st.integers(-1, 40), st.integers(1, 30), st.booleans()).map(lambda x: (x[0], x[0] + x[1], x[2])),
    min_size=1, max_size=60,
)  # fmt: skip


@given(lignes_possibles, st.randoms())
def test_l_ordre_des_lignes_ne_change_rien_et_la_courbe_descend(lignes: list[Ligne], hasard) -> None:  # type: ignore[no-untyped-def]
    trace = tracer(lignes)
    melangees = list(lignes)
    hasard.shuffle(melangees)
    assert tracer(melangees).part.tolist() == trace.part.tolist()
    assert ((trace.part >= 0) & (trace.part <= 1)).all() and (np.diff(trace.part) <= 0).all()
    assert (trace.a_risque >= 1).all()


# --- From the rows of a year ------------------------------------------------------------------------------------------


def jour(texte: str) -> pd.Timestamp:
    return pd.Timestamp(texte)


def observer(lignes: pd.DataFrame, *, sorties: bool) -> list[tuple[int, int, bool]]:
    """When each row with a filing date is first and last seen, and whether it is housed, in the order of the rows."""
    absentes = {"date_radiation": "TIMESTAMP", "motif_radiation": "VARCHAR", "date_signature_bail": "TIMESTAMP"}
    nulles = "" if sorties else "".join(f", NULL::{genre} AS {nom}" for nom, genre in absentes.items())
    base = duckdb.connect().register("lignes", lignes)
    recues = f"SELECT *, 2022 AS annee{nulles} FROM lignes"
    [[vues]] = base.execute(f"SELECT {OBSERVATIONS} FROM ({recues})").fetchall()
    return list(zip(*vues, strict=True))


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
    lignes = tracer([*[(-1, 300, False)] * 9, (-1, 30, True), (-1, 200, True)])
    assert part_en_attente(lignes, 3, 11) == pytest.approx(100 * 10 / 11)
    assert isnan(part_en_attente(lignes, 9, 11)), "ten waited when the second was housed"
    assert isnan(mediane_en_mois(lignes, 1)), "half of them never were"
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
    """And the query that the software prints gives the same."""
    colonnes = [list(colonne) for colonne in zip(*PEU_A_PEU, strict=True)]
    regles = Regles("incluses", (), "inferieur", "exclues", (None, None, None), attente_minimale=minimum)
    trace, obtenues = tracer(PEU_A_PEU), estimer([colonnes], durees, regles)
    for mois, part, dite in zip(durees, obtenues, dites, strict=True):
        assert part == part_en_attente(trace, mois, minimum) if dite else isnan(part)
    base = duckdb.connect().register("lignes", pd.DataFrame(PEU_A_PEU, columns=["debut", "fin", "issue"]))
    requete = (DEFINITIONS / "demande" / "attente.sql").read_text("utf-8")
    lues = base.execute(
        requete.format(
            suivies=f"SELECT 2022 AS annee, *, {minimum} AS attente_minimale FROM lignes",
            cles="annee",
            durees=", ".join(f"('{mois}', {mois})" for mois in durees),
            jours_par_mois=JOURS_PAR_MOIS,
        )
    ).fetchall()
    selon_la_requete = {modalite: valeur for _, modalite, _, valeur in lues}
    for mois, part in zip(durees, obtenues, strict=True):
        assert selon_la_requete[str(mois)] == (None if isnan(part) else pytest.approx(part))
