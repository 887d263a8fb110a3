"""The shares of several years: summed apart from published rows, and nothing of a year that is masked."""

from __future__ import annotations

from fractions import Fraction
from math import isnan
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.series import lisser
from cil_analysis.secret.table_publiee import PublishedTable, publier
from essais import essais
from registres import PAR_CODE

ANNEES, COMMUNES = (2020, 2021, 2022), ("72181", "72003", "72008")
REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
OBJECTIFS = pd.DataFrame(
    [{"id": "X1", "origine": "loi", "document": "loi", "version": "", "indicateur": "O01", "perimetre_type": "commune",
      "perimetre_code": "*", "acteur_type": "", "acteur_code": "", "modalite": "", "annee": "", "valeur": 25.0,
      "valeur_max": float("nan"), "unite": "pct", "sens": "plancher", "tolerance": 0.0, "remplace": "",
      "date_effet": pd.NaT, "date_fin": pd.NaT}]
).astype({"date_effet": "datetime64[us]", "date_fin": "datetime64[us]"})  # fmt: skip
# By commune, the counts of each year; None: not of the EPCI yet.
Comptes = list[list[tuple[int, int] | None]]
une_part = st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))
COMPTES = st.lists(st.lists(st.none() | une_part, min_size=3, max_size=3), min_size=1, max_size=3)


def publiee(comptes: Comptes) -> PublishedTable:
    cadres = [
        mettre_en_cadre(
            pd.DataFrame([{"perimetre_type": "commune", "perimetre_code": c, "numerateur": float(x[0]),
                           "denominateur": float(x[1])} for c, x in siens]),
            "O01", annee, "pct",
        )
        for rang, annee in enumerate(ANNEES)
        if (siens := [(c, x[rang]) for c, x in zip(COMMUNES, comptes, strict=False) if x[rang] is not None])
    ]  # fmt: skip
    return publier(PAR_CODE["O01"], pd.concat(cadres, ignore_index=True), dict.fromkeys(ANNEES, REGLES))


def lignes(table: PublishedTable) -> dict[str, dict[str, Any]]:
    return {str(x["perimetre_code"]): dict(x) for x in table.lignes()}


@settings(max_examples=essais(400, 30), deadline=None)
@given(COMPTES.filter(lambda comptes: any(x[-1] for x in comptes)))
def test_une_part_de_plusieurs_annees_est_la_somme_de_ce_qui_est_publie(comptes: Comptes) -> None:
    table = publiee(comptes)
    lues = lignes(lisser(table, ANNEES, OBJECTIFS))
    assert set(lues) == {c for c, x in zip(COMMUNES, comptes, strict=False) if x[-1] is not None}
    for code, lue in lues.items():
        siennes = [x for x in table.lignes() if x["perimetre_code"] == code]
        publiees = [x for x in siennes if x["statut"] == "publie"]
        if len(publiees) < len(ANNEES):
            assert lue["statut"] == ("secret" if any(x["statut"] == "secret" for x in siennes) else "non_calculable")
            chiffres = ("numerateur", "denominateur", "valeur", "ecart", "minimum", "maximum", "cible")
            assert all(isnan(lue[nom]) for nom in chiffres) and lue["resultat"] not in ("atteint", "non_atteint")
            continue
        n, d = (sum(int(x[nom]) for x in publiees) for nom in ("numerateur", "denominateur"))
        assert (lue["statut"], lue["numerateur"], lue["denominateur"], lue["periode"]) == ("publie", n, d, "2020-2022")
        parts = [Fraction(100 * int(x["numerateur"]), int(x["denominateur"])) for x in publiees]
        attendus = {"valeur": Fraction(100 * n, d), "minimum": min(parts), "maximum": max(parts)}
        assert all(abs(lue[nom] - float(x)) < 1e-9 for nom, x in attendus.items())
        assert lue["resultat"] == ("atteint" if Fraction(100 * n, d) >= 25 else "non_atteint")
        assert isnan(lue["menages_manquants"])


@settings(max_examples=essais(200, 15), deadline=None)
@given(COMPTES.filter(lambda comptes: any(x[-1] for x in comptes)), st.data())
def test_ce_qui_est_masque_n_y_change_rien(comptes: Comptes, tirage: st.DataObject) -> None:
    """Another count in the place of one that is masked, masked as well: what is read of several years is the same."""
    table = publiee(comptes)
    masquees = [
        (COMMUNES.index(x["perimetre_code"]), ANNEES.index(x["annee"])) for x in table.ou(statut="secret").lignes()
    ]
    autres = [list(x) for x in comptes]
    for commune, annee in masquees:
        autres[commune][annee] = tirage.draw(st.tuples(st.integers(1, 4), st.integers(10, 60)))
    autre = publiee(autres)
    if autre.donnees["statut"].equals(table.donnees["statut"]):
        un, deux = (lisser(t, ANNEES, OBJECTIFS).donnees for t in (table, autre))
        pd.testing.assert_frame_equal(un, deux)
