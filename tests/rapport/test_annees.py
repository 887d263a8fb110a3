"""Figures year after year: the year of the report apart, breaks marked, the constant perimeter, what is masked.

In 2023 Fatines joins the EPCI, in 2024 the QPV are those of another zoning: territory/communes.csv and qpv.csv.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from rapports import lignes_de, lu, serie
from rapports import rapport as publie

from cil_analysis.rapport.annees import Rupture
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.reperes import tracees
from cil_analysis.rapport.figure import Figure
from cil_analysis.rapport.rapport import Rapport
from messages import lisible
from registres import PAR_CODE

ANNEES = (2021, 2022, 2023)


def rapport(tables: dict[str, list[dict[str, Any]]], annees: tuple[int, ...] = ANNEES) -> Rapport:
    return publie(tables, annees)


def axes_de(figure: Figure) -> Axes:
    assert figure.axes is not None
    return figure.axes


def textes(axes: Axes) -> list[str]:
    return [lisible(t.get_text()) for t in axes.texts]


@pytest.fixture(scope="module")
def colonnes() -> Figure:
    constante = [{"annee": 2023, "numerateur": 1180, "perimetre_type": "epci_constant"}]
    ouvert = rapport({"V02": [*serie({2021: 3, 2022: 1150, 2023: 1210}), *constante]})
    return ouvert["V02"].par("annee").barres("Titre", "Nombre")


def test_une_colonne_par_annee_celle_du_rapport_en_couleur(colonnes: Figure) -> None:
    axes = axes_de(colonnes)
    hautes = {round(c.get_height()): to_hex(c.get_facecolor()).upper() for c in axes.patches if c.get_height() > 1000}
    assert hautes == {1150: theme.GRIS, 1210: theme.ACCENT}
    assert {"s", "1 150", "1 210"} <= set(textes(axes))


def test_un_perimetre_constant_qui_dit_la_meme_chose_ne_se_dit_pas_deux_fois() -> None:
    """Fatines joins in 2023, and has a lease in 2024 alone; in 2025 both are masked."""
    ans = (2022, 2023, 2024, 2025)
    constante = serie({2023: 1210, 2024: 1190, 2025: 3}, perimetre_type="epci_constant")
    page = [*serie({2022: 1150, 2023: 1210, 2024: 1191, 2025: 4}), *constante]
    figure = rapport({"V02": page}, ans)["V02"].par("annee").barres("Titre", "Nombre")
    assert "À périmètre constant : 2024, 1 190." in lisible(lu(figure).tous("desc")[0].texte)
    rien = [ligne for ligne in page if ligne["annee"] < 2024]
    muette = rapport({"V02": rien}, ans[:2])["V02"].par("annee").barres("Titre", "Nombre")
    assert lignes_de(lu(muette)) == {"2022": ["1 150"], "2023": ["1 210"]}
    assert "Fatines rejoint" in lu(muette).texte and "périmètre constant" not in lu(muette).texte


def test_une_annee_masquee_a_le_meme_talon_quoi_qu_elle_cache(colonnes: Figure) -> None:
    autre = rapport({"V02": serie({2021: 4, 2022: 1150, 2023: 1210})})["V02"].par("annee").barres("Titre")
    talons = [
        next(c.get_height() for c in axes_de(figure).patches if c.get_hatch()) for figure in (colonnes, autre)
    ]  # fmt: skip
    assert talons[0] == talons[1]
    assert "Secret statistique\u202f: 1\u00a0chiffre masqué" in lu(colonnes).texte


def test_la_rupture_est_un_trait_entre_deux_annees_et_une_note(colonnes: Figure) -> None:
    axes = axes_de(colonnes)
    traits = [list(ligne.get_xdata()) for ligne in axes.lines]
    assert traits == [[1.5, 1.5]]  # Between 2022, at 1, and 2023, at 2.
    assert "19 → 20 communes" in textes(axes)
    page = lu(colonnes)
    assert "en 2023, Fatines rejoint l’intercommunalité (19 → 20 communes)" in lisible(page.texte)
    assert "À périmètre constant : les 19 communes membres toutes ces années." in lisible(page.texte)
    assert "À périmètre constant : 2023, 1 180" in lisible(page.tous("desc")[0].texte)
    assert lignes_de(page) == {"2021": ["s", "s"], "2022": ["1 150", "1 150"], "2023": ["1 210", "1 180"]}


def test_une_commune_qui_arrive_ne_rompt_ni_la_serie_d_une_autre_ni_celle_qui_commence_avec_elle() -> None:
    d_une_commune = serie({2022: 40, 2023: 50}, perimetre_type="commune", perimetre_code="72003")
    d_un_nouveau = serie({2023: 50}, denominateur=100, acteur_type="bailleur", acteur_code="LMH")
    ouvert = rapport({"V01": d_une_commune, "A01": d_un_nouveau}, (2022, 2023))
    for seule in (ouvert["V01"].ou(commune="72003"), ouvert["A01"].ou(bailleur="LMH")):
        figure = seule.par("annee").barres("Titre", "Nombre")
        assert not axes_de(figure).lines
        assert "Rupture" not in lu(figure).texte


def test_des_courbes_d_annees_se_rompent_la_ou_un_chiffre_manque() -> None:
    ouvert = rapport({"D01": serie({2021: 500, 2022: 3, 2023: 300}), "D02": serie({2021: 250, 2022: 260, 2023: 270})})
    figure = ouvert.courbes(
        "Titre", "", {"Entrées": ouvert["D01"].par("annee"), "Sorties": ouvert["D02"].par("annee")}
    )  # fmt: skip
    axes = axes_de(figure)
    traits = [(list(x.get_xdata()), list(x.get_ydata())) for x in axes.lines if x.get_linestyle() == "-"]
    assert ([0, 1, 2], [250, 260, 270]) in traits
    assert [y[::2] for x, y in traits if len(x) == 3 and math.isnan(y[1])] == [[500, 300]]
    assert [1.5, 1.5] in [list(ligne.get_xdata()) for ligne in axes.lines]
    assert {"s", "300", "270", "19 → 20 communes"} <= set(textes(axes))
    assert lignes_de(lu(figure))["2022"] == ["s", "260"]


def test_une_courbe_sans_aucun_chiffre_laisse_la_place_a_l_autre() -> None:
    ouvert = rapport({"D02": serie({2021: 250, 2022: 260, 2023: 270})})
    figure = ouvert.courbes(
        "Titre", "", {"Entrées": ouvert["D01"].par("annee"), "Sorties": ouvert["D02"].par("annee")}
    )  # fmt: skip
    assert "Sorties" in textes(axes_de(figure)) and "Entrées" not in textes(axes_de(figure))


def test_une_rupture_qui_ne_separe_pas_deux_annees_dessinees_ne_se_trace_pas() -> None:
    premiere = Rupture(2021, None, "inachevee", "année inachevée", "")
    perimetre = Rupture(2023, 2022, "perimetre", "19 → 20 communes", "")
    assert tracees([premiere, perimetre], ["2021", "2022", "2023"]) == [perimetre]
    assert tracees([perimetre], ["2023"]) == []
    assert tracees([perimetre], ["T1", "T2"]) == []


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        ({2020: 1000, 2022: 1032}, "en hausse de 3,2 %"), ({2020: 1000, 2022: 900}, "en baisse de 10,0 %"),
        ({2020: 1000, 2022: 1000}, "stable"), ({2020: 3, 2022: 900}, "–"), ({2022: 900}, "–"),
    ],
)  # fmt: skip
def test_une_tendance_se_dit_ou_laisse_sa_place(valeurs: dict[int, float], attendu: str) -> None:
    ouvert = rapport({"V02": serie(valeurs)}, (2020, 2022))
    assert lisible(ouvert.dire(["{{ V02|tendance(V02.en(debut)) }}", "–"])) == attendu


def test_la_tendance_d_une_part_est_en_points_et_celle_d_un_delai_en_mois() -> None:
    parts = [{"annee": a, "numerateur": n, "denominateur": 2000} for a, n in ((2020, 500), (2022, 660))]
    delais = [{"annee": a, "numerateur": 10 * n, "denominateur": 100} for a, n in ((2020, 141), (2022, 125))]
    ouvert = rapport({"D11": parts, "V06": delais}, (2020, 2022))
    assert lisible(ouvert.dire("{{ D11|tendance(D11.en(debut)) }}")) == "en hausse de 8,0 points"
    assert lisible(ouvert.dire("{{ V06|tendance(V06.en(debut)) }}")) == "en baisse de 1,6 mois"


@pytest.mark.parametrize(("apres", "dit"), [(66, "sans changement net"), (76, "en hausse de 13,0 points")])
def test_une_part_que_le_hasard_fait_bouger_autant_n_a_pas_change(apres: int, dit: str) -> None:
    """Of 200 leases and a quarter of them, two standard errors of the difference are some 9 points."""
    parts = [{"annee": a, "numerateur": n, "denominateur": 200} for a, n in ((2020, 50), (2022, apres))]
    assert lisible(rapport({"D11": parts}, (2020, 2022)).dire("{{ D11|tendance(D11.en(debut)) }}")) == dit


TENDANCE = ["{{ x|tendance(x.en(debut)) }}", "–"]


def test_deux_annees_ne_se_comparent_que_dans_les_memes_communes() -> None:
    """Fatines joins in 2023: the 1,100 are of 20 communes, the 1,050 and those of one commune are comparable."""
    constante = [{"annee": 2023, "numerateur": 1050, "perimetre_type": "epci_constant"}]
    une = [{"annee": a, "numerateur": n, "perimetre_type": "commune", "perimetre_code": "72181"}
           for a, n in ((2021, 500), (2022, 500), (2023, 600))]  # fmt: skip
    lignes = [*serie({2021: 1000, 2022: 1000, 2023: 1100}), *une]
    for constants, attendu in (([], "–"), (constante, "en hausse de 5,0 %")):
        ouvert = rapport({"V02": [*lignes, *constants]})
        assert lisible(ouvert.dire(TENDANCE, x=ouvert["V02"])) == "–"
        assert lisible(ouvert.dire(TENDANCE, x=ouvert["V02"].a_perimetre_constant)) == attendu
        assert lisible(ouvert.dire(TENDANCE, x=ouvert.commune("72181")["V02"])) == "en hausse de 20,0 %"


def test_un_zonage_qui_change_separe_ce_qui_en_depend_et_cela_seul() -> None:
    """In 2024 the QPV are others: T02 counts by them, V01 does not."""
    zones = [
        {"annee": a, "numerateur": n, "denominateur": 1000, "modalite": "QPV"} for a, n in ((2023, 300), (2024, 400))
    ]
    ouvert = rapport({"T02": zones, "V01": serie({2023: 1000, 2024: 1100})}, (2023, 2024))
    object.__setattr__(ouvert["T02"].indicateur, "compte", PAR_CODE["T02"].compte)
    assert ouvert.dire(TENDANCE, x=ouvert["T02"].ou(classe="QPV")) == "–"
    assert lisible(ouvert.dire(TENDANCE, x=ouvert["V01"])) == "en hausse de 10,0 %"
