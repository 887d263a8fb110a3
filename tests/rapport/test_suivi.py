"""The follow-up of the objectives: every one in force, in words, from published figures alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from rapports import REFERENCES, avec, rapport
from tables_publiees import table

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport import suivi
from cil_analysis.rapport.effort import attributions_attendues
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.parametres import Parametre, Parametres, ValeurDatee
from cil_analysis.reference.tables import schemas
from cil_analysis.secret import table_publiee as published
from cil_analysis.secret.table_publiee import PublishedTable
from messages import exiger_un_remede, lisible
from page_lue import arbre

VIDE: dict[str, Any] = dict.fromkeys(schemas()["parameters/objectifs"].colonnes, "") | {
    "date_effet": pd.NaT, "date_fin": pd.NaT, "indicateur": "O01", "perimetre_type": "epci", "perimetre_code": "*",
    "valeur": 25.0, "valeur_max": float("nan"), "tolerance": 0.0, "unite": "pct", "sens": "plancher", "origine": "loi",
}  # fmt: skip


def publies(lignes: list[dict[str, Any]], *objectifs: dict[str, Any]) -> Rapport:
    """O01 of a report, and the objectives of its project."""
    table_objectifs = pd.DataFrame([VIDE | {"id": f"X{i}"} | o for i, o in enumerate(objectifs)])
    table_objectifs = table_objectifs.astype({"date_effet": "datetime64[us]", "date_fin": "datetime64[us]"})
    r = rapport({})
    publiee = table("pct", lignes, "O01")
    suivie = PublishedTable(replace(publiee.indicateur, a_objectif=True), publiee.donnees, published._SCEAU)
    publication = replace(r.publication, tables={**r.publication.tables, "O01": suivie})
    return avec(replace(r, publication=publication), objectifs=table_objectifs)


LIGNE = {"numerateur": 200, "denominateur": 790, "cible": 25, "sens": "plancher", "ecart": 0.316,
         "menages_manquants": 0, "resultat": "atteint"}  # fmt: skip
CHIFFRES = {"Pour": "pour", "Objectif": "objectif", "Chiffre": "valeur", "Écart": "ecart",
            "Manquants": "menages_manquants", "Résultat": "resultat"}  # fmt: skip


def montre(r: Rapport) -> list[list[str]]:
    """The rows of the table of the followed objectives."""
    lignes = arbre(r.tableau_de(suivi.suivis(r), "Suivi", CHIFFRES).html).un("tbody").tous("tr")
    return [[lisible(c.texte) for c in (ligne.un("th"), *ligne.tous("td"))] for ligne in lignes]


def test_un_objectif_est_montre_dans_son_unite() -> None:
    assert montre(publies([LIGNE], {})) == [
        ["Le Mans Métropole", "au moins 25 %", "25,3 %", "+0,3 point", "0", "atteint"],
    ]  # fmt: skip


def test_une_figure_masquee_ne_dit_que_s() -> None:
    r = publies([LIGNE | {"numerateur": 2}], {})
    assert montre(r) == [["Le Mans Métropole", "au moins 25 %", *["s"] * 4]], "the commitment is public"
    assert suivi.suivis(r)[["valeur", "ecart", "numerateur", "menages_manquants"]].isna().all(axis=None)


def test_ce_qui_n_est_pas_suivi_est_en_vigueur() -> None:
    r = publies(
        [LIGNE],
        {"valeur": float("nan"), "acteur_type": "reservataire", "acteur_code": "PPRIOR"},
        {"perimetre_type": "commune"},
        {"date_fin": pd.Timestamp(2021, 12, 31), "perimetre_type": "qpv"},
    )
    assert suivi.suivis(r).empty and r.tableau_de(suivi.suivis(r), "Suivi", CHIFFRES).html == ""
    vigueur = suivi.en_vigueur(r)
    assert [lisible(x) for x in vigueur["pour"]] == ["Réservataire : État, publics prioritaires", "Chaque commune"]
    assert [lisible(x) for x in vigueur["objectif"]] == ["", "au moins 25 %"]


@pytest.mark.parametrize(
    ("objectif", "mots"),
    [
        ({"version": "L441-1", "page": "art. L441-1"}, "Loi, art. L441-1, sans limite"),
        ({"version": "loi 3DS", "page": "art. 78"}, "Loi 3DS, art. 78, sans limite"),
        ({"origine": "cia", "document": "CIA", "version": "avenant 1", "page": "12", "remplace": "X9", "annee": "2022"},
         "CIA, avenant 1, p. 12 ; remplace X9, pour 2022 seulement"),
        ({"date_effet": pd.Timestamp(2018, 1, 1), "date_fin": pd.Timestamp(2023, 12, 31)},
         "Loi, du 01/01/2018 au 31/12/2023"),
    ],
)  # fmt: skip
def test_le_texte_d_un_objectif(objectif: dict[str, Any], mots: str) -> None:
    assert [lisible(x) for x in suivi.en_vigueur(publies([LIGNE], objectif))["texte"]] == [mots]


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
    assert lisible(suivi.cible(VIDE | objectif)) == mots


PLAFOND, INTERVALLE = {"sens": "plafond"}, {"sens": "intervalle", "valeur_max": 30.0}


@pytest.fixture
def prevision() -> Callable[..., Rapport]:
    def faire(valeur: object, annee: int = 2022) -> Rapport:
        nom = "previsions.attributions_attendues"
        datees = (ValeurDatee(date(annee, 1, 1), valeur, (), "L"),)
        parametres = Parametres({**REFERENCES.parametres, nom: Parametre(nom, nom, "", datees, (), {})})
        return avec(rapport({"V01": [{"numerateur": 1000}]}), parametres=parametres)

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
    assert montre(publies([ligne], croise))[0][0] == "Commune : Le Mans · Bailleur : Le Mans Métropole Habitat"
