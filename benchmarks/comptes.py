"""Comptes des cinq années de l’exemple, lignes lues et préparées."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from typing import TYPE_CHECKING

import duckdb

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

if TYPE_CHECKING:
    from cil_analysis.projet import Projet
    from cil_analysis.secret.comptage import Prepare

LETTRES = "k"
COMPTES_S = 1.5


def mesurer() -> Iterator[Ligne]:
    """Every indicator, place, actor and class, targets and gaps; the base and its classes are made anew each time.

    The reference is the same counts by the query that is printed of each indicator, one after the other.
    """
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.secret.comptage import Prepare, compter_ensemble, preparer

    projet, prets = ouvrir_projet(donnees.exemple()), list[Prepare]()

    def compter() -> None:
        assert sum(len(comptes.cadre) for comptes in compter_ensemble(prets)) > 10_000

    def relire() -> None:
        prets[:] = [preparer(projet, References(projet), donnees.ANNEE)]

    relire()
    requetes = _requetes(projet, prets[0])

    def demander() -> None:
        with chdir(projet.racine):
            assert sum(len(duckdb.sql(requete).to_arrow_table()) for requete in requetes) > 10_000

    comptes, demandes = alterner(compter, demander, avant=relire)
    reference = "une requête écrite par indicateur"
    yield Ligne("k", "Comptes des cinq années de l’exemple", comptes, demandes, reference, au_plus=COMPTES_S)


def _requetes(projet: Projet, prets: Prepare) -> list[str]:
    """The query of each indicator that counts rows."""
    from cil_analysis.requetes.lignes import Fichiers
    from cil_analysis.requetes.requete import ecrire_requete

    references, un = prets.references, prets.exercices[-1]
    fichiers = Fichiers.de(projet, references, un.annee)
    requetes = [
        ecrire_requete(i, prets.exercices, prets.variantes, references.objectifs, fichiers)
        for i in un.registre.indicateurs
        if i.compte.population
    ]
    for requete in requetes:
        requete.enregistrer(projet)
    return [requete.texte for requete in requetes]
