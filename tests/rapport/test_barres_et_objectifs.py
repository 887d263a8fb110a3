"""Bars against their objective: the result by a shape that is explained, the tick of each target, nothing masked."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from rapports import rapport
from tables_publiees import avec_objectif, textes

from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.dessins.barres import dessiner_des_lignes
from cil_analysis.rapport.dessins.dessin import LARGEUR, charte
from cil_analysis.rapport.dessins.theme import largeur
from messages import lisible

LIGNES = ["nom", "debut", "fin", "mots", "fort"]
COMMUNE = {"perimetre_type": "commune", "perimetre_code": "72181"}
EN_NOMBRE = COMMUNE | {"numerateur": 110, "cible": 120, "sens": "plancher", "ecart": -10, "resultat": "non_atteint"}


def seule(n: int, sens: str, *bornes: float) -> list[dict[str, Any]]:
    """A commune that houses so many households of the public in a thousand."""
    brut = [COMMUNE | {"numerateur": n, "denominateur": 1000, "menages_manquants": 0}]
    return avec_objectif(brut, bornes[0], sens, bornes[-1])


@pytest.mark.parametrize(
    ("code", "lignes", "mots", "reperes"),
    [
        ("O01", seule(333, "plancher", 25), {"✓ 33,3 %", "✓ atteint", "objectif : au moins 25 %"}, {25.0}),
        ("O01", seule(100, "plancher", 25), {"✗ 10,0 %", "✗ non atteint"}, {25.0}),
        ("O01", seule(340, "intervalle", 20, 30), {"objectif : entre 20 et 30 %", "✗ 34,0 %"}, {20.0, 30.0}),
        ("O01", seule(450, "plafond", 40), {"objectif : au plus 40 %", "✗ 45,0 %", "✗ dépassé"}, {40.0}),
        ("O01", seule(333, "plancher", float("nan")), {"33,3 %"}, set()),
        ("O01", seule(3, "plancher", 25), {"s"}, set()),
        ("O04N", [EN_NOMBRE], {"✗ 110"}, {120.0}),
    ],
)
def test_le_resultat_est_dit_par_un_signe_que_la_legende_explique(
    code: str, lignes: list[dict[str, Any]], mots: set[str], reperes: set[float]
) -> None:
    figure = rapport({code: lignes})[code].par("commune").objectifs("Un titre", "", "Commune")
    html = figure.html
    assert mots <= {lisible(t) for t in textes(html[html.index("<svg") : html.index("</svg>") + 6])}
    assert figure.axes is not None
    noirs = [x for x in figure.axes.lines if x.get_color() == theme.ENCRE and len(set(x.get_xdata())) == 1]
    assert {float(x.get_xdata()[0]) for x in noirs} == reperes


def test_les_deux_termes_d_une_part_se_lisent_chacun_sur_sa_barre() -> None:
    """The count and the share at the part, the count at the whole; a masked share gives neither."""
    lignes = [COMMUNE | {"numerateur": 605, "denominateur": 755}]
    lignes += [{"perimetre_type": "commune", "perimetre_code": "72003", "numerateur": 3, "denominateur": 20}]
    figure = rapport({"F03": lignes})["F03"].par("commune").barres("Un titre", termes=("Attribués", "Proposés"))
    html = figure.html
    mots = {lisible(t) for t in textes(html[html.index("<svg") : html.index("</svg>") + 6])}
    assert {"605 (80,1 %)", "755", "s"} <= mots and not {"3", "20", "3 (15,0 %)"} & mots


@pytest.mark.parametrize(("n", "dedans"), [(970, True), (1000, False), (1009, False), (500, False)])
def test_ce_qui_atteint_un_repere_le_montre(n: int, dedans: bool) -> None:
    """The line is under the bars, and the figure of one that reaches it stands at the right of both."""
    lignes = [COMMUNE | {"numerateur": n, "denominateur": 1000}]
    axes = rapport({"F03": lignes})["F03"].par("commune").barres("Un titre", repere=(100, "100 %")).axes
    assert axes is not None
    ((ligne,), (barre,), (texte,)) = axes.lines, axes.patches, [t for t in axes.texts if "," in t.get_text()]
    assert ligne.get_zorder() < barre.get_zorder() and not ligne.get_path_effects()
    assert (texte.get_ha() == "right") == dedans


def test_des_lignes_toutes_pretes_sont_a_leurs_jours_et_l_annee_est_marquee() -> None:
    """The last day of a bar is where it ends; an act is a line on its day; each year stands for itself."""
    jours = [("2016-01-01", "2022-01-01"), ("2018-01-01", "2024-01-01"), ("2017-07-02", "2017-07-02")]
    noms = ["Plan", "Convention", "Acte"]
    lignes = pd.DataFrame(jours, columns=["debut", "fin"]).assign(nom=noms, mots="", fort=True)
    lignes[["debut", "fin"]] = lignes[["debut", "fin"]].apply(pd.to_datetime)
    with charte():
        axes = dessiner_des_lignes(lignes, 2022)
    assert axes.get_xlim() == (0, 8)
    *barres, annee = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches]  # type: ignore[attr-defined]
    assert barres[:2] == [pytest.approx((0, 6), abs=1e-6), (2, 8)] and annee == (6, 7)
    assert barres[2][0] == pytest.approx(1 + 182 / 365) and barres[2][1] - barres[2][0] < 0.2
    assert {"2022", "Plan", "Acte"} <= {t.get_text() for t in axes.texts}


def test_un_acte_du_premier_jour_de_l_axe_est_un_trait_et_les_annees_serrees_ne_se_recouvrent_pas() -> None:
    """An act of which the year alone is known is on its first of January."""
    acte = pd.Timestamp("1982-01-01")
    with charte():
        axes = dessiner_des_lignes(pd.DataFrame([("Acte", acte, acte, "", True)], columns=LIGNES), 2022)
    unite = 41 / (axes.get_position().width * LARGEUR)
    assert axes.patches[0].get_width() >= unite  # type: ignore[attr-defined]
    annees = sorted(t.xy[0] for t in axes.texts if t.get_text().isdigit())  # type: ignore[attr-defined]
    assert len(annees) > 5 and annees[-1] == 40.5
    assert all(b - a >= largeur(["0000"], theme.PETIT) * unite for a, b in pairwise(annees))


def test_sans_personne_a_qui_le_couper_un_chiffre_sans_objet_n_est_pas_a_renseigner() -> None:
    """No quarter at all: nothing lacks, there is nothing to measure."""
    vide = rapport({"O02": [{"numerateur": 0, "denominateur": 0}]})["O02"]
    assert "Rien à mesurer" in vide.par("quartier").objectifs("Titre", "Sous-titre", "Quartier").html
    absent = rapport({"O02": []})["O02"].par("quartier").objectifs("Titre", "Sous-titre", "Quartier")
    assert "Non calculable" in absent.html
