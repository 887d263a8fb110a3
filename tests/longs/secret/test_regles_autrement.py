"""What other counting rules change: the call itself, against pandas on the rows, one rule and two together."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis import Projet as ProjetExplore
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import lire_choix
from cil_analysis.secret.variantes import COLONNES, comparer_les_regles

ANNEE = 2022


def lues(projet: Projet, *textes: str, interne: bool) -> pd.DataFrame:
    references = References(projet)
    regles = {texte: dict([lire_choix(references, texte)]) for texte in textes}
    return comparer_les_regles(projet, references, ANNEE, regles, interne=interne)


def par_bailleur(table: pd.DataFrame) -> pd.DataFrame:
    """O01 of the whole and of each landlord, by its code (« » of the whole)."""
    siennes = table[table["indicateur"].eq("O01") & table["perimetre_type"].eq("epci")]
    return siennes[siennes["acteur_type"].isin(["", "bailleur"])].set_index("acteur_code")


@pytest.mark.parametrize(
    ("textes", "sans_mutations", "sans_revenu"),
    [
        (("P3=hors_mutations",), True, False),
        (("P8=exclues",), False, True),
        (("P3=hors_mutations", "P8=exclues"), True, True),
    ],
)
def test_chaque_chiffre_est_celui_des_lignes(
    un_an: Projet, textes: tuple[str, ...], sans_mutations: bool, sans_revenu: bool
) -> None:
    baux = ProjetExplore(un_an.racine).attributions(ANNEE, classes=True)
    baux = baux[baux["situation_qpv"].eq("HORS_QPV") & baux["est_dans_le_champ"]]
    vises = baux["quartile"].eq("Q1") | baux["est_relogement_ru"].fillna(False)
    gardes = pd.Series(True, baux.index)
    if sans_mutations:
        gardes &= ~baux["est_mutation_interne"].fillna(False)
    if sans_revenu:
        gardes &= baux["revenu_uc_annuel_eur"].notna() | vises
    table = par_bailleur(lues(un_an, *textes, interne=True))
    assert len(table) > 1 and gardes.sum() < len(baux)
    for code, ligne in table.iterrows():
        siens = pd.Series(True, baux.index) if code == "" else baux["bailleur"].eq(code)
        assert ligne["valeur"] == pytest.approx(100 * vises[siens].mean())
        assert ligne["valeur_selon_regle"] == pytest.approx(100 * vises[siens & gardes].mean())
        assert ligne["difference"] == pytest.approx(ligne["valeur_selon_regle"] - ligne["valeur"])


def test_ce_qui_est_masque_ne_dit_aucun_des_deux_chiffres(un_an: Projet) -> None:
    table = lues(un_an, "P3=hors_mutations", interne=False)
    bilan = pd.read_csv(un_an.rapports / str(ANNEE) / "indicateurs.csv", keep_default_na=False, dtype="str")
    assert list(table.columns) == COLONNES
    masquees = table["statut"].eq("secret")
    assert masquees.any() and table.loc[masquees, ["valeur", "valeur_selon_regle", "difference"]].isna().all(axis=None)
    cles = [c for c in COLONNES if c in bilan.columns and c not in ("valeur", "unite", "statut")]
    publies = table.astype(dict.fromkeys(cles, "str")).merge(bilan, on=cles, suffixes=("", "_du_bilan"))
    assert len(publies) == len(table)
    assert publies.loc[publies["statut_du_bilan"].eq("secret"), "statut"].eq("secret").all()
