"""The counts behind the rows of the registry's tables, by hand: which figures are one and the same."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.secret.relations.cases import Case, Releve, cle_de, relever, valeurs_des_cases
from registres import PAR_CODE

EPCI = ("epci", "000000000")
A, B = ("commune", "99001"), ("commune", "99002")
EN_QPV, HORS_QPV = ("en_qpv", EPCI[1]), ("hors_qpv", EPCI[1])
CHAMP = ("champ", "objectifs")
Q, H = ("zone", "QPV"), ("zone", "HORS_QPV")


def case(*conditions: tuple[str, str], population: str = "attributions") -> Case:
    return Case(population, frozenset(conditions))


def chiffre(
    code: str,
    lieu: tuple[str, str],
    n: float | None = 7,
    total: float | None = 20,
    acteur: str = "",
    modalite: str = "",
) -> pd.DataFrame:
    """One row of an indicator; ``acteur`` as « bailleur B1 »."""
    genre, _, nom = acteur.partition(" ")
    cles = {"perimetre_type": lieu[0], "perimetre_code": lieu[1], "acteur_type": genre, "acteur_code": nom}
    rangee = cles | {"modalite": modalite, "numerateur": n, "denominateur": total}
    return mettre_en_cadre(pd.DataFrame([rangee]), code, 2022, PAR_CODE[code].unite)


def lire(*chiffres: pd.DataFrame, revenus_exclus: bool = False) -> Releve:
    return relever(pd.concat(chiffres, ignore_index=True), PAR_CODE, revenus_exclus=revenus_exclus)


def cases(ligne: pd.DataFrame, *, revenus_exclus: bool = False) -> tuple[Case, ...]:
    return lire(ligne, revenus_exclus=revenus_exclus).lignes[0]


# The same households are one count, whichever tables show them, and whether above or below the line of a share.
UN_SEUL_COMPTE = {
    "commune": (case(A), [(chiffre("V01", A), 0), (chiffre("T01", A), 0), (chiffre("T02", A, modalite="QPV"), 1),
                          (chiffre("V03", A), 1)]),
    "demandes": (case(A, population="demandes"), [(chiffre("V02", A), 0), (chiffre("V03", A), 0)]),
    "epci": (case(), [
        (chiffre("V01", EPCI), 0), (chiffre("T01", A), 1), (chiffre("T02", EPCI, modalite="QPV"), 1),
        (chiffre("A01", EPCI, acteur="bailleur B1"), 1), (chiffre("A02", EPCI, acteur="reservataire AUCUN"), 1),
        (chiffre("P01", EPCI, modalite="JEUNE"), 1), (chiffre("Q01", EPCI, modalite="age"), 1),
        (chiffre("V03", EPCI), 1),
    ]),
    "en QPV": (case(Q), [(chiffre("V01", EN_QPV), 0), (chiffre("T02", EPCI, modalite="QPV"), 0)]),
    "hors QPV": (case(H), [(chiffre("V01", HORS_QPV), 0), (chiffre("T02", EPCI, modalite="HORS_QPV"), 0)]),
    "quartier": (case(Q, ("qpv", "QP1")), [(chiffre("V01", ("qpv", "QP1")), 0)]),
    "champ": (case(CHAMP, H, A), [(chiffre("O01", A), 1)]),
    "champ en QPV": (case(CHAMP, Q), [(chiffre("O02", EPCI), 1), (chiffre("O03", EN_QPV, modalite="Q1"), 1)]),
    # O04 of a landlord is about the dwellings that nobody reserves, O08 about all of its own.
    "libres": (case(CHAMP, ("bailleur", "B1"), ("reservataire", "AUCUN")),
               [(chiffre("O04", EPCI, acteur="bailleur B1"), 1)]),
    "tous": (case(CHAMP, ("bailleur", "B1")), [(chiffre("O08", EPCI, acteur="bailleur B1"), 1)]),
    # A missing value is the class « not given » of the table that has it.
    "revenu manquant": (case(("quartile", "NR")), [(chiffre("Q01", EPCI, modalite="revenu_uc_annuel_eur"), 0)]),
    "relogement manquant": (case(("manque_est_relogement_ru", "oui")),
                            [(chiffre("Q01", EPCI, modalite="est_relogement_ru"), 0)]),
}  # fmt: skip


@pytest.mark.parametrize("quoi", UN_SEUL_COMPTE)
def test_les_memes_menages_sont_un_seul_compte(quoi: str) -> None:
    attendue, figures = UN_SEUL_COMPTE[quoi]
    assert {cases(ligne)[rang] for ligne, rang in figures} == {attendue}


# A column of Q01 → the table whose class « not given » is the same households.
MANQUES = {
    "age": "P01", "composition_familiale": "P02", "taille_menage": "P03", "situation_professionnelle": "P04",
    "tranche_plafonds": "P05", "nationalite": "P06", "logement_actuel": "P07", "motif_demande": "P08",
    "typologie": "L01", "financement": "L02", "periode_construction": "L02P", "type_construction": "L02C",
    "commune_origine_insee": "T03",
}  # fmt: skip


def test_une_valeur_manquante_est_la_classe_non_renseignee() -> None:
    paires = [(colonne, chiffre(code, EPCI, modalite="NR")) for colonne, code in MANQUES.items()]
    paires += [(a, chiffre(code, EPCI, acteur=f"{a} NR")) for a, code in (("bailleur", "A01"), ("reservataire", "A02"))]
    for colonne, ailleurs in paires:
        assert cases(chiffre("Q01", EPCI, modalite=colonne)) == cases(ailleurs), colonne


def test_les_revenus_exclus_ne_changent_que_le_denominateur_des_quartiles() -> None:
    """With unknown incomes in it (P8), it is all the leases of the field in QPV; without, it is fewer."""
    connus = case(CHAMP, Q, ("revenu", "connu"))
    assert cases(chiffre("O02", EPCI), revenus_exclus=True) == (connus.avec(("O02", "oui")), connus)
    assert cases(chiffre("O03", EN_QPV, modalite="Q1"), revenus_exclus=True)[1] == case(CHAMP, Q)
    assert cases(chiffre("O04", A), revenus_exclus=True)[1] == case(CHAMP, A)


def test_un_delai_median_ne_montre_que_ce_sur_quoi_il_porte() -> None:
    mediane = chiffre("V06", A, n=None, total=30)
    lu = lire(mediane)
    assert valeurs_des_cases(mediane, lu.lignes) == {case(A, ("delai", "connu")): 30}
    assert lu.denominateurs == set(lu.lignes[0])


def test_un_denominateur_qui_est_ailleurs_un_chiffre_n_en_est_plus_un() -> None:
    part = chiffre("T02", A, modalite="QPV")
    assert lire(part).denominateurs == {case(A)}
    assert lire(part, chiffre("V01", A)).denominateurs == set()


def test_ce_qu_une_table_enumere() -> None:
    """A landlord is listed for its allocations of the year; a QPV, the one without a name, if it has some."""
    lu = lire(chiffre("T02", A, modalite="QPV"), chiffre("A01", EPCI, acteur="bailleur B1"))
    assert lu.axes == {
        (case(A, Q), "zone"), (case(A, Q), "commune"), (case(A), "commune"), (case(("bailleur", "B1")), "bailleur")
    }  # fmt: skip
    assert lire(chiffre("Q01", EPCI, modalite="age")).axes == set(), "a column is no class"
    assert lu.presentes == {case(("bailleur", "B1"))}
    assert lire(chiffre("O08", EPCI, acteur="bailleur B1")).presentes == set(), "perhaps none in the field"
    sans_nom = case(CHAMP, H, ("bailleur", "NR"))
    assert lire(chiffre("O01", EPCI, acteur="bailleur NR")).presentes == {sans_nom}, "and perhaps none in the public"
    assert lire(chiffre("V01", ("qpv", "NR"))).presentes == {case(Q, ("qpv", "NR"))}
    assert lire(chiffre("V01", ("qpv", "QP1"))).presentes == set(), "every QPV with a name has its row"


def test_deux_tables_qui_se_contredisent_ou_un_perimetre_inconnu_ne_sont_pas_publies() -> None:
    lignes = [chiffre("V01", A, 30, None), chiffre("T02", A, 12, 30, modalite="QPV"), chiffre("V01", B, None, None)]
    cadre = pd.concat(lignes, ignore_index=True)
    assert valeurs_des_cases(cadre, lire(*lignes).lignes) == {case(A): 30, case(A, Q): 12}
    faux = [*lignes, chiffre("T01", A, 29, 90)]
    with pytest.raises(ValueError, match="30 and 29"):
        valeurs_des_cases(pd.concat(faux, ignore_index=True), lire(*faux).lignes)
    with pytest.raises(ValueError, match="'iris'"):
        lire(chiffre("V01", ("iris", "990010101")))


def test_les_cases_se_rangent_nom_apres_nom_meme_quand_un_nom_en_continue_un_autre() -> None:
    conditions = [A, Q, ("zone", "QPV 2"), ("zone d", "A"), ("zon", "A"), ("zone+", "A")]
    ensembles = [(), *((une,) for une in conditions), *combinations(conditions, 2)]
    populations = ("demandes", "demandes+attributions", "demandes 2", "demandes:nb")
    toutes = [case(*siennes, population=nom) for nom in populations for siennes in ensembles]
    attendues = sorted(toutes, key=lambda c: (c.population, sorted(c.conditions)))
    assert sorted(toutes, key=cle_de) == attendues
    assert len({c.cle for c in toutes}) == len(toutes) and all(isinstance(c.cle, str) for c in toutes)
