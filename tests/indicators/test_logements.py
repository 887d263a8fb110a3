"""L01, L01D, L01T, L02: which dwellings are allocated, and which are asked for."""

from __future__ import annotations

import pytest

from fabrique import attributions, bail, chiffres, demandes, en_qpv, exercice, fraction, ligne, vraies_nomenclatures


def test_l01_le_type_attribue_et_celui_demande() -> None:
    baux = attributions(bail(3), bail(1, typologie="T1"), en_qpv(4, typologie="T3"), bail(2, typologie=None))
    ex = exercice(baux, demandes(bail(6, typologie="T3"), bail(2, typologie=None)))
    l01, l01d = chiffres("L01", ex), chiffres("L01D", ex)
    classes = ["T1", "T2", "T3", "NR"]
    assert [fraction(l01, modalite=m) for m in classes] == [(1, 10), (3, 10), (4, 10), (2, 10)]
    assert [fraction(l01, perimetre_type="hors_qpv", modalite=m) for m in classes] == [(1, 6), (3, 6), (0, 6), (2, 6)]
    assert [fraction(l01, perimetre_type="en_qpv", modalite=m) for m in classes] == [(0, 4), (0, 4), (4, 4), (0, 4)]
    assert l01d["modalite"].tolist() == classes and l01d["perimetre_type"].eq("epci").all()
    assert [fraction(l01d, modalite=m) for m in classes] == [(0, 8), (0, 8), (6, 8), (2, 8)]


def test_l01t_la_pression_de_chaque_type() -> None:
    ex = exercice(attributions(bail(3), bail(1, typologie=None)), demandes(bail(6), bail(2, typologie="T1")))
    table = chiffres("L01T", ex)
    assert ligne(table, modalite="T2")["valeur"] == 2 and fraction(table, modalite="T2") == (6, 3)
    assert fraction(table, modalite="NR") == (0, 1) and ligne(table, modalite="NR")["valeur"] == 0
    assert fraction(table, modalite="T1") == (2, 0) and ligne(table, modalite="T1")["statut"] == "non_calculable"
    assert table["unite"].eq("ratio").all()


def test_l01t_demande_le_type_des_deux_extraits() -> None:
    sans_type = ("typologie",)
    for ex in (
        exercice(attributions(bail(3), sans=sans_type), demandes(bail(6))),
        exercice(attributions(bail(3)), demandes(bail(6), sans=sans_type)),
    ):
        assert chiffres("L01T", ex)["statut"].eq("non_calculable").all()


@pytest.mark.parametrize(
    ("code", "colonne", "nomenclature", "valeurs"),
    [
        ("L02", "financement", "financements", ["PLAI", "PLUS", "PLUS", "PLI", None]),
        ("L02P", "periode_construction", "periodes_construction", ["AVANT_1946", "1971_1990", "1971_1990", None, None]),
        ("L02C", "type_construction", "types_construction", ["C", "C", "C", "I", None]),
    ],
)
def test_l02_chaque_classe(code: str, colonne: str, nomenclature: str, valeurs: list[str | None]) -> None:
    """The financings that rule P4 leaves out of the objectives are counted here."""
    lignes = [bail(1, **{colonne: v}) for v in valeurs]
    table = chiffres(code, exercice(attributions(*lignes, en_qpv(2, **{colonne: valeurs[0]}))))
    classes = [*vraies_nomenclatures()[nomenclature].codes(), "NR"]
    assert table.loc[table["perimetre_type"].eq("epci"), "modalite"].tolist() == classes
    for classe in classes:
        n = valeurs.count(None if classe == "NR" else classe)
        assert fraction(table, perimetre_type="hors_qpv", modalite=classe) == (n, 5)
        dedans = 2 if classe == valeurs[0] else 0
        assert fraction(table, perimetre_type="en_qpv", modalite=classe) == (dedans, 2)
        assert fraction(table, modalite=classe) == (n + dedans, 7)
    sans = chiffres(code, exercice(attributions(*lignes, sans=(colonne,))))
    assert sans["statut"].eq("non_calculable").all()
