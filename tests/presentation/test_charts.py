"""The drawings: inline SVG, named and reproducible, that measure nothing of what is masked."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from tables_publiees import avec_objectif, table, textes

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import charts, theme
from cil_analysis.presentation.chiffres_cles import serie_minuscule

ANNEES = range(2018, 2023)
BAILLEURS = {"A": "Bailleur A", "B": "Bailleur B & fils", "C": "Bailleur <C>", "D": "Bailleur D", "E": "Bailleur E"}
COMMUNES = {"72000": "Le Chef-Lieu", "72001": "Saint-Exemple-sur-Sarthe", "72002": "Petite", "72003": "Sans-Objectif"}
INCONNU = float("nan")


def serie(effectifs: list[float], unite: str = "nombre") -> PublishedTable:
    return table(unite, [{"annee": a, "numerateur": n} for a, n in zip(ANNEES, effectifs, strict=True)])


def par_commune(petite: float = 3) -> PublishedTable:
    lignes = zip(COMMUNES, [500, 10, petite, 30], [1500, 100, 40, 90], [25, 25, 25, INCONNU], strict=True)
    return table("pct", avec_objectif([
        {"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": d, "cible": cible}
        for c, n, d, cible in lignes
    ]))  # fmt: skip


def repartition(effectifs: list[float]) -> PublishedTable:
    lignes = [{"modalite": m, "numerateur": n, "denominateur": 1000} for m, n in zip("abc", effectifs, strict=True)]
    return table("pct", lignes)


def delais() -> PublishedTable:
    return table(
        "mois",
        [
            {"annee": a, "acteur_type": "bailleur", "acteur_code": b, "denominateur": 100, "valeur": 12 + i + a % 3}
            for a in ANNEES
            for i, b in enumerate(BAILLEURS)
        ],
    )


# Each draws a figure under the threshold, but the curves.
Dessin = Callable[[str, str, str, int], str]
DESSINS: dict[str, Dessin] = {
    "barres_annees": lambda i, t, d, n: charts.barres_annees(serie([10, n, 0, INCONNU, 20]), i, t, d, accent=2022),
    "barres_communes": lambda i, t, d, n: charts.barres_communes(par_commune(n), i, t, d, libelles=COMMUNES, rang=True),
    "barres_empilees": lambda i, t, d, n: charts.barres_empilees(
        repartition([500, 497, n]), i, t, d, par="annee", libelles={}
    ),
    "courbes_annees": lambda i, t, d, n: charts.courbes_annees(
        delais(), i, t, d, par="acteur_code", libelles=BAILLEURS
    ),
    "vignette": lambda i, t, d, n: serie_minuscule(serie([10, n, 12, 14, 20]), i, t, d),
}


@pytest.mark.parametrize("nom", DESSINS)
def test_un_svg_en_ligne_nomme_reproductible_et_qui_ne_mesure_rien_de_masque(nom: str) -> None:
    dessiner, titre = DESSINS[nom], 'Le titre <script> & "suite"'
    svg = dessiner("fig-1", titre, "La description", 3)
    assert svg == dessiner("fig-1", titre, "La description", 1) == dessiner("fig-1", titre, "La description", 4)
    assert svg.startswith("<svg ") and 'role="img"' in svg and "viewBox=" in svg
    assert "<script" not in svg and "Le titre &lt;script&gt; &amp; &quot;suite&quot;</title>" in svg
    assert 'aria-labelledby="fig-1-titre fig-1-desc"' in svg and ">La description</desc>" in svg
    assert not re.search(r"nan|None|inf\b|http(?!://www\.w3\.org/2000/svg)", svg.replace("Bailleur", ""))
    assert nom == "courbes_annees" or "s" in textes(svg)
    # Two drawings of a page share no id.
    ids = [re.findall(r'\bid="([^"]+)"', dessiner(cle, "t", "d", 3)) for cle in ("fig-1", "fig-2")]
    assert not set(ids[0]) & set(ids[1]) and all(i == "fig-1" or i.startswith("fig-1-") for i in ids[0])
    assert set(re.findall(r"#([\w-]*)\)", svg)) <= set(ids[0])


@pytest.mark.parametrize("masque", [1, 4])
def test_une_barre_empilee_ne_mesure_pas_la_classe_masquee(masque: int) -> None:
    """What is published is on the same scale as in a bar without a mask; the masked class is a stub, whatever it is."""
    lignes = [{"annee": a, "modalite": m, "numerateur": n, "denominateur": 1000}
              for a, effectifs in ((2021, [600, 400, 0]), (2022, [600, 400 - masque, masque]))
              for m, n in zip("abc", effectifs, strict=True)]  # fmt: skip
    svg = charts.barres_empilees(table("pct", lignes), "x", "t", "d", par="annee", libelles={}, ordonnees=False)
    barres = [float(largeur) for largeur in re.findall(r'width="([\d.]+)" height="32"', svg)]
    assert barres == pytest.approx([barres[0], barres[1], 0, barres[0], barres[1] * (400 - masque) / 400, 22], abs=0.11)
    assert barres[0] == pytest.approx(1.5 * barres[1], abs=0.11)


def test_le_cadre_d_une_barre_empilee_contient_ses_classes_masquees() -> None:
    lignes = [{"modalite": m, "numerateur": n, "denominateur": 1000} for m, n in zip("abc", (985, 11, 4), strict=True)]
    svg = charts.barres_empilees(
        table("pct", lignes), "x", "t", "d", par="annee", libelles={}, modalites=["c", "b", "a"]
    )  # fmt: skip
    (cadre,) = re.findall(r'<path d="M([^"]+)" fill="none"', svg)
    bout = max(float(point.split()[0]) for point in cadre.split("L"))
    rectangles = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="32"', svg)
    assert len(rectangles) == 3
    assert bout >= max(float(x) + float(largeur) for x, largeur in rectangles) - 0.11


# --- What is written on them ----------------------------------------------------------------------------------------


def test_les_annees_ont_leur_chiffre() -> None:
    svg = charts.barres_annees(serie([1234, 3, 0, INCONNU, 20]), "f", "t", "d", accent=2022)
    assert textes(svg) == ["1\u202f234", "2018", "s", "2019", "0", "2020", "nd", "2021", "20", "2022"]
    assert svg.count(theme.ACCENT) == 1  # the year of the report alone


def test_au_classement_le_masque_vient_apres() -> None:
    svg = charts.barres_communes(par_commune(), "f", "t", "d", libelles=COMMUNES, rang=True)
    assert [t for t in textes(svg) if t in ("Le Chef-Lieu", "Sans-Objectif", "Petite")][-1] == "Petite"


def test_les_series_sont_nommees_au_bout_sans_se_chevaucher() -> None:
    svg = charts.courbes_annees(delais(), "f", "t", "d", par="acteur_code", libelles=BAILLEURS, accent="A")
    assert set(BAILLEURS.values()) <= set(textes(svg))
    droite = max(float(x) for x in re.findall(r'<text x="([\d.]+)"', svg))
    hauteurs = sorted(float(y) for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', svg) if float(x) == droite)
    assert all(b - a > theme.PETIT for a, b in pairwise(hauteurs))


def test_une_serie_qui_finit_masquee_dit_de_quand_est_son_chiffre() -> None:
    lignes = [{"annee": a, "acteur_type": "bailleur", "acteur_code": b, "numerateur": n, "denominateur": 1000}
              for b, effectifs in (("A", (200, 250)), ("B", (300, 3)), ("C", (2, 3)))
              for a, n in zip((2021, 2022), effectifs, strict=True)]  # fmt: skip
    mots = textes(charts.courbes_annees(table("pct", lignes), "f", "t", "d", par="acteur_code", libelles=BAILLEURS))
    assert {"25,0\u202f%", "30,0\u202f% (2021)"} <= set(mots)
    assert mots[mots.index("Bailleur <C>") - 1] == "s"  # Named though it has no line.


def test_la_serie_d_une_carte_commence_a_la_premiere_annee_connue() -> None:
    depuis_deux_ans = serie_minuscule(serie([INCONNU, INCONNU, INCONNU, 14, 20]), "a", "t", "d")
    assert ">nd<" not in depuis_deux_ans and depuis_deux_ans.count("<circle") == 3, "two years, and the last one again"
    assert serie_minuscule(serie([10, INCONNU, 12, 14, 20]), "a", "t", "d").count(">nd<") == 1
    assert serie_minuscule(serie([INCONNU] * 5), "a", "t", "d").count(">nd<") == 5


@pytest.mark.parametrize(
    "dessiner",
    [
        lambda: charts.barres_communes(serie([1, 2, 3, 4, 5]), "f", "t", "d", libelles={}),  # several years
        lambda: charts.barres_annees(repartition([500, 300, 200]), "f", "t", "d", accent=2022),  # several figures
        lambda: charts.barres_empilees(serie([1, 2, 3, 4, 5]), "f", "t", "d", par="annee", libelles={}),  # no share
        lambda: serie_minuscule(serie([1, 2, 3, 4, 5]), "a b", "t", "d"),  # no id
    ],
)
def test_un_dessin_de_ce_qui_ne_lui_convient_pas_est_refuse(dessiner: Callable[[], str]) -> None:
    with pytest.raises(ValueError):
        dessiner()


def test_les_contrastes() -> None:
    for a, b in pairwise(theme.DIVERGENTE):
        assert theme.contraste(a, b) >= 3
    for couleur in (*theme.SEQUENTIELLE, *theme.DIVERGENTE, theme.FOND_NEUTRE):
        assert theme.contraste(theme.encre_sur(couleur), couleur) >= 4.5
    for encre in (theme.ENCRE, theme.GRIS_TEXTE, theme.ATTEINT, theme.NON_ATTEINT):
        assert theme.contraste(encre, theme.BLANC) >= 4.5
    for trait in (theme.ACCENT, theme.GRIS, *theme.CATEGORIES[:3]):
        assert theme.contraste(trait, theme.BLANC) >= 3


def test_couper_garde_tout_le_texte() -> None:
    assert theme.couper("La Chapelle-Saint-Aubin", 120, 16) == ["La Chapelle-", "Saint-Aubin"]
    assert theme.couper("Mot", 1, 16) == ["Mot"]


def test_une_figure_matplotlib_devient_un_svg_de_la_page() -> None:
    from matplotlib.figure import Figure

    from cil_analysis.presentation.svg import depuis_matplotlib

    with theme.style_matplotlib("fig"):
        figure = Figure(figsize=(5, 3))
        axe = figure.add_subplot()
        axe.plot([0, 1], [0, 0.5])
        svg = depuis_matplotlib(figure, "fig", "t", "d")
    assert "DejaVu" not in svg and "<metadata" not in svg and "<style" not in svg
    assert not re.search(r"-0(?![.\d])", svg), "« -0 » or « 0 », after the last bit of a figure"
    assert all(i == "fig" or i.startswith("fig-") for i in re.findall(r'\bid="([^"]+)"', svg))
    assert textes(svg)
