"""P1, P6, and the rules chosen otherwise for one count: what they change, and how a choice is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.preparation import preparer_exercice
from cil_analysis.indicators.regles import lire_choix, regles_de_comptage
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parameters import Parametres
from fabrique import (
    BOURG,
    CENTRE,
    Cadre,
    attributions,
    bail,
    chiffres,
    commune,
    demandes,
    exercice,
    fraction,
    ligne,
    parametre,
)

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def references() -> References:
    return References(ouvrir_projet(RACINE))


# --- P1 -------------------------------------------------------------------------------------------------------------


def menage(lettre: str, jour: str, **colonnes: object) -> list[dict[str, object]]:
    return bail(1, demande_pseudonyme=lettre * 32, date_signature_bail=pd.Timestamp(jour), **colonnes)


BAUX = (
    menage("a", "2022-09-01", commune_insee=BOURG), menage("a", "2022-03-01", revenu_uc_annuel_eur=5_000),
    menage("a", "2022-12-01"), menage("b", "2022-05-01"), bail(2, demande_pseudonyme=None),
)  # fmt: skip


def test_p1_chaque_bail_ou_le_premier_de_chaque_menage() -> None:
    """The first lease is that of March, though it comes second in the file; a household without a number is its own."""
    chaque = exercice(attributions(*BAUX))
    premier = exercice(attributions(*BAUX), cadre=Cadre(p1="un_par_menage"))
    assert ligne(chiffres("V01", chaque))["valeur"] == 6 and ligne(chiffres("V01", premier))["valeur"] == 4
    assert ligne(chiffres("V01", premier), **commune(BOURG))["valeur"] == 0
    assert fraction(chiffres("O01", chaque)) == (1, 6) and fraction(chiffres("O01", premier)) == (1, 4)


def test_p1_ne_touche_pas_les_demandes() -> None:
    stock = demandes(menage("a", "2022-01-01"), menage("a", "2022-01-01"))
    table = chiffres("V02", exercice(attributions(*BAUX), stock, Cadre(p1="un_par_menage")))
    assert ligne(table)["valeur"] == 2


def test_p1_deux_baux_du_meme_jour_le_premier_du_fichier() -> None:
    jumeaux = menage("a", "2022-03-01", typologie="T1"), menage("a", "2022-03-01", typologie="T3")
    table = chiffres("L01", exercice(attributions(*jumeaux), cadre=Cadre(p1="un_par_menage")))
    assert fraction(table, modalite="T1") == (1, 1) and fraction(table, modalite="T3") == (0, 1)


# --- P6 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regle", "annee", "q1"),
    [
        ("annee_du_bail", 2016, 8_500),
        ("annee_precedente", 2016, 8_000),
        ("annee_precedente", 2017, 8_500),
        ("annee_precedente", 2015, None),
        ("annee_du_bail", 2017, None),
    ],
)
def test_p6_le_seuil_de_l_annee_ou_de_la_precedente(regle: str, annee: int, q1: float | None) -> None:
    references = Cadre(p6=regle).references()
    seuils = {"seuils_quartiles.q1": parametre("q1", 8_000, 8_500, None)}  # 2015, 2016, then « à renseigner »
    references.parametres = Parametres(dict(references.parametres) | seuils)
    assert regles_de_comptage(references, annee).seuils[0] == q1
    juste = attributions(bail(1, revenu_uc_annuel_eur=8_500), bail(1, revenu_uc_annuel_eur=8_000), bail(1))
    o01 = ligne(chiffres("O01", preparer_exercice(references, annee, juste)))
    attendu = {8_500: 2, 8_000: 1, None: None}[q1]
    assert (o01["numerateur"] == attendu) if attendu else o01["statut"] == "non_calculable"


# --- Rules chosen otherwise -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        (None, (3, 9)),
        ({"p1_attribution": "un_par_menage"}, (3, 8)),
        ({"p3_mutations": "hors_mutations"}, (3, 7)),
        ({"p4_financements_exclus": ()}, (4, 10)),
        ({"p4_financements_exclus": ("PLI", "PLS")}, (3, 8)),
        ({"p7_comparaison": "inferieur"}, (2, 9)),
        ({"p8_ressources_manquantes": "exclues"}, (3, 8)),
        ({"p10_relogement_ru": "selon_ressources"}, (2, 9)),
        ({"p3_mutations": "hors_mutations", "p8_ressources_manquantes": "exclues"}, (3, 6)),
    ],
)
def test_un_choix_l_emporte_sur_la_regle_en_vigueur(choix: dict[str, Any] | None, attendu: tuple[int, int]) -> None:
    """Nine leases of the field outside QPV, three of its public: one at the threshold, one below, one rehoused."""
    lignes = (
        menage("a", "2022-02-01", revenu_uc_annuel_eur=9_000), menage("a", "2022-03-01"),
        menage("b", "2022-02-01", revenu_uc_annuel_eur=5_000), menage("c", "2022-02-01", est_relogement_ru=True),
        menage("d", "2022-02-01", financement="PLI", revenu_uc_annuel_eur=5_000),
        menage("e", "2022-02-01", financement="PLS"), menage("f", "2022-02-01", revenu_uc_annuel_eur=None),
        menage("g", "2022-02-01", est_mutation_interne=True), menage("h", "2022-02-01", est_mutation_interne=True),
        menage("i", "2022-02-01"),
    )  # fmt: skip
    ex = exercice(attributions(*lignes), choix=choix)
    assert fraction(chiffres("O01", ex)) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("P3=hors_mutations", ("p3_mutations", "hors_mutations")),
        (" p3 = incluses ", ("p3_mutations", "incluses")),
        ("P1=un_par_menage", ("p1_attribution", "un_par_menage")),
        ("P6=annee_precedente", ("p6_annee_du_seuil", "annee_precedente")),
        ("P8=exclues", ("p8_ressources_manquantes", "exclues")),
        ("P9=perimetre_constant", ("p9_perimetre", "perimetre_constant")),
        ("P10=selon_ressources", ("p10_relogement_ru", "selon_ressources")),
        ("P4=PLI", ("p4_financements_exclus", ("PLI",))),
        ("P4=PLI, PLS", ("p4_financements_exclus", ("PLI", "PLS"))),
        ("P4=", ("p4_financements_exclus", ())),
    ],
)
def test_un_choix_se_lit(references: References, texte: str, attendu: tuple[str, object]) -> None:
    assert lire_choix(references, texte) == attendu
    nom, valeur = attendu
    assert getattr(regles_de_comptage(references, 2024, {nom: valeur}), nom) == valeur


@pytest.mark.parametrize(
    "texte", ["", "P3", "hors_mutations", "P33=hors_mutations", "p3_mutations=incluses", "=incluses"]
)
def test_une_regle_illisible_se_dit_avec_les_regles_possibles(references: References, texte: str) -> None:
    with pytest.raises(ErreurCIL, match=r"n’est pas lisible.*P1, P2, P3.*P10.*P3=hors_mutations") as refus:
        lire_choix(references, texte)
    assert f"« {texte} »" in str(refus.value)


@pytest.mark.parametrize(
    ("texte", "faute", "possibles"),
    [
        ("P3=exclues", "P3 n’a pas de choix « exclues »", "incluses, hors_mutations"),
        ("P3=", "P3 n’a pas de choix «  »", "incluses, hors_mutations"),
        ("P3=incluses,hors_mutations", "P3 n’a pas de choix « incluses,hors_mutations »", "incluses, hors_mutations"),
        ("P4=PLI,PLX", "P4 n’a pas de choix « PLX »", "PLAI, PLUS, PLS, PLI"),
        ("P10=non", "P10 n’a pas de choix « non »", "compte_en_premier_quartile, selon_ressources"),
        ("P2=annee_caleol", "P2 n’a pas de choix « annee_caleol »", "annee_signature_bail"),
    ],
)
def test_un_choix_inconnu_se_dit_avec_ceux_de_la_regle(
    references: References, texte: str, faute: str, possibles: str
) -> None:
    with pytest.raises(ErreurCIL) as refus:
        lire_choix(references, texte)
    assert faute in str(refus.value) and possibles in str(refus.value)


def test_un_choix_ne_change_pas_l_annee_deja_preparee() -> None:
    """A choice prepares a year of its own: the year under the rules in force is as it was."""
    ici = exercice(attributions(*BAUX))
    exercice(attributions(*BAUX), choix={"p1_attribution": "un_par_menage"})
    assert ligne(chiffres("V01", ici))["valeur"] == 6 and ligne(chiffres("V01", ici), **commune(CENTRE))["valeur"] == 5
