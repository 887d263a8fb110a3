"""The rows of the OPS at import: a limit that is not known is no whole commune."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest_extraits import preparateur

from cil_analysis.extraits.anomalies import REGLES
from cil_analysis.extraits.preparation import Tri
from cil_analysis.reference.ensemble import References


@pytest.fixture
def importer(references_communes: References) -> Callable[..., Tri]:
    return preparateur(references_communes, "occupation")


@pytest.mark.parametrize(
    ("limite", "libelle"),
    [
        ({"qpv": "Quartier inconnu"}, "Quartier prioritaire"),
        ({"qpv": "Quartier inconnu", "est_en_qpv": "oui"}, "Quartier prioritaire"),
        ({"bailleur": "Bailleur inconnu"}, "Bailleur"),
        ({"est_en_qpv": "peut-être"}, "Ligne limitée à un QPV"),
    ],
)
def test_une_limite_inconnue_n_est_pas_toute_la_commune(importer, limite: dict[str, str], libelle: str) -> None:
    tri = importer(
        {"commune_insee": "72181", "nb_menages": "40"} | limite,
        {"commune_insee": "72181", "nb_menages": "900"},
    )
    assert tri.donnees["nb_menages"].tolist() == [900]
    assert tri.rejetees == {f"« {libelle} » : valeur non reconnue": 1}
    assert not tri.doublons
    assert set(tri.anomalies["regle"]) <= set(REGLES), "each has its words"


def test_des_pour_cent_mis_pour_des_effectifs_sont_signales(importer) -> None:
    """They add up to 100, of more households: counts that happen to are those of a hundred households."""
    bornes = ("moins_30", "30_39", "40_49", "50_64", "65_plus")
    parts = dict(zip([f"nb_titulaires_{b}" for b in bornes], ["10", "20", "25", "25", "19"], strict=True))
    ensembles = (
        {"commune_insee": "72181", "nb_menages": "900"},
        {"commune_insee": "72003", "nb_menages": "100"},
        {"commune_insee": "72008", "nb_menages": "900", "nb_titulaires_65_plus": "320"},
    )
    tri = importer(*(parts | ensemble for ensemble in ensembles))
    assert tri.constats == {"pour_cent": 1} and len(tri.donnees) == 3
    assert tri.anomalies.loc[tri.anomalies["regle"].eq("pour_cent"), "ligne"].tolist() == [2]


def test_une_ligne_sans_limite_reste_toute_la_commune(importer) -> None:
    tri = importer({"commune_insee": "72181", "nb_menages": "900", "qpv": "", "bailleur": "-", "est_en_qpv": ""})
    assert tri.donnees["nb_menages"].tolist() == [900]
    assert not tri.rejetees
