"""The bilan of the gestion en flux at import: what is told once, in several ways, or contradicts itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd
import pytest
from conftest_extraits import preparateur

from cil_analysis.extraits.preparation import Tri
from cil_analysis.reference.ensemble import References


@pytest.fixture
def importer(references_communes: References) -> Callable[..., Tri]:
    return preparateur(references_communes, "flux")


def ligne(reservataire: str = "Action Logement", bailleur: str = "LMH", **cellules: str) -> dict[str, str]:
    return {"bailleur": bailleur, "reservataire": reservataire} | cellules


def regles(tri: Tri) -> set[tuple[str, str]]:
    return set(zip(tri.anomalies["colonne"], tri.anomalies["regle"], strict=True))


def nombres(valeurs: Iterable[object]) -> list[float | None]:
    return [None if pd.isna(v) else float(str(v)) for v in valeurs]


def test_ce_que_le_bailleur_repete_est_garde(importer: Callable[..., Tri]) -> None:
    tri = importer(
        ligne(base_previsionnelle="400", nb_attribues="10"),
        ligne("Collectivités", base_previsionnelle="400", nb_attribues="5"),
    )
    assert tri.anomalies.empty
    assert nombres(tri.donnees["base_previsionnelle"]) == [400, 400]


def test_une_base_dite_de_deux_facons_n_est_pas_retenue(importer: Callable[..., Tri]) -> None:
    tri = importer(
        ligne(base_previsionnelle="400", nb_attribues="10"),
        ligne("Collectivités", base_previsionnelle="410", nb_attribues="5"),
        ligne("Collectivités", "SH", base_previsionnelle="90", nb_attribues="5"),
    )
    assert regles(tri) == {("base_previsionnelle", "contradiction")}
    assert nombres(tri.donnees["base_previsionnelle"]) == [None, None, 90]


def test_une_base_qui_n_est_pas_la_somme_de_ses_parties_est_signalee(importer: Callable[..., Tri]) -> None:
    parties = {"nb_liberations_prevues": "380", "nb_mises_en_service_prevues": "40"}
    soustraits = ligne("", motif_soustraction="Mutation", nb_soustraits_prevus="30", **parties)
    juste = importer(ligne(base_previsionnelle="390", nb_attribues="10"), soustraits)
    assert juste.anomalies.empty
    fausse = importer(ligne(base_previsionnelle="400", nb_attribues="10"), soustraits)
    assert regles(fausse) == {("base_previsionnelle", "base")}
    message = fausse.anomalies["message"].iloc[0]
    assert "(400)" in message and "(390 = libérations" in message
    assert nombres(fausse.donnees["base_previsionnelle"])[0] == 400, "what the landlord writes prevails"


def test_des_soustraits_repetes_ou_contradictoires(importer: Callable[..., Tri]) -> None:
    def faire(second: str) -> Tri:
        return importer(
            ligne(motif_soustraction="Mutation", nb_soustraits="12"),
            ligne("Collectivités", motif_soustraction="Mutation", nb_soustraits=second),
            ligne("Collectivités", motif_soustraction="Vente", nb_soustraits="3"),
        )

    assert faire("12").anomalies.empty
    assert nombres(faire("14").donnees["nb_soustraits"]) == [None, None, 3]


def test_des_soustraits_ne_se_ventilent_pas(importer: Callable[..., Tri]) -> None:
    tri = importer(ligne(motif_soustraction="Mutation", typologie="T2", nb_soustraits="12"))
    assert regles(tri) == {("nb_soustraits", "ventilation")}
    assert nombres(tri.donnees["nb_soustraits"]) == [None]


def test_deux_ventilations_du_meme_total(importer: Callable[..., Tri]) -> None:
    tri = importer(
        ligne(nb_proposes="30", nb_attribues="20"),
        ligne(typologie="T2", nb_proposes="18", nb_attribues="12"),
        ligne(typologie="NC", nb_proposes="12", nb_attribues="8"),
        ligne(financement="PLUS", est_en_qpv="Oui", nb_proposes="30", nb_attribues="20"),
    )
    assert tri.rejetees == {}
    ventilations = [None if pd.isna(v) else v for v in tri.donnees["ventilation"]]
    assert ventilations == [None, "TYPOLOGIE", "TYPOLOGIE", "QPV;FINANCEMENT"]


def test_une_ventilation_qui_ne_retrouve_pas_le_total_est_rejetee(importer: Callable[..., Tri]) -> None:
    tri = importer(
        ligne(nb_proposes="30", nb_attribues="20"),
        ligne(typologie="T2", nb_proposes="18", nb_attribues="12"),
        ligne(typologie="T3", nb_proposes="12", nb_attribues="7"),
        ligne(financement="PLUS", nb_proposes="30", nb_attribues="20"),
        ligne("Collectivités", typologie="T3", nb_proposes="4", nb_attribues="4"),
    )
    assert tri.rejetees == {"La ventilation ne retrouve pas le total": 2}
    assert nombres(tri.donnees["nb_attribues"]) == [20, 20, 4]


def test_une_ligne_deux_fois_est_un_doublon(importer: Callable[..., Tri]) -> None:
    un = ligne(typologie="T2", nb_proposes="18", nb_attribues="12")
    tri = importer(un, un, un | {"typologie": "T3"})
    assert (tri.doublons, tri.rejetees) == ({"ligne identique": 1}, {})


def test_plus_d_attribues_que_de_proposes(importer: Callable[..., Tri]) -> None:
    tri = importer(ligne(nb_proposes="3", nb_attribues="4"), ligne("Collectivités", nb_proposes="", nb_attribues="4"))
    assert regles(tri) == {("nb_attribues", "contradiction"), ("nb_proposes", "absente")}
    assert len(tri.donnees) == 2
