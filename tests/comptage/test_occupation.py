"""The OPS survey as a partition, the RPLS detail, and which communes one landlord holds; counted by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.parametres import Parametres
from cil_analysis.secret.regles import part_dominante
from cil_analysis.systemes.occupation import communes_dominees
from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    Comptes,
    absences,
    attributions,
    bail,
    comptes,
    en_qpv,
    enquete,
    exercice,
    extrait,
    logement,
    parametre,
)
from messages import lisible
from registres import PAR_CODE


def ops(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> pd.DataFrame:
    return extrait("occupation", *groupes, sans=sans)


def annee(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> Exercice:
    return exercice(attributions(bail(1)), occupation=ops(*groupes, sans=sans))


EN_QPV: dict[str, Any] = {"est_en_qpv": True}
QP1: dict[str, Any] = EN_QPV | {"qpv": "QP1"}
LE_BOURG: dict[str, Any] = {"commune_insee": BOURG}
NC = "non_calculable"


@pytest.mark.parametrize(
    ("lignes", "attendus"),
    [
        # A commune is the sum of its quarters and of what is outside.
        ([enquete(100), enquete(30, **QP1), enquete(20, **LE_BOURG)],
         {"": 120, CENTRE: 100, HAMEAU: 0, "qpv QP1": 30, "en_qpv": 30, "hors_qpv": 90}),
        # « En QPV : non » beside the quarters is no whole commune; where there is no quarter, it is.
        ([enquete(70, est_en_qpv=False), enquete(30, **EN_QPV), enquete(20, **LE_BOURG, est_en_qpv=False)],
         {"": 120, CENTRE: 100, BOURG: 20, "en_qpv": 30, "hors_qpv": 90}),
        # The rows of landlords do not count twice; without a row of the commune, it is their sum.
        ([enquete(100), enquete(60, bailleur="B1"), enquete(40, bailleur="B2")], {"": 100}),
        ([enquete(60, bailleur="B1"), enquete(45, bailleur="B2")], {"": 105}),
        # All the quarters together, and one of them.
        ([enquete(100), enquete(50, **EN_QPV), enquete(30, **QP1)], {"qpv QP1": 30, "en_qpv": 50, "hors_qpv": 50}),
        # A quarter that keeps a column silent: nobody can say who is in one.
        ([enquete(100), enquete(30, **QP1, nb_occupants=None)], {"": 100, "en_qpv": NC}),
        # A survey without quarters says nothing of those of CENTRE, which is not that nobody lives there.
        ([enquete(100), enquete(20, **LE_BOURG)], {"": 120, "en_qpv": NC, "hors_qpv": NC}),
    ],
)  # fmt: skip
def test_la_partition_d_une_commune(lignes: list[list[dict[str, object]]], attendus: Comptes) -> None:
    obtenus = comptes("S04", annee(*lignes))
    assert {nom: obtenus[nom] for nom in attendus} == attendus


@pytest.mark.parametrize(
    ("lignes", "nommes"),
    [
        ([enquete(100), enquete(101, **QP1)], ["nb_logements", "101", "100"]),
        ([enquete(100), enquete(90)], ["2"]),
        ([enquete(100), enquete(90, est_en_qpv=False)], []),
        ([enquete(90, est_en_qpv=False)], []),
        ([enquete(30, **QP1)], []),
        ([enquete(10, nb_menages_recents=11)], []),
        ([enquete(10, nb_personnes_seules=6, nb_couples_sans_enfant=5)], ["nb_menages"]),
        ([enquete(10, nb_menages_recents=5, nb_ressources_20_40_recents=5)], ["nb_ressources_20_40"]),
    ],
)
def test_une_enquete_qui_se_contredit_est_refusee(lignes: list[list[dict[str, object]]], nommes: list[str]) -> None:
    """The survey, its year, the commune, and what to import again are told."""
    with pytest.raises(ErreurCIL) as erreur:
        annee(*lignes)
    dit = lisible(str(erreur.value))
    assert all(nom in dit for nom in ("OPS", str(ANNEE), "Centre", "importer de nouveau", *nommes)), dit


def test_les_classes_leur_reste_et_celles_des_emmenages_recents() -> None:
    """What the classes leave is not known; recent households have classes of their own."""
    ex = annee(
        enquete(
            100, nb_personnes_seules=40, nb_couples_sans_enfant=35, nb_menages_recents=40, nb_ressources_0_20=30,
            nb_ressources_20_40=20, nb_ressources_120_plus=50, nb_ressources_0_20_recents=25,
            nb_ressources_120_plus_recents=10,
        )
    )  # fmt: skip
    attendus: dict[str, Comptes] = {
        "S05": {"SEUL": (40, 100), "COUPLE": (35, 100), "MONOPARENT": (0, 100), "NR": (25, 100)},
        "S07": {"R_0_20": (30, 100), "NR": (0, 100)},
        "S07R": {"R_0_20": (25, 40), "NR": (5, 40)},
        "S08": {"": (40, 100)},
        "S09": {"": (200, 100)},
        "S10": {"": (50, 100)},
        "S10R": {"": (25, 40)},
    }
    for code, siens in attendus.items():
        obtenus = comptes(code, ex)
        assert {nom: obtenus[nom] for nom in siens} == siens, code


@pytest.mark.parametrize(
    ("code", "sans"),
    [("S06", "titulaires"), ("S07R", "recents")],
)
def test_sans_leurs_colonnes_les_classes_ne_sont_pas_nulles(code: str, sans: str) -> None:
    absentes = tuple(nom for nom in ops().columns if sans in nom and nom != "nb_menages_recents")
    ex = annee(enquete(100, nb_menages_recents=40), sans=absentes)
    assert set(comptes(code, ex).values()) == {NC} and comptes("S08", ex)[""] == (40, 100)


def test_une_annee_sans_enquete_n_a_pas_de_ligne() -> None:
    ex = exercice(attributions(bail(1)))
    assert not comptes("S04", ex) and absences(PAR_CODE["S04"], ex) == ()


def test_le_parc_la_rotation_et_la_vacance() -> None:
    logements = extrait(
        "parc",
        logement(40, typologie="T2"),
        logement(10, est_en_qpv=True, qpv="QP1", typologie="T3", mode_occupation="VACANT", annee_construction=1950),
        logement(5, commune_insee=BOURG, typologie="T3", mode_occupation="VIDE", financement=None),
    )
    ex = exercice(attributions(bail(4), en_qpv(2, typologie="T3")), parc=logements)
    attendus: dict[str, Comptes] = {
        "S01": {"": 55, CENTRE: 50, "qpv QP1": 10, "hors_qpv": 45},
        "S01T": {"T3": (15, 55), "en_qpv T3": (10, 10)},
        "S01P": {"1946_1970": (10, 55)},
        "S01F": {"NR": (5, 55)},
        "S01E": {"D": (55, 55)},
        "S02": {"qpv QP1": (2, 10), "T3": (2, 15)},
        "S03": {"": (10, 50)},  # a dwelling that is empty and not offered is not vacant
    }
    for code, siens in attendus.items():
        obtenus = comptes(code, ex)
        assert {nom: obtenus[nom] for nom in siens} == siens, code


def test_le_fichier_public_ne_dit_pas_la_vacance() -> None:
    ex = exercice(attributions(bail(1)), parc=extrait("parc", logement(5), sans=("mode_occupation", "bailleur")))
    assert set(comptes("S03", ex).values()) <= {NC, "sans_objet"}
    [manque] = absences(PAR_CODE["S03"], ex)
    assert "Mode d’occupation" in manque


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
    assert communes_dominees({"occupation_bailleur": ops().iloc[:0], "rpls": inconnus}, 85) == set(), (
        "8 of 10: nobody says whose the others are"
    )
    assert communes_dominees({}, 85) == set()


def test_la_part_d_un_bailleur_est_un_parametre_date() -> None:
    nom = "secret.part_bailleur_occupation"
    parametres = Parametres({nom: parametre(nom, 85, 90)})
    assert part_dominante(parametres, 2015) == 85 and part_dominante(parametres, 2022) == 90
    assert part_dominante(Parametres({}), 2022) is None, "a project made before the rule"
    with pytest.raises(ErreurCIL) as refus:
        part_dominante(Parametres({nom: parametre(nom, "beaucoup")}), 2022)
    assert "part_bailleur_occupation" in str(refus.value)
    ex = annee(enquete(100), enquete(95, bailleur="B1"), enquete(5, bailleur="B2"))
    assert communes_dominees(ex.lignes, 90) == {CENTRE} and communes_dominees(ex.lignes, 95) == set()
    sans_enquete = {nom: lignes for nom, lignes in ex.lignes.items() if not nom.startswith("occupation")}
    assert communes_dominees(sans_enquete, 90) == set()
