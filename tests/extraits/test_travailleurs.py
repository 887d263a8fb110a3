"""A part cleaned by another process: what keeps it from reading the same reference data is said, and kills nobody."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from conftest_extraits import ENTETES, bail, ecrire_csv

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference import ensemble
from cil_analysis.reference.ensemble import References
from messages import refuser


class Ailleurs(Executor):
    """Does each task once it has been read back, as another process does."""

    def submit(self, tache: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        try:
            recue, lus = pickle.loads(pickle.dumps((tache, arguments)))
        except ErreurCIL:
            pytest.fail("a worker that cannot read its task dies of it, and nothing is said")
        fait: Future[Any] = Future()
        try:
            fait.set_result(recue(*lus))
        except Exception as erreur:
            fait.set_exception(erreur)
        return fait


def test_un_travailleur_d_une_autre_version_est_refuse(projet: Projet, monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = ecrire_csv(projet.brut / "baux.csv", [ENTETES, *(bail(rang) for rang in range(1, 9))])
    demande, references, equipe = Demande([chemin], 2022, aujourd_hui=date(2025, 1, 1)), References(projet), Ailleurs()
    vrai = ensemble.Partage.de(references)
    autres = replace(vrai, versions=(("pandas", "0.0"), *vrai.versions[1:]))
    with monkeypatch.context() as m:
        m.setattr(ensemble.Partage, "de", lambda references: autres)
        with refuser("version", "pandas", "0.0"):
            importer(projet, references, demande, equipe)
    assert importer(projet, references, demande, equipe).journal["comptes"]["conservees"] == 8
