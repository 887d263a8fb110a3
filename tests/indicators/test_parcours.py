"""R01, R02, R02M: radiations, and dwellings that applicants refuse."""

from __future__ import annotations

import pandas as pd
import pytest

from cil_analysis.indicators.exercice import Exercice
from fabrique import (
    BOURG,
    CENTRE,
    HAMEAU,
    attributions,
    bail,
    bailleur,
    chiffres,
    commune,
    exercice,
    extrait,
    fraction,
    ligne,
    proposition,
    radiation,
    reservataire,
)

LE_REFUS = pd.Timestamp(2022, 6, 1)
PROPOSITIONS = (
    proposition(4),
    proposition(1, decision="ATTRIBUTION_RANG", motif_refus_demandeur="PRIX", date_refus_demandeur=LE_REFUS),
    proposition(1, decision="ATTRIBUTION_CONDITION", date_refus_demandeur=LE_REFUS, commune_insee=BOURG, bailleur="B2"),
    proposition(2, motif_refus_demandeur="TAILLE", bailleur=None, reservataire="COLTER"),
    # The commission did not allocate these: what the applicant says of them does not count.
    proposition(3, decision="NON_ATTRIBUTION", motif_refus_demandeur="PRIX"),
    proposition(1, decision="REJET", commune_insee=BOURG),
    proposition(1, decision="AJOURNEMENT", date_refus_demandeur=LE_REFUS),
    proposition(2, decision=None, motif_refus_demandeur="PRIX", bailleur="B3"),
)


def _radiations(*groupes: list[dict[str, object]]) -> Exercice:
    return exercice(attributions(bail(1)), radiations=extrait("radiations", *groupes))


def _propositions(*groupes: list[dict[str, object]], sans: tuple[str, ...] = ()) -> Exercice:
    return exercice(attributions(bail(1)), propositions=extrait("propositions", *groupes, sans=sans))


def test_r01_une_demande_reactivee_n_est_pas_radiee() -> None:
    ex = _radiations(
        radiation(3, motif_radiation="RADATT"), radiation(2), radiation(1, motif_radiation=None),
        radiation(4, motif_radiation="DERADIATION"),
    )  # fmt: skip
    table = chiffres("R01", ex)
    assert {m: fraction(table, modalite=m) for m in ("RADATT", "RADREN", "RADABA", "NR")} == {
        "RADATT": (3, 6), "RADREN": (2, 6), "RADABA": (0, 6), "NR": (1, 6),
    }  # fmt: skip
    assert fraction(table, modalite="DERADIATION") == (0, 6)
    assert table["valeur"].sum() == pytest.approx(100) and table["perimetre_type"].eq("epci").all()


def test_r02_ce_que_les_demandeurs_refusent_de_ce_qui_leur_est_attribue() -> None:
    table = chiffres("R02", _propositions(*PROPOSITIONS))
    assert fraction(table) == (4, 8) and ligne(table)["valeur"] == 50
    assert fraction(table, **commune(CENTRE)) == (3, 7)
    assert fraction(table, **commune(BOURG)) == (1, 1)
    assert ligne(table, **commune(HAMEAU))["statut"] == "non_calculable"
    assert [fraction(table, **bailleur(b)) for b in ("B1", "B2", "NR")] == [(1, 5), (1, 1), (2, 2)]
    assert ligne(table, **bailleur("B3"))["statut"] == "non_calculable", "it proposes, and nobody decided"
    assert [fraction(table, **reservataire(r)) for r in ("COLTER", "AUCUN")] == [(2, 2), (2, 6)]


def test_r02_les_acteurs_sont_ceux_des_propositions() -> None:
    """A landlord of the leases that proposed nothing has no row, and one that only proposes has its own."""
    ex = exercice(attributions(bail(3)), propositions=extrait("propositions", proposition(2, bailleur="B2")))
    table = chiffres("R02", ex)
    assert table.loc[table["acteur_type"].eq("bailleur"), "acteur_code"].tolist() == ["B2"]


def test_r02m_les_motifs_des_refus() -> None:
    """A refusal that has a date and no reason is « non renseigné »."""
    table = chiffres("R02M", _propositions(*PROPOSITIONS))
    assert {m: fraction(table, modalite=m) for m in ("PRIX", "TAILLE", "ETAT", "NR")} == {
        "PRIX": (1, 4), "TAILLE": (2, 4), "ETAT": (0, 4), "NR": (1, 4),
    }  # fmt: skip
    assert table["valeur"].sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("sans", "attendu"), [(("date_refus_demandeur",), (3, 8)), (("motif_refus_demandeur",), (2, 8))]
)
def test_r02_une_date_ou_un_motif_dit_le_refus(sans: tuple[str, ...], attendu: tuple[int, int]) -> None:
    assert fraction(chiffres("R02", _propositions(*PROPOSITIONS, sans=sans))) == attendu


@pytest.mark.parametrize(
    ("code", "sans"),
    [
        ("R02", ("decision",)),
        ("R02", ("motif_refus_demandeur", "date_refus_demandeur")),
        ("R02M", ("motif_refus_demandeur",)),
    ],
)
def test_r02_sans_de_quoi_connaitre_les_refus(code: str, sans: tuple[str, ...]) -> None:
    table = chiffres(code, _propositions(*PROPOSITIONS, sans=sans))
    assert table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)


@pytest.mark.parametrize("code", ["R01", "R02", "R02M", "Q01R", "Q01P"])
def test_sans_leur_extrait_rien_n_est_nul(code: str) -> None:
    table = chiffres(code, exercice(attributions(bail(3))))
    assert not table.empty and table["statut"].eq("non_calculable").all()
    assert table[["numerateur", "denominateur", "valeur"]].isna().all(axis=None)
    assert table["acteur_type"].eq("").all(), "nobody knows whose rows these would be"
