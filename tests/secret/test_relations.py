"""Which sums a reader may subtract, by hand. A fictitious year: ``test_relations_annee``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from test_cases import CHAMP, EN_QPV, EPCI, HORS_QPV, A, B, H, Q, case, chiffre

from cil_analysis.reference.regles import Regles
from cil_analysis.secret.preuve.dementis import dementies
from cil_analysis.secret.preuve.effets import Effet, effet
from cil_analysis.secret.relations.cases import Case, Relation, Systeme, au_plus, relever
from cil_analysis.secret.relations.ensemble import relier
from cil_analysis.secret.relations.structure import Structure
from fabrique import Q1
from registres import PAR_CODE

RACINE = Path(__file__).resolve().parents[2]
C = ("commune", "99003")
ZONES = ("QPV", "HORS_QPV", "INCONNU")
CONNU, CONNU_OU_RU = ("revenu", "connu"), ("revenu_ou_ru", "connu")


def quartile(classe: str) -> tuple[str, str]:
    return ("quartile", classe)


def systeme(*chiffres: pd.DataFrame, structure: Structure | None = None) -> Systeme:
    structure = structure or Structure()
    cadre = pd.concat(chiffres, ignore_index=True)
    releve = relever(cadre, PAR_CODE, revenus_exclus=structure.revenus_exclus)
    cases = {c for ligne in releve.lignes for c in ligne}
    return relier(releve, cases, PAR_CODE.values(), structure)


def sommes(obtenu: Systeme) -> set[tuple[Case, frozenset[Case]]]:
    assert all(len(set(r.parties)) == len(r.parties) for r in obtenu.relations)
    return {(r.total, frozenset(r.parties)) for r in obtenu.relations}


def somme(total: Case, *parties: Case) -> tuple[Case, frozenset[Case]]:
    return total, frozenset(parties)


# --- By hand --------------------------------------------------------------------------------------------------------


def test_le_total_que_personne_ne_publie_est_lie_quand_meme() -> None:
    """V06 has no row for all delays of the communes here: their whole is still the sum of them."""
    obtenu = systeme(chiffre("V06", A, None), chiffre("V06", B, None))
    assert somme(case(("delai", "connu")), case(A, ("delai", "connu")), case(B, ("delai", "connu"))) in sommes(obtenu)


def test_les_acteurs_font_le_tout_avec_et_sans_non_renseigne() -> None:
    nommes = [chiffre("A01", EPCI, acteur=f"bailleur {b}") for b in ("B1", "B2")]
    noms = [case(("bailleur", b)) for b in ("B1", "B2", "NR")]
    assert sommes(systeme(*nommes)) == {somme(case(), *noms[:2])}
    tous = systeme(*nommes, chiffre("A01", EPCI, acteur="bailleur NR"), chiffre("Q01", EPCI, modalite="bailleur"))
    assert sommes(tous) == {somme(case(), *noms)} and not tous.restes


def test_o08_contient_o04_et_ce_qui_est_reserve_est_un_reste() -> None:
    obtenu = systeme(chiffre("O04", EPCI, acteur="bailleur B1"), chiffre("O08", EPCI, acteur="bailleur B1"))
    tous = case(CHAMP, ("bailleur", "B1"))
    libres, reserves = (tous.avec(("reservataire", r)) for r in ("AUCUN", "reste"))
    assert somme(tous, libres, reserves) in sommes(obtenu)
    oui = ("prioritaire", "oui")
    assert somme(tous.avec(oui), libres.avec(oui), reserves.avec(oui)) in sommes(obtenu)
    assert {reserves, reserves.avec(oui)} <= obtenu.restes


def test_la_classe_manquante_de_q01_complete_le_profil() -> None:
    ages = [case(("tranche_age", classe)) for classe in ("JEUNE", "MUR", "NR")]
    profil = [chiffre("P01", EPCI, modalite=classe) for classe in ("JEUNE", "MUR")]
    obtenu = systeme(*profil, chiffre("Q01", EPCI, modalite="age"))
    assert somme(case(), *ages) in sommes(obtenu), "the profile is shown whole without its row « NR »"


def test_les_unions_quand_le_premier_seuil_seul_est_connu() -> None:
    dedans = case(CHAMP, Q)
    tables = [chiffre("O03", EN_QPV, modalite=q) for q in ("Q1", "SUP_Q1", "NR")]
    obtenu = systeme(chiffre("O02", EPCI), *tables)
    assert somme(dedans.avec(("O02", "oui")), dedans.avec(quartile("SUP_Q1"))) in sommes(obtenu)


def test_les_unions_quand_les_revenus_inconnus_sont_exclus() -> None:
    tables = [chiffre("O03", lieu, modalite=q) for lieu in (EN_QPV, HORS_QPV) for q in ("Q1", "Q2", "Q3", "Q4", "NR")]
    exclus = Structure(revenus_exclus=True)
    obtenu = systeme(chiffre("O01", EPCI), chiffre("O02", EPCI), *tables, structure=exclus)
    dedans, dehors = case(CHAMP, Q), case(CHAMP, H)
    connus = [quartile(q) for q in ("Q1", "Q2", "Q3", "Q4")]
    attendues = {
        somme(dedans.avec(CONNU), *(dedans.avec(q) for q in connus)),
        somme(dedans.avec(CONNU, ("O02", "oui")), *(dedans.avec(q) for q in connus[1:])),
        somme(dehors.avec(CONNU_OU_RU), *(dehors.avec(q) for q in connus), dehors.avec(CONNU_OU_RU, quartile("reste"))),
        somme(dedans, dedans.avec(CONNU), dedans.avec(("revenu", "reste"))),
    }
    assert attendues <= sommes(obtenu)


def test_ce_qu_aucune_table_ne_montre_est_un_reste_a_proteger() -> None:
    """The total, one class, and another that is only told in the quarters: their difference is households too."""
    obtenu = systeme(chiffre("P01", EPCI, modalite="JEUNE"), chiffre("P01", EN_QPV, modalite="MUR"))
    reste = case(("tranche_age", "reste"))
    assert somme(reste, case(("tranche_age", "MUR"))) in sommes(obtenu) and reste in obtenu.restes


def test_les_relogements_d_une_classe_et_les_autres_sont_des_restes() -> None:
    """Households rehoused that are of the first quartile besides, and those of it that are not rehoused."""
    tables = [chiffre("O03", HORS_QPV, modalite=q) for q in ("Q1", "Q2", "Q3", "Q4", "NR")]
    obtenu = systeme(chiffre("O01", EPCI), chiffre("O06", HORS_QPV), *tables)
    premier = case(CHAMP, H, quartile("Q1"))
    assert {premier.avec(("relogement_ru", r)) for r in ("oui", "non")} <= obtenu.restes


def test_les_relogements_d_une_commune_hors_qpv_sont_du_premier_quartile() -> None:
    """No table crosses them: those of communes and those outside QPV tell of them."""
    obtenu = systeme(chiffre("O01", A), chiffre("O06", HORS_QPV), *[chiffre("O06", lieu) for lieu in (A, B)])
    ici = case(CHAMP, H, A)
    autres = ici.avec(quartile("Q1"), ("relogement_ru", "non"))
    assert somme(ici.avec(("O01", "oui")), ici.avec(("relogement_ru", "oui")), autres) in sommes(obtenu)
    assert autres in obtenu.restes


def test_ce_que_rien_n_exclut_des_objectifs_est_tout() -> None:
    """Whoever subtracts the field has the dwellings left out, and those of them that are of the public."""
    changes = {
        nom: Effet(champ=1, premier_quartile=0, relogements=0, champ_entier=nom == "P4=") for nom in ("P4=", "P4=PLS")
    }
    variantes = [chiffre("O02S", EPCI, modalite=nom) for nom in changes]
    chiffres = [chiffre("T02", EPCI, modalite="QPV"), chiffre("O02", EPCI), *variantes]
    obtenu = systeme(*chiffres, structure=Structure(variantes=changes))
    tout, moins = (case(CHAMP, Q, ("regle", nom)) for nom in changes)
    assert somme(tout, case(Q)) in sommes(obtenu) and au_plus(moins, case(Q)) in obtenu.inegalites
    ajoutees = case(CHAMP, Q, ("regle", "plus P4="))
    assert ajoutees not in obtenu.restes and ajoutees.avec(("O02", "oui")) in obtenu.restes, "dwellings, households"


def test_une_regle_qui_compte_plus_de_baux_n_est_pas_bornee_par_ceux_qui_sont_comptes() -> None:
    """The leases of households counted once, and every lease: what objectives keep of these may be more than those."""
    changes = {
        nom: Effet(champ=lignes, premier_quartile=0, relogements=0, lignes=lignes)
        for nom, lignes in {"P1=signature_bail": 1, "P1=un_par_menage": -1, "P9=perimetre_constant": None}.items()
    }
    variantes = [chiffre("O02S", EPCI, modalite=nom) for nom in changes]
    chiffres = [chiffre("T02", EPCI, modalite="QPV"), chiffre("O02", EPCI), *variantes]
    bornees = systeme(*chiffres, structure=Structure(variantes=changes)).inegalites
    assert bornees == [au_plus(case(CHAMP, Q, ("regle", "P1=un_par_menage")), case(Q))]


@pytest.mark.parametrize(("p1", "egales"), [("signature_bail", True), ("un_par_menage", False)])
def test_le_perimetre_constant_est_sa_variante_tant_que_chaque_bail_compte(p1: str, egales: bool) -> None:
    """The first lease of a household in the constant perimeter may not be its first of all: neither holds the other."""
    ici = Regles("incluses", (), "inferieur_ou_egal", "au_denominateur", (Q1,), p1_attribution=p1)
    change = effet(ici, replace(ici, p9_perimetre="perimetre_constant"))
    assert change.lignes == (-1 if egales else None)
    chiffres = [chiffre("O02", EPCI), chiffre("O02", ("epci_constant", EPCI[1]))]
    chiffres.append(chiffre("O02S", EPCI, modalite="P9=perimetre_constant"))
    obtenu = sommes(systeme(*chiffres, structure=Structure(variantes={"P9=perimetre_constant": change})))
    variante = case(CHAMP, Q, ("regle", "P9=perimetre_constant"))
    assert (somme(variante, case(CHAMP, Q, ("constant", "oui"))) in obtenu) is egales


def test_un_qpv_sans_nom_peut_etre_dans_toute_commune() -> None:
    tables = [chiffre("V01", ("qpv", code)) for code in ("QP1", "NR")]
    tables += [chiffre("T02", lieu, modalite="QPV") for lieu in (A, B)]
    obtenu = sommes(systeme(*tables, structure=Structure(liens=frozenset({("QP1", A[1])}))))
    sans_nom = [case(Q, ("qpv", "NR"), lieu) for lieu in (A, B)]
    assert somme(case(Q, ("qpv", "NR")), *sans_nom) in obtenu
    assert somme(case(Q, B), sans_nom[1]) in obtenu


def test_ce_que_chacun_sait_nul() -> None:
    structure = Structure(communes_en_qpv=frozenset({A[1]}), communes_sans_parc=frozenset({C[1]}))
    assert structure.vide(case(B, Q)) and structure.vide(case(B, Q, CHAMP, ("O02", "oui")))
    assert structure.vide(case(C)) and structure.vide(case(C, H))
    assert not structure.vide(case(A, Q)) and not structure.vide(case(B)) and not structure.vide(case(B, H))
    assert not structure.vide(case(C, population="demandes")), "a commune without dwellings may be asked for"
    assert not structure.vide(case(Q)) and not structure.vide(case())
    assert not Structure().vide(case(B, Q)), "nobody says which communes have a QPV"


# --- Relations that the counts belie --------------------------------------------------------------------------------


def test_une_relation_dementie_par_les_comptes_est_ecartee() -> None:
    juste, fausse = Relation(case(), (case(A), case(B))), Relation(case(Q), (case(Q, A), case(Q, B)))
    comptes = {case(): 30.0, case(A): 10.0, case(B): 20.0, case(Q): 9.0, case(Q, A): 4.0, case(Q, B): 6.0}
    assert dementies([juste, fausse], comptes) == {fausse}
    assert dementies([juste, fausse], comptes | {case(Q): 10.0}) == frozenset()
    avec_reste = Relation(case(A), (case(A, Q), case(A, ("zone", "reste"))))
    assert dementies([avec_reste], {case(A): 10.0, case(A, Q): 11.0}) == {avec_reste}, "a part beyond its whole"
    assert dementies([avec_reste], {case(A): 10.0, case(A, Q): 10.0}) == frozenset()
    # Each may hold, and not both: the one that rests on which communes a quarter touches is dropped.
    croisee = case(Q, ("qpv", "QP1"), A)
    du_quartier, autre = Relation(case(Q), (croisee,)), Relation(case(B), (croisee, case(B, H)))
    assert dementies([du_quartier, autre], {case(Q): 10.0, case(B): 2.0}) == {du_quartier}


# --- Actors that no row names ---------------------------------------------------------------------------------------


def test_un_acteur_que_la_table_de_tous_n_enumere_pas_n_existe_pas() -> None:
    """A01 would list the leases without a landlord: Q01's missing landlords are none, whatever masks its row."""
    sans_nom = case(("bailleur", "NR"))
    manquants = chiffre("Q01", EPCI, modalite="bailleur")
    nommes = [chiffre("A01", EPCI, acteur=f"bailleur {b}") for b in ("B1", "B2")]
    assert sans_nom in systeme(*nommes, manquants).nulles
    assert sans_nom not in systeme(*nommes, manquants, chiffre("A01", EPCI, acteur="bailleur NR")).nulles
    assert sans_nom not in systeme(manquants).nulles, "no table lists them"
    champ = [chiffre("O08", EPCI, acteur=f"bailleur {b}") for b in ("B1", "B2")]
    assert sans_nom not in systeme(*champ, manquants).nulles, "perhaps some out of the field"
