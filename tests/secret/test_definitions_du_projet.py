"""A project's dimension that is made of another's classes: what one masks, the other does not give back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import Regroupement
from cil_analysis.grammaire.indicateur import NOMBRE, PCT, Compte, Indicateur
from cil_analysis.grammaire.registre import _avec_ceux_du_projet
from cil_analysis.secret.definitions_du_projet import Liens, liens_du_projet
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.recouvrements import morceaux_des_classes
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import EPCI, dictionnaire, vraies_nomenclatures
from messages import exiger_un_remede
from registres import PAR_CODE

ANNEE = 2022
REGLES = {ANNEE: ReglesSecret(5, 10)}
AGES = Indicateur("X01", "", "", NOMBRE, "", "", compte=Compte(public=(("x_ages", "oui"),)))


def liens(dimensions: str) -> Liens:
    references: Any = SimpleNamespace(
        definitions=(dimensions, ""),
        nomenclatures=vraies_nomenclatures(),
        dictionnaires={nom: dictionnaire(nom) for nom in ("attributions", "demandes", "propositions", "parc")},
    )
    return liens_du_projet(references)


def cadre(code: str, unite: str, **effectifs: int) -> pd.DataFrame:
    lignes = [
        {"perimetre_type": "epci", "perimetre_code": EPCI, "acteur_type": "", "acteur_code": "", "numerateur": n}
        | {"modalite": "" if classe == "tous" else classe, "denominateur": float("nan") if unite == NOMBRE else 100}
        for classe, n in effectifs.items()
    ]
    return mettre_en_cadre(pd.DataFrame(lignes), code, ANNEE, unite)


@pytest.mark.parametrize(
    ("dimension", "regroupements", "inclusions"),
    [
        (
            "x_petit: {colonnes: [typologie], oui: \"typologie IN ('T1', 'T2')\"}",
            {Regroupement(("x_petit", "oui"), "typologie", ("T1", "T2"))},
            set(),
        ),
        (
            "x_ages: {colonnes: [age], oui: AGE >= 65}",
            {Regroupement(("x_ages", "oui"), "tranche_age", ("A_65_PLUS",))},
            set(),
        ),
        ("x_ages: {colonnes: [age], oui: age >= 70}", set(), {(("x_ages", "oui"), ("tranche_age", "A_65_PLUS"))}),
        ("x_ages: {colonnes: [age], oui: age >= 60}", set(), {(("tranche_age", "A_65_PLUS"), ("x_ages", "oui"))}),
        ("x_ages: {colonnes: [age], oui: age % 2 = 0}", set(), set()),
        (
            "x_seul: {colonnes: [age], aussi: [taille_menage], oui: age >= 65 AND taille_menage = 1}",
            set(),
            {(("x_seul", "oui"), ("tranche_age", "A_65_PLUS")), (("x_seul", "oui"), ("classe_taille", "1"))},
        ),
    ],
)
def test_ce_que_les_dimensions_ont_de_commun(dimension: str, regroupements: set[Any], inclusions: set[Any]) -> None:
    trouves = liens(dimension)
    assert {r for r in trouves.regroupements if r.classe[0].startswith("x_") and r.classe[1] == "oui"} == regroupements
    ouis = {paire for paire in trouves.inclusions if any(nom.startswith("x_") and c == "oui" for nom, c in paire)}
    assert ouis == inclusions


@pytest.mark.parametrize(
    ("dimension", "cites"),
    [
        ("{colonnes: [date_depot_demande], oui: month(date_depot_demande) = 1}", ["date_depot_demande"]),
        ("{colonnes: [delai_mois], oui: delai_mois >= 36}", ["delai_mois"]),
        ("{colonnes: [revenu_uc_annuel_eur], oui: revenu_uc_annuel_eur < 9000}", ["quartile", "revenu_uc_annuel_eur"]),
        ("{colonnes: [commune_insee], oui: commune_insee = '72181'}", ["commune_insee"]),
        ("{colonnes: [logement_actuel], oui: logement_actuel = 'SQUAT'}", ["logement_actuel", "public_"]),
    ],
)
def test_ce_qui_ne_peut_s_essayer_a_cote_des_autres_est_refuse(dimension: str, cites: list[str]) -> None:
    """A date, a duration in years, an income and its thresholds: what one tells of the other is not known."""
    with pytest.raises(ErreurCIL) as erreur:
        liens(f"x_essai: {dimension}")
    exiger_un_remede(str(erreur.value), "dimensions.yml", "x_essai", *cites)


def test_une_classe_qui_en_coupe_d_autres_a_des_morceaux_en_commun_avec_elles() -> None:
    """From 35 to 60 years is a class of ages and a part of two others."""
    registre = _avec_ceux_du_projet("x_ages: {colonnes: [age], oui: age BETWEEN 35 AND 60}", "")
    morceaux = morceaux_des_classes(vraies_nomenclatures(), registre.dimensions)
    siens = set(morceaux["x_ages", "oui"])
    coupees = {classe for (nom, classe), communs in morceaux.items() if nom == "tranche_age" and siens & set(communs)}
    assert coupees == {"A_30_39", "A_40_49", "A_50_64"}
    entieres = {classe for classe in coupees if set(morceaux["tranche_age", classe]) <= siens}
    assert entieres == {"A_40_49"}, "the two others have a piece besides"


def test_ce_qu_une_classe_masque_la_reunion_ne_le_rend_pas() -> None:
    """Three households of 65 or more are masked: those under 30 or of 65 or more would give them back."""
    cadres = [
        (PAR_CODE["V01"], cadre("V01", NOMBRE, tous=100)),
        (PAR_CODE["P01"], cadre("P01", PCT, A_MOINS_30=20, A_50_64=77, A_65_PLUS=3)),
        (AGES, cadre("X01", NOMBRE, tous=23)),
    ]
    connus = liens("x_ages: {colonnes: [age], oui: age < 30 OR age >= 65}")
    assert Regroupement(("x_ages", "oui"), "tranche_age", ("A_65_PLUS", "A_MOINS_30")) in connus.regroupements
    structure = Structure(regroupements=connus.regroupements, inclusions=connus.inclusions)
    naive, protegee = (
        pd.concat([t.donnees for t in publier_ensemble(cadres, REGLES, {ANNEE: s}).values()], ignore_index=True)
        for s in (Structure(), structure)
    )
    indicateurs = {indicateur.code: indicateur for indicateur, _ in cadres}
    lue, relue = (
        auditer({ANNEE: publiee}, ANNEE, {ANNEE: Lecteur(ANNEE, indicateurs, REGLES[ANNEE], structure)})
        for publiee in (naive, protegee)
    )
    assert not all(d.protegee for d in lue), "what nobody links gives a count back"
    assert relue and all(d.protegee for d in relue)
