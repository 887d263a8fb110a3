"""The OPS survey as a partition, the RPLS detail, and which communes one landlord holds; counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.disclosure.bailleurs import bailleurs
from cil_analysis.disclosure.rules import part_dominante
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.denombrement import absences
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.preparation_occupation import communes_dominees, est_verifiable, preparer
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.reference.parameters import Parametres
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    Cadre,
    attributions,
    bail,
    chiffres,
    commune,
    en_qpv,
    enquete,
    exercice,
    extrait,
    fraction,
    ligne,
    logement,
    parametre,
)

QUARTIER = {"perimetre_type": "qpv", "perimetre_code": "QP1"}
EN_QPV, HORS_QPV = {"perimetre_type": "en_qpv"}, {"perimetre_type": "hors_qpv"}


def ops(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    return extrait("occupation", *groupes, sans=sans)


def annee(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> Exercice:
    return exercice(attributions(bail(1)), occupation=ops(*groupes, sans=sans))


def test_une_commune_est_la_somme_de_ses_quartiers_et_du_reste() -> None:
    ex = annee(enquete(100), enquete(30, est_en_qpv=True, qpv="QP1"), enquete(20, commune_insee=BOURG))
    menages = chiffres("S04", ex)
    obtenus = [ligne(menages, **lieu)["valeur"] for lieu in ({}, commune(CENTRE), QUARTIER, EN_QPV, HORS_QPV)]
    assert obtenus == [120, 100, 30, 30, 90]
    assert ligne(menages, **commune(HAMEAU))["valeur"] == 0


def test_une_ligne_hors_quartier_est_ce_que_les_quartiers_laissent() -> None:
    """« En QPV : non » beside the quarters is no whole commune; where there is no quarter, it is."""
    ex = annee(
        enquete(70, est_en_qpv=False), enquete(30, est_en_qpv=True), enquete(20, commune_insee=BOURG, est_en_qpv=False)
    )
    menages = chiffres("S04", ex)
    obtenus = [ligne(menages, **lieu)["valeur"] for lieu in ({}, commune(CENTRE), commune(BOURG), EN_QPV, HORS_QPV)]
    assert obtenus == [120, 100, 20, 30, 90]


def test_les_lignes_d_un_bailleur_ne_comptent_pas_deux_fois() -> None:
    avec = annee(enquete(100), enquete(60, bailleur="B1"), enquete(40, bailleur="B2"))
    assert ligne(chiffres("S04", avec))["valeur"] == 100
    seules = annee(enquete(60, bailleur="B1"), enquete(45, bailleur="B2"))
    assert ligne(chiffres("S04", seules))["valeur"] == 105, "no row of the commune: the sum of its landlords"


def test_tous_les_quartiers_ensemble_et_l_un_d_eux() -> None:
    ex = annee(enquete(100), enquete(50, est_en_qpv=True), enquete(30, est_en_qpv=True, qpv="QP1"))
    menages = chiffres("S04", ex)
    assert [ligne(menages, **lieu)["valeur"] for lieu in (QUARTIER, EN_QPV, HORS_QPV)] == [30, 50, 50]


def test_un_quartier_qui_tait_une_colonne_laisse_la_zone_inconnue() -> None:
    ex = annee(enquete(100), enquete(30, est_en_qpv=True, qpv="QP1", nb_occupants=None))
    menages = chiffres("S04", ex)
    assert ligne(menages)["valeur"] == 100
    assert ligne(menages, **EN_QPV)["statut"] == "non_calculable", "nobody can say who is in a quarter"


def test_sans_ligne_de_quartier_la_zone_d_une_commune_qui_en_a_est_inconnue() -> None:
    menages = chiffres("S04", annee(enquete(100), enquete(20, commune_insee=BOURG)))
    assert ligne(menages)["valeur"] == 120
    assert ligne(menages, **HORS_QPV)["valeur"] == 20, "BOURG has no QPV"


@pytest.mark.parametrize(
    ("lignes", "morceaux"),
    [
        ([enquete(100), enquete(101, est_en_qpv=True, qpv="QP1")], ["Centre", "nb_logements : 101 sur 100"]),
        ([enquete(100), enquete(90)], ["Centre", "2 lignes comptent toute la commune"]),
        ([enquete(100), enquete(90, est_en_qpv=False)], ["Centre", "l’extérieur des quartiers", "toute la commune"]),
        ([enquete(90, est_en_qpv=False)], ["Centre", "l’extérieur des quartiers", "aucune les quartiers"]),
        ([enquete(30, est_en_qpv=True, qpv="QP1")], ["Centre", "aucune de toute la commune"]),
        ([enquete(10, nb_menages_recents=11)], ["Centre", "plus d’emménagés récents que de ménages"]),
        ([enquete(10, nb_personnes_seules=6, nb_couples_sans_enfant=5)], ["Centre", "plus que nb_menages"]),
        (
            [enquete(10, nb_menages_recents=5, nb_ressources_20_40_recents=5)],
            ["Centre", "plus d’emménagés récents que de ménages", "nb_ressources_20_40"],
        ),
    ],
)
def test_une_enquete_qui_se_contredit_est_refusee(lignes: list[list[dict[str, object]]], morceaux: list[str]) -> None:
    with pytest.raises(ErreurCIL) as erreur:
        annee(*lignes)
    texte = str(erreur.value).replace("\u202f", " ").replace("\xa0", " ")
    assert all(morceau in texte for morceau in [f"OPS {ANNEE}", "importer de nouveau", *morceaux]), texte


def test_ce_que_les_classes_laissent_n_est_pas_renseigne() -> None:
    ex = annee(enquete(100, nb_personnes_seules=40, nb_couples_sans_enfant=35))
    compositions = chiffres("S05", ex)
    parts = {m: fraction(compositions, modalite=m) for m in ("SEUL", "COUPLE", "MONOPARENT", "NR")}
    assert parts == {"SEUL": (40, 100), "COUPLE": (35, 100), "MONOPARENT": (0, 100), "NR": (25, 100)}
    ages = chiffres("S06", annee(enquete(100), sans=tuple(n for n in ops().columns if "titulaires" in n)))
    assert ages["statut"].eq("non_calculable").all()


def test_les_emmenages_recents_ont_leurs_propres_classes() -> None:
    ex = annee(
        enquete(
            100, nb_menages_recents=40, nb_ressources_0_20=30, nb_ressources_20_40=20, nb_ressources_120_plus=50,
            nb_ressources_0_20_recents=25, nb_ressources_120_plus_recents=10,
        )
    )  # fmt: skip
    tous, recents = chiffres("S07", ex), chiffres("S07R", ex)
    assert fraction(tous, modalite="R_0_20") == (30, 100) and fraction(tous, modalite="NR") == (0, 100)
    assert fraction(recents, modalite="R_0_20") == (25, 40) and fraction(recents, modalite="NR") == (5, 40)
    assert fraction(chiffres("S08", ex)) == (40, 100) and fraction(chiffres("S09", ex)) == (200, 100)
    assert fraction(chiffres("S10", ex)) == (50, 100) and fraction(chiffres("S10R", ex)) == (25, 40)


def test_sans_leurs_classes_les_emmenages_recents_ne_sont_pas_repartis() -> None:
    recentes = tuple(nom for nom in ops().columns if nom.startswith("nb_ressources") and nom.endswith("recents"))
    ex = annee(enquete(100, nb_menages_recents=40), sans=recentes)
    assert chiffres("S07R", ex)["statut"].eq("non_calculable").all()
    assert fraction(chiffres("S08", ex)) == (40, 100)


def test_une_annee_sans_enquete_n_a_pas_de_ligne() -> None:
    ex = exercice(attributions(bail(1)))
    assert chiffres("S04", ex).empty and absences(PAR_CODE["S04"], ex) == ()


def test_la_preparation_ne_touche_pas_aux_lignes_recues() -> None:
    lignes = {"occupation": ops(enquete(100)), "rpls": extrait("parc", logement(3))}
    avant = {nom: table.copy() for nom, table in lignes.items()}
    preparer(lignes, Cadre().references(), ANNEE)
    assert set(lignes) == set(avant)
    for nom, table in avant.items():
        pd.testing.assert_frame_equal(lignes[nom], table)


def test_le_parc_la_rotation_et_la_vacance() -> None:
    logements = extrait(
        "parc",
        logement(40, typologie="T2"),
        logement(10, est_en_qpv=True, qpv="QP1", typologie="T3", mode_occupation="VACANT", annee_construction=1950),
        logement(5, commune_insee=BOURG, typologie="T3", mode_occupation="VIDE", financement=None),
    )
    ex = exercice(attributions(bail(4), en_qpv(2, typologie="T3")), parc=logements)
    parc, types = chiffres("S01", ex), chiffres("S01T", ex)
    assert [ligne(parc, **lieu)["valeur"] for lieu in ({}, commune(CENTRE), QUARTIER, HORS_QPV)] == [55, 50, 10, 45]
    assert fraction(types, modalite="T3") == (15, 55) and fraction(types, modalite="T3", **EN_QPV) == (10, 10)
    assert fraction(chiffres("S01P", ex), modalite="1946_1970") == (10, 55)
    assert fraction(chiffres("S01F", ex), modalite="NR") == (5, 55)
    assert fraction(chiffres("S01E", ex), modalite="D") == (55, 55)
    rotation = chiffres("S02", ex)
    assert fraction(rotation, **QUARTIER) == (2, 10) and fraction(rotation, modalite="T3") == (2, 15)
    assert fraction(chiffres("S03", ex)) == (10, 50), "a dwelling that is empty and not offered is not vacant"


def test_le_fichier_public_ne_dit_pas_la_vacance() -> None:
    ex = exercice(attributions(bail(1)), parc=extrait("parc", logement(5), sans=("mode_occupation", "bailleur")))
    assert chiffres("S03", ex).query("statut != 'sans_objet'")["statut"].eq("non_calculable").all()
    [manque] = absences(PAR_CODE["S03"], ex)
    assert manque.endswith("occupation » absente")
    assert absences(PAR_CODE["S03"], ex) == ("colonne « Mode d’occupation » absente",)
    assert not est_verifiable(ex.lignes)


def test_un_seul_bailleur_predomine() -> None:
    lignes = {
        "occupation_bailleur": ops(
            enquete(86, bailleur="B1"), enquete(14, bailleur="B2"),
            enquete(85, bailleur="B1", commune_insee=BOURG), enquete(15, bailleur="B2", commune_insee=BOURG),
            enquete(99, bailleur="B2", commune_insee=BOURG, est_en_qpv=True),
        )
    }  # fmt: skip
    assert communes_dominees(lignes, 85) == {CENTRE}, "85 % is not more than 85 %"
    parc = extrait("parc", logement(5), logement(5, bailleur="B2"), logement(9, commune_insee=BOURG))
    assert communes_dominees(lignes | {"rpls": parc}, 85) == {BOURG}, "the stock is told by the RPLS where it is given"
    inconnus = extrait("parc", logement(8, commune_insee=BOURG), logement(2, commune_insee=BOURG, bailleur=None))
    assert communes_dominees({"rpls": inconnus}, 85) == set(), "8 of 10: nobody says whose the others are"
    assert communes_dominees({}, 85) == set()


def test_la_part_d_un_bailleur_est_un_parametre_date() -> None:
    nom = "secret.part_bailleur_occupation"
    parametres = Parametres({nom: parametre(nom, 85, 90)})
    assert part_dominante(parametres, 2015) == 85 and part_dominante(parametres, 2022) == 90
    assert part_dominante(Parametres({}), 2022) is None, "a project made before the rule"
    with pytest.raises(ErreurCIL, match="part_bailleur_occupation"):
        part_dominante(Parametres({nom: parametre(nom, "beaucoup")}), 2022)
    references = Cadre().references()
    references.parametres = parametres
    ex = annee(enquete(100), enquete(95, bailleur="B1"), enquete(5, bailleur="B2"))
    assert bailleurs(references, ANNEE, ex.lignes).dominees == {CENTRE}
    assert bailleurs(references, ANNEE, {}).dominees == set()
