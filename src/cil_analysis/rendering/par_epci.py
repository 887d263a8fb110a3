"""The indicators of every EPCI of a project that has several, each counted and protected by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

from cil_analysis.disclosure.publication import publier_annee
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import store
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.partage import Partage
from cil_analysis.rendering.bilan import ecrire_indicateurs
from cil_analysis.repartition import Equipe


class Chiffres(NamedTuple):
    """The rows of indicateurs.csv of one EPCI, without their header; or why there are none, in a sentence."""

    siren: str
    lignes: str
    refus: str = ""


def epci_a_compter(references: References, annee: int) -> list[str]:
    """The EPCI that have allocations in a year. Raises ErreurCIL when none has."""
    projet = references.projet
    avec = set(store.epci(projet, "attributions", annee))
    if not avec:
        store.lire(projet, "attributions", annee)  # Says what to do.
    return [siren for siren in references.epci["siren"] if siren in avec]


def chiffrer_les_epci(references: References, annee: int, equipe: Equipe, *, interne: bool) -> Iterator[Chiffres]:
    """The figures of each EPCI, in the order of epci.csv."""
    partage = Partage.de(references)
    taches = ((partage, siren, annee, interne) for siren in epci_a_compter(references, annee))
    return equipe.repartir(_chiffrer, taches)


def _chiffrer(partage: Partage, siren: str, annee: int, interne: bool) -> Chiffres:
    sienne = partage.references().de_l_epci(siren)
    try:
        publication = publier_annee(sienne.projet, sienne, annee, interne=interne)
    except ErreurCIL as erreur:
        return Chiffres(siren, "", str(erreur))
    texte = io.StringIO()
    ecrire_indicateurs(publication, texte)
    return Chiffres(siren, texte.getvalue().partition("\n")[2])
