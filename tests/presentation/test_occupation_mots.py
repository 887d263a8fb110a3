"""The page on the stock: the year that each piece shows, its sentences, and the flow beside the stock."""

from __future__ import annotations

from typing import Any

from rapports import lu, phrase, rapport

from cil_analysis.presentation import occupation, occupation_flux, occupation_phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.occupation_annees import derniere, enquete, repertoire
from cil_analysis.presentation.pages import AUTRES
from messages import lisible


def plat(bloc: Bloc) -> str:
    """The words of a piece."""
    return " ".join(lisible(" ".join(lu(bloc).blocs())).split())


PAGE = next(page for page in AUTRES if page.indicateurs == "S")


def parts(code: str, annee: int, **classes: float) -> dict[str, list[dict[str, Any]]]:
    """A distribution of the EPCI: class → count."""
    total = sum(classes.values())
    lignes = [{"annee": annee, "modalite": m, "numerateur": n, "denominateur": total} for m, n in classes.items()]
    return {code: lignes}


def chiffre(code: str, annee: int, numerateur: float, denominateur: float | None = None) -> dict[str, Any]:
    ligne: dict[str, Any] = {"annee": annee, "numerateur": numerateur}
    return {code: [ligne if denominateur is None else ligne | {"denominateur": denominateur}]}


BIENNALE = rapport(
    chiffre("S04", 2020, 900)
    | chiffre("S01", 2021, 1200)
    | chiffre("S10", 2020, 300, 900)
    | chiffre("S10R", 2020, 60, 120)
    | chiffre("S08", 2020, 120, 900)
    | chiffre("S09", 2020, 1980, 900),
    annees=(2019, 2020, 2021),
)


def test_chaque_morceau_montre_la_derniere_annee_de_sa_source() -> None:
    assert (enquete(BIENNALE).annee, repertoire(BIENNALE).annee) == (2020, 2021)
    assert derniere(BIENNALE, "S03").annee == 2021, "without any figure, the year of the page"
    assert enquete(BIENNALE).annees == BIENNALE.annees
    assert PAGE.a_un_sujet(BIENNALE), "the survey of the year before makes the page"
    assert not PAGE.a_un_sujet(rapport({}))


def test_les_phrases_disent_l_annee_de_l_enquete() -> None:
    general = phrase(occupation_phrases.constat_general(BIENNALE))
    assert all(mot in general for mot in ("1 200 logements", "janvier 2021", "enquête de 2020", "900 ménages"))
    ressources = phrase(occupation_phrases.constat_des_ressources(BIENNALE))
    assert ressources.startswith("En 2020, 50,0 % des emménagés récents") and "33,3 %" in ressources
    occupants = phrase(occupation_phrases.constat_des_occupants(BIENNALE))
    assert occupants.startswith("En 2020") and "2,2 personnes" in occupants and "13,3 %" in occupants
    cartes = plat(occupation.chiffres_cles(BIENNALE))
    assert "Emménagés récents, 2020" in cartes and "Logements sociaux, 2021" in cartes
    vide = rapport({})
    assert occupation_phrases.constat_general(vide) == occupation_phrases.constat_de_la_rotation(vide) == ""


def test_le_flux_se_compare_au_parc_dans_les_classes_communes() -> None:
    """Three classes of one-parent families are one for the survey; ages have the same classes on both sides."""
    compare = rapport(
        parts("P02", 2021, SEUL=40, COUPLE=20, MONO_1=15, MONO_2=10, MONO_3P=15)
        | parts("S05", 2020, SEUL=500, COUPLE=300, MONOPARENT=200)
        | chiffre("S04", 2020, 1000)
        | parts("P05", 2021, INF_PLAI=70, PLAI_PLUS=20, SUP_PLS=10)
        | parts("S07", 2020, R_0_20=400, R_80_100=400, R_100_120=150, R_120_PLUS=50),
        annees=(2020, 2021),
    )
    page = plat(occupation_flux.comparaisons(compare))
    assert "Famille monoparentale : 40,0 % des ménages logés, 20,0 % des occupants" in page
    assert "Jusqu’au plafond PLUS : 90,0 % des ménages logés, 80,0 % des occupants" in page
    assert "Ménages logés en 2021" in page and "Ménages occupants, enquête 2020" in page
    constat = phrase(occupation_flux.constat_du_flux(compare))
    assert "famille monoparentale, 40,0 % des uns, 20,0 % des autres" in constat


def test_une_classe_commune_masquee_en_partie_l_est_tout_entiere() -> None:
    compare = rapport(
        parts("P02", 2021, SEUL=40, COUPLE=56, MONO_1=3, MONO_2=30)
        | parts("S05", 2020, SEUL=500, COUPLE=300, MONOPARENT=200)
        | chiffre("S04", 2020, 1000),
        annees=(2020, 2021),
    )
    page = plat(occupation_flux.comparaisons(compare))
    assert "Famille monoparentale, secret statistique" in page
    assert "23,3" not in page, "30 of 129 is not the share of one-parent families"


def test_ce_qui_est_masque_dit_les_regles_de_l_enquete() -> None:
    texte = phrase(occupation_flux.ce_qui_est_masque(BIENNALE))
    assert "plus de 85 % du parc" in texte and "Pour 2020" in texte


def test_le_portail_est_dit_la_ou_la_gouvernance_le_connait() -> None:
    assert "19 novembre 2020" in phrase(occupation_phrases.phrase_du_portail(BIENNALE))
    assert occupation_phrases.phrase_du_portail(rapport({}, annees=(2018, 2019))) == ""
