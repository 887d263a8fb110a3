"""What the cotation adds to the sums that a reader knows: ranks gather deciles, groups gather landlords."""

from __future__ import annotations

import pandas as pd
from test_cases import EPCI, case, chiffre
from test_relations import somme, sommes, systeme

from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.regroupements import regroupements_declares, regroupements_des_systemes
from cil_analysis.secret.relations.structure import Regroupement, Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import Cadre, vraies_nomenclatures
from registres import PAR_CODE

STRUCTURE = Structure(
    regroupements=tuple(regroupements_des_systemes(Cadre().references(), pd.Timestamp(2022, 12, 31).date()))
)


def decile(rang: int) -> tuple[str, str]:
    return ("decile_score", f"D{rang}")


def ligne(code: str, n: float, d: float, *, modalite: str = "", bailleur: str = "") -> pd.DataFrame:
    return chiffre(code, EPCI, n, d, acteur=f"bailleur {bailleur}" if bailleur else "", modalite=modalite)


def test_un_rang_est_la_somme_de_ses_deciles() -> None:
    deciles = [ligne("C03", 10, 100, modalite=f"D{i}") for i in range(1, 11)]
    obtenues = sommes(systeme(*deciles, ligne("C04", 20, 100), ligne("C05", 10, 100), structure=STRUCTURE))
    bas, haut = ("rang_score", "BAS"), ("rang_score", "HAUT")
    assert somme(case(bas), case(decile(1)), case(decile(2))) in obtenues
    assert somme(case(haut), case(decile(10))) in obtenues


def test_un_groupe_est_la_somme_de_ses_bailleurs() -> None:
    """B1 tries the grid, B2 and B3 do not; a landlord that no table lists has no rows."""
    lignes = [ligne("C04", 5, 40, bailleur=b) for b in ("B1", "B2")]
    obtenues = sommes(systeme(*lignes, ligne("C08B", 5, 40), ligne("C09B", 5, 40), structure=STRUCTURE))
    bas = ("rang_score", "BAS")
    for groupe, bailleur in (("TESTEUR", "B1"), ("AUTRE", "B2")):
        du_groupe, du_bailleur = ("groupe_cotation", groupe), ("bailleur", bailleur)
        assert somme(case(du_groupe), case(du_bailleur)) in obtenues
        assert somme(case(du_groupe, bas), case(du_bailleur, bas)) in obtenues


def test_un_decile_masque_ne_se_retrouve_pas_par_son_rang() -> None:
    """Two households in the second decile: neither the low ranks, nor the others, give them back."""
    effectifs = {1: 30, 2: 2, 3: 20, 4: 20, 5: 20, 6: 20, 7: 20, 8: 20, 9: 20, 10: 20}
    total = sum(effectifs.values())
    cadres = {
        "C03": pd.concat([ligne("C03", n, total, modalite=f"D{i}") for i, n in effectifs.items()], ignore_index=True),
        "C04": ligne("C04", 32, total),
    }
    regles = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
    publiees = publier_ensemble([(PAR_CODE[c], t) for c, t in cadres.items()], {2022: regles}, {2022: STRUCTURE})
    deciles = publiees["C03"].donnees.set_index("modalite")["statut"]
    assert deciles["D2"] == "secret"
    bas = publiees["C04"].donnees["statut"].iloc[0]
    montres = deciles[deciles.eq("publie")].index
    assert bas == "secret" or "D1" not in montres, "32 low scores, 30 of them in the first decile"


def test_un_seuil_reunit_des_classes_et_en_coupe_une() -> None:
    """Classes of whole years, thresholds in months."""
    au_dela = ("A_4", "A_5_9", "A_10_PLUS")
    attendus = {36: (("A_3", *au_dela), ()), 40: (au_dela, ("A_3",)), 130: ((), ("A_10_PLUS",))}
    for mois, (entieres, coupees) in attendus.items():
        dits = regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": mois})
        assert Regroupement(("delai_anormal", "oui"), "anciennete", entieres, coupees) in list(dits)
    sans = list(regroupements_declares(vraies_nomenclatures(), {"mois_anormaux": None}))
    assert not any(groupe.classe[0] == "delai_anormal" for groupe in sans)
    assert Regroupement(("depot", "ANNEE"), "anciennete", ("MOINS_1",)) in sans
    assert Regroupement(("depot", "AVANT"), "anciennete", ("A_1", "A_2", "A_3", *au_dela)) in sans
