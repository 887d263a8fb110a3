"""Why a figure cannot be computed: an absent column, an extract that was not imported, a threshold, a stock."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.indicators.denombrement import absences, compter
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.registry import INDICATEURS, PAR_CODE
from fabrique import (
    CENTRE,
    Cadre,
    attributions,
    bail,
    chiffres,
    demandes,
    en_qpv,
    exercice,
    extrait,
    ligne_flux,
    proposition,
    radiation,
)

COMPTES = [i for i in INDICATEURS if i.compte.population and i.ventilations]


def complet(*, sans: tuple[str, ...] = (), **cadre: object) -> Exercice:
    """A year where every indicator can be computed."""
    baux = attributions(
        bail(12), en_qpv(5, revenu_uc_annuel_eur=5_000, statut_dalo="ACTIF", categories_prioritaires="m"), sans=sans
    )
    return exercice(
        baux, demandes(bail(20), bail(1, statut_dalo="ACTIF", categories_prioritaires="m")),
        Cadre(**cadre),  # type: ignore[arg-type]
        radiations=extrait("radiations", radiation(3)),
        propositions=extrait("propositions", proposition(3), proposition(1, motif_refus_demandeur="PRIX")),
        flux=_flux(),
    )  # fmt: skip


def _flux() -> pd.DataFrame:
    """The bilan of a landlord, broken down by everything."""
    lieu = {"commune_insee": CENTRE, "typologie": "T2", "financement": "PLUS", "periode_construction": "1971_1990"}
    lieu |= {"ventilation": "COMMUNE;QPV;TYPOLOGIE;FINANCEMENT;PERIODE", "nb_proposes": 9, "nb_attribues": 8}
    parties = {"nb_liberations_prevues": 60, "nb_mises_en_service_prevues": 9, "nb_soustraits_prevus": 7}
    return extrait(
        "flux",
        ligne_flux(est_en_qpv=True, taux_flux_pct=30.0, **lieu),
        ligne_flux(est_en_qpv=False, **lieu),
        ligne_flux(reservataire=None, motif_soustraction="MUTATION", nb_soustraits=6, **parties),
    )


def pourquoi(code: str, ex: Exercice) -> tuple[str, ...]:
    return absences(PAR_CODE[code], ex)


def test_rien_ne_manque() -> None:
    ex = complet()
    assert {i.code: absences(i, ex) for i in INDICATEURS if absences(i, ex)} == {}


@pytest.mark.parametrize(
    ("code", "sans", "attendu"),
    [
        ("V06", ("delai_mois",), ("colonne « Délai d’attribution » absente",)),
        ("T02", ("est_en_qpv", "qpv"), ("colonne « Logement en QPV » absente",)),
        ("T01", ("est_en_qpv",), ("colonne « Logement en QPV » absente",)),
        ("T01", ("qpv",), ("colonne « Quartier prioritaire » absente",)),
        ("T02", ("qpv",), ()),
        ("T03", ("commune_origine_insee",), ("colonne « Commune d’origine » absente",)),
        ("M01", ("est_mutation_interne",), ("colonne « Mutation interne » absente",)),
        ("M01", ("est_mutation",), ("colonne « Déjà locataire du parc social » absente",)),
        ("V04", ("est_mutation_interne",), ("colonne « Mutation interne » absente",)),
        ("A02", ("reservataire",), ("colonne « Réservataire » absente",)),
        ("P07", ("logement_actuel",), ("colonne « Logement actuel » absente",)),
        ("O01", ("revenu_uc_annuel_eur",), ("colonne « Revenu annuel par unité de consommation » absente",)),
        ("O01", ("est_relogement_ru",), ()),
        ("O06", ("est_relogement_ru",), ("colonne « Relogement de renouvellement urbain » absente",)),
        ("O04", ("categories_prioritaires", "statut_dalo"), ("colonne « Catégories prioritaires » absente",)),
        ("O04", ("categories_prioritaires",), ("colonne « Catégories prioritaires » absente",)),
        ("O05", ("categories_prioritaires",), ("colonne « Catégories prioritaires » absente",)),
        ("O05", ("statut_dalo",), ()),
        ("O04", ("statut_dalo",), ()),
        ("O04", ("financement",), ()),
        ("O05", ("logement_actuel",), ("colonne « Logement actuel » absente",)),
        ("Q01", ("age", "reservataire"), ()),
        ("D08", ("delai_mois",), ("colonne « Délai d’attribution » absente",)),
    ],
)
def test_la_colonne_absente_est_nommee(code: str, sans: tuple[str, ...], attendu: tuple[str, ...]) -> None:
    assert pourquoi(code, complet(sans=sans)) == attendu


def test_ce_qui_est_deduit_d_une_autre_colonne_ne_repond_pas_a_demi() -> None:
    """A named district says who is in one, the indicator of a move who does not move: the other half is not known."""
    nommes = attributions(en_qpv(3), bail(9, est_en_qpv=None))
    for code in ("T02", "O01", "O02"):
        assert "colonne « Logement en QPV » absente" in pourquoi(code, exercice(nommes)), code
    hors = chiffres("V01", exercice(nommes)).query("perimetre_type == 'hors_qpv'")
    assert hors["statut"].tolist() == ["non_calculable"] and hors["valeur"].isna().all()
    mobiles = attributions(
        bail(4, est_mutation=True, est_mutation_interne=None), bail(6, est_mutation=False, est_mutation_interne=False)
    )
    for code in ("M01", "V04"):
        assert "colonne « Mutation interne » absente" in pourquoi(code, exercice(mobiles, demandes(bail(9)))), code
    assert pourquoi("O04", exercice(mobiles)) != (), "no category at all"
    assert "colonne « Mutation interne » absente" in pourquoi(
        "O01", exercice(mobiles, cadre=Cadre(p3="hors_mutations"))
    )
    assert "colonne « Mutation interne » absente" not in pourquoi("O01", exercice(mobiles))


def test_une_reponse_qui_est_toujours_la_meme_reste_une_reponse() -> None:
    baux = attributions(en_qpv(3), bail(2, est_mutation=True, est_mutation_interne=False))
    assert pourquoi("M01", exercice(baux)) == () == pourquoi("T02", exercice(attributions(en_qpv(3))))


def test_plusieurs_manques_se_disent_une_fois_chacun() -> None:
    ex = complet(sans=("est_en_qpv", "revenu_uc_annuel_eur", "reservataire"), seuils=(None, None, None))
    assert set(pourquoi("O01", ex)) == {
        "colonne « Logement en QPV » absente",
        "colonne « Revenu annuel par unité de consommation » absente",
        "colonne « Réservataire » absente",
        "seuil du premier quartile à renseigner",
    }
    assert len(pourquoi("O01", ex)) == 4


def test_le_seuil_a_renseigner() -> None:
    inconnus, premier = complet(seuils=(None, None, None)), complet(seuils=(9_000, None, None))
    for code in ("O01", "O02", "O03"):
        assert pourquoi(code, inconnus) == ("seuil du premier quartile à renseigner",)
        assert pourquoi(code, premier) == (), "the first threshold is enough"
    assert pourquoi("O04", inconnus) == () == pourquoi("Q01", inconnus)


def test_l_extrait_qui_n_a_pas_ete_importe() -> None:
    ex = exercice(attributions(bail(4)))
    for code in ("V02", "V03", "V04", "V05", "V07", "P01D", "L01T", "Q01D"):
        assert pourquoi(code, ex) == ("extrait « demandes » non importé",)
    for code in ("R01", "Q01R"):
        assert pourquoi(code, ex) == ("extrait « radiations » non importé",)
    for code in ("F01", "F03", "F05", "F10"):
        assert pourquoi(code, ex) == ("extrait « flux » non importé",)
    for code in ("R02", "R02M", "Q01P"):
        assert pourquoi(code, ex) == ("extrait « propositions » non importé",)
    assert pourquoi("V01", ex) == ()


def test_le_parc_a_renseigner() -> None:
    assert pourquoi("T01R", complet(parc={CENTRE: 1000})) == ("parc social à renseigner",)
    assert pourquoi("O01", complet(parc={})) == (), "an unknown stock stops nothing else"


@pytest.mark.parametrize(
    "sans",
    [(), ("est_en_qpv", "qpv"), ("bailleur",), ("revenu_uc_annuel_eur",), ("logement_actuel",),
     ("categories_prioritaires", "statut_dalo"), ("est_mutation_interne", "typologie")],
)  # fmt: skip
def test_ce_qui_ne_se_calcule_pas_a_toujours_une_raison(sans: tuple[str, ...]) -> None:
    """A row that the full year has and this one has not is explained; an indicator explained has such a row."""
    plein, ici = complet(), complet(sans=sans)
    for indicateur in COMPTES:
        if indicateur.compte.axe == "manque":
            continue
        avant, apres = compter(indicateur, plein), compter(indicateur, ici)
        perdues = apres[["numerateur", "denominateur"]].isna().all(axis=1) & apres["statut"].eq("non_calculable")
        assert not avant[["numerateur", "denominateur"]].isna().all(axis=1).any()
        assert bool(perdues.any()) is bool(absences(indicateur, ici)), indicateur.code


def test_une_figure_sans_raison_est_un_vrai_zero() -> None:
    """No lease in a commune is a zero over zero, and nothing is missing."""
    table = chiffres("T02", complet())
    vides = table[table["statut"].eq("non_calculable")]
    assert not vides.empty and vides["denominateur"].eq(0).all()
    assert pourquoi("T02", complet()) == ()
