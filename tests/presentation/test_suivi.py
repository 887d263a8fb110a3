"""The follow-up of the objectives: every one in force, in words, from published figures alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from rapports import REFERENCES, rapport
from tables_publiees import table

from cil_analysis.disclosure import published
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation.effort import Effort
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.suivi import (
    SuiviDesObjectifs,
    attributions_attendues,
    cible_de,
    effort_en_mots,
    suivre_objectifs,
)
from cil_analysis.reference.objectives import COLONNES
from cil_analysis.reference.parameters import Parametre, Parametres, ValeurDatee
from messages import exiger_un_remede, lisible

VIDE: dict[str, Any] = dict.fromkeys(COLONNES, "") | {
    "date_effet": pd.NaT, "date_fin": pd.NaT, "indicateur": "O01", "perimetre_type": "epci", "perimetre_code": "*",
    "valeur": 25.0, "valeur_max": float("nan"), "tolerance": 0.0, "unite": "pct", "sens": "plancher", "origine": "loi",
}  # fmt: skip


class Autres:
    """The repository's references, with other objectives and parameters."""

    def __init__(self, objectifs: pd.DataFrame, parametres: Parametres) -> None:
        self.objectifs, self.parametres = objectifs, parametres

    def __getattr__(self, nom: str) -> Any:
        return getattr(REFERENCES, nom)


def suivi(
    lignes: list[dict[str, Any]], *objectifs: dict[str, Any], attendues: int | None = None, attributions: int = 1000
) -> SuiviDesObjectifs:
    table_objectifs = pd.DataFrame([VIDE | {"id": f"X{i}"} | o for i, o in enumerate(objectifs)])
    table_objectifs = table_objectifs.astype({"date_effet": "datetime64[us]", "date_fin": "datetime64[us]"})
    r = rapport({"V01": [{"numerateur": attributions}]})
    references = Autres(table_objectifs, REFERENCES.parametres)
    publiee = table("pct", lignes, "O01")
    suivie = PublishedTable(replace(publiee.indicateur, a_objectif=True), publiee.donnees, published._SCEAU)
    publication = replace(r.publication, tables={**r.publication.tables, "O01": suivie})
    return suivre_objectifs(Rapport(r.projet, references, publication), attendues)  # type: ignore[arg-type]


LIGNE = {"numerateur": 200, "denominateur": 790, "cible": 25, "sens": "plancher", "ecart": 0.316,
         "menages_manquants": 0, "resultat": "atteint"}  # fmt: skip


def test_un_objectif_et_ce_qu_il_faudrait() -> None:
    lu = suivi([LIGNE], {}, attendues=1200)
    (seul,) = lu.suivis
    assert (seul.portee, seul.objectif, seul.chiffre) == ("Le Mans Métropole", "au moins 25\u202f%", "25,3\u202f%")
    assert (seul.ecart, seul.manque, seul.resultat) == ("+0,3\u00a0point", "0", "atteint")
    assert seul.effort == "37 des\u00a0158"  # 200 + 37 over 790 + 158
    assert lu.attributions == 1000 and not lu.a_renseigner and not lu.sans_chiffre
    assert suivi([LIGNE], {}).suivis[0].effort == "" and suivi([LIGNE], {}, attendues=1000).suivis[0].effort == ""


def test_une_figure_masquee_ne_dit_que_s() -> None:
    (seul,) = suivi([LIGNE | {"numerateur": 2}], {}, attendues=1200).suivis
    assert (seul.chiffre, seul.ecart, seul.manque, seul.resultat, seul.effort) == ("s", "s", "s", "s", "")
    assert seul.objectif == "au moins 25\u202f%", "the commitment is public"
    lu = suivi([LIGNE], {}, attendues=1200, attributions=3)
    assert lu.attributions is None and lu.suivis[0].effort == ""


def test_ce_qui_est_a_renseigner_ou_sans_chiffre_est_a_part() -> None:
    lu = suivi(
        [LIGNE],
        {"valeur": float("nan"), "acteur_type": "reservataire", "acteur_code": "PPRIOR"},
        {"perimetre_type": "commune"},
        {"date_fin": pd.Timestamp(2021, 12, 31), "perimetre_type": "qpv"},
    )
    assert not lu.suivis
    assert [lisible(x) for x in lu.a_renseigner] == ["O01, Réservataire : État, publics prioritaires (X0)"]
    assert lu.sans_chiffre == ("O01, Chaque commune (X1)",)


@pytest.mark.parametrize(
    ("objectif", "mots"),
    [
        ({}, "au moins 25 %"),
        ({"valeur": 12.5, "sens": "plafond"}, "au plus 12,5 %"),
        ({"valeur": 20.0, "valeur_max": 30.0, "sens": "intervalle"}, "entre 20 et 30 %"),
        ({"valeur": 120.0, "unite": "nombre"}, "au moins 120 ménages"),
        ({"valeur": 100.0, "valeur_max": 120.0, "sens": "intervalle", "unite": "nombre"}, "entre 100 et 120 ménages"),
        ({"tolerance": 2.0}, "au moins 25 %, à 2,0 points près"),
        ({"valeur": 120.0, "unite": "nombre", "tolerance": 1.0}, "au moins 120 ménages, à 1 ménage près"),
    ],
)
def test_la_cible_en_mots(objectif: dict[str, Any], mots: str) -> None:
    assert lisible(cible_de(VIDE | objectif)) == mots


PLAFOND, INTERVALLE = {"sens": "plafond"}, {"sens": "intervalle", "valeur_max": 30.0}


@pytest.mark.parametrize(
    ("effort", "objectif", "mots"),
    [
        (Effort(1210, 37, 1210), {}, "37 des 1 210"),
        (Effort(1, 1, 1), {}, "1 sur 1"),
        (Effort(210, 0, 12), PLAFOND, "au plus 12 des 210"),
        (Effort(210, 5, 12), INTERVALLE, "5 à 12 des 210"),
        (Effort(210, 5, 5), INTERVALLE, "5 des 210"),
        (Effort(210, None, None), {}, "hors d’atteinte"),
    ],
)
def test_l_effort_en_mots(effort: Effort, objectif: dict[str, Any], mots: str) -> None:
    assert lisible(effort_en_mots(effort, VIDE | objectif)) == mots


@pytest.fixture
def prevision() -> Callable[..., Rapport]:
    def faire(valeur: object, annee: int = 2022) -> Rapport:
        nom = "previsions.attributions_attendues"
        datees = (ValeurDatee(date(annee, 1, 1), valeur, (), "L"),)
        parametres = Parametres({**REFERENCES.parametres, nom: Parametre(nom, nom, "", datees, (), {})})
        r = rapport({"V01": [{"numerateur": 1000}]})
        return Rapport(r.projet, Autres(REFERENCES.objectifs, parametres), r.publication)  # type: ignore[arg-type]

    return faire


def test_une_prevision_ne_vaut_que_pour_son_annee(prevision: Callable[..., Rapport]) -> None:
    assert attributions_attendues(prevision(1200)) == 1200
    assert attributions_attendues(prevision(1200, 2021)) is None
    assert attributions_attendues(prevision(None)) is None
    assert attributions_attendues(rapport({})) is None, "« à renseigner » as delivered"
    for faux in ("beaucoup", 0, True, 12.5):
        with pytest.raises(ErreurCIL) as refus:
            attributions_attendues(prevision(faux))
        exiger_un_remede(refus.value, "attributions_attendues")


def test_une_commune_et_un_bailleur_sont_nommes() -> None:
    croise = {"perimetre_type": "commune", "perimetre_code": "72181", "acteur_type": "bailleur", "acteur_code": "*"}
    ligne = LIGNE | {"perimetre_type": "commune", "perimetre_code": "72181", "acteur_type": "bailleur",
                     "acteur_code": "LMH"}  # fmt: skip
    (seul,) = suivi([ligne], croise).suivis
    assert lisible(seul.portee) == "Commune : Le Mans · Bailleur : Le Mans Métropole Habitat"
