"""Why a figure cannot be computed: an absent column, an extract that was not imported, a threshold, a stock."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import par_indicateur
from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from fabrique import (
    ANNEE,
    CENTRE,
    Cadre,
    absences,
    annee_complete,
    attributions,
    bail,
    calculer_ensemble,
    chiffres,
    comptes,
    demandes,
    dictionnaire,
    en_qpv,
    exercice,
    extrait,
    ligne_flux,
    priorite,
)
from registres import INDICATEURS, PAR_CODE

TERMES = ["numerateur", "denominateur"]
REGLES = (priorite("k", "logement_actuel", "SD"),)
DES_BAUX = ("delai_mois", "commune_origine_insee", "nationalite", "reservataire", "age")
DES_DEMANDES = ("date_depot_demande", "logement_actuel", "est_relogement_ru")
QPV, PUBLICS = ("est_en_qpv", "qpv"), ("categories_prioritaires", "statut_dalo")


@cache
def annee(sans: tuple[str, ...] = (), non_importe: str = "", cadre: Cadre | None = None) -> Exercice:
    """A year where every indicator can be computed, but for some columns or an extract."""
    extraits = annee_complete(sans)
    extraits.pop(non_importe, None)
    return preparer_exercice((cadre or Cadre(priorites=REGLES)).references(), ANNEE, **extraits)


def pourquoi(code: str, ex: Exercice) -> set[str]:
    dites = absences(PAR_CODE[code], ex)
    assert len(set(dites)) == len(dites), "each said once"
    return set(dites)


def colonnes(*noms: str) -> set[str]:
    """How the absence of columns is said: by their labels."""
    return {f"colonne « {dictionnaire('attributions').colonnes[nom].libelle} » absente" for nom in noms}


def test_rien_ne_manque() -> None:
    assert {i.code: absences(i, annee()) for i in INDICATEURS if absences(i, annee())} == {}


@pytest.mark.parametrize(
    ("code", "sans", "nommees"),
    [
        *((code, DES_BAUX, nommees) for code, nommees in (
            ("V06", ("delai_mois",)), ("D08", ("delai_mois",)), ("T03", ("commune_origine_insee",)),
            ("P06", ("nationalite",)), ("A02", ("reservataire",)), ("Q01", ()))),
        *((code, DES_DEMANDES, nommees) for code, nommees in (
            ("V07", ("date_depot_demande",)), ("P07", ("logement_actuel",)), ("O05", ("logement_actuel",)),
            ("O06", ("est_relogement_ru",)), ("O01", ()))),
        ("L01", ("typologie",), ("typologie",)),
        ("T02", QPV, ("est_en_qpv",)),
        ("T01", ("est_en_qpv",), ("est_en_qpv",)),
        ("T01", ("qpv",), ("qpv",)),
        ("T02", ("qpv",), ()),
        ("M01", ("est_mutation_interne",), ("est_mutation_interne",)),
        ("V04", ("est_mutation_interne",), ("est_mutation_interne",)),
        ("M01", ("est_mutation",), ("est_mutation",)),
        ("O09", ("est_mutation",), ()),
        ("O04", PUBLICS, ("categories_prioritaires",)),
        ("O04", ("categories_prioritaires",), ("categories_prioritaires",)),
        ("O05", ("categories_prioritaires",), ("categories_prioritaires",)),
        ("O08", ("statut_dalo", "financement"), ()),
        ("O04", ("statut_dalo", "financement"), ()),
        ("O01", ("est_en_qpv", "revenu_uc_annuel_eur", "reservataire"),
         ("est_en_qpv", "revenu_uc_annuel_eur", "reservataire")),
    ],
)  # fmt: skip
def test_la_colonne_absente_est_nommee(code: str, sans: tuple[str, ...], nommees: tuple[str, ...]) -> None:
    assert pourquoi(code, annee(sans)) == colonnes(*nommees)


@pytest.mark.parametrize(("code", "colonne"), [("L01T", "typologie"), ("V04", "est_mutation_interne")])
def test_un_rapport_demande_sa_colonne_aux_deux_extraits(code: str, colonne: str) -> None:
    for des_baux, du_stock in (((colonne,), ()), ((), (colonne,))):
        ex = exercice(attributions(bail(4), sans=des_baux), demandes(bail(9), sans=du_stock))
        assert set(comptes(code, ex).values()) == {"non_calculable"} and comptes("V03", ex)[""] == (9, 4)


def test_le_seuil_et_le_parc_a_renseigner() -> None:
    inconnus, premier = (exercice(attributions(bail(4), en_qpv(4)), cadre=Cadre(seuils=(q1, None, None)))
                         for q1 in (None, 9_000))  # fmt: skip
    for code in ("O01", "O02", "O03"):
        [dite] = pourquoi(code, inconnus)
        assert "seuil" in dite and set(comptes(code, inconnus).values()) <= {"non_calculable", "sans_objet"}
        assert not pourquoi(code, premier), "the first threshold is enough"
    assert not pourquoi("Q01", inconnus)
    for parc in ({}, {CENTRE: 1000.0}):
        ex = exercice(attributions(bail(4)), cadre=Cadre(parc=parc))
        [dite] = pourquoi("T01R", ex)
        assert "parc" in dite and not pourquoi("O01", ex), "an unknown stock stops nothing else"


@pytest.mark.parametrize(
    ("extrait", "codes"),
    [
        ("demandes", ["V02", "V03", "V04", "V05", "V07", "P01D", "L01T", "Q01D"]),
        ("radiations", ["R01", "Q01R"]),
        ("flux", ["F01", "F03", "F05", "F10"]),
        ("propositions", ["R02", "R02M", "R04", "R06", "R09", "R12", "R15", "Q01P"]),
    ],
)
def test_l_extrait_qui_n_a_pas_ete_importe(extrait: str, codes: list[str]) -> None:
    """Nothing of it is null, and its classes have their rows; nobody knows whose rows there would be."""
    ex = annee(non_importe=extrait)
    for code in codes:
        [dite] = pourquoi(code, ex)
        assert f"« {extrait} »" in dite
        table = chiffres(code, ex)
        assert not table.empty and table["acteur_type"].eq("").all()
        assert table["statut"].eq("non_calculable").all() and table[[*TERMES, "valeur"]].isna().all(axis=None)
    assert not pourquoi("V01", ex)


def test_ce_qui_est_deduit_d_une_autre_colonne_ne_repond_pas_a_demi() -> None:
    """A named district says who is in one, the indicator of a move who does not move: the other half is not known."""
    nommes = exercice(attributions(en_qpv(3), bail(9, est_en_qpv=None)))
    assert all(colonnes("est_en_qpv") <= pourquoi(code, nommes) for code in ("T02", "O01", "O02"))
    assert comptes("V01", nommes)["hors_qpv"] == "non_calculable"
    mobiles = attributions(bail(4, est_mutation=True, est_mutation_interne=None), bail(6))
    mobiles["est_mutation_interne"] = mobiles["est_mutation_interne"].mask(mobiles["est_mutation"])
    for code in ("M01", "V04"):
        assert colonnes("est_mutation_interne") <= pourquoi(code, exercice(mobiles, demandes(bail(9))))
    assert pourquoi("O04", exercice(mobiles)), "no category at all"
    assert colonnes("est_mutation_interne") <= pourquoi("O01", exercice(mobiles, cadre=Cadre(p3="hors_mutations")))
    assert not colonnes("est_mutation_interne") & pourquoi("O01", exercice(mobiles))


def test_une_reponse_qui_est_toujours_la_meme_reste_une_reponse() -> None:
    baux = attributions(en_qpv(3), bail(2, est_mutation=True, est_mutation_interne=False))
    assert not pourquoi("M01", exercice(baux)) and not pourquoi("T02", exercice(attributions(en_qpv(3))))


@pytest.mark.parametrize(
    "sans",
    [
        (), QPV, ("bailleur", "revenu_uc_annuel_eur"), PUBLICS,
        ("est_mutation_interne", "typologie"), ("date_depot_demande", "delai_mois", "financement"),
        ("age", "composition_familiale", "taille_menage", "situation_professionnelle", "nationalite", "motif_demande",
         "decision", "motif_radiation", "motif_refus_demandeur", "date_renouvellement", "score_cotation"),
        ("tranche_plafonds", "reservataire", "periode_construction", "type_construction", "mode_occupation",
         "logement_actuel", "commune_origine_insee"),
    ],
)  # fmt: skip
def test_ce_qui_ne_se_calcule_pas_a_toujours_une_raison(sans: tuple[str, ...]) -> None:
    """A row that the full year has and this one has not is explained; an indicator explained has such a row."""
    ici = annee(sans)
    comptes = [
        replace(i, a_objectif=False, derniere_annee=False)
        for i in INDICATEURS
        if i.compte.population and i.ventilations and i.compte.axe != "manque"
    ]
    tables = par_indicateur(calculer_ensemble(comptes, [ici], pd.DataFrame()), [i.code for i in comptes])
    for indicateur in comptes:
        apres = tables[indicateur.code]
        perdues = apres[TERMES].isna().all(axis=1) & apres["statut"].eq("non_calculable")
        assert sans or not apres[TERMES].isna().all(axis=1).any(), indicateur.code
        assert bool(perdues.any()) is bool(absences(indicateur, ici)), indicateur.code


def test_une_colonne_qu_une_version_ancienne_n_avait_pas() -> None:
    """Stored without the column, rather than with an empty one."""
    ex = exercice(attributions(bail(12)).drop(columns=["nationalite", "logement_actuel", "commune_origine_insee"]))
    for code in ("P06", "P07", "T03"):
        assert set(comptes(code, ex).values()) == {"non_calculable"}


def test_un_chiffre_sans_raison_est_un_vrai_zero() -> None:
    """No lease in a commune is a zero over zero, and nothing is missing."""
    vides = chiffres("T02", annee()).query("statut == 'non_calculable'")
    assert not vides.empty and vides["denominateur"].eq(0).all()


def test_un_bailleur_qui_ne_donne_que_sa_base() -> None:
    """Nothing says how many dwellings it proposed or let: no breakdown has a row, and its base counts."""
    flux = extrait("flux", ligne_flux(base_previsionnelle=100.0, taux_flux_pct=30.0))
    ex = exercice(attributions(bail(4)), flux=flux)
    assert chiffres("F03", ex)["statut"].eq("non_calculable").all() and comptes("F04", ex)[""] == 30
