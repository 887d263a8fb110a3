"""G01 to G10 counted again in plain Python, row by row, on the tables of fabrique.py; and what is not known."""

from __future__ import annotations

from collections import Counter
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cil_analysis.indicators.denombrement import absences, compter
from cil_analysis.indicators.gouvernance import GOUVERNANCE
from cil_analysis.indicators.preparation_gouvernance import preparer_la_gouvernance
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.reference.gouvernance import Gouvernance
from fabrique import Cadre, attributions, bail, documents, exercice, gouvernance

CODES = [i.code for i in GOUVERNANCE]


def jour(valeur: Any) -> date | None:
    return None if pd.isna(valeur) else valeur.date()


def lignes(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {c: jour(v) if str(table[c].dtype).startswith("datetime") else v for c, v in ligne.items()}
        for ligne in table.to_dict("records")
    ]


def recompter(annee: int) -> dict[str, Counter[str]]:
    """The counts of a year: by indicator, by class; « » is the total."""
    fin = date(annee, 12, 31)
    g = gouvernance()
    seances, membres, decisions, actions = (lignes(t) for t in (g.seances, g.membres, g.decisions, g.actions))
    premiere = min(m["debut"] for m in membres)
    faits: list[tuple[str, str]] = []
    for s in seances:
        if s["date"].year == annee:
            faits += [("G02", s["type"])] + ([("G01", "")] if s["type"] == "PLENIERE" else [])
    for m in membres:
        if m["debut"] <= fin and (m["fin"] is None or m["fin"] >= fin):
            faits.append(("G03", m["college"]))
        if m["debut"].year == annee and m["debut"] > premiere:
            faits.append(("G04", "ENTREE"))
        if m["fin"] is not None and m["fin"].year == annee:
            faits.append(("G04", "SORTIE"))
    faits += [("G05", "ADHESION" if annee == 2015 else "DEJA_MEMBRE")] * 3  # The three communes of the fabric.
    for d in lignes(documents()):
        debut = d["debut"] or d["date_adoption"]
        if d["fin"] is None and debut and debut > fin:
            continue
        if d["statut"] == "PROJET":
            etat = "PROJET"
        elif debut and debut > fin:
            etat = "A_VENIR"
        elif d["fin"]:
            etat = "ECHU" if d["fin"] < fin else "EN_VIGUEUR"
        else:
            etat = d["statut"]
        faits.append(("G06", etat))
    for d in decisions:
        if d["date"] > fin:
            continue
        close = d["statut"] in ("FAITE", "ABANDONNEE") and not (d["date_suivi"] and d["date_suivi"] > fin)
        etat = "EN_COURS" if d["statut"] in ("FAITE", "ABANDONNEE") and not close else d["statut"] or "NR"
        faits.append(("G08", etat))
        faits += [("G07", "")] if d["date"].year == annee else []
        faits += [("G09", "")] if d["echeance"] and d["echeance"] < fin and not close else []
    for a in actions:
        faits.append(("G10", "A_FAIRE" if a["statut"] and a["debut"] and a["debut"] > fin else a["statut"] or "NR"))
    comptes: dict[str, Counter[str]] = {code: Counter() for code in CODES}
    for code, classe in faits:
        comptes[code].update({"", classe})
    return comptes


@pytest.mark.parametrize("annee", [2020, 2021, 2022, 2023])
def test_chaque_chiffre_egale_le_recompte(annee: int) -> None:
    ex, attendus = exercice(attributions(bail(3)), annee=annee), recompter(annee)
    fautes = []
    for indicateur in GOUVERNANCE:
        for _, ligne in compter(indicateur, ex).iterrows():
            attendu = attendus[indicateur.code][ligne["modalite"]]
            if indicateur.code in ("G01", "G02") and annee < 2021:
                continue  # Before the first session recorded.
            if (ligne["statut"], ligne["valeur"]) != ("publie", attendu):
                fautes.append((indicateur.code, ligne["modalite"], ligne["statut"], ligne["valeur"], attendu))
    assert not fautes
    classes = {code: set(compte) - {""} for code, compte in attendus.items()}
    montrees = {i.code: set(compter(i, ex)["modalite"]) for i in GOUVERNANCE}
    assert all(classes[code] <= montrees[code] for code in CODES), "every class has its row"


def test_le_recompte_compte_quelque_chose() -> None:
    comptes = recompter(2022)
    assert (comptes["G01"][""], comptes["G02"][""], comptes["G09"][""]) == (1, 2, 1)
    assert comptes["G08"] == {"": 3, "EN_COURS": 1, "FAITE": 1, "NR": 1}
    assert recompter(2021)["G08"] == {"": 1, "EN_COURS": 1} and recompter(2021)["G09"][""] == 0
    assert comptes["G04"] == {"": 2, "ENTREE": 1, "SORTIE": 1}


def vides() -> Gouvernance:
    pleine = gouvernance()
    return Gouvernance(*(t.iloc[:0] for t in (pleine.membres, pleine.seances, pleine.decisions, pleine.actions)))


def test_rien_d_enregistre_n_est_pas_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    references = Cadre().references()
    monkeypatch.setattr(
        Cadre, "references", lambda self: SimpleNamespace(**(vars(references) | {"gouvernance": vides()}))
    )
    ex = exercice(attributions(bail(3)))
    connus = {"G05", "G06"}  # Communes and documents are.
    for indicateur in GOUVERNANCE:
        statuts = set(compter(indicateur, ex)["statut"])
        assert statuts == ({"publie"} if indicateur.code in connus else {"non_calculable"}), indicateur.code
    assert absences(PAR_CODE["G01"], ex) == ("séances à renseigner (governance/seances.csv)",)
    assert absences(PAR_CODE["G08"], ex) == ("décisions à renseigner (governance/decisions.csv)",)


def test_avant_la_premiere_seance_connue_rien_n_est_compte() -> None:
    """The first session recorded is of 2021: 2020 has none, and nobody knows whether it had."""
    [avant] = compter(PAR_CODE["G01"], exercice(attributions(bail(3)), annee=2020))["statut"]
    [apres] = compter(PAR_CODE["G01"], exercice(attributions(bail(3)), annee=2023))["valeur"]
    assert (avant, apres) == ("non_calculable", 0)


def test_la_preparation_ne_change_pas_ce_qu_elle_recoit() -> None:
    references, recues = Cadre().references(), {"attributions": attributions(bail(2))}
    tables = {
        nom: getattr(references.gouvernance, nom).copy() for nom in ("membres", "seances", "decisions", "actions")
    }
    completees = preparer_la_gouvernance(recues, references, 2022)
    assert set(recues) == {"attributions"} and completees["attributions"] is recues["attributions"]
    assert all(getattr(references.gouvernance, nom).equals(table) for nom, table in tables.items())
