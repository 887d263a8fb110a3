"""The opening of the bilan: each legal objective, by how much it is missed, by whom, and since last year."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from carnets import section
from rapports import EPCI, rapport, serie
from tables_publiees import avec_objectif
from test_verdicts import epci

from cil_analysis.rapport.rapport import Rapport
from messages import lisible
from page_lue import Noeud, arbre

PREMIER_QUARTILE = "Premier quartile hors quartier prioritaire"


def ouverture(r: Rapport) -> list[Noeud]:
    return [arbre(html) for html in section("bilan_annuel.qmd", "essentiel", r)]


def phrases(r: Rapport) -> list[str]:
    return [lisible(bloc.texte) for bloc in ouverture(r)[:6]]


@pytest.mark.parametrize(
    ("n", "sens", "bornes", "plus", "verdict"),
    [
        (250, "plancher", (25,), {}, "(au moins 25 %) est atteint."),
        (249, "plancher", (25,), {"menages_manquants": 1}, "(au moins 25 %) est manqué de 0,1 point, soit 1 ménage."),
        (
            230,
            "plancher",
            (25,),
            {"menages_manquants": 20},
            "(au moins 25 %) est manqué de 2,0 points, soit 20 ménages.",
        ),
        (245, "plancher", (25,), {"resultat": "atteint"}, "est atteint, à la tolérance près."),
        (
            420,
            "plafond",
            (40,),
            {"menages_manquants": 20},
            "(au plus 40 %) est dépassé de 2,0 points, soit 20 ménages.",
        ),
        (250, "intervalle", (20, 30), {}, "(entre 20 et 30 %) est atteint."),
        (190, "intervalle", (20, 30), {"menages_manquants": float("nan")}, "(entre 20 et 30 %) n’est pas atteint."),
        (250, "plancher", (float("nan"),), {}, "aucun objectif n’est renseigné."),
    ],
)
def test_un_objectif_est_dit_atteint_manque_ou_depasse(
    n: int, sens: str, bornes: tuple[float, ...], plus: dict[str, Any], verdict: str
) -> None:
    brut = [{"numerateur": n, "denominateur": 1000, "menages_manquants": 0}]
    lignes = [ligne | plus for ligne in avec_objectif(brut, bornes[0], sens, bornes[-1])]
    dit = phrases(rapport({"O01": lignes}))[0]
    assert dit.startswith(f"{n / 10:.1f}".replace(".", ",")) and dit.endswith(verdict)


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ([{"numerateur": 3, "denominateur": 1000}], "est masquée par le secret statistique"),
        ([{"numerateur": 998, "denominateur": 1000}], "est masquée par le secret statistique"),
        ([{"numerateur": 0, "denominateur": 0}], "n’est pas disponible"),
        ([], "n’est pas disponible"),
    ],
)
def test_un_objectif_sans_chiffre_dit_pourquoi_et_rien_de_plus(lignes: list[dict[str, Any]], attendu: str) -> None:
    dites = phrases(rapport({"O01": avec_objectif(lignes)}))
    assert attendu in dites[0] and "atteint" not in dites[0] and not re.search(r"\d", dites[0].replace("2022", ""))
    assert dites[2:] == [""] * 4  # nobody it is missed by, and nothing to compare


def test_sans_attribution_en_quartier_prioritaire_la_page_le_dit() -> None:
    zones = [{"modalite": m, "numerateur": n, "denominateur": 900} for m, n in (("QPV", 0), ("HORS_QPV", 900))]
    r = rapport({"V01": serie({2022: 900}), "T02": zones, "O02": avec_objectif([{"numerateur": 0, "denominateur": 0}])})
    assert phrases(r)[1] == "Aucun logement n’a été attribué en quartier prioritaire en 2022."
    [constat, *_] = section("bilan_annuel.qmd", "attributions", r)
    assert "; aucun n’est en quartier prioritaire de la politique de la ville (QPV)." in lisible(constat)
    carte, titre = "Attributions en quartier prioritaire", "Part des attributions en quartier prioritaire"
    une = rapport({"T02": [zones[0] | {"annee": 2021, "numerateur": 90}, *zones]})
    for bilan, montree in ((r, False), (une, True)):
        assert (carte in cartes_de(bilan)) is montree
        assert (titre in lisible("".join(section("bilan_annuel.qmd", "combien", bilan)))) is montree
    sans_colonne = rapport({"T02": [{"modalite": "QPV", "statut": "non_calculable"}]})
    assert "<strong>T02.</strong> Non calculable" in "".join(section("bilan_annuel.qmd", "combien", sans_colonne))


@pytest.mark.parametrize(("importe_le", "inachevee"), [("2022-05-20T10:00:00", True), ("2023-01-04T10:00:00", False)])
def test_une_annee_inachevee_le_dit_et_ses_nombres_ne_se_comparent_pas(importe_le: str, inachevee: bool) -> None:
    """Neither in a sentence, nor on a card, nor in the evolution; its shares do."""
    parts = [{"annee": a, "numerateur": n, "denominateur": d} for a, n, d in ((2021, 200, 1000), (2022, 160, 400))]
    r = rapport({"V01": serie({2021: 1000, 2022: 400}), "O04": parts, "V03": serie({2021: 3.0, 2022: 7.5})})
    recu = {"extrait": "attributions", "annee": 2022, "importe_le": importe_le}
    r = replace(r, publication=replace(r.publication, imports=(recu,)))
    page = ouverture(r)
    phrase = (
        "Les attributions de 2022 sont celles reçues au 20 mai 2022 : leur nombre n’est pas celui d’une année entière."
    )
    assert lisible(page[5].texte) == (phrase if inachevee else "")
    assert ("en baisse de 60,0 %" in lisible(page[6].texte)) is not inachevee
    assert "en hausse de 20,0 points" in lisible(page[6].texte)
    [constat, *_] = section("bilan_annuel.qmd", "attributions", r)
    assert ("en baisse de 60,0 % sur un an" in lisible(constat)) is not inachevee
    for code, compare in (("V01", not inachevee), ("V03", not inachevee), ("O04", True)):
        assert r[code].seul.se_compare_a(r[code].ou(annee=2021).seul) is compare
    serie_dite = lisible(r["V01"].par("annee").barres("T").html)
    assert ("Rupture de série : les attributions de 2022 sont celles reçues au 20 mai 2022." in serie_dite) is inachevee


@pytest.mark.parametrize(("resultat", "mot"), [("atteint", "est atteint"), ("non_atteint", "n’est pas atteint")])
def test_le_resultat_d_une_part_masquee_se_dit_sans_elle(resultat: str, mot: str) -> None:
    dit = phrases(epci(resultat))[0]
    assert mot in dit and "part est masquée" in dit and not re.search(r"\d", dit.replace("2022", ""))


@pytest.mark.parametrize(
    ("manque", "troisieme", "dit"),
    [
        (15, (245, 5), "B1 (50 ménages) comblerait l’écart hors quartier prioritaire en atteignant son objectif."),
        (
            55,
            (245, 5),
            "B1 (50 ménages) et B2 (10) combleraient l’écart hors quartier prioritaire en atteignant leur objectif.",
        ),
        (75, (245, 5), "Qui a le plus à combler hors quartier prioritaire : B1 (50 ménages) et B2 (10)."),
        # Two are tied: neither is named rather than the other.
        (75, (240, 10), "Qui a le plus à combler hors quartier prioritaire : B1 (50 ménages)."),
    ],
)
def test_qui_peut_combler_l_ecart(manque: int, troisieme: tuple[int, int], dit: str) -> None:
    """The landlords that would be enough, else those that lack most; no réservataire, whatever it lacks."""
    acteurs = [("B1", 200, 50), ("B2", 240, 10), ("B3", 300, 0), ("B4", *troisieme)]
    lignes = [{"perimetre_code": EPCI, "numerateur": 1000 - manque, "denominateur": 4000, "menages_manquants": manque}]
    lignes += [
        {"acteur_type": "bailleur", "acteur_code": b, "numerateur": n, "denominateur": 1000, "menages_manquants": m}
        for b, n, m in acteurs
    ]
    lignes.append({"acteur_type": "reservataire", "acteur_code": "COLACT", "numerateur": 150, "denominateur": 800,
                   "cible": float("nan")})  # fmt: skip
    lignes = [{"acteur_type": "", "acteur_code": ""} | ligne for ligne in lignes]
    assert phrases(rapport({"O01": avec_objectif(lignes)}))[2] == dit


def test_ce_qui_a_change_en_un_an() -> None:
    annees = [
        {"annee": 2021, "numerateur": 180, "denominateur": 1000, "menages_manquants": 70},
        {"annee": 2022, "numerateur": 245, "denominateur": 1000, "menages_manquants": 5},
    ]
    autres = [
        {"annee": a, "numerateur": n, "denominateur": 1000, "menages_manquants": 0}
        for a, n in ((2021, 540), (2022, 520))
    ]
    dite = phrases(rapport({"O01": avec_objectif(annees), "O02": avec_objectif(autres, 50)}))[4]
    assert "en hausse de 6,5 points (il manquait 70 ménages en 2021)" in dite
    assert "quartier prioritaire est sans changement net." in dite
    # The year a commune joins, the share of the same communes has no objective of its own: this year’s has not changed.
    memes = annees[1] | {"perimetre_type": "epci_constant", "cible": float("nan"), "resultat": ""}
    lignes = {"O01": [*avec_objectif(annees), memes], "O02": avec_objectif(autres, 50)}
    assert "(il manquait 70 ménages en 2021)" in phrases(rapport(lignes))[4]
    seule = [annees[1]]
    assert phrases(rapport({"O01": avec_objectif(seule)}, (2022,)))[4] == ""
    # Told once when both are alike.
    egaux = rapport({"O01": avec_objectif(autres), "O02": avec_objectif(autres, 50)})
    assert phrases(egaux)[4].endswith(
        " est sans changement net, comme celle des trois autres quartiles en quartier prioritaire."
    )
    # Without an objective, or since there is one, both shares are told still; above a ceiling nobody is missing.
    nan = float("nan")
    for cibles, sens, parenthese in (
        ((nan, nan), "plancher", ""),
        ((nan, 25), "plancher", ""),
        ((15, 15), "plafond", ""),
        ((20, 25), "plancher", " (l’objectif était alors : au moins 20 %)"),
    ):
        datees = [ligne | {"cible": cible} for ligne, cible in zip(annees, cibles, strict=True)]
        dite = phrases(rapport({"O01": avec_objectif(datees, sens=sens), "O02": avec_objectif(autres, 50)}))[4]
        assert f"en hausse de 6,5 points{parenthese}, celle des trois autres quartiles" in dite


@pytest.mark.parametrize(("n", "publiees"), [(20, ""), (3, " publiées")])
def test_la_commune_au_plus_grand_ecart_l_est_de_celles_qui_sont_publiees(n: int, publiees: str) -> None:
    tout = {"numerateur": 200, "denominateur": 1000, "perimetre_type": "epci", "menages_manquants": 50}
    ici = [{"perimetre_type": "commune", "perimetre_code": code} for code in ("72003", "72181")]
    lignes = [tout | {"perimetre_code": EPCI}]
    lignes += [ici[0] | {"numerateur": 20, "denominateur": 200}, ici[1] | {"numerateur": n, "denominateur": 100}]
    dites = phrases(rapport({"O01": avec_objectif(lignes), "V01": [{"numerateur": 1000}]}, (2022,)))
    ou = "hors quartier prioritaire"  # which no sentence on landlords has said
    assert f"Parmi les communes{publiees}, Allonnes a le plus grand écart à combler {ou} (30 ménages)." in dites[2]


@pytest.mark.parametrize(("n", "attendu"), [(250, "atteint"), (240, "non atteint")])
def test_une_carte_d_objectif_dit_son_resultat_par_un_mot_et_mene_a_sa_section(n: int, attendu: str) -> None:
    cartes = cartes_de(rapport({"O01": avec_objectif([{"numerateur": n, "denominateur": 1000}])}))
    objectif = cartes[PREMIER_QUARTILE].un("p", "objectif")
    assert objectif.un("span", "resultat").texte == attendu and "au moins 25 %" in lisible(objectif.texte)
    assert cartes[PREMIER_QUARTILE].un("a").attributs["href"] == "#objectifs"


def test_une_carte_masquee_ne_donne_ni_chiffre_ni_tendance() -> None:
    annees = ((2020, 250), (2021, 250), (2022, 3))
    lignes = [{"annee": a, "numerateur": n, "denominateur": 1000} for a, n in annees]
    masquee = cartes_de(rapport({"O01": avec_objectif(lignes)}))[PREMIER_QUARTILE]
    assert masquee.un("p", "valeur").texte == "s"
    assert not masquee.tous("p", "evolution") and not masquee.tous("p", "objectif")
    assert "secret statistique" in masquee.un("desc").texte


@pytest.mark.parametrize(("annees", "dessins"), [((2021, 2022), 0), ((2020, 2021, 2022), 1)])
def test_deux_annees_ne_font_pas_une_serie(annees: tuple[int, ...], dessins: int) -> None:
    """Their line would fall from one edge of the card to the other, beside the word « stable »."""
    carte = cartes_de(rapport({"V01": serie({a: 1001 - a % 2 for a in annees})}, annees))["Attributions de l’année"]
    assert lisible(carte.un("p", "evolution").texte).strip().endswith("stable en un an")
    assert len(carte.tous("svg")) == dessins


def test_de_quelques_uns_une_carte_dit_le_nombre_et_non_une_part() -> None:
    carte = cartes_de(rapport({"V01": serie({2021: 31, 2022: 14})}, (2021, 2022)))["Attributions de l’année"]
    assert lisible(carte.un("p", "evolution").texte).strip() == "↘ en baisse de 17 en un an"


def test_une_carte_ne_compare_pas_deux_annees_que_separe_une_rupture() -> None:
    """A commune joined in 2023: the leases of 2023 are of more communes than those of 2022."""
    for annees, comparees in (((2021, 2022), 1), ((2022, 2023), 0)):
        cartes = cartes_de(rapport({"V01": serie(dict(zip(annees, (900, 1000), strict=True)))}, annees))
        assert len(cartes["Attributions de l’année"].tous("p", "evolution")) == comparees


def test_une_annee_sans_demandes_n_a_pas_leurs_cartes() -> None:
    cartes = cartes_de(rapport({"V01": serie({2022: 1000})}))
    assert "Attributions de l’année" in cartes and not [titre for titre in cartes if titre.startswith("Demandes")]


def test_la_carte_du_premier_objectif_est_a_cote_des_cartes_et_mene_a_sa_section() -> None:
    communes = [{"perimetre_type": "commune", "perimetre_code": code} for code in rapport({}).communes]
    lignes = [{"numerateur": 250, "denominateur": 1000, "perimetre_type": "epci", "perimetre_code": EPCI}]
    lignes += [ici | {"numerateur": 20, "denominateur": 100} for ici in communes]
    carte = ouverture(rapport({"O01": avec_objectif(lignes)}))[6].un("div", "carte-en-marge")
    assert carte.un("a").attributs["href"] == "#premier-quartile" and carte.tous("ul", "legende")
    assert lisible(carte.un("desc").texte).count("objectif non atteint") == len(communes)
    sans = ouverture(rapport({"O01": avec_objectif(lignes[:1])}))[6]
    assert not sans.tous("div", "carte-en-marge")


def cartes_de(r: Rapport) -> dict[str, Noeud]:
    return {carte.un("h3").texte: carte for carte in ouverture(r)[6].tous("article", "carte")}
