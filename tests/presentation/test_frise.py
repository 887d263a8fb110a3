"""The timeline: every place comes from a date, and no label covers another."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_publiees import SVG

from cil_analysis.presentation import theme
from cil_analysis.presentation.charts_frise import CARRE, VIDE, Barre, Couloir, Echelle, Point, frise, placer

BARRES = [
    Barre("Plan 2016-2021", "échu", date(2016, 1, 1), date(2021, 12, 31), False),
    Barre("Convention 2018-2023", "en vigueur", date(2018, 1, 1), date(2023, 12, 31), True),
]
COULOIRS = [
    Couloir(
        "Actes",
        [
            Point(date(2016, 6, 25), "Création de la conférence", CARRE),
            Point(date(2016, 10, 16), "Arrêté du préfet", CARRE),
            Point(date(2021, 4, 20), "Calendrier de la cotation de la demande", CARRE),
            Point(date(2023, 12, 30), "Un acte de la toute fin de la période", CARRE),
            Point(date(2023, 12, 31), "Et un autre, le dernier jour", CARRE),
        ],
    ),
    Couloir("Séances", [Point(date(2022, 3, 5), "5 mars"), Point(date(2022, 9, 1), forme=VIDE)]),
]


def dessin(barres: Sequence[Barre] = BARRES, couloirs: Sequence[Couloir] = COULOIRS, annee: int = 2022) -> ET.Element:
    svg = frise(barres, couloirs, "essai", "Titre", "Texte", annee=annee, premiere=2016, derniere=2023)
    return ET.fromstring(svg)


def place(jour: date) -> float:
    """Where a day is, from 2016 to the end of 2023, over the width of a drawing."""
    return (jour.toordinal() - date(2016, 1, 1).toordinal()) / (366 * 2 + 365 * 6) * theme.LARGEUR


def test_barres_annee_et_evenements_sont_a_leurs_dates() -> None:
    echelle = Echelle(2016, 2023, theme.LARGEUR)
    assert (echelle.x(date(2016, 1, 1)), echelle.x(date(2024, 1, 1))) == (0, theme.LARGEUR)
    svg = dessin()
    rects = [(r.get("fill"), float(r.get("x", "")), float(r.get("width", ""))) for r in svg.iter(f"{SVG}rect")]
    barres = [rect for rect in rects if rect[0] in (theme.ACCENT, theme.GRIS)]
    for (fond, gauche, largeur), barre in zip(barres, BARRES, strict=True):
        fin = date.fromordinal(barre.fin.toordinal() + 1)  # Its last day is one of its days.
        assert (gauche, gauche + largeur) == pytest.approx((place(barre.debut), place(fin)), abs=0.1)
        assert fond == (theme.ACCENT if barre.accent else theme.GRIS)
    [(_, gauche, largeur)] = [rect for rect in rects if rect[0] == theme.FOND_NEUTRE]
    annee = place(date(2022, 1, 1)), place(date(2023, 1, 1))
    assert (gauche, gauche + largeur) == pytest.approx(annee, abs=0.2)
    assert [t.get("font-weight") for t in svg.iter(f"{SVG}text") if t.text == "2022"] == ["600"]
    carres = [x + 5 for fond, x, _ in rects if fond == theme.PRUNE]
    assert carres == pytest.approx([place(p.jour) for p in COULOIRS[0].points], abs=0.1)
    disques = sorted(float(c.get("cx", "")) for c in svg.iter(f"{SVG}circle"))
    assert disques == pytest.approx([place(p.jour) for p in COULOIRS[1].points], abs=0.1)


def boites(racine: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """The box of each text, in DejaVu Sans, the widest of the fonts of a page: left, top, right, bottom."""
    trouvees = []
    for texte in racine.iter(f"{SVG}text"):
        taille = float(texte.get("font-size", theme.TEXTE))
        largeur = theme.largeur_texte(str(texte.text), taille, texte.get("font-weight") is not None)
        x, y = float(texte.get("x", "")), float(texte.get("y", ""))
        x -= {"middle": largeur / 2, "end": largeur}.get(texte.get("text-anchor", ""), 0)
        trouvees.append((str(texte.text), x, y - taille * 0.8, x + largeur, y + taille * 0.2))
    return trouvees


def test_aucune_etiquette_n_en_recouvre_une_autre() -> None:
    textes = boites(dessin())
    assert len(textes) > 10
    heurts = [
        (a[0], b[0]) for a, b in combinations(textes, 2) if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
    ]
    assert not heurts
    assert all(gauche >= -4.5 and droite <= theme.LARGEUR + 4.5 for _, gauche, _, droite, _ in textes)


@given(
    st.lists(
        st.tuples(st.floats(0, theme.LARGEUR), st.sampled_from(["", "CIA", "Une délibération du conseil"])), max_size=12
    )
)
@settings(max_examples=60, deadline=None)
def test_deux_etiquettes_d_une_rangee_ne_se_touchent_jamais(points: list[tuple[float, str]]) -> None:
    places = placer(points, theme.LARGEUR)
    assert set(places) == {rang for rang, (_, nom) in enumerate(points) if nom}, "an event without a label has no place"
    etendues = [
        (ligne, debut, debut + theme.largeur_texte(points[rang][1], theme.PETIT))
        for rang, (ligne, debut) in places.items()
    ]
    for (ligne_a, a, fin_a), (ligne_b, b, fin_b) in combinations(etendues, 2):
        assert ligne_a != ligne_b or fin_a < b or fin_b < a
    assert all(debut >= 0 and fin <= theme.LARGEUR + 1e-6 for _, debut, fin in etendues)


def test_les_annees_serrees_ne_se_recouvrent_pas() -> None:
    """Forty years: one label in some, that of the report among them."""
    svg = frise([], [], "longue", "Titre", "Texte", annee=2022, premiere=1990, derniere=2029)
    annees = [(g, d) for nom, g, _, d, _ in boites(ET.fromstring(svg)) if nom.isdigit()]
    assert len(annees) > 5 and all(a[1] <= b[0] for a, b in pairwise(annees))
    assert "2022" in [nom for nom, *_ in boites(ET.fromstring(svg))]
