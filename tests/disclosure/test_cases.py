"""The counts behind the rows of the registry's tables, by hand: which figures are one and the same."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.disclosure.cases import Case, Releve, relever, valeurs_des_cases
from cil_analysis.indicators.cadre import mettre_en_cadre
from cil_analysis.indicators.registry import PAR_CODE

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


def test_les_attributions_d_une_commune_sont_un_seul_compte() -> None:
    """The count of V01, the numerator of T01, the denominator of T02 and that of V03."""
    (v01,) = cases(chiffre("V01", A))
    assert v01 == case(A) == cases(chiffre("T01", A))[0]
    assert cases(chiffre("T02", A, modalite="QPV")) == (case(A, Q), v01)
    assert cases(chiffre("V03", A)) == (case(A, population="demandes"), v01)
    assert cases(chiffre("V02", A)) == (case(A, population="demandes"),)


def test_le_total_de_l_epci_est_un_seul_compte() -> None:
    assert cases(chiffre("V01", EPCI)) == (case(),)
    denominateurs = [
        chiffre("T01", A), chiffre("T02", EPCI, modalite="QPV"), chiffre("A01", EPCI, acteur="bailleur B1"),
        chiffre("A02", EPCI, acteur="reservataire AUCUN"), chiffre("P01", EPCI, modalite="JEUNE"),
        chiffre("Q01", EPCI, modalite="age"), chiffre("V03", EPCI),
    ]  # fmt: skip
    assert {cases(ligne)[1] for ligne in denominateurs} == {case()}


def test_les_perimetres_en_et_hors_qpv_sont_les_modalites_de_t02() -> None:
    assert cases(chiffre("V01", EN_QPV)) == (case(Q),) == cases(chiffre("T02", EPCI, modalite="QPV"))[:1]
    assert cases(chiffre("V01", HORS_QPV)) == (case(H),) == cases(chiffre("T02", EPCI, modalite="HORS_QPV"))[:1]
    assert cases(chiffre("V01", ("qpv", "QP1"))) == (case(Q, ("qpv", "QP1")),)


def test_les_objectifs_ont_leur_champ_et_leur_public() -> None:
    assert cases(chiffre("O01", A)) == (case(CHAMP, H, A, ("O01", "oui")), case(CHAMP, H, A))
    assert cases(chiffre("O02", ("qpv", "QP1")))[1] == case(CHAMP, Q, ("qpv", "QP1"))
    assert cases(chiffre("O04", A)) == (case(CHAMP, A, ("prioritaire", "oui")), case(CHAMP, A))


def test_o04_d_un_bailleur_porte_sur_ses_logements_non_reserves_et_o08_sur_tous() -> None:
    libres = case(CHAMP, ("bailleur", "B1"), ("reservataire", "AUCUN"))
    assert cases(chiffre("O04", EPCI, acteur="bailleur B1")) == (libres.avec(("prioritaire", "oui")), libres)
    tous = case(CHAMP, ("bailleur", "B1"))
    assert cases(chiffre("O08", EPCI, acteur="bailleur B1")) == (tous.avec(("prioritaire", "oui")), tous)
    assert libres.sans("reservataire") == tous
    assert cases(chiffre("O04", EPCI, acteur="reservataire AUCUN"))[1] == libres.sans("bailleur")


def test_o03_par_zone_et_le_denominateur_de_o02_selon_p8() -> None:
    """With unknown incomes in the denominator (P8), it is all the leases of the field in QPV; without, it is fewer."""
    _, en_qpv = cases(chiffre("O03", EN_QPV, modalite="Q1"))
    assert en_qpv == case(CHAMP, Q)
    assert cases(chiffre("O02", EPCI))[1] == en_qpv
    connus = ("revenu", "connu")
    assert cases(chiffre("O02", EPCI), revenus_exclus=True) == (
        case(CHAMP, Q, connus, ("O02", "oui")),
        case(CHAMP, Q, connus),
    )
    assert cases(chiffre("O03", EN_QPV, modalite="Q1"), revenus_exclus=True)[1] == en_qpv
    assert cases(chiffre("O04", A), revenus_exclus=True)[1] == case(CHAMP, A)


@pytest.mark.parametrize(
    ("colonne", "ailleurs"),
    [
        ("age", chiffre("P01", EPCI, modalite="NR")),
        ("composition_familiale", chiffre("P02", EPCI, modalite="NR")),
        ("taille_menage", chiffre("P03", EPCI, modalite="NR")),
        ("situation_professionnelle", chiffre("P04", EPCI, modalite="NR")),
        ("tranche_plafonds", chiffre("P05", EPCI, modalite="NR")),
        ("nationalite", chiffre("P06", EPCI, modalite="NR")),
        ("logement_actuel", chiffre("P07", EPCI, modalite="NR")),
        ("motif_demande", chiffre("P08", EPCI, modalite="NR")),
        ("typologie", chiffre("L01", EPCI, modalite="NR")),
        ("financement", chiffre("L02", EPCI, modalite="NR")),
        ("periode_construction", chiffre("L02P", EPCI, modalite="NR")),
        ("type_construction", chiffre("L02C", EPCI, modalite="NR")),
        ("commune_origine_insee", chiffre("T03", EPCI, modalite="NR")),
        ("bailleur", chiffre("A01", EPCI, acteur="bailleur NR")),
        ("reservataire", chiffre("A02", EPCI, acteur="reservataire NR")),
    ],
)
def test_une_valeur_manquante_est_la_classe_non_renseignee(colonne: str, ailleurs: pd.DataFrame) -> None:
    assert cases(chiffre("Q01", EPCI, modalite=colonne)) == cases(ailleurs)


def test_les_autres_valeurs_manquantes_sont_des_comptes_a_part() -> None:
    relogements = chiffre("Q01", EPCI, modalite="est_relogement_ru")
    assert cases(relogements) == (case(("manque_est_relogement_ru", "oui")), case())
    assert cases(chiffre("Q01P", EPCI, modalite="decision")) == (
        case(("manque_decision", "oui"), population="propositions"), case(population="propositions"),
    )  # fmt: skip
    revenus = cases(chiffre("Q01", EPCI, modalite="revenu_uc_annuel_eur"))[0]
    assert revenus == case(("quartile", "NR"))
    assert revenus.avec(CHAMP) == cases(chiffre("O03", EPCI, modalite="NR"))[0]
    assert cases(chiffre("Q01D", EPCI, modalite="age"))[0] == cases(chiffre("P01D", EPCI, modalite="NR"))[0]


def test_une_typologie_manquante_est_celle_de_v06() -> None:
    connus = cases(chiffre("V06", EPCI, n=None, modalite="NR"))[0]
    assert cases(chiffre("Q01", EPCI, modalite="typologie"))[0] == connus.sans("delai")


def test_un_delai_median_ne_montre_que_ce_sur_quoi_il_porte() -> None:
    mediane = chiffre("V06", A, n=None, total=30)
    assert cases(mediane) == (case(A, ("delai", "connu")),)
    assert cases(chiffre("V06", EPCI, n=None, modalite="T2")) == (case(("delai", "connu"), ("typologie", "T2")),)
    lu = lire(mediane)
    assert valeurs_des_cases(mediane, lu.lignes) == {case(A, ("delai", "connu")): 30}
    assert lu.denominateurs == set(lu.lignes[0])


def test_un_denominateur_qui_est_ailleurs_un_chiffre_n_en_est_plus_un() -> None:
    part = chiffre("T02", A, modalite="QPV")
    assert lire(part).denominateurs == {case(A)}
    assert lire(part, chiffre("V01", A)).denominateurs == set()


def test_ce_qu_une_table_enumere() -> None:
    lu = lire(chiffre("T02", A, modalite="QPV"), chiffre("A01", EPCI, acteur="bailleur B1"))
    assert lu.axes == {
        (case(A, Q), "zone"), (case(A, Q), "commune"), (case(A), "commune"), (case(("bailleur", "B1")), "bailleur")
    }  # fmt: skip
    assert lire(chiffre("Q01", EPCI, modalite="age")).axes == set(), "a column is no class"


def test_les_acteurs_enumeres_ont_au_moins_une_attribution() -> None:
    """A landlord is listed for its allocations of the year; « non renseigné » where the table has some itself."""
    assert lire(chiffre("A01", EPCI, acteur="bailleur B1")).presentes == {case(("bailleur", "B1"))}
    assert lire(chiffre("O08", EPCI, acteur="bailleur B1")).presentes == set(), "perhaps none in the field"
    sans_nom = case(CHAMP, H, ("bailleur", "NR"))
    assert lire(chiffre("O01", EPCI, acteur="bailleur NR")).presentes == {sans_nom}, "and perhaps none in the public"


def test_un_quartier_sans_nom_est_enumere_s_il_a_des_attributions() -> None:
    """The row « NR » of the QPV exists, in every table of a year that has a lease in a QPV without a name."""
    sans_nom = ("qpv", "NR")
    assert lire(chiffre("V01", sans_nom)).presentes == {case(Q, sans_nom)}
    assert lire(chiffre("O02", sans_nom)).presentes == set(), "and perhaps none in the field of the objectives"
    assert lire(chiffre("V01", ("qpv", "QP1"))).presentes == set(), "every QPV with a name has its row"


def test_un_perimetre_inconnu_n_est_pas_publie() -> None:
    with pytest.raises(ValueError, match="'iris'"):
        lire(chiffre("V01", ("iris", "990010101")))


def test_la_valeur_de_chaque_compte() -> None:
    lignes = [chiffre("V01", A, 30, None), chiffre("T02", A, 12, 30, modalite="QPV"), chiffre("V01", B, None, None)]
    cadre = pd.concat(lignes, ignore_index=True)
    assert valeurs_des_cases(cadre, lire(*lignes).lignes) == {case(A): 30, case(A, Q): 12}
    faux = [*lignes, chiffre("T01", A, 29, 90)]
    with pytest.raises(ValueError, match="30 and 29"):
        valeurs_des_cases(pd.concat(faux, ignore_index=True), lire(*faux).lignes)


def test_les_cases_se_rangent_dans_un_ordre() -> None:
    compte = case(A, Q)
    assert compte.cle == ("attributions", (A, Q))
    assert compte.classe("zone") == "QPV" and compte.classe("qpv") is None
    assert compte.sans("zone") == case(A) and compte.sans("bailleur") == compte
