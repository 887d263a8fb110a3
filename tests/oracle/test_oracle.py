"""The product's figures against an independent implementation: plain SQL over the same stored rows (oracle_sql.py)."""

from __future__ import annotations

import objectifs_a_part
import pandas as pd
from conftest_oracle import EN_NOMBRE, oracle_de
from fabrication import ANNEE, Fabrique, verifier


def test_chaque_chiffre_d_une_annee_fabriquee_egale_celui_de_l_oracle(
    modele: Fabrique, sans_rien_changer: pd.DataFrame
) -> None:
    produit = modele.compter()
    verifier(produit, sans_rien_changer)
    fautes = objectifs_a_part.ecarts(produit, modele.projet.reference)
    assert not fautes, "\n".join(fautes[:20])
    # Rows that an objective makes: the oracle has more of them, and would not miss these.
    assert {f"{code}N" for code in EN_NOMBRE} <= set(produit["indicateur"])
    croises = produit[produit["perimetre_type"].eq("commune") & produit["acteur_type"].eq("bailleur")]
    assert {"O01", "O02", "O04", "O08"} <= set(croises["indicateur"])


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
