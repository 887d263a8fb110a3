"""O01 to O06, O08 and the counting rules P1, P3, P4, P7 to P10, D9, D11, D14: a small case for each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fabrique import (
    BOURG,
    CENTRE,
    HAMEAU,
    Q1,
    Q2,
    Q3,
    Cadre,
    Comptes,
    attributions,
    bail,
    comptes,
    demandes,
    en_qpv,
    exercice,
)

Groupes = tuple[list[dict[str, object]], ...]
PAUVRE: dict[str, object] = {"revenu_uc_annuel_eur": 5_000}
INCONNU: dict[str, object] = {"revenu_uc_annuel_eur": None}
ESSENTIEL: dict[str, object] = {"est_travailleur_essentiel": True}
RU: dict[str, object] = {"est_relogement_ru": True}
DALO: dict[str, object] = {"statut_dalo": "ACTIF", "categories_prioritaires": "DALO"}
NC, SANS_OBJET = "non_calculable", "sans_objet"
# Out of the field, and of no public: the extract gives categories.
TEMOIN = bail(1, financement="PLI", categories_prioritaires="DALO", statut_dalo="CADUC")

DANS_QUATRE_QUARTILES = (
    en_qpv(1, **PAUVRE), en_qpv(1, revenu_uc_annuel_eur=Q2), en_qpv(1, revenu_uc_annuel_eur=Q3),
    en_qpv(1, revenu_uc_annuel_eur=Q3 + 1, reservataire="COLTER"), en_qpv(4, **INCONNU), bail(9), en_qpv(2, qpv=None),
)  # fmt: skip
AU_SEUIL = [{"revenu_uc_annuel_eur": Q1 + ecart} for ecart in (0, -0.01, 0.01)]
SANS_RESSOURCES = (
    bail(2, **PAUVRE), bail(5), bail(3, **INCONNU), bail(1, **INCONNU, **RU),
    en_qpv(4), en_qpv(2, **PAUVRE), en_qpv(3, **INCONNU), en_qpv(1, **INCONNU, **RU),
)  # fmt: skip
RELOGES = (
    bail(1, **PAUVRE), bail(1, **PAUVRE, **RU), bail(1, **RU), bail(1, **INCONNU, **RU), bail(4), bail(2, **INCONNU),
)  # fmt: skip
RELOGES_EN_QPV = en_qpv(2, **RU), en_qpv(1, **PAUVRE, **RU), en_qpv(4), en_qpv(3, **INCONNU)
PRIORITAIRES = (
    bail(3, **DALO), bail(2), bail(4, reservataire="COLTER", **DALO), bail(1, reservataire="COLTER"),
    en_qpv(6, reservataire="PPRIOR", bailleur="B2", **DALO),
    bail(1, reservataire=None, bailleur="B3", commune_insee=BOURG),
)  # fmt: skip
HORS_CHAMP = bail(4), TEMOIN, bail(1, est_mutation_interne=True)
FINANCES = bail(7), bail(1, financement="PLI"), bail(1, financement="PLS"), bail(1, financement=None)
MUTATIONS = bail(7), bail(2, est_mutation_interne=True), bail(1, est_mutation_interne=None)
A_JUIN = pd.Timestamp("2022-03-01")
MENAGES = (
    bail(1, demande_pseudonyme="a" * 32, commune_insee=BOURG),
    bail(1, demande_pseudonyme="a" * 32, date_signature_bail=A_JUIN, typologie="T1", **PAUVRE),
    bail(1, demande_pseudonyme="a" * 32, date_signature_bail=A_JUIN, typologie="T3"),
    bail(1, demande_pseudonyme="b" * 32), bail(2, demande_pseudonyme=None),
)  # fmt: skip

# Indicator, leases, rules and thresholds, and some of the figures expected.
CAS: list[tuple[str, Groupes, dict[str, Any], Comptes]] = [
    # D9: unknown resources are in the denominator, never in the numerator; no resources are resources.
    ("O01", (bail(1, **PAUVRE), bail(1, revenu_uc_annuel_eur=0), bail(5), bail(3, **INCONNU), en_qpv(4, **PAUVRE)), {},
     {"": (2, 10)}),
    ("O01", (bail(1, **PAUVRE), bail(3, commune_insee=BOURG, bailleur="B2"), en_qpv(2, bailleur="B3")), {},
     {CENTRE: (1, 1), BOURG: (0, 3), HAMEAU: SANS_OBJET, "B1": (1, 1), "B2": (0, 3), "B3": NC, "AUCUN": (1, 4)}),
    ("O02", DANS_QUATRE_QUARTILES, {},
     {"": (5, 10), CENTRE: (5, 10), BOURG: SANS_OBJET, "qpv QP1": (3, 8), "qpv NR": (2, 2), "B1": (5, 10),
      "COLTER": (1, 1), "AUCUN": (4, 9)}),
    # D14: an unknown situation is neither in a QPV nor outside.
    ("O01", (bail(3), en_qpv(2), bail(20, est_en_qpv=None, **PAUVRE)), {}, {"": (0, 3)}),
    ("O02", (bail(3), en_qpv(2), bail(20, est_en_qpv=None, **PAUVRE)), {}, {"": (2, 2)}),
    # A commune without stock has nothing to be measured on, one where nobody was housed has; a lease says that it has.
    ("O01", (bail(5),), {}, {HAMEAU: SANS_OBJET, BOURG: NC}),
    ("O02", (bail(5),), {}, {BOURG: SANS_OBJET, CENTRE: NC}),
    ("O01", (bail(5),), {"parc": {}}, {HAMEAU: NC}),
    ("O01", (bail(5, commune_insee=HAMEAU),), {}, {HAMEAU: (0, 5)}),
    # P1: each lease, or the first of a household (of the same day, the first of the file); who has no number is one.
    ("O01", MENAGES, {}, {"": (1, 6)}),
    ("O01", MENAGES, {"p1": "un_par_menage"}, {"": (1, 4), BOURG: NC}),
    ("L01", MENAGES, {"p1": "un_par_menage"}, {"T1": (1, 4), "T3": (0, 4)}),
    # P3 and P4: the field of the objectives, which profiles and volume do not follow.
    ("O01", MUTATIONS, {}, {"": (0, 10)}),
    ("O01", MUTATIONS, {"p3": "hors_mutations"}, {"": (0, 8)}),
    ("O01", FINANCES, {}, {"": (0, 9)}),
    ("O01", FINANCES, {"p4": ()}, {"": (0, 10)}),
    ("O01", FINANCES, {"p4": ("PLI", "PLS")}, {"": (0, 8)}),
    *((code, HORS_CHAMP, {"p3": "hors_mutations"}, {"": (0, 4)}) for code in ("O04", "O06")),
    ("O03", HORS_CHAMP, {"p3": "hors_mutations"}, {"Q2": (4, 4)}),
    ("O05", HORS_CHAMP, {"p3": "hors_mutations"}, {"DALO": (0, 4)}),
    ("P01", HORS_CHAMP, {"p3": "hors_mutations"}, {"MUR": (6, 6)}),
    ("V01", HORS_CHAMP, {"p3": "hors_mutations"}, {"": 6}),
    # P7: a household at the threshold.
    ("O01", tuple(bail(1, **au) for au in AU_SEUIL), {}, {"": (2, 3)}),
    ("O01", tuple(bail(1, **au) for au in AU_SEUIL), {"p7": "inferieur"}, {"": (1, 3)}),
    ("O02", tuple(en_qpv(1, **au) for au in AU_SEUIL), {"p7": "inferieur"}, {"": (2, 3)}),
    # P8: unknown resources left out, but of who is rehoused outside a QPV: P10 is about the objective there alone.
    ("O01", SANS_RESSOURCES, {"p8": "exclues"}, {"": (3, 8)}),
    ("O02", SANS_RESSOURCES, {}, {"": (4, 10)}),
    ("O02", SANS_RESSOURCES, {"p8": "exclues"}, {"": (4, 6)}),
    # P10: a household rehoused counts whatever its resources, or by them; P8 keeps it in the denominator all the same.
    ("O01", (*RELOGES, bail(1, est_relogement_ru=None)), {}, {"": (4, 11)}),
    ("O01", RELOGES, {"p10": "selon_ressources"}, {"": (2, 10)}),
    ("O01", RELOGES, {"p8": "exclues"}, {"": (4, 8)}),
    ("O01", RELOGES, {"p10": "selon_ressources", "p8": "exclues"}, {"": (2, 8)}),
    ("O02", RELOGES_EN_QPV, {}, {"": (6, 10)}),
    ("O02", RELOGES_EN_QPV, {"p10": "selon_ressources"}, {"": (6, 10)}),
    ("O06", (*RELOGES_EN_QPV, bail(5), bail(2, **RU), bail(1, est_relogement_ru=None),
             bail(4, financement="PLI", **RU)), {"p10": "selon_ressources"},
     {"": (5, 18), CENTRE: (5, 18), "hors_qpv": (2, 8), "en_qpv": (3, 10), BOURG: NC, HAMEAU: SANS_OBJET}),
    # A worker of an essential sector: who is said to be one, in the field; a commune without stock has none.
    ("O09", (bail(3, **ESSENTIEL), bail(6), bail(1, est_travailleur_essentiel=None), en_qpv(2, **ESSENTIEL),
             bail(4, financement="PLI", **ESSENTIEL), bail(5, bailleur="B2", reservataire="COLTER")), {},
     {"": (5, 17), CENTRE: (5, 17), "B1": (5, 12), "B2": (0, 5), "COLTER": (0, 5), BOURG: NC, HAMEAU: SANS_OBJET}),
    ("O03", (bail(1, **PAUVRE), bail(3, revenu_uc_annuel_eur=Q3), en_qpv(4, revenu_uc_annuel_eur=Q3 + 1),
             en_qpv(1, **INCONNU), bail(2, est_en_qpv=None)), {},
     {"Q1": (1, 11), "Q2": (2, 11), "Q3": (3, 11), "Q4": (4, 11), "NR": (1, 11), "hors_qpv Q3": (3, 4),
      "en_qpv NR": (1, 5)}),
    # The first threshold is enough for the first quartile and what is above.
    ("O03", (bail(1, **PAUVRE), bail(2), bail(1, **INCONNU), en_qpv(4)), {"seuils": (Q1, None, None)},
     {"Q1": (1, 8), "SUP_Q1": (6, 8), "NR": (1, 8)}),
    ("O02", (bail(1, **PAUVRE), en_qpv(4)), {"seuils": (Q1, None, None)}, {"": (4, 4)}),
    # A landlord by its dwellings that nobody reserves (O04), or by all (O08).
    ("O04", PRIORITAIRES, {},
     {"": (13, 17), BOURG: (0, 1), "PPRIOR": (6, 6), "COLTER": (4, 5), "AUCUN": (3, 5), "NR": (0, 1), "B1": (3, 5),
      "B2": NC, "hors_qpv": (7, 11), "en_qpv": (6, 6)}),
    ("O08", PRIORITAIRES, {}, {"B1": (7, 10), "B2": (6, 6), "B3": (0, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "baux", "cadre", "attendus"), CAS, ids=[f"{cas[0]}-{i}" for i, cas in enumerate(CAS)])
def test_une_regle(code: str, baux: Groupes, cadre: dict[str, Any], attendus: Comptes) -> None:
    """A year that says the categories of some household: without any, nobody knows who has priority."""
    ailleurs = () if code in ("V01", "P01", "L01", "O01", "O02", "O03") else (TEMOIN,)
    obtenus = comptes(code, exercice(attributions(*baux, *ailleurs), cadre=Cadre(**cadre)))
    assert {nom: obtenus[nom] for nom in attendus} == attendus


PUBLICS = ("DALO", "PDALHPD", "ASE", "VIOLENCES", "HEBERGES", "SANS_ABRI")


@pytest.mark.parametrize(
    ("colonnes", "prioritaire", "publics"),
    [
        ({"categories_prioritaires": "a"}, True, set()),
        ({"categories_prioritaires": "a;PDALHPD"}, True, {"PDALHPD"}),
        ({"statut_dalo": "ACTIF"}, True, {"DALO"}),
        ({"statut_dalo": "ACTREL"}, True, {"DALO"}),
        ({"statut_dalo": "CADUC"}, False, set()),
        ({"statut_dalo": "CADUC", "categories_prioritaires": "k"}, True, set()),
        ({"statut_dalo": "NON"}, False, set()),
        ({"statut_dalo": None}, False, set()),
        ({"categories_prioritaires": "DALO", "statut_dalo": None}, True, {"DALO"}),
        ({"categories_prioritaires": "DALO", "statut_dalo": "CADUC"}, False, set()),
        ({"categories_prioritaires": "DALO;PDALHPD", "statut_dalo": "CADUC"}, True, {"PDALHPD"}),
        ({"categories_prioritaires": "g;g_bis;m"}, True, {"VIOLENCES", "ASE"}),
        ({"categories_prioritaires": "a;g_bis"}, True, {"VIOLENCES"}),
        ({"logement_actuel": "SH"}, False, {"HEBERGES"}),
        ({"logement_actuel": "HOT", "categories_prioritaires": "d"}, True, {"HEBERGES"}),
        ({"logement_actuel": "SD"}, False, {"SANS_ABRI"}),
        ({"logement_actuel": "SQUAT"}, False, {"SANS_ABRI"}),
        ({"logement_actuel": "CAMCAR", "statut_dalo": "ACTIF"}, True, {"SANS_ABRI", "DALO"}),
        ({"logement_actuel": "CP"}, False, set()),
        ({"logement_actuel": None}, False, set()),
    ],
)
def test_d11_qui_est_prioritaire_et_de_quels_publics(
    colonnes: dict[str, object], prioritaire: bool, publics: set[str]
) -> None:
    """A household may be of several publics: the shares do not add up."""
    ex = exercice(attributions(bail(1, **colonnes), bail(2), en_qpv(1), TEMOIN))
    assert comptes("O04", ex)[""] == (int(prioritaire), 4)
    o05 = comptes("O05", ex)
    assert [nom for nom in o05 if " " not in nom] == list(PUBLICS)
    assert {public for public in PUBLICS if o05[public] == (1, 4)} == publics
    assert {public for public in PUBLICS if o05[f"hors_qpv {public}"] == (1, 3)} == publics
    assert all(o05[f"en_qpv {public}"] == (0, 1) for public in PUBLICS)


@pytest.mark.parametrize(
    ("code", "sans", "attendus"),
    [
        # Each public has its columns; without the réservataires, the whole is known and nobody's part.
        ("O05", ("logement_actuel",), {"ASE": (3, 7), "DALO": (0, 7), "HEBERGES": NC, "SANS_ABRI": NC}),
        ("O05", ("categories_prioritaires", "statut_dalo"), {"ASE": NC, "DALO": NC, "HEBERGES": (0, 7)}),
        ("O05", ("statut_dalo",), {"ASE": (3, 7), "DALO": (0, 7)}),
        ("O04", ("reservataire",), {"": (3, 7), "B1": NC, "NR": NC}),
        ("O03", ("est_en_qpv", "qpv"), {"Q2": (7, 7), "hors_qpv Q2": NC, "en_qpv Q2": NC}),
        ("O01", ("est_relogement_ru",), {"": (0, 7)}),
        ("O06", ("est_relogement_ru",), {"": NC, HAMEAU: SANS_OBJET}),
        ("O09", ("est_travailleur_essentiel",), {"": NC, "B1": NC, HAMEAU: SANS_OBJET}),
        ("M01", ("est_mutation_interne",), {"INTERNE": NC, "HLM": (0, 7)}),
        ("V01", ("est_en_qpv", "qpv"), {"": 7, "hors_qpv": NC, "en_qpv": NC, "qpv QP1": NC}),
    ],
)
def test_sans_une_colonne_ce_qui_n_en_depend_pas_reste(code: str, sans: tuple[str, ...], attendus: Comptes) -> None:
    obtenus = comptes(code, exercice(attributions(bail(4), bail(3, categories_prioritaires="m"), sans=sans)))
    assert {nom: obtenus[nom] for nom in attendus} == attendus


def test_p9_le_perimetre_constant() -> None:
    """HAMEAU joined during the series. It has its own rows, and none in what is compared from year to year."""
    baux = attributions(
        bail(2, **PAUVRE, categories_prioritaires="a"), bail(3), en_qpv(1),
        en_qpv(1, commune_insee=BOURG, statut_dalo="ACTIF"),
        bail(6, commune_insee=HAMEAU, **PAUVRE, statut_dalo="ACTIF"),
    )  # fmt: skip
    stock = demandes(bail(8), bail(1, commune_insee=BOURG), bail(4, commune_insee=HAMEAU))
    ici = exercice(baux, stock, constantes=(CENTRE, BOURG))
    partout = exercice(baux, stock, Cadre(p9="perimetre_constant"), constantes=(CENTRE, BOURG))
    pareils = [exercice(baux, stock, constantes=c) for c in ((), (CENTRE, BOURG, HAMEAU))]
    for code, attendu in {"V01": 7, "V02": 9, "O01": (2, 5), "O02": (2, 2), "O04": (3, 7)}.items():
        assert comptes(code, ici)["epci_constant"] == attendu
        assert comptes(code, partout)[""] == attendu and HAMEAU not in comptes(code, partout)
        # No series, or nobody joined: it is the EPCI.
        assert all("epci_constant" not in comptes(code, ex) for ex in pareils)
