"""The rows of the OPS at import: a limit that is not known is no whole commune."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from cil_analysis.extracts.anomalies import Registre
from cil_analysis.extracts.preparation import Tri, preparer
from cil_analysis.reference.ensemble import References


@pytest.fixture
def importer(references_communes: References) -> Callable[..., Tri]:
    """Prepare rows given as dicts of canonical text cells."""

    def faire(*lignes: dict[str, str]) -> Tri:
        texte = pd.DataFrame(lignes).fillna("").astype("str")
        origine = pd.DataFrame({"fichier": "ops.csv", "feuille": "", "ligne": range(2, len(lignes) + 2)})
        return preparer(
            texte,
            Registre(origine),
            references_communes.dictionnaires["occupation"],
            references_communes,
            annee=2022,
            aujourd_hui=date(2023, 3, 1),
            cle=b"k" * 32,
            connus={},
        )

    return faire


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


def test_une_ligne_sans_limite_reste_toute_la_commune(importer) -> None:
    tri = importer({"commune_insee": "72181", "nb_menages": "900", "qpv": "", "bailleur": "-", "est_en_qpv": ""})
    assert tri.donnees["nb_menages"].tolist() == [900]
    assert not tri.rejetees
