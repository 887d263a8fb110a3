"""What is a secret (D14, D20), what overlapping classes tell, and results told without their share (D19)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from test_cases import CHAMP, EPCI, A, B, chiffre
from test_relations import somme, sommes, systeme

from cil_analysis.comptage.cadre import CHIFFRES, mettre_en_cadre
from cil_analysis.comptage.cibles import par_cible
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.objectifs import Bornes, charger_objectifs
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case, au_plus, relever
from cil_analysis.secret.relations.recouvrements import morceaux_des_classes
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from cil_analysis.secret.verdicts import inegalite, noter, relire, verdicts_publies
from fabrique import BOURG, CENTRE, attacher_cibles, attributions, bail, chiffres, exercice
from fabrique import EPCI as EPCI_FICTIF
from registres import PAR_CODE

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
NUM, DEN = Case("attributions", frozenset([("O01", "oui")])), Case("attributions", frozenset())


# --- A dwelling whose place is not known


def _commune(publiee: pd.DataFrame, code: str) -> pd.Series:
    return publiee[publiee["perimetre_code"].eq(code) & publiee["indicateur"].eq("O01")].iloc[0]


def test_un_bail_de_situation_inconnue_ne_masque_aucun_objectif() -> None:
    """One lease of no known place in CENTRE: the field of O01 and the whole differ by it, which tells of a dwelling."""
    baux = [*bail(30), *bail(12, revenu_uc_annuel_eur=5_000), *bail(9, est_en_qpv=True, qpv="QP1"),
            *bail(20, commune_insee=BOURG), *bail(10, commune_insee=BOURG, revenu_uc_annuel_eur=5_000),
            *bail(1, est_en_qpv=None)]  # fmt: skip
    ex = exercice(attributions(baux))
    cadres = [(PAR_CODE[code], chiffres(code, ex)) for code in ("V01", "T02", "O01", "O02", "O04")]
    publiee = pd.concat([t.donnees for t in publier_ensemble(cadres, {2022: REGLES}).values()], ignore_index=True)
    inconnue = publiee[publiee["modalite"].eq("INCONNU")].iloc[0]
    assert (inconnue["statut"], inconnue["numerateur"]) == ("publie", 1), "a dwelling, and no household"
    assert _commune(publiee, CENTRE)["numerateur"] == 12 and _commune(publiee, BOURG)["numerateur"] == 10


@pytest.mark.parametrize(
    ("conditions", "attendu"),
    [
        ({"zone": "INCONNU"}, True), ({"financement": "PLS", "zone": "QPV"}, True), ({"champ": "objectifs"}, False),
        ({"champ": "objectifs", "zone": "QPV", "commune": CENTRE}, False),
        ({"commune": CENTRE}, False), ({"zone": "QPV", "qpv": "QP1"}, False), ({}, False),
        ({"zone": "INCONNU", "O01": "oui"}, False), ({"financement": "PLS", "bailleur": "B1"}, False),
    ],
)  # fmt: skip
def test_ce_qui_ne_dit_rien_des_menages(conditions: dict[str, str], attendu: bool) -> None:
    case = Case("attributions", frozenset(conditions.items()))
    assert Structure().sans_menage(case) is attendu
    assert not Structure().sans_menage(Case("demandes", case.conditions)), "a wish is the household's"


def test_hors_mutations_le_champ_dit_des_menages() -> None:
    pls = Case("attributions", frozenset([("champ", "objectifs"), ("financement", "PLS")]))
    assert Structure().sans_menage(pls) and not Structure(mutations_exclues=True).sans_menage(pls)


def test_ce_que_des_logements_hors_champ_disent_d_un_public_est_admis() -> None:
    """D05 counts the leases of a public, O05 those of the field: three are of PLI dwellings, and it may be told."""
    tous = chiffre("D05", EPCI, 90, 33, modalite="DALO")
    champ = [chiffre(code, EPCI, n, 200, modalite=m) for code, n, m in (("O05", 30, "DALO"), ("O08", 60, ""))]
    cadres = [(PAR_CODE["D05"], tous), *((PAR_CODE[c["indicateur"].iloc[0]], c) for c in champ)]
    publiees = publier_ensemble(cadres, {2022: REGLES})
    assert {x["statut"] for table in publiees.values() for x in table.lignes()} == {"publie"}
    dalo = Case("attributions", frozenset([("champ", "reste"), ("public_DALO", "oui")]))
    assert Structure().a_part(dalo) and not Structure(mutations_exclues=True).a_part(dalo)


# --- Classes that overlap


def test_un_public_et_un_statut_se_decoupent_selon_leurs_codes() -> None:
    """As the code lists have it: homeless in SD, SQUAT, CAMCAR; a precarious status has these and HOT."""
    morceaux = morceaux_des_classes(charger_nomenclatures(REFERENCE / "nomenclatures"))
    codes = {classe: {c for m in noms for c in m.partition(":")[2].split("|")} for classe, noms in morceaux.items()}
    assert codes["public_SANS_ABRI", "oui"] == {"SD", "SQUAT", "CAMCAR"}
    assert codes["statut_occupation", "PRECAIRE"] == {"SD", "SQUAT", "CAMCAR", "HOT"}
    assert set(morceaux["public_SANS_ABRI", "oui"]) < set(morceaux["statut_occupation", "PRECAIRE"])


def test_une_partie_masquee_ne_depasse_pas_la_classe_qui_la_contient() -> None:
    """The homeless (O05, of the field) are among the precarious (P07, of all): the second count bounds the first."""
    structure = Structure(morceaux={
        ("public_SANS_ABRI", "oui"): ("SD",), ("statut_occupation", "PRECAIRE"): ("SD", "HOT"),
    })  # fmt: skip
    o05, p07, autres = (
        chiffre(code, EPCI, modalite=classe).assign(numerateur=n, denominateur=60.0)
        for code, classe, n in (("O05", "SANS_ABRI", 7.0), ("P07", "PRECAIRE", 9.0), ("P07", "PARC_PRIVE", 51.0))
    )
    publiee = pd.concat([o05, p07, autres, chiffre("V01", EPCI).assign(numerateur=60.0)], ignore_index=True)
    publiee.loc[0, "statut"], publiee.loc[0, CHIFFRES] = "secret", float("nan")
    trouvees = auditer({2022: publiee}, 2022, {2022: Lecteur(2022, PAR_CODE, REGLES, structure)})
    [sans_abri] = [d for d in trouvees if d.tables == ("O05",) and ("public_SANS_ABRI", "oui") in d.case.conditions]
    assert (sans_abri.bas, sans_abri.haut) == (0, 9)


def test_une_partie_de_deux_dimensions_est_bornee_par_son_tout() -> None:
    """A sum says so where the field of the commune is known (O04); nothing but the inequality does for O01 alone."""
    tout, o01 = Case("attributions", frozenset([A])), Case("attributions", frozenset([A, CHAMP, ("zone", "HORS_QPV")]))
    assert au_plus(o01, tout) in systeme(chiffre("V01", A), chiffre("O01", A), chiffre("V01", B)).inegalites
    avec_le_champ = systeme(chiffre("V01", A), chiffre("O01", A), chiffre("O04", A))
    hors_champ = Case("attributions", frozenset([A, ("champ", "reste")]))
    assert somme(tout, Case("attributions", frozenset([A, CHAMP])), hors_champ) in sommes(avec_le_champ)
    assert au_plus(o01, tout) not in avec_le_champ.inegalites


# --- Results without their share


OBJECTIFS = [
    ({"sens": "plancher", "valeur": 25.0}, Fraction(25), None),
    ({"sens": "plafond", "valeur": 33.3}, None, Fraction(333, 10)),
    ({"sens": "intervalle", "valeur": 20.0, "valeur_max": 40.0}, Fraction(20), Fraction(40)),
    ({"sens": "plancher", "valeur": 25.0, "tolerance": 2.0}, Fraction(23), None),
]


@pytest.mark.parametrize(("objectif", "bas", "haut"), OBJECTIFS)
def test_un_resultat_dit_ce_que_disent_les_parts(
    objectif: dict[str, object], bas: Fraction | None, haut: Fraction | None
) -> None:
    """Every pair of counts up to 30, by the division that nobody needs to trust: exact fractions."""
    bornes = Bornes.de({"valeur_max": float("nan"), "tolerance": float("nan"), "unite": "pct"} | objectif)
    for n, d in product(range(31), range(1, 31)):
        part = Fraction(100 * n, d)
        atteint = (bas is None or part >= bas) and (haut is None or part <= haut)
        for resultat, vrai in (("atteint", atteint), ("non_atteint", not atteint)):
            dite = inegalite((NUM, DEN), bornes, resultat)
            if dite:
                assert dite.tient({NUM: n, DEN: d}) is vrai
            else:
                assert None not in (bas, haut), "an interval"


TOUS = charger_objectifs(REFERENCE / "parameters")
OBJECTIF_COMMUNAL = TOUS[TOUS["id"].eq("LOI-O01")].assign(perimetre_type="commune", indicateur="O04")


def parts(code: str, *communes: tuple[str, float, float]) -> pd.DataFrame:
    """A share by commune, and of the EPCI."""
    lieux = [("commune", *commune) for commune in communes]
    lieux.append(("epci", EPCI_FICTIF, *(sum(c[i] for c in communes) for i in (1, 2))))
    colonnes = ["perimetre_type", "perimetre_code", "numerateur", "denominateur"]
    return attacher_cibles(mettre_en_cadre(pd.DataFrame(lieux, columns=colonnes), code, 2022, PCT), OBJECTIF_COMMUNAL)


# O06 shows the households of O04: 60, 100 and 11.
PUBLIES = (
    parts("O04", (CENTRE, 3, 60), (BOURG, 30, 100), ("99003", 2, 11)),
    parts("O06", (CENTRE, 20, 60), (BOURG, 30, 100), ("99003", 6, 11)),
)
STRUCTURE = Structure(objectifs=par_cible(OBJECTIF_COMMUNAL))


def publier(cadres_des_codes: Sequence[pd.DataFrame] = PUBLIES) -> pd.DataFrame:
    cadres = [(PAR_CODE[str(cadre["indicateur"].iloc[0])], cadre) for cadre in cadres_des_codes]
    tables = publier_ensemble(cadres, {2022: REGLES}, {2022: STRUCTURE})
    return pd.concat([table.donnees for table in tables.values()], ignore_index=True)


def protegee(publiee: pd.DataFrame) -> bool:
    deductions = auditer({2022: publiee}, 2022, {2022: Lecteur(2022, PAR_CODE, REGLES, STRUCTURE)})
    return bool(deductions) and all(d.protegee for d in deductions)


def test_un_resultat_est_dit_quand_la_preuve_tient_et_seulement_alors() -> None:
    """« 3 of 60 is missed » leaves up to 5 of the 5 that two communes share; « 2 of 11 » says « at most 2 »."""
    publiee = publier()
    o04 = publiee[publiee["indicateur"].eq("O04")].set_index("perimetre_code")
    assert o04.loc[CENTRE, ["statut", "resultat"]].tolist() == ["secret", "non_atteint"]
    assert o04.loc["99003", ["statut", "resultat"]].tolist() == ["secret", "non_calculable"]
    masquees = publiee[publiee["statut"].eq("secret")]
    assert masquees[CHIFFRES].isna().all(axis=None) and masquees["sens"].eq("").all(), "no figure is left beside it"
    assert protegee(publiee)


def test_la_preuve_connait_les_resultats_publies() -> None:
    """The same figures, the withheld result told by hand: the audit read back from them refuses."""
    publiee = publier()
    tue = publiee["indicateur"].eq("O04") & publiee["perimetre_code"].eq("99003")
    assert not protegee(publiee.assign(resultat=publiee["resultat"].mask(tue, "non_atteint")))


def test_le_silence_ne_dit_rien() -> None:
    """Whatever the two masked counts are, of which 5 is the sum, the same rows tell their result."""
    dits = set()
    for n in range(1, 5):
        cadres = (parts("O04", (CENTRE, n, 60), (BOURG, 30, 100), ("99003", 5 - n, 11)), PUBLIES[1])
        publiee = publier(cadres)
        masquees = publiee[publiee["statut"].eq("secret") & publiee["indicateur"].eq("O04")]
        assert masquees["perimetre_code"].tolist() == [CENTRE, "99003"]
        dits.add(tuple(masquees["resultat"].ne("non_calculable")))
    assert dits == {(True, False)}


def test_un_resultat_se_relit_par_l_objectif_qui_l_a_donne() -> None:
    """The objective moves from 25 to 40 % later: what was told is still « 25 % »."""
    publiee = publier()
    relue = relire(publiee, json.loads(json.dumps(noter(publiee, OBJECTIF_COMMUNAL))))
    plus_tard = Structure(objectifs=par_cible(OBJECTIF_COMMUNAL.assign(valeur=40.0)))
    releve = relever(publiee, PAR_CODE)
    assert verdicts_publies(relue, releve, plus_tard) == verdicts_publies(publiee, releve, STRUCTURE)
    assert verdicts_publies(relue, releve, plus_tard) != verdicts_publies(publiee, releve, plus_tard)
