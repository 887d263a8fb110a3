"""Two bilans that stand side by side: what one masks of a year, the other does not give, tables of its own included."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import CLES
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.preuve.audit import Deduction
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.publies import lire_publications
from exemple_produit import DES_MENAGES, copier_l_exemple, publier_les_chiffres

ANNEES = (2021, 2022)


@pytest.fixture(scope="module")
def projet(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """Two years of the example, the bilan of one published, then that of the other beside it."""
    racine = tmp_path_factory.mktemp("bilans") / "projet"
    copie = copier_l_exemple(exemple, racine, ANNEES[0], ("flux", "occupation", "parc"), DES_MENAGES)
    for annee in ANNEES:
        publier_les_chiffres(copie, annee)
    return copie


def cles(lignes: pd.DataFrame, statut: str) -> set[tuple[object, ...]]:
    return set(lignes.loc[lignes["statut"].eq(statut), CLES].itertuples(index=False, name=None))


def test_ce_qu_un_bilan_masque_d_une_annee_le_suivant_ne_le_montre_pas(projet: Projet) -> None:
    premier, second = (lire_publications(projet)[annee] for annee in ANNEES)
    masquees = cles(premier[premier["annee"].eq(ANNEES[0])], "secret")
    assert len(masquees) > 100
    assert masquees & cles(second, "publie") == set()


@pytest.mark.parametrize("bilan", ANNEES)
def test_rien_ne_se_deduit_de_deux_bilans(projet: Projet, bilan: int) -> None:
    """The tables that the first bilan alone has, of its last year, are asked for when the second is read."""
    deductions = prouver(References(projet), bilan, precis=False)
    assert [d for d in deductions if not d.protegee] == []
    assert du_premier_seul(deductions, lire_publications(projet))


def du_premier_seul(deductions: list[Deduction], bilans: dict[int, pd.DataFrame]) -> list[Deduction]:
    """What is asked for in tables of the first year that the second bilan does not have."""
    premier, second = (set(bilans[a].loc[bilans[a]["annee"].eq(ANNEES[0]), "indicateur"]) for a in ANNEES)
    return [d for d in deductions if d.annee == ANNEES[0] and set(d.tables) & (premier - second)]
