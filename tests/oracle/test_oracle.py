"""The product's figures against an independent implementation: plain SQL over the same stored rows (oracle_sql.py)."""

from __future__ import annotations

import objectifs_a_part
import oracle_sql
import pandas as pd
import pytest
from conftest_oracle import EN_NOMBRE, oracle_de, regler
from fabrication import ANNEE, COMMUNES, Fabrique, sans_les_autres_oracles, verifier

from fabrique import CENTRE, Cadre, attributions, bail, chiffres, en_qpv, exercice


def test_chaque_chiffre_d_une_annee_fabriquee_egale_celui_de_l_oracle(
    modele: Fabrique, cadre: pd.DataFrame, sans_rien_changer: pd.DataFrame
) -> None:
    produit = sans_les_autres_oracles(cadre)
    verifier(produit, sans_rien_changer)
    fautes = objectifs_a_part.ecarts(produit, modele.projet.reference)
    assert not fautes, "\n".join(fautes[:20])
    # Rows that an objective makes: the oracle has more of them, and would not miss these.
    assert {f"{code}N" for code in EN_NOMBRE} <= set(produit["indicateur"])
    croises = produit[produit["perimetre_type"].eq("commune") & produit["acteur_type"].eq("bailleur")]
    assert {"O01", "O02", "O04", "O08"} <= set(croises["indicateur"])


@pytest.mark.parametrize("source", ["donnees", "deduites", "l_une_ou_l_autre"])
def test_qui_est_prioritaire_ou_reloge_par_regle_se_compte_a_part(
    fabrique: Fabrique, sans_rien_changer: pd.DataFrame, source: str
) -> None:
    """Rules on three columns and on a list, two of them of half the year; parameters say whose word counts.

    Of the 60 numbers of the list, 45 are of the leases of the year.
    """
    numeros = [f"072{rang:011d}ORCL" for rang in (*range(30, 75), *range(90_000, 90_015))]
    liste, baux = fabrique.projet.brut / "relogements.csv", fabrique.projet.brut / "attributions.csv"
    liste.write_text("\n".join(["NUD", *numeros]), encoding="utf-8")
    with (fabrique.projet.reference / "priorites.csv").open("a", encoding="utf-8") as regles:
        regles.write("R1,k,,logement_actuel,SD|SQUAT|CP,,,essai,L\nR2,m,,est_relogement_ru,oui,,,essai,L\n")
        regles.write(f"R3,l,,motif_demande,05|09,{ANNEE}-07-01,,essai,L\nR4,DALO,,statut_dalo,ACTIF|CADUC,,,essai,L\n")
        regles.write(f"R5,c,oui,listes,RU,,,essai,L\nR6,,oui,motif_demande,05|09,{ANNEE}-07-01,,essai,L\n")
    regler(fabrique, "priorites", source_des_priorites=source, source_des_relogements_ru=source)
    fabrique.importer("attributions", baux, listes={"RU": [liste]})
    attendu, produit = oracle_de(fabrique), fabrique.compter()
    verifier(produit, attendu)
    valeurs, avant = (c.set_index(oracle_sql.CLES)["numerateur"] for c in (attendu, sans_rien_changer))

    def epci(numerateurs: pd.Series, code: str) -> float:
        siens = numerateurs.xs((code, ANNEE, "epci"), level=(0, 1, 2))
        return float(siens.xs("", level="acteur_type").iloc[0])

    o04, o10, o11, o12 = (epci(valeurs, code) for code in ("O04", "O10", "O11", "O12"))
    assert 0 < o12 < min(o10, o11), "each says some that the other does not"
    assert o04 == {"donnees": o10, "deduites": o11, "l_une_ou_l_autre": o10 + o11 - o12}[source]
    assert (valeurs.reindex(avant.index)["O05"].fillna(0) == avant["O05"].fillna(0)).all() == (source == "donnees")
    for code in ("O06", "O01"):
        assert (epci(valeurs, code) == epci(avant, code)) == (source == "donnees")


def test_une_commune_qui_adhere_separe_le_perimetre_constant(fabrique: Fabrique) -> None:
    """A commune joins between two years: the second is also counted without it."""
    fabrique.annee = ANNEE - 2
    lignes = fabrique.lignes()
    fabrique.importer_tout({extrait: lignes[extrait] for extrait in ("attributions", "demandes")})
    attendu = oracle_de(fabrique)
    verifier(fabrique.compter(), attendu)
    valeurs = attendu[attendu["acteur_code"].eq("")].set_index(["indicateur", "annee", "perimetre_type", "modalite"])[
        "valeur"
    ]
    constants = valeurs.xs("epci_constant", level="perimetre_type")
    assert {cle[:2] for cle in constants.index} == {(code, ANNEE) for code in ("V01", "V02", "O01", "O02", "O04")}
    ensemble = valeurs.xs("epci", level="perimetre_type")
    assert 0 < constants["V01", ANNEE, ""] < ensemble["V01", ANNEE, ""]
    for code in ("O01", "O02"):
        autrement = ensemble[f"{code}S", ANNEE, "P9=perimetre_constant"]
        assert autrement == constants[code, ANNEE, ""] != ensemble[code, ANNEE, ""]


def test_un_secteur_se_compte_a_part(fabrique: Fabrique) -> None:
    """Of two communes, less a quarter that is a secteur of its own; one ended, and is no more; the rest is in none.

    A résidence of the first is of the secteur of the quarter, outside it as well.
    """
    avec = fabrique.quartiers()[0]
    lieux = [
        f"NORD,Nord,{COMMUNES[0]},,,,", f"NORD,Nord,{COMMUNES[1]},,,{ANNEE}-10-01,", f"QUARTIER,Quartier,,{avec},,,",
        f"ANCIEN,Ancien,{COMMUNES[2]},,,,{ANNEE}-06-30", f"QUARTIER,Quartier,{COMMUNES[0]},,R1,,",
    ]  # fmt: skip
    with (fabrique.projet.reference / "territory/secteurs.csv").open("a", encoding="utf-8") as secteurs:
        secteurs.writelines(f"{lieu},essai,L\n" for lieu in lieux)
    with (fabrique.projet.reference / "parameters/objectifs.csv").open("a", encoding="utf-8") as objectifs:
        objectifs.write(f"S1,CIA,1,{ANNEE}-01-01,,O13,epci,*,,,NORD,,20,,pct,plancher,,CIA,,essai,,FICTIF,\n")
    fabrique.relire()
    attendu, produit = oracle_de(fabrique), fabrique.compter()
    verifier(produit, attendu)
    fautes = objectifs_a_part.ecarts(produit, fabrique.projet.reference)
    assert not fautes, "\n".join(fautes[:20])
    siens = produit[produit["indicateur"].isin(["O13", "O14", "O15"])].set_index(["indicateur", "modalite"])
    ensemble = produit[produit["acteur_type"].eq("") & produit["perimetre_type"].eq("epci")].set_index("indicateur")
    for code, tout in (("O13", "O01"), ("O14", "O02"), ("O15", "O04")):
        comptes = siens.loc[code, ["numerateur", "denominateur"]]
        assert list(comptes.index) == ["NORD", "QUARTIER", "HORS_SECTEUR"]
        assert comptes.sum().tolist() == ensemble.loc[tout, ["numerateur", "denominateur"]].tolist()
    assert siens.loc[("O13", "NORD"), "resultat"] in ("atteint", "non_atteint")
    hors, dedans, tout = siens["denominateur"].xs("QUARTIER", level="modalite").loc[["O13", "O14", "O15"]]
    assert 0 < hors < tout and 0 < dedans < tout


@pytest.mark.parametrize("absente", ["residence", "est_en_qpv"])
def test_sans_la_colonne_qu_ils_demandent_rien_n_est_dit_des_secteurs(absente: str) -> None:
    """Were its leases counted in the commune, the figure would be wrong."""
    partie, comptes = {"residence": ((CENTRE, "", "R1"), [20, 30]), "est_en_qpv": (("", "QP1"), [30, 20])}[absente]
    lieux = Cadre(secteurs=(("NORD", CENTRE, ""), ("TOURS", *partie)))
    baux = bail(30, residence="R1"), en_qpv(20, categories_prioritaires="a")
    dits, sans = (chiffres("O15", exercice(attributions(*baux, sans=sans), cadre=lieux)) for sans in ((), (absente,)))
    assert dits["denominateur"].tolist() == comptes
    assert sans["modalite"].tolist() == ["NORD", "TOURS"] and sans["statut"].eq("non_calculable").all()
