"""The page on the stock: the year of each piece, its sentences in each case, the flow beside the stock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from carnets import section
from matplotlib.patches import Rectangle
from rapports import lu, rapport
from tables_publiees import textes

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.pages import AUTRES
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

Lignes = dict[str, list[dict[str, Any]]]
PAGE = next(page for page in AUTRES if page.theme == "occupation")


def lue(ouvert: Rapport, ancre: str) -> str:
    """The words of a section, with ordinary spaces."""
    montre = Bloc("".join(section(PAGE.carnet, ancre, ouvert)))
    return " ".join(lisible(" ".join(lu(montre).blocs())).split())


def parts(code: str, annee: int, perimetre: str = "epci", **classes: float) -> Lignes:
    """A distribution: class → count."""
    total = sum(classes.values())
    return {
        code: [
            {"annee": annee, "perimetre_type": perimetre, "modalite": m, "numerateur": n, "denominateur": total}
            for m, n in classes.items()
        ]
    }


def chiffre(code: str, annee: int, numerateur: float, denominateur: float | None = None, **plus: str) -> Lignes:
    ligne = {"annee": annee, "numerateur": numerateur, **plus}
    return {code: [ligne if denominateur is None else ligne | {"denominateur": denominateur}]}


def ensemble(*tables: Lignes) -> Lignes:
    """The rows of several tables, of the same indicator too."""
    reunies: Lignes = {}
    for table in tables:
        for code, lignes in table.items():
            reunies.setdefault(code, []).extend(lignes)
    return reunies


BIENNALE = rapport(
    ensemble(
        chiffre("S04", 2020, 900),
        chiffre("S01", 2021, 1200),
        chiffre("S01", 2021, 300, perimetre_type="en_qpv"),
        chiffre("S01", 2021, 900, perimetre_type="commune", perimetre_code="72181"),
        chiffre("S01", 2021, 300, perimetre_type="commune", perimetre_code="72003"),
        chiffre("S10", 2018, 280, 1000),
        chiffre("S10", 2020, 300, 900),
        chiffre("S10R", 2020, 60, 120),
        chiffre("S08", 2020, 120, 900),
        chiffre("S09", 2020, 1980, 900),
    ),
    annees=(2018, 2019, 2020, 2021),
)


def test_chaque_source_est_lue_dans_sa_derniere_annee() -> None:
    assert (BIENNALE.derniere("S04").annee, BIENNALE.derniere("S01").annee) == (2020, 2021)
    assert BIENNALE.derniere("S03").annee == 2021, "without any figure, the year of the page"
    assert BIENNALE.derniere("S04").annees == BIENNALE.annees
    assert PAGE.a_un_sujet(BIENNALE), "the survey of the year before makes the page"
    assert not PAGE.a_un_sujet(rapport({}))


def test_les_phrases_disent_l_annee_de_leur_source() -> None:
    assert lue(BIENNALE, "essentiel").startswith(
        "En 2020, 33,3 % des ménages du parc social ont des ressources inférieures à 40 % du plafond du logement "
        "social (PLUS) ; c’est le cas de 50,0 % de ceux qui sont arrivés depuis l’enquête précédente."
    )
    cartes = lue(BIENNALE, "essentiel")
    assert "Emménagés récents, 2020" in cartes and "Logements sociaux, 2021" in cartes
    assert lue(BIENNALE, "parc").startswith(
        "25,0 % des 1 200 logements sociaux se situent en quartier prioritaire au 1er janvier 2021. "
        "Le Mans réunit 75,0 % des logements sociaux"
    )
    assert lue(BIENNALE, "occupants").startswith(
        "En 2020, un ménage compte en moyenne 2,2 personnes ; 13,3 % des ménages sont arrivés depuis l’enquête "
        "précédente."
    )
    assert lue(BIENNALE, "ressources").startswith(
        "En 2018, 28,0 % de l’ensemble des occupants étaient sous 40 % du plafond PLUS."
    )


def test_sans_aucun_chiffre_chaque_section_le_dit() -> None:
    vide = rapport({})
    assert lue(vide, "essentiel").startswith("Aucun chiffre du parc social ni de ses occupants n’est publié.")
    assert lue(vide, "parc").startswith("Le nombre de logements n’est pas disponible.")
    assert "chiffre est masqué sur" not in lue(vide, "secret")
    assert lue(vide, "rotation").startswith("Ni la rotation ni la vacance ne sont publiées.")
    assert lue(vide, "attributions").startswith("P02 et S05. Non calculable")


def test_sans_nombre_de_logements_la_page_dit_ce_qui_manque() -> None:
    vide = rapport({})
    absences = {("S01", vide.annee): ("colonne « Commune » absente",)}
    lacunaire = replace(vide, publication=replace(vide.publication, absences=absences))
    assert lue(lacunaire, "parc").startswith(
        "Le nombre de logements n’est pas disponible : colonne « Commune » absente."
    )


@pytest.mark.parametrize(
    ("tables", "dit"),
    [
        (chiffre("S10", 2022, 300, 900), "En 2022, 33,3 % des ménages du parc social ont des ressources"),
        (chiffre("S04", 2022, 900), "L’enquête de 2022 décrit 900 ménages du parc social."),
        (chiffre("S01", 2022, 1), "Le parc social compte 1 logement au 1er janvier 2022."),
        (ensemble(chiffre("S10", 2022, 3, 20), chiffre("S10R", 2022, 2, 12)), "Aucun chiffre"),
    ],
)
def test_la_page_dit_ce_qu_elle_a(tables: Lignes, dit: str) -> None:
    assert lue(rapport(tables), "essentiel").startswith(dit)


@pytest.mark.parametrize("parc", [True, False])
def test_sans_le_parc_la_figure_des_types_ne_le_nomme_pas(parc: bool) -> None:
    du_parc = parts("S01T", 2022, T1=400, T2=600) if parc else {}
    dite = lue(rapport(parts("L01", 2022, T1=40, T2=60) | du_parc), "parc")
    assert "Type des logements attribués en 2022" in dite and ("et du parc au 1er janvier" in dite) is parc


def test_un_logement_attribue_sur_cent_est_au_singulier() -> None:
    dite = lue(rapport(chiffre("T01R", 2022, 15, 1000) | chiffre("S03", 2021, 27, 1000)), "rotation")
    assert dite.startswith(
        "1,5 logement sur 100 a été attribué en 2022 ; 2,7 % des logements loués ou à louer sont vacants au 1er "
        "janvier 2021."
    )


def test_la_rotation_va_du_plus_petit_chiffre_publie_au_plus_grand_et_dit_sur_combien() -> None:
    communes = [("72181", 90, 1000), ("72003", 30, 200), ("72008", 2, 40)]
    lignes = [
        {"perimetre_type": "commune", "perimetre_code": c, "numerateur": n, "denominateur": d} for c, n, d in communes
    ]
    dite = lue(rapport({"T01R": lignes}), "rotation")
    titre = "Rotation : de 9,0 % (Le Mans, 1 000 logements) à 15,0 % (Allonnes, 200 logements), parmi les chiffres"
    assert f"{titre} publiés" in dite
    assert "parc social par commune" in dite, "not the répertoire, which the page counts too"
    assert "5,0 % (" not in dite.replace("15,0 % (", ""), "2 of 40 is masked"
    egales = [ligne | {"numerateur": 100, "denominateur": 1000} for ligne in lignes[:2]] + [lignes[1]]
    egales[2] = egales[2] | {"perimetre_code": "72008"}
    dite = lue(rapport({"T01R": egales}), "rotation")
    assert "Rotation : de 10,0 % à 15,0 % (" in dite, "of two communes alike, none is named"


def test_les_ressources_se_comparent_en_quartier_et_hors_quartier() -> None:
    zones = [
        chiffre(code, 2022, n, d, perimetre_type=zone)
        for code, zone, n, d in (
            ("S10", "en_qpv", 500, 1000), ("S10", "hors_qpv", 800, 2000),
            ("S10R", "en_qpv", 90, 200), ("S10R", "hors_qpv", 150, 300),
        )
    ]  # fmt: skip
    assert lue(rapport(ensemble(*zones)), "ressources").startswith(
        "En 2022, hors quartier prioritaire, 50,0 % des emménagés récents ont des ressources inférieures à 40 % du "
        "plafond PLUS, contre 40,0 % de l’ensemble des occupants ; en quartier prioritaire, 45,0 % contre 50,0 %."
    )


FLUX = ensemble(
    parts("P02", 2021, SEUL=400, COUPLE=200, MONO_1=150, MONO_2=100, MONO_3P=150),
    parts("S05", 2020, SEUL=500, COUPLE=300, MONOPARENT=200),
    chiffre("S04", 2020, 1000),
    parts("P05", 2021, INF_PLAI=700, PLAI_PLUS=200, SUP_PLS=100),
    parts("S07", 2020, R_0_20=400, R_80_100=400, R_100_120=150, R_120_PLUS=50),
)


def test_ce_qui_est_masque_se_compte_une_fois_dans_chaque_lieu() -> None:
    """Two classes masked in each of three places: the note counts the six, drawn or in the data alone."""
    lieux = {"epci": 500, "en_qpv": 200, "hors_qpv": 300}
    tables = ensemble(*(parts("S05", 2022, lieu, SEUL=n, COUPLE=3, MONOPARENT=4) for lieu, n in lieux.items()))
    ouvert = rapport(tables | chiffre("S04", 2022, 900))
    assert "Secret statistique : 6 chiffres masqués" in lue(ouvert, "occupants")
    with pytest.raises(ValueError, match="not of one table"):
        ouvert["S05"].publiee | ouvert["S04"].publiee


def test_le_flux_se_compare_au_parc_dans_les_classes_communes() -> None:
    """Three classes of one-parent families are one for the survey: 400 of 1 000 beside 200 of 1 000."""
    dite = lue(rapport(FLUX, annees=(2020, 2021)), "attributions")
    assert dite.startswith(
        "C’est par la composition que les ménages logés en 2021 diffèrent le plus des occupants, puis par les "
        "ressources."
    )
    assert "Famille monoparentale : 40,0 % des ménages logés, 20,0 % des occupants" in dite
    assert "Jusqu’au plafond PLUS : 90,0 % des ménages logés, 80,0 % des occupants" in dite
    assert "Ménages logés en 2021" in dite and "Ménages occupants, enquête 2020" in dite


def test_une_classe_commune_masquee_en_partie_l_est_tout_entiere() -> None:
    tables = FLUX | parts("P02", 2021, SEUL=400, COUPLE=560, MONO_1=3, MONO_2=300)
    dite = lue(rapport(tables, annees=(2020, 2021)), "attributions")
    assert "Famille monoparentale, secret statistique" in dite
    assert "23,8" not in dite and "24,0" not in dite, "300 of 1 263 is not the share of one-parent families"


def test_des_profils_semblables_le_disent() -> None:
    semblables = ensemble(
        parts("P02", 2021, SEUL=500, COUPLE=500),
        parts("S05", 2021, SEUL=510, COUPLE=490),
        parts("P01", 2021, A_MOINS_30=500, A_30_39=500),
        parts("S06", 2021, A_MOINS_30=510, A_30_39=490),
        parts("P05", 2021, INF_PLAI=500, SUP_PLS=500),
        parts("S07", 2021, R_0_20=510, R_120_PLUS=490),
        chiffre("S04", 2021, 1000),
    )
    assert lue(rapport(semblables, annees=(2021,)), "attributions").startswith(
        "Ni la composition, ni l’âge, ni les ressources ne distinguent les ménages logés en 2021 des occupants."
    )


# --- Stacked bars ----------------------------------------------------------------------------------------------------

AGES = ensemble(
    parts("S06", 2022, A_MOINS_30=100, A_30_39=300, A_40_49=600, NR=0),
    parts("S06", 2022, "en_qpv", A_MOINS_30=50, A_30_39=147, A_40_49=3),
)


def test_des_barres_empilees_font_cent_et_ne_montrent_rien_de_ce_qui_est_masque() -> None:
    figure = rapport(AGES)["S06"].par("ensemble_et_zone", "classe").empilees("Âges", "En %", "Âge")
    assert figure.axes is not None
    bas = figure.axes.get_ylim()[0]
    barres = [x for x in figure.axes.patches if isinstance(x, Rectangle) and 0 < x.get_y() < bas]
    premiere = [round(x.get_width(), 1) for x in barres if x.get_y() == barres[0].get_y()]
    assert premiere == [10.0, 30.0, 60.0]
    ecrits = [lisible(t) for t in textes(svg(figure))]
    assert {"30,0", "60,0", "s", "Ensemble"} <= set(ecrits) and "10,0" not in ecrits, "it does not fit"
    assert "Non renseigné" not in ecrits, "a class that is empty everywhere is in the data alone"
    assert "Ensemble : Moins de 30 ans, 10,0 %, 30 à 39 ans, 30,0 %" in lisible(lu(figure).texte)
    assert "1,5 %" not in lisible(lu(figure).texte), "3 of 200"
    assert lisible(lu(figure).texte).count("secret statistique") >= 2, "a second class is masked with the first"


def test_ce_qui_ne_s_empile_pas_se_dit() -> None:
    six = parts("S07", 2022, R_0_20=20, R_20_40=20, R_40_60=20, R_60_80=20, R_80_100=20, R_100_120=20)
    ouvert = rapport(six | chiffre("S04", 2022, 900))
    with pytest.raises(ErreurCIL, match=r"6 classes sont trop.*Choisir \.barres"):
        ouvert["S07"].par("ensemble_et_zone", "classe").empilees("Ressources")
    with pytest.raises(ErreurCIL, match=r"se coupe autrement"):
        ouvert["S07"].par("classe").empilees("Ressources")
    with pytest.raises(ErreurCIL, match=r"ne sont pas des parts"):
        ouvert["S04"].par("zone", "classe").empilees("Ménages")


def svg(figure: Bloc) -> str:
    """The drawing of a figure."""
    return figure.html[figure.html.index("<svg") : figure.html.index("</svg>") + 6]


# --- What is masked, and the portal ----------------------------------------------------------------------------------


def test_ce_qui_est_masque_dit_les_regles_de_l_enquete() -> None:
    dite = lue(BIENNALE, "secret")
    assert "plus de 85 % du parc" in dite and "Pour 2020, 0 chiffre est masqué sur" in dite


def test_le_portail_est_dit_la_ou_la_gouvernance_le_connait() -> None:
    assert "19 novembre 2020" in lue(BIENNALE, "essentiel")
    assert "portail" not in "".join(section(PAGE.carnet, "essentiel", rapport({}, annees=(2018, 2019))))
