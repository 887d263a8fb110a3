"""What a command reads is what was there at its start; what an open table leaves beside it is not read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.secret.memes_entrees import MemesEntrees

ANNEE = 2022


@pytest.mark.parametrize(
    ("nom", "est_lu"), [(".~lock.objectifs.csv#", False), ("~$seuils.xlsx", False), ("objectifs.csv", True)]
)
def test_une_table_ouverte_dans_un_tableur_n_a_pas_change(tmp_path: Path, nom: str, est_lu: bool) -> None:
    projet: Any = SimpleNamespace(
        racine=tmp_path, traite=tmp_path / "data/processed", reference=tmp_path / "data/reference", partition=""
    )
    projet.reference.mkdir(parents=True)

    def calculer() -> None:
        with MemesEntrees(projet, ANNEE):
            (projet.reference / nom).write_text("poste 12", encoding="utf-8")

    if est_lu:
        with pytest.raises(ErreurCIL, match="data/reference a changé"):
            calculer()
    else:
        calculer()
