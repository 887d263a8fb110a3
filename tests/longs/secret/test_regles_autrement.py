"""What two other counting rules change together, against pandas on the rows; of one, its masks: test_cli_exemple.py."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis import Projet as ProjetExplore
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import lire_choix
from cil_analysis.secret.variantes import comparer_les_regles

ANNEE = 2022


def par_bailleur(table: pd.DataFrame) -> pd.DataFrame:
    """O01 of the whole and of each landlord, by its code (« » of the whole)."""
    siennes = table[table["indicateur"].eq("O01") & table["perimetre_type"].eq("epci")]
    return siennes[siennes["acteur_type"].isin(["", "bailleur"])].set_index("acteur_code")


def test_chaque_chiffre_est_celui_des_lignes(un_an: Projet) -> None:
    baux = ProjetExplore(un_an.racine).attributions(ANNEE, classes=True)
    baux = baux[baux["situation_qpv"].eq("HORS_QPV") & baux["est_dans_le_champ"]]
    vises = baux["quartile"].eq("Q1") | baux["est_relogement_ru"].fillna(False)
    gardes = ~baux["est_mutation_interne"].fillna(False) & (baux["revenu_uc_annuel_eur"].notna() | vises)
    references = References(un_an)
    regles = {texte: dict([lire_choix(references, texte)]) for texte in ("P3=hors_mutations", "P8=exclues")}
    table = par_bailleur(comparer_les_regles(un_an, references, ANNEE, regles, interne=True))
    assert len(table) > 1 and gardes.sum() < len(baux)
    for code, ligne in table.iterrows():
        siens = pd.Series(True, baux.index) if code == "" else baux["bailleur"].eq(code)
        assert ligne["valeur"] == pytest.approx(100 * vises[siens].mean())
        assert ligne["valeur_selon_regle"] == pytest.approx(100 * vises[siens & gardes].mean())
        assert ligne["difference"] == pytest.approx(ligne["valeur_selon_regle"] - ligne["valeur"])
