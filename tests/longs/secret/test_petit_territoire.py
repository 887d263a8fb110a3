"""A small EPCI, of 150 leases a year: most of its counts are small, and choosing what to mask must stay short."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cil_analysis.exemple.generation import generer
from cil_analysis.exemple.projet import Effectifs
from cil_analysis.exemple.relogements import listes_de
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.preuve.bloc import Bloc
from cil_analysis.secret.publication import publier_annee

RACINE, ANNEE = Path(__file__).resolve().parents[3], 2022
# Of the reader, a third more than it takes: a count, which no other load of the machine changes.
PROGRAMMES = 3_000


def test_un_petit_epci_est_protege_en_un_travail_borne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path / "cles"))
    modele, peu = ouvrir_projet(RACINE), Effectifs(attributions=150, demandes=450)
    projet, fichiers = generer(modele, tmp_path / "e", [ANNEE], 7, effectifs=peu)
    references = References(projet)
    for chemin in (c for c in dict(fichiers)[ANNEE] if c.stem.startswith(("attributions", "demandes"))):
        importer(projet, references, Demande([chemin], ANNEE, listes=listes_de(chemin)))
    resolus, viser = Counter[bool](), Bloc._viser

    def compter(bloc: Bloc, modele: Any, but: Any) -> Any:
        resolus[but.loin] += 1
        return viser(bloc, modele, but)

    monkeypatch.setattr(Bloc, "_viser", compter)
    publication = publier_annee(projet, references, ANNEE)
    assert any(table.nb_secrets for table in publication.values())
    assert resolus.total() < PROGRAMMES
