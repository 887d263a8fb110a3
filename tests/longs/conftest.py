"""What takes long: chance, attacks, kills, every page in every browser mode, the five years of the example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import Comptes, compter_annee
from cil_analysis.secret.publication import derniere_annee, publier_annee
from cil_analysis.secret.table_publiee import Publication
from exemple_produit import commun, exemple_produit, un_an_publie

# The browser's files come last (tests/conftest.py): the longest of them first, so that two processes end together.
LONGS_DU_NAVIGATEUR = ("test_chaque_page.py", "test_presentation.py", "test_bilan_carte.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One file makes the example; those that do without it come next, so that no process waits for it."""

    def utilise(item: pytest.Item, outil: str) -> bool:
        return outil in getattr(item, "fixturenames", ())

    demandeurs = dict.fromkeys(i.path for i in items if utilise(i, "exemple") and not utilise(i, "navigateur"))
    premier = next(iter(demandeurs), None)
    items.sort(key=lambda item: 0 if item.path == premier else 2 if item.path in demandeurs else 1)
    rangs = {nom: rang for rang, nom in enumerate(LONGS_DU_NAVIGATEUR, start=-len(LONGS_DU_NAVIGATEUR))}
    items.sort(key=lambda item: (item.path.parent.name == "navigateur", rangs.get(item.path.name, 0)))


@pytest.fixture(scope="session")
def exemple(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projet]:
    """The example project of `make bilan`, 2018 to 2022, made once: read it, never write to it.

    The key folder stays in CIL_DOSSIER_CLES for the session, so that what imports again finds the same key.
    """
    with exemple_produit(commun(tmp_path_factory) / "exemple-2018-2022", "2018-2022") as projet:
        yield projet


@pytest.fixture(scope="session")
def un_an(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """The bilan of the last year of the example alone, its figures and workbook published anew: quick to protect.

    Read it, never write to it. Without the extracts as received, nor those of the flux, the occupants and the stock.
    """
    return un_an_publie(exemple, commun(tmp_path_factory) / "un-an")


@pytest.fixture(scope="session")
def comptes(exemple: Projet) -> Comptes:
    """The unmasked figures of all the years of the example."""
    return compter_annee(exemple, References(exemple), derniere_annee(exemple))


@pytest.fixture(scope="session")
def un_an_interne(un_an: Projet) -> Publication:
    """The figures of the last year alone, published without masking."""
    return publier_annee(References(un_an), derniere_annee(un_an), interne=True)


@pytest.fixture(scope="module")
def ordonnanceur() -> Iterator[Any]:
    """A real Dask scheduler and two real workers, each a process that may be killed: another takes its place.

    For a module: idle workers still watch themselves, and would take their share of the processor to the end.
    """
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local
