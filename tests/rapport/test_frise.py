"""The timeline: every place comes from a date, and no word covers a mark or another word."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

from cil_analysis.rapport.dessins import frise, theme
from cil_analysis.rapport.dessins.dessin import LARGEUR, charte
from cil_analysis.rapport.dessins.theme import largeur

BARRES = [
    {"nom": "Plan", "debut": "2016-01-01", "fin": "2021-12-31", "fort": False, "mots": "échu"},
    {"nom": "Convention", "debut": "2018-01-01", "fin": "2023-12-31", "fort": True, "mots": "en vigueur"},
]
POINTS = [
    {"nom": "Séances", "debut": "2022-03-05", "fort": True, "mots": "5 mars"},
    {"nom": "Séances", "debut": "2022-09-01", "fort": False, "mots": "1er septembre"},
    {"nom": "Sans date", "debut": None},
]


def marques(*lignes: dict[str, object]) -> pd.DataFrame:
    tables = [pd.DataFrame([ligne]) for ligne in lignes]
    return frise.marques([t.assign(**{c: pd.to_datetime(t[c]) for c in ("debut", "fin") if c in t}) for t in tables])


def dessin(*lignes: dict[str, object], annee: int = 2022) -> Axes:
    with charte():
        return frise.dessiner(marques(*lignes), annee)


def place(jour: str) -> float:
    """A day, in years of their own lengths."""
    lu = date.fromisoformat(jour)
    return lu.year + (lu - date(lu.year, 1, 1)).days / (date(lu.year + 1, 1, 1) - date(lu.year, 1, 1)).days


def test_barres_et_points_sont_a_leurs_dates_et_l_annee_est_marquee() -> None:
    axes = dessin(*BARRES, *POINTS)
    assert axes.get_xlim() == (2016, 2024)
    (annee, *barres) = [(p.get_x(), p.get_x() + p.get_width(), p.get_facecolor()) for p in axes.patches]  # type: ignore[attr-defined]
    assert annee[:2] == (2022, 2023)
    for (gauche, droite, _), (debut, suivant) in zip(
        barres, [("2016-01-01", "2022-01-01"), ("2018-01-01", "2024-01-01")], strict=True
    ):
        assert (gauche, droite) == pytest.approx((place(debut), place(suivant)))  # The last day is one of its days.
    points = [float(x) for ligne in axes.lines if ligne.get_marker() == "o" for x in ligne.get_xdata()]  # type: ignore[union-attr]
    assert points == pytest.approx([place("2022-03-05"), place("2022-09-01")])
    textes = {t.get_text(): t.get_fontweight() for t in axes.texts}
    assert {"Plan", "Convention", "Séances", "échu", "en vigueur"} <= set(textes)
    assert textes["2022"] == "bold" and "Sans date" not in textes


def test_elle_se_dit_en_mots_et_en_table() -> None:
    lues = marques(*BARRES, *POINTS)
    assert frise.decrire(lues.assign(quand=["2016-2021", "2018-2023", "5 mars 2022", "1er septembre 2022"])) == (
        "Plan : 2016-2021 (échu) ; Convention : 2018-2023 (en vigueur) ; Séances : 5 mars 2022, 1er septembre 2022"
    )
    assert frise.tabuler(lues, "Titre").count("<tr") == 1 + 4


@given(st.lists(st.tuples(st.dates(date(2016, 1, 1), date(2023, 12, 31)), st.sampled_from(["", "+5", "25 juin 2015"])),
                min_size=1, max_size=8))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_aucun_mot_n_en_recouvre_un_autre_ni_ne_sort(points: list[tuple[date, str]]) -> None:
    lignes = [{"nom": "Actes", "debut": jour.isoformat(), "mots": mots} for jour, mots in points]
    axes = dessin(*lignes)
    unite = (axes.get_xlim()[1] - axes.get_xlim()[0]) / (axes.get_position().width * LARGEUR)
    ecrits = [t for t in axes.texts if t.get_text() in ("+5", "25 juin 2015")]
    boites = [(t.get_position()[0], t.get_position()[0] + largeur([t.get_text()], theme.PETIT) * unite) for t in ecrits]
    assert all(a[1] <= b[0] or b[1] <= a[0] for a, b in combinations(boites, 2))
    assert all(axes.get_xlim()[0] <= gauche and droite <= axes.get_xlim()[1] for gauche, droite in boites)
    jours = [place(jour.isoformat()) for jour, _ in points]
    assert not [x for x in jours for gauche, droite in boites if gauche < x < droite]


def test_quarante_annees_serrees_ne_se_recouvrent_pas() -> None:
    axes = dessin({"nom": "Long", "debut": "1990-01-01", "fin": "2029-12-31"})
    annees = sorted(t.get_position()[0] for t in axes.texts if t.get_text().isdigit())
    unite = 40 / (axes.get_position().width * LARGEUR)
    assert len(annees) > 5 and 2022.5 in annees
    assert all(b - a >= largeur(["0000"], theme.PETIT) * unite for a, b in pairwise(annees))
