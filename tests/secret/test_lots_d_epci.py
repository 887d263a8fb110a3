"""Several EPCI counted together: one that cannot be does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rendu import indicateurs
from cil_analysis.secret import comptage
from cil_analysis.secret.comptage import Prepare, compter_les_epci


def test_un_epci_qui_ne_se_prepare_ni_ne_se_compte_n_arrete_pas_les_autres(monkeypatch: pytest.MonkeyPatch) -> None:
    def preparer(projet: str, references: Any, annee: int, *, actif: bool) -> Prepare:
        if references.nom == "sans données":
            raise ErreurCIL(f"{references.nom} : à importer.")
        return Prepare(references, [], {}, {})

    def compter(prepares: Sequence[Prepare]) -> Iterator[str]:
        for prepare in prepares:
            if prepare.references.nom == "expression en échec":
                raise ErreurCIL(f"{prepare.references.nom} : à corriger.")
            yield f"comptes de {prepare.references.nom}"

    monkeypatch.setattr(comptage, "preparer", preparer)
    monkeypatch.setattr(comptage, "compter_ensemble", compter)
    noms = ("un", "sans données", "expression en échec", "deux")
    epci: list[Any] = [SimpleNamespace(nom=nom, projet="") for nom in noms]
    assert [(siennes.nom, str(comptes)) for siennes, comptes in compter_les_epci(epci, 2022)] == [
        ("un", "comptes de un"),
        ("sans données", "sans données : à importer."),
        ("expression en échec", "expression en échec : à corriger."),
        ("deux", "comptes de deux"),
    ]


def test_une_annee_que_personne_n_a_se_refuse_avant_le_premier_chiffre(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command had written a header by then."""

    def aucun(*_: object) -> None:
        raise ErreurCIL("à importer")

    monkeypatch.setattr(indicateurs, "lots_d_epci", aucun)
    monkeypatch.setattr(indicateurs, "Partage", SimpleNamespace(de=str))
    with pytest.raises(ErreurCIL, match="à importer"):
        indicateurs.chiffrer_les_epci(None, 2022, None, interne=False)  # type: ignore[arg-type]
