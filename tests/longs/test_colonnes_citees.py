"""A figure depends on the columns that its definition names, and on no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd
import pytest

from cil_analysis.comptage.exercice import Exercice
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.grammaire.indicateur import TOUTES, Indicateur, Ventilation
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, source_de
from cil_analysis.reference.regles import RegleDePriorite
from fabrique import BOURG, CENTRE, TYPES, Cadre, annee_complete, compter
from registres import INDICATEURS

Extraits = Mapping[str, pd.DataFrame]
SANS_LOGEMENT = RegleDePriorite("X", "SANS", "logement_actuel", ("SD",), pd.NaT, pd.NaT, "essai", 2)
PAR_REGLE = ("O10", "O11", "O12")


def _preparer(extraits: Extraits) -> Exercice:
    cadre = Cadre(priorites=(SANS_LOGEMENT,), secteurs=(("NORD", BOURG, ""), ("CENTRE", CENTRE, "")))
    return preparer_exercice(cadre.references(), 2022, **extraits, constantes=(CENTRE, BOURG))


@cache
def _preparer_annee_complete() -> Exercice:
    return _preparer(annee_complete())


def _comptes(indicateur: Indicateur) -> list[str]:
    """The extracts that an indicator counts, as they are imported."""
    compte = indicateur.compte
    sources = [source_de(p) for p in (*compte.population.split("+"), *compte.rapporte_a.split("+"))]
    return [AUTRES_EXTRAITS.get(s, s) for s in sources if s in (*EXTRAITS, *AUTRES_EXTRAITS)]


@pytest.mark.parametrize("indicateur", INDICATEURS, ids=lambda i: i.code)
def test_un_chiffre_ne_depend_que_des_colonnes_citees(indicateur: Indicateur) -> None:
    """Every column that the definition does not name is emptied: no figure changes."""
    citees = set(indicateur.colonnes)
    assert bool(citees) is bool(_comptes(indicateur))
    if not indicateur.compte.population or indicateur.compte.axe in ("manque", "regle"):
        return  # Counts no rows; or every column; or as another indicator does.
    citees.add("commune_insee")
    citees |= {"demande_pseudonyme"} if "numero_unique" in citees else set()  # What is stored of the number.
    if indicateur.code in PAR_REGLE:  # What a rule of the project reads, and what it is compared with.
        citees |= {SANS_LOGEMENT.colonne, "categories_prioritaires", "statut_dalo"}
    pleins = annee_complete()
    vides = {
        nom: table.assign(**{c: pd.Series(None, table.index).astype(TYPES[nom][c]) for c in TYPES[nom].keys() - citees})
        if nom in _comptes(indicateur)
        else table
        for nom, table in pleins.items()
    }
    ou = indicateur.ventilations or [Ventilation("epci", modalites=TOUTES if indicateur.modalites else ())]
    avant = compter(indicateur, _preparer_annee_complete(), ou)
    assert compter(indicateur, _preparer(vides), ou).equals(avant)
    assert avant["valeur"].notna().any()
