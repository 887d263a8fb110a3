"""The tiny series of a card, and the colours: inline SVG, named and reproducible, that measures nothing masked."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import rc_params_from_file
from matplotlib.colors import to_hex
from tables_publiees import table, textes

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.dessin import CHARTE, Entree, carre, charte, en_svg, feuille
from cil_analysis.rapport.dessins.theme import largeur
from cil_analysis.rapport.vignettes import dessiner_la_serie
from essais import essais

ANNEES = range(2018, 2023)


def test_deux_annees_restent_sur_une_ligne() -> None:
    place = largeur(["Plan 2016-"])
    assert theme.couper("Plan 2016-2021", place) == "Plan\n2016-2021"
    assert theme.couper("Yvré-l’Évêque", largeur(["Yvré-"])).split("\n")[0] == "Yvré-"


INCONNU = float("nan")


def serie(effectifs: list[float]) -> list[Chiffre]:
    publiee = table("nombre", [{"annee": a, "numerateur": n} for a, n in zip(ANNEES, effectifs, strict=True)])
    return [Chiffre((str(ligne["annee"]),), (), ligne) for ligne in publiee.lignes()]


def test_un_svg_en_ligne_nomme_reproductible_et_qui_ne_mesure_rien_de_masque() -> None:
    titre = 'Le titre <script> & "suite"'
    svg, autre, encore = (
        dessiner_la_serie(serie([10, n, 12, 14, 20]), "fig-1", (titre, "La description")) for n in (3, 1, 4)
    )
    assert svg == autre == encore
    assert svg.startswith("<svg ") and 'role="img"' in svg and "viewBox=" in svg
    assert "<script" not in svg and "Le titre &lt;script&gt; &amp; &#34;suite&#34;</title>" in svg
    assert 'aria-labelledby="fig-1-titre fig-1-desc"' in svg and ">La description</desc>" in svg
    assert not re.search(r"nan|None|inf\b|http(?!://www\.w3\.org/2000/svg)", svg) and "s" in textes(svg)
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert ids and all(i == "fig-1" or i.startswith("fig-1-") for i in ids)


def test_la_serie_d_une_carte_commence_a_la_premiere_annee_connue() -> None:
    depuis_deux_ans = dessiner_la_serie(serie([INCONNU, INCONNU, INCONNU, 14, 20]), "a", ("t", "d"))
    assert ">nd<" not in depuis_deux_ans and depuis_deux_ans.count("<circle") == 3, "two years, and the last one again"
    assert dessiner_la_serie(serie([10, INCONNU, 12, 14, 20]), "a", ("t", "d")).count(">nd<") == 1
    assert dessiner_la_serie(serie([INCONNU] * 5), "a", ("t", "d")).count(">nd<") == 5


def test_la_charte_a_les_couleurs_du_theme() -> None:
    charte_lue = rc_params_from_file(CHARTE, use_default_template=False)
    attendues = {"text.color": theme.ENCRE, "axes.labelcolor": theme.ENCRE, "axes.edgecolor": theme.GRIS_TEXTE,
                 "xtick.color": theme.GRIS_TEXTE, "ytick.color": theme.GRIS_TEXTE, "grid.color": theme.GRILLE,
                 "hatch.color": theme.GRIS}  # fmt: skip
    assert {cle: to_hex(charte_lue[cle]).upper() for cle in attendues} == attendues
    assert [to_hex(c).upper() for c in charte_lue["axes.prop_cycle"].by_key()["color"]] == list(theme.CATEGORIES)
    assert (charte_lue["font.size"], charte_lue["xtick.labelsize"]) == (theme.TEXTE, theme.PETIT)


@settings(max_examples=essais(100, 10), deadline=None)
@given(st.lists(st.text("mot long", min_size=1, max_size=40), min_size=1, max_size=6))
def test_une_legende_tient_dans_la_feuille_et_rien_ne_s_y_recouvre(mots: list[str]) -> None:
    entrees = [Entree(mot, carre(theme.ACCENT)) for mot in mots]
    axes = feuille(100, legende=entrees)
    boites = [(t.get_position(), largeur([t.get_text()], theme.PETIT)) for t in axes.texts]
    assert all(x + large <= theme.LARGEUR for (x, _), large in boites if large < theme.LARGEUR - 30)
    for ((x, y), large), ((suivant, plus_bas), _) in pairwise(boites):
        assert plus_bas < y or suivant >= x + large


def test_une_figure_matplotlib_devient_un_svg_de_la_page() -> None:
    from matplotlib.figure import Figure

    with charte("fig"):
        axes = Figure(figsize=(5, 3)).add_subplot()
        axes.plot([0, 1], [0, 0.5])
        svg = en_svg(axes, "fig", "t", "d")
    assert "DejaVu" not in svg and "<metadata" not in svg and "<style" not in svg
    assert not re.search(r"-0(?![.\d])", svg), "« -0 » or « 0 », after the last bit of a figure"
    assert all(i == "fig" or i.startswith("fig-") for i in re.findall(r'\bid="([^"]+)"', svg))
    assert textes(svg)
