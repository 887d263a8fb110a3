"""Counts of leases, requests, radiations and proposals (V, T, M, A, P, L, R, Q), a small case for each rule.

Every figure of a whole year is counted again in SQL (tests/oracle): here is what a rule means, on one's fingers.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fabrique import (
    ANNEE,
    BOURG,
    CENTRE,
    HAMEAU,
    TYPES,
    Cadre,
    Comptes,
    annee_complete,
    attributions,
    bail,
    comptes,
    demandes,
    dictionnaire,
    en_qpv,
    exercice,
    extrait,
    proposition,
    radiation,
    vraies_nomenclatures,
)

AILLEURS, PARTIE = "44109", "99999"
Groupes = tuple[list[dict[str, object]], ...]


def jour(texte: str) -> pd.Timestamp:
    return pd.Timestamp(texte)


INTERNE, PEUT_ETRE = {"est_mutation_interne": True}, {"est_mutation_interne": None}
MEME = {"demande_pseudonyme": "a" * 32}
DELAIS = (
    bail(1, delai_mois=2.0, typologie="T1"), bail(1, delai_mois=10.0), bail(1, delai_mois=40.0, bailleur="B2"),
    en_qpv(1, delai_mois=100.0, typologie="T3"), bail(1, delai_mois=None, bailleur="B3"),
    bail(1, delai_mois=7.0, commune_insee=BOURG, typologie=None),
)  # fmt: skip
QUATRE_DELAIS = (*(bail(1, delai_mois=d) for d in (8.0, 1.0, 4.0, 2.0)), bail(1, delai_mois=None, typologie="T3"))
DEPOTS = {
    "2022-12-31": "MOINS_1", "2022-01-01": "MOINS_1", "2021-12-31": "A_1", "2021-01-01": "A_1", "2020-02-29": "A_2",
    "2019-12-31": "A_3", "2018-06-15": "A_4", "2017-12-31": "A_5_9", "2013-01-01": "A_5_9", "2012-12-31": "A_10_PLUS",
}  # fmt: skip
SITUATIONS = bail(5), en_qpv(3), en_qpv(2, qpv=None), bail(2, est_en_qpv=None)
PROVENANCES = (
    bail(3), bail(1, commune_origine_insee=BOURG), bail(1, commune_origine_insee=AILLEURS),
    bail(1, commune_origine_insee=None), bail(2, commune_insee=BOURG),
    bail(1, commune_insee=BOURG, commune_origine_insee="HORS"),
)  # fmt: skip
MUTATIONS = (
    bail(4), bail(2, **INTERNE), bail(1, **PEUT_ETRE, est_mutation=True), bail(1, **PEUT_ETRE, est_mutation=None),
    bail(2, **INTERNE, est_mutation=None, commune_insee=BOURG, bailleur="B2"),
)  # fmt: skip
ACTEURS = (
    bail(5), bail(2, bailleur=None, reservataire=None), en_qpv(3, bailleur="B2", reservataire="COLTER"), en_qpv(1),
)  # fmt: skip
TYPOLOGIES = bail(3), bail(1, typologie="T1"), en_qpv(4, typologie="T3"), bail(2, typologie=None)
UN, NC, SANS_OBJET = (bail(1),), "non_calculable", "sans_objet"

# Indicator, leases, requests, and some of the figures expected.
CAS: list[tuple[str, Groupes, Groupes, Comptes]] = [
    # An unknown situation is not outside (D14); a commune without allocation is a true zero.
    ("V01", (bail(4), bail(3, commune_insee=BOURG), en_qpv(2), bail(1, est_en_qpv=None)), (),
     {"": 10, CENTRE: 7, BOURG: 3, HAMEAU: 0, "qpv QP1": 2, "en_qpv": 2, "hors_qpv": 7}),
    # The first choice; a household housed in the year and still registered counts (D13).
    ("V02", (bail(1, **MEME),), (bail(4), bail(1, **MEME), bail(2, commune_insee=BOURG)),
     {"": 7, CENTRE: 5, BOURG: 2, HAMEAU: 0}),
    ("V03", (bail(4),), (bail(9), bail(3, commune_insee=BOURG)), {"": (12, 4), CENTRE: (9, 4), BOURG: NC}),
    # Internal moves are left out of both terms; an unknown situation is no move.
    ("V04", (bail(4), bail(1, **INTERNE), bail(1, **PEUT_ETRE), bail(2, commune_insee=BOURG, **INTERNE)),
     (bail(10), bail(2, **INTERNE), bail(3, **PEUT_ETRE), bail(6, commune_insee=BOURG)),
     {"": (19, 5), CENTRE: (13, 5), BOURG: NC}),
    # What was housed is part of what was asked for.
    ("V05", (bail(4),), (bail(9), bail(3, commune_insee=BOURG)),
     {"": (4, 16), CENTRE: (4, 13), BOURG: (0, 3), HAMEAU: NC}),
    ("V06", DELAIS, (), {"": 10, CENTRE: 25, BOURG: 7, HAMEAU: NC, "T1": 2, "T2": 25, "NR": 7, "en_qpv": 100,
                         "hors_qpv": 8.5, "B1": 8.5, "B2": 40, "B3": NC}),
    # A mean of 15/4, quarters a quarter of the way between two, rounded to a tenth.
    ("V06M", QUATRE_DELAIS, (), {"": 3.8}),
    ("V06P25", QUATRE_DELAIS, (), {"": 1.8, "T2": 1.8, "T3": NC}),
    ("V06P75", QUATRE_DELAIS, (), {"": 5.0, "T2": 5.0, "T3": NC}),
    # Whole years on 31 December: one filed on 31 December of the year before is a year old.
    ("V07", UN, (*(bail(1, date_depot_demande=jour(d)) for d in DEPOTS), bail(2, date_depot_demande=None)),
     {classe: (list(DEPOTS.values()).count(classe), 12) for classe in DEPOTS.values()} | {"NR": (2, 12)}),
    # A lease signed while its commune was a member counts (P9), though it has no row on 31 December.
    ("T01", (bail(3), bail(1, commune_insee=PARTIE)), (), {CENTRE: (3, 4), BOURG: (0, 4)}),
    # A quarter without a name is « NR »; a name does not put in a quarter a lease that is not said to be in one.
    ("T01", (*SITUATIONS, bail(2, qpv="QP1"), bail(1, est_en_qpv=None, qpv="QP1")), (),
     {"qpv QP1": (3, 15), "qpv NR": (2, 15)}),
    ("T01R", (bail(5), bail(2, commune_insee=BOURG)), (),
     {"": (7, 1050), CENTRE: (5, 1000), BOURG: (2, 50), HAMEAU: NC}),
    ("T02", SITUATIONS, (), {"QPV": (5, 12), "HORS_QPV": (5, 12), "INCONNU": (2, 12), f"{BOURG} QPV": NC}),
    ("T03", PROVENANCES, (),
     {CENTRE: (5, 9), BOURG: (1, 9), HAMEAU: (0, 9), "HORS_EPCI": (2, 9), "NR": (1, 9), f"{CENTRE} {CENTRE}": (3, 6),
      f"{BOURG} {CENTRE}": (2, 3), f"{BOURG} NR": (0, 3), f"{HAMEAU} {CENTRE}": NC}),
    # A commune that left is elsewhere, unless leases of the year were signed there.
    ("T03", (bail(3), bail(2, commune_origine_insee=PARTIE)), (), {"HORS_EPCI": (2, 5)}),
    ("T03", (bail(3), bail(2, commune_origine_insee=PARTIE), bail(1, commune_insee=PARTIE)), (),
     {PARTIE: (2, 6), "HORS_EPCI": (0, 6), f"{PARTIE} {CENTRE}": (1, 1)}),
    # Of the five that come from CENTRE, three are housed there; the one from BOURG is not.
    ("T03R", PROVENANCES, (), {"": (3, 6), CENTRE: (3, 5), BOURG: (0, 1), HAMEAU: NC}),
    # A tenant of the same landlord is one of the social stock, whatever the other column says.
    ("M01", MUTATIONS, (),
     {"INTERNE": (4, 10), "HLM": (5, 10), f"{BOURG} INTERNE": (2, 2), "B1 INTERNE": (2, 8), f"{HAMEAU} INTERNE": NC}),
    ("A01", ACTEURS, (), {"B1": (6, 11), "B2": (3, 11), "NR": (2, 11), "en_qpv B1": (1, 4), "hors_qpv B2": (0, 7)}),
    ("A02", ACTEURS, (), {"COLTER": (3, 11), "AUCUN": (6, 11), "NR": (2, 11), "en_qpv COLTER": (3, 4)}),
    ("L01", TYPOLOGIES, (), {"T1": (1, 10), "T3": (4, 10), "NR": (2, 10), "hors_qpv T2": (3, 6), "en_qpv T3": (4, 4)}),
    ("L01D", UN, TYPOLOGIES, {"T1": (1, 10), "T3": (4, 10), "NR": (2, 10)}),
    ("L01T", (bail(3), bail(1, typologie=None)), (bail(6), bail(2, typologie="T1")),
     {"T2": (6, 3), "NR": (0, 1), "T1": NC}),
    # The financings that P4 leaves out of the objectives are counted here.
    ("L02", (bail(2), bail(1, financement="PLI"), en_qpv(1, financement=None)), (),
     {"PLUS": (2, 4), "PLI": (1, 4), "NR": (1, 4), "hors_qpv PLI": (1, 3)}),
    ("L02P", (bail(2), bail(1, periode_construction="AVANT_1946")), (), {"1971_1990": (2, 3), "AVANT_1946": (1, 3)}),
    ("L02C", (bail(2), bail(1, type_construction="I")), (), {"C": (2, 3), "I": (1, 3)}),
    ("Q01", (bail(6), bail(3, age=None), bail(1, age=None, delai_mois=None, date_depot_demande=None)), (),
     {"age": (4, 10), "date_depot_demande": (1, 10), "bailleur": (0, 10)}),
    ("Q01D", UN, (bail(1), bail(3, age=None)), {"age": (3, 4)}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "baux", "stock", "attendus"), CAS, ids=[f"{cas[0]}-{i}" for i, cas in enumerate(CAS)])
def test_un_compte(code: str, baux: Groupes, stock: Groupes, attendus: Comptes) -> None:
    obtenus = comptes(code, exercice(attributions(*baux), demandes(*stock)))
    assert {nom: obtenus[nom] for nom in attendus} == attendus


# --- Profiles: classes by code, by bounds, by group

# Column, the values of five households, and the count of each class, in the order of its list.
PROFILS: dict[str, tuple[str, list[Any], dict[str, int]]] = {
    "P01": ("age", [29, 30, 64, 65, None], {"JEUNE": 1, "MUR": 2, "AINE": 1, "NR": 1}),
    "P02": ("composition_familiale", ["SEUL", "SEUL", "SEUL", "COUPLE", None], {"SEUL": 3, "COUPLE": 1, "NR": 1}),
    "P03": ("taille_menage", [1, 2, 9, 0, None], {"1": 1, "2": 1, "3+": 1, "NR": 2}),
    "P04": ("situation_professionnelle", ["CDI", "RET", "RET", None, None], {"CDI": 1, "RET": 2, "NR": 2}),
    "P05": ("tranche_plafonds", ["INF_PLAI"] * 5, {"INF_PLAI": 5, "SUP_PLS": 0, "NR": 0}),
    "P06": ("nationalite", ["1", "3", "1", "2", None], {"1": 2, "2": 1, "3": 1, "NR": 1}),
    "P07": ("logement_actuel", ["SH", "HLM", "RS", "SQUAT", None],
            {"PARC_SOCIAL": 1, "PARC_PRIVE": 0, "PROPRIETAIRE": 0, "DECOHABITANT": 0, "HEBERGE": 0, "FOYER": 2,
             "PRECAIRE": 1, "AUTRE": 0, "NR": 1}),
    "P08": ("motif_demande", ["01", "13", "09", "06", None],
            {"LOGEMENT": 1, "SANTE": 0, "INADAPTE": 2, "FAMILLE": 0, "EMPLOI": 0, "ENVIRONNEMENT": 0, "AUTRE": 1,
             "NR": 1}),
}  # fmt: skip


@pytest.mark.parametrize("code", PROFILS)
def test_un_profil_des_loges_et_des_demandeurs(code: str) -> None:
    """Five households outside QPV, two of a known class in one; a sensitive variable is told of the whole only."""
    colonne, valeurs, attendu = PROFILS[code]
    lignes = [bail(1, **{colonne: valeur}) for valeur in valeurs]
    ex = exercice(attributions(*lignes, en_qpv(2, **{colonne: valeurs[0]})), demandes(*lignes))
    demandeurs, loges = comptes(f"{code}D", ex), comptes(code, ex)
    assert demandeurs == {classe: (n, 5) for classe, n in attendu.items()} and list(demandeurs) == list(attendu)
    dehors = {f"hors_qpv {classe}": (n, 5) for classe, n in attendu.items()}
    if code == "P06":
        assert set(loges) == set(attendu)
    else:
        assert dehors.items() <= loges.items() and {loges[f"en_qpv {c}"][0] for c in attendu} == {0, 2}  # type: ignore[index]


def test_les_quartiers_sont_ceux_de_la_generation_de_l_annee() -> None:
    for annee, quartier in ((2023, "QP1"), (2024, "QN1")):
        assert {f"qpv {quartier}"} == {
            nom for nom in comptes("V01", exercice(attributions(en_qpv(qpv=quartier)), annee=annee)) if "qpv Q" in nom
        }


def test_un_parc_inconnu_n_est_pas_nul() -> None:
    table = comptes("T01R", exercice(attributions(bail(5)), cadre=Cadre(parc={CENTRE: 1000, HAMEAU: 0})))
    assert table == {"": NC, CENTRE: (5, 1000), BOURG: NC, HAMEAU: NC}


# --- Radiations and proposals

LE_REFUS = pd.Timestamp(ANNEE, 6, 1)
PROPOSITIONS = (
    proposition(4),
    proposition(1, decision="ATTRIBUTION_RANG", motif_refus_demandeur="PRIX", date_refus_demandeur=LE_REFUS),
    proposition(1, decision="ATTRIBUTION_CONDITION", date_refus_demandeur=LE_REFUS, commune_insee=BOURG, bailleur="B2"),
    proposition(2, motif_refus_demandeur="TAILLE", bailleur=None, reservataire="COLTER"),
    # The commission did not allocate these: what the applicant says of them does not count.
    proposition(3, decision="NON_ATTRIBUTION", motif_refus_demandeur="PRIX"),
    proposition(1, decision="AJOURNEMENT", date_refus_demandeur=LE_REFUS),
    proposition(2, decision=None, motif_refus_demandeur="PRIX", bailleur="B3"),
)
RADIATIONS = (
    radiation(3, motif_radiation="RADATT"), radiation(2), radiation(1, motif_radiation=None),
    radiation(4, motif_radiation="DERADIATION"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "sans", "attendus"),
    [
        # A request that is active again was not radiated.
        ("R01", (), {"RADATT": (3, 6), "RADREN": (2, 6), "RADABA": (0, 6), "NR": (1, 6), "DERADIATION": (0, 6)}),
        # The actors are those of the proposals: B3 proposes and nobody decided, the landlord of the leases has no row.
        ("R02", (), {"": (4, 8), CENTRE: (3, 7), BOURG: (1, 1), HAMEAU: NC, "B1": (1, 5), "B2": (1, 1), "NR": (2, 2),
                     "B3": NC, "COLTER": (2, 2), "AUCUN": (2, 6)}),
        # A date or a reason tells a refusal.
        ("R02", ("date_refus_demandeur",), {"": (3, 8)}),
        ("R02", ("motif_refus_demandeur",), {"": (2, 8)}),
        ("R02", ("motif_refus_demandeur", "date_refus_demandeur"), {"": NC}),
        ("R02M", (), {"PRIX": (1, 4), "TAILLE": (2, 4), "ETAT": (0, 4), "NR": (1, 4)}),
        ("Q01R", (), {"motif_radiation": (1, 10)}),
        ("Q01P", (), {"decision": (2, 14), "motif_refus_demandeur": (6, 14), "bailleur": (2, 14)}),
        ("Q01P", ("commune_insee",), {"commune_insee": NC, "decision": (2, 14)}),
    ],
)  # fmt: skip
def test_radiations_et_propositions(code: str, sans: tuple[str, ...], attendus: Comptes) -> None:
    ex = exercice(
        attributions(bail(3, bailleur="B4")),
        radiations=extrait("radiations", *RADIATIONS),
        propositions=extrait("propositions", *PROPOSITIONS, sans=sans),
    )
    obtenus = comptes(code, ex)
    assert {nom: obtenus[nom] for nom in attendus} == attendus and "B4" not in obtenus


@pytest.mark.parametrize(
    ("code", "nom"),
    [("Q01", "attributions"), ("Q01D", "demandes"), ("Q01R", "radiations"), ("Q01P", "propositions")],
)
def test_les_colonnes_dont_le_vide_est_un_manque(code: str, nom: str) -> None:
    """A household of no category, a dwelling in no QPV, or in no résidence, are answers; a score the grid gives."""
    lignes = annee_complete()
    ex = exercice(
        lignes["attributions"], lignes["demandes"], radiations=lignes["radiations"], propositions=lignes["propositions"]
    )
    gardees = {c.nom for c in dictionnaire(nom).colonnes.values() if c.conservation == "gardee"}
    reponses = {"categories_prioritaires", "qpv", "residence", "score_cotation"}
    assert set(comptes(code, ex)) == (gardees & set(TYPES[nom])) - reponses


def test_les_classes_sont_celles_de_la_nomenclature_dans_leur_ordre() -> None:
    table = comptes("L02", exercice(attributions(bail(1))))
    assert [nom for nom in table if " " not in nom] == [*vraies_nomenclatures()["financements"].codes(), "NR"]


def test_un_menage_ne_compte_qu_une_fois_et_a_les_ressources_de_sa_demande_ou_de_son_bail() -> None:
    """A waits with 5,000, was refused one dwelling and allocated two; B was housed with 5,000, and waits again with
    20,000; C is in no other file; nobody knows whose the last two are.
    """
    a, b, c = ({"demande_pseudonyme": lettre * 32} for lettre in "abc")
    ex = exercice(
        attributions(bail(1, **b, revenu_uc_annuel_eur=5_000), bail(3, demande_pseudonyme="d" * 32)),
        demandes(bail(1, **a, revenu_uc_annuel_eur=5_000), bail(1, **b, revenu_uc_annuel_eur=20_000)),
        propositions=extrait(
            "propositions",
            proposition(1, **a, decision="NON_ATTRIBUTION", motif_non_attribution="DOSSIER"), proposition(2, **a),
            proposition(1, **b, bailleur="B2", date_signature_bail=jour("2022-06-01")),
            proposition(1, **c, date_signature_bail=jour("2023-01-02")), proposition(2, demande_pseudonyme=None),
        ),
    )  # fmt: skip
    vides = {"Q2": 0, "Q3": 0, "Q4": 0}
    assert comptes("R04", ex) == {q: (n, 5) for q, n in ({"Q1": 2} | vides | {"NR": 3}).items()}
    assert comptes("R05", ex) == {q: (n, 5) for q, n in ({"Q1": 2} | vides | {"NR": 3}).items()}
    assert comptes("R03", ex) == {"Q1": (2, 6), "Q2": (3, 6), "Q3": (0, 6), "Q4": (1, 6), "NR": (0, 6)}
    assert {n: comptes("R06", ex)[n] for n in ("", "B1", "B2")} == {"": (4, 4), "B1": (3, 3), "B2": (1, 1)}
    assert (comptes("R07", ex)[""], comptes("R08", ex)[""], comptes("R15", ex)[""]) == ((3, 3), (1, 1), 1)
    assert comptes("R10Q", ex)["DOSSIER"] == (1, 1) and comptes("R09Q", ex)["ATTRIBUTION"] == (3, 4)


def test_sans_les_demandes_les_ressources_des_candidats_ne_se_savent_pas() -> None:
    ex = exercice(attributions(bail(3)), propositions=extrait("propositions", proposition(4)))
    assert set(comptes("R04", ex).values()) == {NC} and comptes("R09", ex)["ATTRIBUTION"] == (4, 4)
