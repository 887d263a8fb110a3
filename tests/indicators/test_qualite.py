"""Q01, Q01D, Q01R, Q01P: what each extract does not say."""

from __future__ import annotations

import pandas as pd
import pytest

from fabrique import (
    TYPES,
    attributions,
    bail,
    chiffres,
    dictionnaire,
    exercice,
    extrait,
    fraction,
    ligne,
    proposition,
    radiation,
)

EXTRAITS = {"Q01": "attributions", "Q01D": "demandes", "Q01R": "radiations", "Q01P": "propositions"}


def test_la_part_des_valeurs_manquantes() -> None:
    baux = attributions(bail(6), bail(3, age=None), bail(1, age=None, delai_mois=None, date_depot_demande=None))
    table = chiffres("Q01", exercice(baux))
    assert fraction(table, modalite="age") == (4, 10) and ligne(table, modalite="age")["valeur"] == 40
    assert fraction(table, modalite="date_depot_demande") == (1, 10)
    assert fraction(table, modalite="bailleur") == (0, 10)


def test_les_radiations_et_les_propositions() -> None:
    ex = exercice(
        attributions(bail(1)),
        radiations=extrait("radiations", radiation(3), radiation(1, motif_radiation=None)),
        propositions=extrait("propositions", proposition(3), proposition(2, decision=None, commune_insee=None)),
    )
    q01r, q01p = chiffres("Q01R", ex), chiffres("Q01P", ex)
    assert fraction(q01r, modalite="motif_radiation") == (1, 4)
    assert fraction(q01p, modalite="decision") == (2, 5) and fraction(q01p, modalite="commune_insee") == (2, 5)
    assert fraction(q01p, modalite="bailleur") == (0, 5)


@pytest.mark.parametrize(("code", "nom"), EXTRAITS.items())
def test_une_colonne_entierement_vide_est_une_colonne_absente(code: str, nom: str) -> None:
    """« nd », not 100 %."""
    lignes = {"radiations": radiation(4), "propositions": proposition(4)}.get(nom, bail(4))
    vide = extrait(nom, lignes, sans=("commune_insee",))
    autres = {} if nom == "attributions" else {nom: vide}
    baux = vide if nom == "attributions" else attributions(bail(1))
    stock = autres.pop("demandes", None)
    table = chiffres(code, exercice(baux, stock, **autres))  # type: ignore[arg-type]
    assert ligne(table, modalite="commune_insee")["statut"] == "non_calculable"
    assert pd.isna(ligne(table, modalite="commune_insee")["numerateur"])


@pytest.mark.parametrize(("code", "nom"), EXTRAITS.items())
def test_les_colonnes_dont_le_vide_est_un_manque(code: str, nom: str) -> None:
    """A household of no category and a dwelling in no QPV are answers; a delay is no column, a score the grid gives."""
    lignes = {"radiations": radiation(4), "propositions": proposition(4)}.get(nom, bail(4))
    tables = {n: extrait(n, lignes) if n == nom else None for n in ("demandes", "radiations", "propositions")}
    baux = extrait("attributions", lignes) if nom == "attributions" else attributions(bail(1))
    ex = exercice(baux, tables.pop("demandes"), **tables)  # type: ignore[arg-type]
    listees = set(chiffres(code, ex)["modalite"])
    assert listees <= set(TYPES[nom])
    assert not listees & {"categories_prioritaires", "qpv", "delai_mois", "demande_pseudonyme", "score_cotation"}
    gardees = {c.nom for c in dictionnaire(nom).colonnes.values() if c.conservation == "gardee"}
    assert listees == (gardees & set(TYPES[nom])) - {"categories_prioritaires", "qpv", "score_cotation"}
