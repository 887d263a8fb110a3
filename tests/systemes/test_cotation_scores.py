"""The scoring engine: exact cases, and what must hold for any grid and any rows."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.reference.systemes.cotation import Critere
from cil_analysis.systemes.cotation import ECARTE, INCONNU, NON_REMPLI, RETENU, noter, partages, verdicts
from fabrique import bail, critere, demandes, grille, vraies_nomenclatures

JOUR = date(2022, 12, 31)


def scores(lignes: pd.DataFrame, *criteres: Critere, jour: Any = JOUR) -> list[float | None]:
    return [None if pd.isna(s) else float(s) for s in noter(lignes, grille("G", *criteres), jour)]


def rows(**colonnes: list[object]) -> pd.DataFrame:
    n = len(next(iter(colonnes.values())))
    return demandes(*(bail(1, **{nom: v[i] for nom, v in colonnes.items()}) for i in range(n)))


# --- Exact cases


def test_les_operateurs() -> None:
    lignes = rows(
        statut_dalo=["ACTIF", "NON", None], est_mutation=[True, False, None],
        categories_prioritaires=["a;DALO", None, "g"], taille_menage=[4, 2, None], age=[30, 70, None],
    )  # fmt: skip
    cas: list[tuple[Critere, list[float | None]]] = [
        (critere("C", "statut_dalo", "est", ("ACTIF",), type="code"), [10, 0, None]),
        (critere("C", "statut_dalo", "parmi", ("NON", "CADUC"), type="code"), [0, 10, None]),
        (critere("C", "statut_dalo", "renseigne", type="code"), [10, 10, None]),
        (critere("C", "est_mutation", "est", ("oui",), type="oui_non"), [10, 0, None]),
        (critere("C", "est_mutation", "est", ("non",), type="oui_non"), [0, 10, None]),
        # A blank list is an answer: the household is of no category.
        (critere("C", "categories_prioritaires", "contient", ("DALO", "g"), type="codes"), [10, 0, 10]),
        (critere("C", "categories_prioritaires", "contient", ("g_bis",), type="codes"), [0, 0, 0]),
        (critere("C", "age", "au_moins", seuil=70.0, type="entier"), [0, 10, None]),
        (critere("C", "age", "au_plus", seuil=30.0, type="entier"), [10, 0, None]),
        (critere("C", "taille_menage", "renseigne", type="entier", par="unite", points=150), [6, 3, None]),
        (critere("C", "taille_menage", "renseigne", type="entier", par="unite", points=-150, plafond=-500),
         [-5, -3, None]),
    ]  # fmt: skip
    for un, attendu in cas:
        assert scores(lignes, un) == attendu, un


@pytest.mark.parametrize(
    ("depot", "mois"),
    [("2022-12-31", 0), ("2022-12-01", 0), ("2022-11-30", 1), ("2022-11-01", 1), ("2021-12-31", 12),
     ("2022-01-01", 11), ("2023-02-01", 0)],
)  # fmt: skip
def test_l_anciennete_se_compte_en_mois_revolus(depot: str, mois: int) -> None:
    lignes = rows(date_depot_demande=[pd.Timestamp(depot)])
    par_mois = critere("M", "date_depot_demande", "renseigne", type="date", par="mois", points=50)
    assert scores(lignes, par_mois) == [mois * 0.5]
    seuil = critere("S", "date_depot_demande", "au_moins", type="date", seuil=12.0)
    annees = critere("A", "date_depot_demande", "renseigne", type="date", par="annee", points=100, plafond=300)
    assert scores(lignes, seuil, annees) == [10 + 1 if mois >= 12 else 0]


def test_l_anciennete_d_un_menage_loge_va_jusqu_a_son_bail() -> None:
    lignes = rows(date_depot_demande=[pd.Timestamp("2020-05-15")] * 2)
    jours = np.array(["2020-06-14", "2022-05-15"], dtype="datetime64[D]")
    par_mois = critere("M", "date_depot_demande", "renseigne", type="date", par="mois", points=100, plafond=2000)
    assert scores(lignes, par_mois, jour=jours) == [0, 20]


def test_de_criteres_non_cumulables_le_meilleur_seul_compte() -> None:
    lignes = rows(statut_dalo=["ACTIF"], logement_actuel=["SD"], age=[20])
    famille: dict[str, Any] = {"famille": "F", "cumulable": False, "type": "code"}
    dalo = critere("B", "statut_dalo", "est", ("ACTIF",), points=4500, **famille)
    rue = critere("A", "logement_actuel", "est", ("SD",), points=3000, **famille)
    malus = critere("C", "logement_actuel", "est", ("SD",), points=-1000, **famille)
    jeune = critere("D", "age", "au_plus", seuil=25.0, points=500, type="entier", famille="F")
    assert scores(lignes, rue, dalo, malus, jeune) == [50]
    assert scores(lignes, malus) == [-10]
    assert scores(lignes, malus, critere("E", "statut_dalo", "est", ("ACTIF",), points=-200, **famille)) == [-2]
    dits = verdicts(lignes, grille("G", rue, dalo, malus, jeune), JOUR)
    assert dits.iloc[0].to_dict() == {"A": ECARTE, "B": RETENU, "C": ECARTE, "D": RETENU}


def test_ce_qui_manque_ne_donne_rien_et_se_dit() -> None:
    lignes = rows(statut_dalo=["ACTIF", None], age=[None, None]).drop(columns="logement_actuel")
    sans_colonne = critere("L", "logement_actuel", "est", ("SD",), type="code")
    une = grille("G", critere("D", "statut_dalo", "est", ("ACTIF",), type="code"), sans_colonne,
                 critere("A", "age", "au_moins", seuil=18.0, type="entier"))  # fmt: skip
    assert [None if pd.isna(s) else s for s in noter(lignes, une, JOUR)] == [10.0, None]
    dits = verdicts(lignes, une, JOUR)
    assert dits.loc[0].to_dict() == {"A": INCONNU, "D": RETENU, "L": INCONNU}
    assert dits.loc[1].eq(INCONNU).all()
    assert noter(lignes, grille("G", sans_colonne), JOUR).isna().all(), "a grid none of whose columns exist"


# --- What holds for any grid and rows

CODES = st.sampled_from(["ACTIF", "ACTREL", "NON", None])
LISTES = st.sampled_from([None, "a", "g;k", "DALO;a", "PDALHPD"])
LIGNE = st.fixed_dictionaries(
    {
        "statut_dalo": CODES,
        "categories_prioritaires": LISTES,
        "est_mutation": st.sampled_from([True, False, None]),
        "taille_menage": st.one_of(st.none(), st.integers(1, 12)),
        "age": st.one_of(st.none(), st.integers(16, 99)),
        "date_depot_demande": st.one_of(
            st.none(), st.dates(date(2005, 1, 1), date(2022, 12, 31)).map(pd.Timestamp)
        ),
    }
)  # fmt: skip
COLONNES: list[dict[str, Any]] = [
    {"colonne": "statut_dalo", "operateur": "parmi", "valeurs": ("ACTIF", "ACTREL"), "type": "code"},
    {"colonne": "statut_dalo", "operateur": "renseigne", "type": "code"},
    {"colonne": "categories_prioritaires", "operateur": "contient", "valeurs": ("a", "k"), "type": "codes"},
    {"colonne": "est_mutation", "operateur": "est", "valeurs": ("oui",), "type": "oui_non"},
    {"colonne": "taille_menage", "operateur": "renseigne", "type": "entier", "par": "unite"},
    {"colonne": "age", "operateur": "au_plus", "seuil": 30.0, "type": "entier"},
    {"colonne": "date_depot_demande", "operateur": "au_moins", "seuil": 36.0, "type": "date"},
    {"colonne": "date_depot_demande", "operateur": "renseigne", "type": "date", "par": "mois"},
]


@st.composite
def criteres(tirer: st.DrawFn) -> list[Critere]:
    choisis = tirer(st.lists(st.sampled_from(COLONNES), min_size=1, max_size=8))
    return [
        critere(
            f"C{rang}",
            famille=tirer(st.sampled_from("FG")),
            points=tirer(st.integers(-5000, 5000)),
            cumulable=tirer(st.booleans()),
            **condition,
        )
        for rang, condition in enumerate(choisis)
    ]


LIGNES = st.lists(LIGNE, min_size=1, max_size=12).map(lambda lus: demandes(*(bail(1, **ligne) for ligne in lus)))
vite = settings(max_examples=60, deadline=None)


@vite
@given(LIGNES, criteres(), st.randoms(use_true_random=False))
def test_l_ordre_des_criteres_et_des_lignes_ne_change_rien(lignes: pd.DataFrame, une: list[Critere], h: Any) -> None:
    autre = h.sample(une, len(une))
    attendu = noter(lignes, grille("G", *une), JOUR)
    dits = verdicts(lignes, grille("G", *une), JOUR)
    assert noter(lignes, grille("G", *autre), JOUR).equals(attendu)
    assert verdicts(lignes, grille("G", *autre), JOUR).equals(dits)
    melangees = lignes.loc[h.sample(list(lignes.index), len(lignes))]
    assert noter(melangees, grille("G", *une), JOUR).sort_index().equals(attendu)


@vite
@given(LIGNES, criteres())
def test_de_ce_qui_ne_se_cumule_pas_un_seul_est_retenu(lignes: pd.DataFrame, une: list[Critere]) -> None:
    """Of a family, of what holds; and a row without a score has nothing that counts."""
    dits = verdicts(lignes, grille("G", *une), JOUR)
    for famille in "FG":
        exclusifs = dits[[c.code for c in une if c.famille == famille and not c.cumulable]]
        remplis = exclusifs.isin([RETENU, ECARTE]).sum(axis=1)
        assert exclusifs.eq(RETENU).sum(axis=1).tolist() == remplis.clip(upper=1).tolist()
    muettes = noter(lignes, grille("G", *une), JOUR).isna()
    assert not dits[muettes].isin([RETENU, ECARTE]).any(axis=None)


def test_une_condition_non_remplie_se_dit() -> None:
    une = grille("G", critere("D", "statut_dalo", "est", ("ACTIF",), type="code"))
    assert verdicts(rows(statut_dalo=["NON"]), une, JOUR)["D"].tolist() == [NON_REMPLI]


def test_une_tranche_de_points_partage_ses_scores_avec_les_deciles_ou_ils_sont() -> None:
    """A band of one score is in one decile; those of requests and leases count alike, and no score none."""
    lignes = {
        "demandes": pd.DataFrame(
            {"score_cotation": [10.0, 10.0, 15.0, None], "decile_score": ["D1", "D1", "D2", None]}
        ),
        "attributions": pd.DataFrame({"score_cotation": [20.0, 60.0], "decile_score": ["D3", "D10"]}),
        "radiations": pd.DataFrame({"motif_radiation": ["RADATT"]}),
    }
    references: Any = SimpleNamespace(nomenclatures=vraies_nomenclatures())
    dits = {(tranche[1], decile[1]) for tranche, decile in partages(lignes, references)}
    assert dits == {("P_10_19", "D1"), ("P_10_19", "D2"), ("P_20_29", "D3"), ("P_60_79", "D10")}
    assert not partages({"demandes": pd.DataFrame({"age": [30]})}, references)
