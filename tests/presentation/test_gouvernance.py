"""The frame: which documents are in force on 31 December of the report's year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from rapports import rapport

from cil_analysis.presentation import gouvernance
from cil_analysis.presentation.rapport import Rapport
from page_lue import arbre, fautes, tableau_lu


class Documents:
    """Reference data whose documents are those of the test."""

    def __init__(self, vraies: Any, lignes: list[tuple[str, str | None, str | None, str | None]]) -> None:
        self._vraies = vraies
        table = pd.DataFrame(lignes, columns=["intitule", "date_adoption", "debut", "fin"])
        dates = {c: pd.to_datetime(table[c]) for c in table.columns[1:]}
        self.documents = table.assign(**dates, court="", type="", statut="", source="Recueil de l’essai", confiance="C")

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._vraies, nom)


def avec(*lignes: tuple[str, str | None, str | None, str | None]) -> Rapport:
    r = rapport({}, (2021, 2022))
    return replace(r, references=Documents(r.references, list(lignes)))  # type: ignore[arg-type]


CIA = ("Convention des attributions (CIA) 2018-2023", "2018-04-12", "2018-01-01", "2023-12-31")
PLAN = ("Plan de gestion (PPGD) 2016-2022", None, "2016-01-01", "2022-12-30")
SUITE = ("Plan suivant", None, "2023-01-01", "2028-12-31")
VOTE = ("Délibération créant la conférence", "2015-06-25", "2015-06-25", None)


def plat(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ((CIA, PLAN, VOTE), "Au 31 décembre 2022, 1 document cadre est en vigueur (CIA 2018-2023) ; un autre est "
                            "arrivé à son terme (PPGD 2016-2022)."),
        ((CIA, ("PLH", None, "2019-01-01", "2022-12-31"), SUITE),
         "Au 31 décembre 2022, 2 documents cadres sont en vigueur (PLH et CIA 2018-2023)."),
        ((PLAN,), "Au 31 décembre 2022, aucun document cadre à terme n’est en vigueur ; un est arrivé à son terme "
                  "(PPGD 2016-2022)."),
        ((CIA, PLAN, ("PLH", None, "2015-01-01", "2020-12-31")),
         "Au 31 décembre 2022, 1 document cadre est en vigueur (CIA 2018-2023) ; 2 autres sont arrivés à leur terme "
         "(PLH et PPGD 2016-2022)."),
        ((VOTE,), "Au 31 décembre 2022, aucun document cadre à terme n’est en vigueur."),
    ],
)  # fmt: skip
def test_ce_qui_est_en_vigueur_au_31_decembre(lignes: tuple[Any, ...], attendu: str) -> None:
    assert plat(gouvernance.constat_du_cadre(avec(*lignes))) == attendu


def test_chaque_document_dit_sa_date_sa_periode_et_son_etat() -> None:
    page = arbre(gouvernance.documents_cadres(avec(CIA, PLAN, SUITE, VOTE)).html)
    lu = tableau_lu(page.un("table"))
    assert lu.entetes[-1] == "État au 31 décembre 2022"
    assert {nom: [plat(c) for c in cellules] for nom, cellules in lu.lignes.items()} == {
        CIA[0]: ["12 avril 2018", "2018-2023", "en vigueur"],
        PLAN[0]: ["–", "2016-2022", "échu"],
        SUITE[0]: ["–", "2023-2028", "à venir"],
        VOTE[0]: ["25 juin 2015", "depuis 2015", "–"],
    }
    assert next(iter(lu.lignes)) == VOTE[0]


def test_les_documents_du_depot_se_lisent() -> None:
    page = arbre(gouvernance.documents_cadres(rapport({})).html)
    assert len(page.un("tbody").tous("tr")) == len(rapport({}).references.documents)
    assert not fautes(page)
