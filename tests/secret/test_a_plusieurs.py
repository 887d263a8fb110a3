"""The years of a bilan protected by several processes, and the choice between two masks that cost the same."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from cil_analysis.repartition import processus
from cil_analysis.secret.preuve import suppression
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.preuve.probleme import Choix, Indeductible, Probleme, toutes_les_cases
from cil_analysis.secret.preuve.programme import SANS_TEMOIN, Programme, Temoins
from cil_analysis.secret.preuve.protection import Moyens
from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.table_publiee import publier_ensemble
from systemes import INDICATEURS, REGLES, Systeme, tirer


def publier(systeme: Systeme, moyens: Moyens) -> pd.DataFrame:
    cadres = [(i, systeme.cadre[systeme.cadre["indicateur"].eq(code)]) for code, i in INDICATEURS.items()]
    tables = publier_ensemble(cadres, dict.fromkeys(systeme.annees, REGLES), systeme.structures(), {}, moyens)
    return pd.concat([table.donnees for table in tables.values()], ignore_index=True)


def test_plusieurs_processus_protegent_et_prouvent_comme_un_seul() -> None:
    systeme = tirer(4, communes=6, categories=3, annees=2)
    seul = publier(systeme, Moyens())
    bilan = max(systeme.annees)
    lecteurs = {a: Lecteur(a, INDICATEURS, REGLES, s) for a, s in systeme.structures().items()}
    with processus() as equipe:
        pd.testing.assert_frame_equal(publier(systeme, Moyens(equipe=equipe)), seul)
        a_plusieurs = auditer({bilan: seul}, bilan, lecteurs, equipe=equipe)
    deductions = auditer({bilan: seul}, bilan, lecteurs)
    assert {d.annee for d in deductions} == set(systeme.annees)
    assert [(d.case, d.bas, d.haut, d.besoin) for d in a_plusieurs] == [
        (d.case, d.bas, d.haut, d.besoin) for d in deductions
    ]


def test_ce_qu_un_autre_processus_refuse_revient_entier() -> None:
    case = Case("attributions", frozenset({("commune", "A")}))
    assert pickle.loads(pickle.dumps(Indeductible(case))).case == case


@pytest.mark.parametrize("graine", range(4))
def test_le_chemin_de_la_recherche_ne_change_pas_les_masques(graine: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many rows of a made-up table cost the same: which of them is masked must not depend on how it was found."""
    systeme = tirer(graine, communes=6, categories=3, annees=1)
    publies = []
    for coupes in (50, 3):
        monkeypatch.setattr(suppression, "_COUPES", coupes)
        publies.append(publier(systeme, Moyens()))
    assert publies[0]["statut"].eq("secret").sum() > 5
    pd.testing.assert_frame_equal(*publies)


def test_les_temoins_d_un_choix_sont_les_siens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that gives up returns the best choice that it found, which is not the last one that it looked at.

    The search that adds zeros starts from them: the true counts come first.
    """
    departs, choisir_seul = [], suppression.choisir

    def choisir(p: Probleme, depart: Temoins = SANS_TEMOIN) -> Choix:
        departs.append(len(depart.points))
        choix = choisir_seul(p, depart)
        lecteur = Programme(toutes_les_cases(p.valeurs, p.relations), p.relations, p.presentes, p.inegalites)
        lecteur.connaitre({case: valeur for case, valeur in p.valeurs.items() if case not in choix.cases})
        assert len(choix.temoins.pour(lecteur)) == len(choix.temoins.points) > 1
        vrais = dict(zip(choix.temoins.cases, choix.temoins.points[0].tolist(), strict=True))
        assert all(vrais[case] == valeur for case, valeur in p.valeurs.items())
        return choix

    monkeypatch.setattr(suppression, "_NOEUDS", -1)
    monkeypatch.setattr(suppression, "_NOEUDS_EN_TOUT", 200)
    monkeypatch.setattr(suppression, "choisir", choisir)
    for graine in (21, 33):
        assert publier(tirer(graine, communes=5, categories=3, annees=1), Moyens())["statut"].eq("secret").any()
    assert departs[:2] == [0, 0] and departs[2] > 1
