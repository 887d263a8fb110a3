"""``indicateurs.csv``: the figures of a year, or of every EPCI of a project that has several, each by itself."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import chain
from typing import NamedTuple, TextIO

import pandas as pd

from cil_analysis.comptage.cadre import COLONNES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.secret.comptage import Comptes, compter_les_epci
from cil_analysis.secret.publication import publier
from cil_analysis.secret.table_publiee import Publication

# Counted together: the queries of one are those of all, and their rows are few enough to hold in memory.
_EPCI_D_UN_LOT = 50


def ecrire_indicateurs(publication: Publication, flux: TextIO) -> None:
    """The contract file: comma, one row per published figure, a masked row without any figure."""
    flux.write(en_csv(publication.en_table()))


def en_csv(table: pd.DataFrame) -> str:
    """The text of the contract file: counts without decimals, if not a share of dwellings."""
    return table.to_csv(columns=COLONNES, index=False, lineterminator="\n", float_format="%.12g")


class Chiffres(NamedTuple):
    """The rows of indicateurs.csv of one EPCI, without their header; or why there are none, in a sentence."""

    siren: str
    lignes: str
    refus: str = ""


def lots_d_epci(references: References, annee: int) -> list[list[str]]:
    """The EPCI that have allocations in a year, those counted together in a list. Raises ErreurCIL when none has."""
    projet = references.projet
    avec = set(store.epci(projet, "attributions", annee))
    if not avec:
        store.lire(projet, "attributions", annee)  # Says what to do.
    sirens = [siren for siren in references.epci["siren"] if siren in avec]
    return [sirens[debut : debut + _EPCI_D_UN_LOT] for debut in range(0, len(sirens), _EPCI_D_UN_LOT)]


def chiffrer_les_epci(references: References, annee: int, equipe: Executor, *, interne: bool) -> Iterator[Chiffres]:
    """The figures of each EPCI, in the order of epci.csv. Raises ErreurCIL at once when none has allocations."""
    partage, lots = Partage.de(references), lots_d_epci(references, annee)
    return chain.from_iterable(equipe.map(partial(_chiffrer, partage, annee=annee, interne=interne), lots))


def _chiffrer(partage: Partage, sirens: Sequence[str], annee: int, interne: bool) -> list[Chiffres]:
    references = partage.references()
    siennes = [references.de_l_epci(siren) for siren in sirens]
    comptes = compter_les_epci(siennes, annee, actif=not interne)
    return [_ecrire(epci, compte, annee, interne) for epci, compte in comptes]


def _ecrire(references: References, comptes: Comptes | ErreurCIL, annee: int, interne: bool) -> Chiffres:
    projet = references.projet
    if isinstance(comptes, ErreurCIL):
        return Chiffres(projet.epci_siren, "", str(comptes))
    try:
        publication = publier(projet, comptes, annee, interne=interne)
    except ErreurCIL as erreur:
        return Chiffres(projet.epci_siren, "", str(erreur))
    return Chiffres(projet.epci_siren, en_csv(publication.en_table()).partition("\n")[2])
