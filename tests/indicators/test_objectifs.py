"""O01 to O06, O08 and the counting rules P3, P4, P7, P8, P10, D9, D11, D14."""

from __future__ import annotations

import pytest

from cil_analysis.indicators.exercice import Exercice
from fabrique import (
    BOURG,
    CENTRE,
    HAMEAU,
    Q1,
    Q2,
    Q3,
    Cadre,
    attributions,
    bail,
    bailleur,
    chiffres,
    commune,
    demandes,
    en_qpv,
    exercice,
    fraction,
    ligne,
    reservataire,
)

PAUVRE = {"revenu_uc_annuel_eur": 5_000}
INCONNU = {"revenu_uc_annuel_eur": None}


def _ex(*groupes: list[dict[str, object]], sans: tuple[str, ...] = (), **cadre: object) -> Exercice:
    return exercice(attributions(*groupes, sans=sans), cadre=Cadre(**cadre))  # type: ignore[arg-type]


# --- O01 and O02: D9, P10 ------------------------------------------------------------------------------------------


def test_o01_ressources_inconnues_au_denominateur_jamais_au_numerateur() -> None:
    ex = _ex(bail(2, **PAUVRE), bail(5), bail(3, **INCONNU), en_qpv(4, **PAUVRE))
    table = chiffres("O01", ex)
    assert fraction(table) == (2, 10)
    assert ligne(table)["valeur"] == 20


def test_o01_un_relogement_ru_compte_quelles_que_soient_ses_ressources() -> None:
    relogement = {"est_relogement_ru": True}
    table = chiffres(
        "O01",
        _ex(
            bail(1, **relogement, revenu_uc_annuel_eur=50_000),
            bail(1, **relogement, **INCONNU),
            bail(1, **relogement, **PAUVRE),
            bail(7),
        ),
    )
    assert fraction(table) == (3, 10)


def test_o01_relogement_non_renseigne_n_est_pas_un_relogement() -> None:
    assert fraction(chiffres("O01", _ex(bail(4, est_relogement_ru=None)))) == (0, 4)


def test_o01_par_commune_et_bailleur() -> None:
    table = chiffres(
        "O01", _ex(bail(1, **PAUVRE), bail(3, commune_insee=BOURG, bailleur="B2"), en_qpv(2, bailleur="B3"))
    )
    assert fraction(table, **commune(CENTRE)) == (1, 1)
    assert fraction(table, **commune(BOURG)) == (0, 3)
    assert fraction(table, **bailleur("B1")) == (1, 1)
    assert fraction(table, **bailleur("B2")) == (0, 3)
    assert ligne(table, **bailleur("B3"))["statut"] == "non_calculable", "it housed nobody outside QPV"


def test_o02_au_dessus_du_premier_quartile_en_qpv() -> None:
    table = chiffres(
        "O02",
        _ex(
            en_qpv(1, **PAUVRE),
            en_qpv(1, revenu_uc_annuel_eur=Q2),
            en_qpv(1, revenu_uc_annuel_eur=Q3),
            en_qpv(1, revenu_uc_annuel_eur=Q3 + 1),
            en_qpv(4, **INCONNU),
            bail(9),
            en_qpv(2, qpv=None),
        ),
    )
    assert fraction(table) == (5, 10)
    assert fraction(table, perimetre_type="qpv", perimetre_code="QP1") == (3, 8)
    assert fraction(table, **commune(CENTRE)) == (5, 10)
    assert fraction(table, **bailleur("B1")) == (5, 10)


@pytest.mark.parametrize("code", ["O01", "O02"])
def test_d14_situation_inconnue_ni_en_qpv_ni_dehors(code: str) -> None:
    table = chiffres(code, _ex(bail(3), en_qpv(3), bail(20, est_en_qpv=None, **PAUVRE)))
    assert fraction(table)[1] == 3


# --- Counting rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("regle", "attendu"), [("incluses", 10), ("hors_mutations", 8)])
def test_p3_mutations_internes(regle: str, attendu: int) -> None:
    lignes = bail(7), bail(2, est_mutation_interne=True), bail(1, est_mutation_interne=None)
    assert fraction(chiffres("O01", _ex(*lignes, p3=regle)))[1] == attendu


@pytest.mark.parametrize(("exclus", "attendu"), [(("PLI",), 9), ((), 10), (("PLI", "PLS"), 8)])
def test_p4_financements_exclus_du_champ_des_objectifs(exclus: tuple[str, ...], attendu: int) -> None:
    lignes = bail(7), bail(1, financement="PLI"), bail(1, financement="PLS"), bail(1, financement=None)
    ex = _ex(*lignes, p4=exclus)
    assert fraction(chiffres("O01", ex))[1] == attendu
    assert len(ex.attributions) == 10, "the volume V01 keeps them"


@pytest.mark.parametrize(("regle", "attendu"), [("inferieur_ou_egal", 2), ("inferieur", 1)])
def test_p7_un_menage_au_seuil(regle: str, attendu: int) -> None:
    lignes = [bail(1, revenu_uc_annuel_eur=Q1 + ecart) for ecart in (0, -0.01, 0.01)]
    assert fraction(chiffres("O01", _ex(*lignes, p7=regle))) == (attendu, 3)
    quartiers = [ligne | {"est_en_qpv": True, "qpv": "QP1"} for groupe in lignes for ligne in groupe]
    assert fraction(chiffres("O02", _ex(quartiers, p7=regle))) == (3 - attendu, 3)


def test_un_revenu_nul_est_un_revenu() -> None:
    assert fraction(chiffres("O01", _ex(bail(1, revenu_uc_annuel_eur=0), bail(1)))) == (1, 2)


def test_p8_ressources_inconnues_exclues_sauf_relogement_ru_hors_qpv() -> None:
    ru = {"est_relogement_ru": True}
    lignes = (
        bail(2, **PAUVRE), bail(5), bail(3, **INCONNU), bail(1, **INCONNU, **ru),
        en_qpv(4), en_qpv(2, **PAUVRE), en_qpv(3, **INCONNU), en_qpv(1, **INCONNU, **ru),
    )  # fmt: skip
    compte, exclu = _ex(*lignes), _ex(*lignes, p8="exclues")
    assert fraction(chiffres("O01", compte)) == (3, 11)
    assert fraction(chiffres("O01", exclu)) == (3, 8)
    assert fraction(chiffres("O02", compte)) == (4, 10)
    assert fraction(chiffres("O02", exclu)) == (4, 6), "P10 is about the objective outside QPV alone"


# --- What cannot be computed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["O01", "O02", "O03"])
def test_sans_seuil_non_calculable_et_non_zero(code: str) -> None:
    table = chiffres(code, _ex(bail(12), en_qpv(12), seuils=(None, None, None)))
    possibles = table[table["statut"].ne("sans_objet")]
    assert possibles["statut"].eq("non_calculable").all() and not possibles.empty
    assert possibles[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("code", "colonnes"),
    [
        ("O01", ("revenu_uc_annuel_eur",)),
        ("O02", ("revenu_uc_annuel_eur",)),
        ("O03", ("revenu_uc_annuel_eur",)),
        ("O01", ("est_en_qpv", "qpv")),
        ("O02", ("est_en_qpv", "qpv")),
        ("O04", ("categories_prioritaires", "statut_dalo")),
        ("O08", ("categories_prioritaires", "statut_dalo")),
    ],
)
def test_une_colonne_absente_rend_non_calculable(code: str, colonnes: tuple[str, ...]) -> None:
    table = chiffres(code, _ex(bail(12, **PAUVRE), en_qpv(12), sans=colonnes))
    possibles = table[table["statut"].ne("sans_objet")]
    assert possibles["statut"].eq("non_calculable").all() and not possibles.empty
    assert possibles["valeur"].isna().all()


def test_o03_sans_situation_qpv_garde_l_ensemble() -> None:
    table = chiffres("O03", _ex(bail(4, **PAUVRE), sans=("est_en_qpv", "qpv")))
    assert fraction(table, modalite="Q1") == (4, 4)
    assert table.loc[table["perimetre_type"].ne("epci"), "statut"].eq("non_calculable").all()


def test_o04_sans_reservataire_garde_l_ensemble_seulement() -> None:
    table = chiffres("O04", _ex(bail(4, categories_prioritaires="a"), bail(6), sans=("reservataire",)))
    assert fraction(table) == (4, 10)
    acteurs = table[table["acteur_type"].ne("")]
    assert set(acteurs["acteur_type"]) == {"bailleur", "reservataire"}
    assert acteurs["statut"].eq("non_calculable").all() and acteurs["valeur"].isna().all()


def test_commune_sans_parc_sans_objet_et_commune_sans_attribution_non_calculable() -> None:
    o01 = chiffres("O01", _ex(bail(5)))
    assert ligne(o01, **commune(HAMEAU))["statut"] == "sans_objet"
    assert ligne(o01, **commune(BOURG))["statut"] == "non_calculable"
    assert fraction(o01, **commune(BOURG)) == (0, 0)
    o02 = chiffres("O02", _ex(bail(5)))
    assert ligne(o02, **commune(BOURG))["statut"] == "sans_objet", "no QPV there"
    assert ligne(o02, **commune(CENTRE))["statut"] == "non_calculable", "a QPV, but nobody housed in it"


def test_un_parc_inconnu_n_est_pas_sans_objet_et_une_attribution_prime_sur_un_parc_nul() -> None:
    inconnu = chiffres("O01", _ex(bail(5), parc={}))
    assert ligne(inconnu, **commune(HAMEAU))["statut"] == "non_calculable"
    contredit = chiffres("O01", _ex(bail(5, commune_insee=HAMEAU)))
    assert ligne(contredit, **commune(HAMEAU))["statut"] == "publie"


# --- O03 -----------------------------------------------------------------------------------------------------------


def test_o03_quartiles_par_situation() -> None:
    table = chiffres("O03",
        _ex(bail(1, **PAUVRE), bail(2), bail(3, revenu_uc_annuel_eur=Q3), en_qpv(4, revenu_uc_annuel_eur=Q3 + 1),
            en_qpv(1, **INCONNU), bail(1, est_en_qpv=None))
    )  # fmt: skip
    comptes = {m: fraction(table, modalite=m) for m in ("Q1", "Q2", "Q3", "Q4", "NR")}
    assert comptes == {"Q1": (1, 12), "Q2": (3, 12), "Q3": (3, 12), "Q4": (4, 12), "NR": (1, 12)}
    assert fraction(table, perimetre_type="hors_qpv", modalite="Q3") == (3, 6)
    assert fraction(table, perimetre_type="en_qpv", modalite="NR") == (1, 5)


def test_o03_quand_seul_le_premier_seuil_est_connu() -> None:
    ex = _ex(bail(1, **PAUVRE), bail(2), bail(1, **INCONNU), en_qpv(4), seuils=(Q1, None, None))
    table = chiffres("O03", ex)
    assert {m: fraction(table, modalite=m) for m in set(table["modalite"])} == {
        "Q1": (1, 8), "SUP_Q1": (6, 8), "NR": (1, 8),
    }  # fmt: skip
    assert fraction(chiffres("O01", ex)) == (1, 4)
    assert fraction(chiffres("O02", ex)) == (4, 4)


# --- O04 and O08: D11 ----------------------------------------------------------------------------------------------

# Out of the field, and of no public: the extract gives categories.
TEMOIN = bail(1, financement="PLI", categories_prioritaires="DALO", statut_dalo="CADUC")


@pytest.mark.parametrize(
    ("colonnes", "prioritaire"),
    [
        ({"categories_prioritaires": "a"}, True),
        ({"categories_prioritaires": "a;PDALHPD"}, True),
        ({"statut_dalo": "ACTIF"}, True),
        ({"statut_dalo": "ACTREL"}, True),
        ({"statut_dalo": "CADUC"}, False),
        ({"statut_dalo": "CADUC", "categories_prioritaires": "k"}, True),
        ({"statut_dalo": "NON"}, False),
        ({"statut_dalo": None}, False),
    ],
)
def test_d11_qui_est_prioritaire(colonnes: dict[str, object], prioritaire: bool) -> None:
    table = chiffres("O04", _ex(bail(1, **colonnes), bail(1), TEMOIN))
    assert fraction(table) == (int(prioritaire), 2)


def test_o04_par_reservataire_et_o04_o08_par_bailleur() -> None:
    dalo = {"statut_dalo": "ACTIF", "categories_prioritaires": "DALO"}
    ex = _ex(
        bail(3, **dalo), bail(2),
        bail(4, reservataire="COLTER", **dalo), bail(1, reservataire="COLTER"),
        bail(6, reservataire="PPRIOR", bailleur="B2", **dalo),
        bail(1, reservataire=None, bailleur="B3", commune_insee=BOURG),
    )  # fmt: skip
    o04, o08 = chiffres("O04", ex), chiffres("O08", ex)
    assert fraction(o04) == (13, 17)
    assert fraction(o04, **commune(BOURG)) == (0, 1)
    assert {c: fraction(o04, **reservataire(c)) for c in ("PPRIOR", "COLTER", "AUCUN", "NR")} == {
        "PPRIOR": (6, 6), "COLTER": (4, 5), "AUCUN": (3, 5), "NR": (0, 1),
    }  # fmt: skip
    assert fraction(o04, **bailleur("B1")) == (3, 5), "non reserved dwellings only"
    assert ligne(o04, **bailleur("B2"))["statut"] == "non_calculable", "all its dwellings are reserved"
    assert {c: fraction(o08, **bailleur(c)) for c in ("B1", "B2", "B3")} == {"B1": (7, 10), "B2": (6, 6), "B3": (0, 1)}


def test_les_objectifs_suivent_p4_et_p3_mais_pas_les_profils() -> None:
    ex = _ex(
        bail(4),
        bail(1, financement="PLI", statut_dalo="ACTIF", categories_prioritaires="DALO"),
        bail(1, est_mutation_interne=True),
        p3="hors_mutations",
    )
    assert fraction(chiffres("O04", ex)) == (0, 4)
    assert fraction(chiffres("O03", ex), modalite="Q2") == (4, 4)


@pytest.mark.parametrize("code", ["O01", "O04", "O06"])
def test_le_profil_et_le_volume_gardent_ce_que_le_champ_ecarte(code: str) -> None:
    ex = _ex(bail(4), TEMOIN, bail(1, est_mutation_interne=True), p3="hors_mutations")
    assert fraction(chiffres(code, ex))[1] == 4
    assert fraction(chiffres("P01", ex), modalite="MUR") == (6, 6) and ligne(chiffres("V01", ex))["valeur"] == 6


# --- O05 ------------------------------------------------------------------------------------------------------------

PUBLICS = ("DALO", "PDALHPD", "ASE", "VIOLENCES", "HEBERGES", "SANS_ABRI")


@pytest.mark.parametrize(
    ("colonnes", "publics"),
    [
        ({"statut_dalo": "ACTIF"}, {"DALO"}),
        ({"statut_dalo": "ACTREL"}, {"DALO"}),
        ({"statut_dalo": "CADUC"}, set()),
        ({"categories_prioritaires": "DALO"}, {"DALO"}),
        ({"categories_prioritaires": "DALO", "statut_dalo": None}, {"DALO"}),
        ({"categories_prioritaires": "DALO", "statut_dalo": "CADUC"}, set()),
        ({"categories_prioritaires": "DALO;PDALHPD", "statut_dalo": "CADUC"}, {"PDALHPD"}),
        ({"categories_prioritaires": "m"}, {"ASE"}),
        ({"categories_prioritaires": "g"}, {"VIOLENCES"}),
        ({"categories_prioritaires": "a;g_bis"}, {"VIOLENCES"}),
        ({"categories_prioritaires": "g;g_bis;m"}, {"VIOLENCES", "ASE"}),
        ({"categories_prioritaires": "a;b;k"}, set()),
        ({"logement_actuel": "SH"}, {"HEBERGES"}),
        ({"logement_actuel": "HOT", "categories_prioritaires": "d"}, {"HEBERGES"}),
        ({"logement_actuel": "SD"}, {"SANS_ABRI"}),
        ({"logement_actuel": "SQUAT"}, {"SANS_ABRI"}),
        ({"logement_actuel": "CAMCAR", "statut_dalo": "ACTIF"}, {"SANS_ABRI", "DALO"}),
        ({"logement_actuel": "CP"}, set()),
        ({"logement_actuel": None}, set()),
    ],
)
def test_o05_de_quels_publics_est_un_menage(colonnes: dict[str, object], publics: set[str]) -> None:
    """A household may be of several publics: the shares do not add up."""
    table = chiffres("O05", _ex(bail(1, **colonnes), bail(2), en_qpv(1), TEMOIN))
    assert {p for p in PUBLICS if fraction(table, modalite=p) == (1, 4)} == publics
    assert table.loc[table["perimetre_type"].eq("epci"), "modalite"].tolist() == list(PUBLICS)
    assert {p for p in PUBLICS if fraction(table, perimetre_type="hors_qpv", modalite=p) == (1, 3)} == publics
    assert all(fraction(table, perimetre_type="en_qpv", modalite=p) == (0, 1) for p in PUBLICS)


def test_o05_dans_le_champ_des_objectifs() -> None:
    dalo = {"statut_dalo": "ACTIF"}
    ex = _ex(bail(3, **dalo), bail(1), bail(2, financement="PLI", **dalo))
    assert fraction(chiffres("O05", ex), modalite="DALO") == (3, 4)


@pytest.mark.parametrize(
    ("sans", "calculables"),
    [
        (("logement_actuel",), {"DALO", "PDALHPD", "ASE", "VIOLENCES"}),
        (("categories_prioritaires", "statut_dalo"), {"HEBERGES", "SANS_ABRI"}),
        (("statut_dalo",), set(PUBLICS)),
    ],
)
def test_o05_chaque_public_a_ses_colonnes(sans: tuple[str, ...], calculables: set[str]) -> None:
    table = chiffres("O05", _ex(bail(4), bail(3, categories_prioritaires="m"), sans=sans))
    ensemble = table[table["perimetre_type"].eq("epci")]
    assert set(ensemble.loc[ensemble["statut"].eq("publie"), "modalite"]) == calculables
    assert ensemble.loc[ensemble["statut"].ne("publie"), "numerateur"].isna().all()


# --- O06 and P10 ----------------------------------------------------------------------------------------------------

RU = {"est_relogement_ru": True}


def test_o06_les_relogements_ou_qu_ils_aient_lieu() -> None:
    table = chiffres(
        "O06", _ex(bail(5), bail(2, **RU), en_qpv(3, **RU), bail(1, est_relogement_ru=None), bail(4, financement="PLI"))
    )
    assert fraction(table) == (5, 11) and fraction(table, **commune(CENTRE)) == (5, 11)
    assert fraction(table, perimetre_type="hors_qpv") == (2, 8)
    assert fraction(table, perimetre_type="en_qpv") == (3, 3)
    assert ligne(table, **commune(BOURG))["statut"] == "non_calculable"
    assert ligne(table, **commune(HAMEAU))["statut"] == "sans_objet"


def test_sans_la_colonne_des_relogements_o06_s_arrete_et_o01_continue() -> None:
    ex = _ex(bail(3), bail(2, **PAUVRE), sans=("est_relogement_ru",))
    o06 = chiffres("O06", ex)
    assert o06.loc[o06["statut"].ne("sans_objet"), "statut"].eq("non_calculable").all()
    assert fraction(chiffres("O01", ex)) == (2, 5)


@pytest.mark.parametrize(
    ("p10", "p8", "attendu"),
    [
        ("compte_en_premier_quartile", "au_denominateur", (4, 10)),
        ("selon_ressources", "au_denominateur", (2, 10)),
        ("compte_en_premier_quartile", "exclues", (4, 8)),
        # P8 keeps a rehoused household of unknown income in the denominator, whatever P10 says of its numerator.
        ("selon_ressources", "exclues", (2, 8)),
    ],
)
def test_p10_un_relogement_selon_ses_ressources(p10: str, p8: str, attendu: tuple[int, int]) -> None:
    lignes = (
        bail(1, **PAUVRE),
        bail(1, **PAUVRE, **RU),
        bail(1, **RU),
        bail(1, **INCONNU, **RU),
        bail(4),
        bail(2, **INCONNU),
    )
    assert fraction(chiffres("O01", _ex(*lignes, p8=p8, p10=p10))) == attendu


def test_p10_ne_change_ni_o02_ni_o06() -> None:
    lignes = en_qpv(2, **RU), en_qpv(1, **PAUVRE, **RU), en_qpv(4), en_qpv(3, **INCONNU)
    for code in ("O02", "O06"):
        selon, compte = (
            chiffres(code, _ex(*lignes, p10=p)) for p in ("selon_ressources", "compte_en_premier_quartile")
        )
        assert fraction(selon) == fraction(compte) == {"O02": (6, 10), "O06": (3, 10)}[code]


# --- Perimeters and actors of each objective -------------------------------------------------------------------------


def test_o04_et_o06_par_situation_o02_par_quartier_et_reservataire() -> None:
    dalo = {"statut_dalo": "ACTIF", "categories_prioritaires": "DALO"}
    ex = _ex(bail(2, **dalo), bail(3), en_qpv(1, **dalo), en_qpv(4, reservataire="COLTER"), en_qpv(2, qpv=None))
    o04, o02, o01 = (chiffres(code, ex) for code in ("O04", "O02", "O01"))
    assert fraction(o04, perimetre_type="hors_qpv") == (2, 5) and fraction(o04, perimetre_type="en_qpv") == (1, 7)
    assert fraction(o02, perimetre_type="qpv", perimetre_code="QP1") == (5, 5)
    assert fraction(o02, perimetre_type="qpv", perimetre_code="NR") == (2, 2)
    assert fraction(o02, **reservataire("COLTER")) == (4, 4) and fraction(o02, **reservataire("AUCUN")) == (3, 3)
    assert ligne(o01, **reservataire("COLTER"))["statut"] == "non_calculable", "it housed nobody outside QPV"
    assert fraction(o01, **reservataire("AUCUN")) == (0, 5)


@pytest.mark.parametrize(
    ("code", "attendu"), [("V01", 7), ("V02", 9), ("O01", (2, 5)), ("O02", (2, 2)), ("O04", (3, 7))]
)
def test_le_perimetre_constant(code: str, attendu: object) -> None:
    """P9: HAMEAU joined during the series. It has its own rows, and none in what is compared from year to year."""
    baux = attributions(
        bail(2, **PAUVRE, categories_prioritaires="a"), bail(3), en_qpv(1),
        en_qpv(1, commune_insee=BOURG, statut_dalo="ACTIF"),
        bail(6, commune_insee=HAMEAU, **PAUVRE, statut_dalo="ACTIF"),
    )  # fmt: skip
    stock = demandes(bail(8), bail(1, commune_insee=BOURG), bail(4, commune_insee=HAMEAU))
    ici = {"perimetre_type": "epci_constant"}
    table = chiffres(code, exercice(baux, stock, constantes=(CENTRE, BOURG)))
    obtenu = ligne(table, **ici)["valeur"] if code.startswith("V") else fraction(table, **ici)
    assert obtenu == attendu
    for constantes in ((), (CENTRE, BOURG, HAMEAU)):  # No series, or nobody joined: it is the EPCI.
        assert "epci_constant" not in set(
            chiffres(code, exercice(baux, stock, constantes=constantes))["perimetre_type"]
        )
    partout = Cadre(p9="perimetre_constant")
    restreint = chiffres(code, exercice(baux, stock, partout, constantes=(CENTRE, BOURG)))
    assert (ligne(restreint)["valeur"] if code.startswith("V") else fraction(restreint)) == attendu
    assert HAMEAU not in set(restreint["perimetre_code"])
