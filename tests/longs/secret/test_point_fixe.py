"""The same data give the same bilan, whatever was published and proved in between; after any correction of the rows."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.preuve.preuve import prouver
from essais import sur_demande
from exemple_produit import copier_l_exemple, oublier_l_empreinte, publier_les_chiffres

ANNEES = (2021, 2022)
GRAINES = range(12)
pytestmark = sur_demande


@pytest.fixture(scope="module")
def publie(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """Two years, with the bilan of each, so that each shows what the other shows."""
    racine = tmp_path_factory.mktemp("point-fixe") / "projet"
    projet = copier_l_exemple(exemple, racine, ANNEES[0], ("flux", "occupation", "parc"))
    for annee in reversed(ANNEES):
        publier_les_chiffres(projet, annee)
    return projet


def corriger(projet: Projet, hasard: random.Random) -> None:
    """What a landlord sends again: rows withdrawn, added, or with other cells, in one table or two."""
    tables = sorted(chemin.parent for chemin in projet.traite.glob("*/annee=*/*.parquet"))
    for dossier in hasard.sample(tables, hasard.choice((1, 2))):
        [chemin] = dossier.glob("*.parquet")
        lignes = pd.read_parquet(chemin)
        combien = min(hasard.choice((1, 3, 12, 60)), len(lignes) // 2)
        rangs = hasard.sample(range(len(lignes)), combien)
        if hasard.random() < 0.4:
            lignes = lignes.drop(index=lignes.index[rangs])
        else:
            autres = hasard.sample(range(len(lignes)), combien)
            for nom in hasard.sample(
                [c for c in lignes if not c.startswith("date_") and not c.endswith("pseudonyme")], 3
            ):
                lignes.iloc[rangs, lignes.columns.get_loc(nom)] = lignes.iloc[autres][nom].to_numpy()
        lignes.to_parquet(chemin, index=False)
        oublier_l_empreinte(projet.racine, dossier.parent.name, int(dossier.name.removeprefix("annee=")))


def fichiers(projet: Projet) -> dict[str, bytes]:
    return {c.name: c.read_bytes() for c in (projet.rapports / str(ANNEES[1])).iterdir()}


@pytest.mark.parametrize("graine", GRAINES)
def test_bilan_preuve_bilan_donne_les_memes_octets(publie: Projet, tmp_path: Path, graine: int) -> None:
    """Or the correction is refused twice alike: what the bilan of another year shows cannot be taken back."""
    shutil.copytree(publie.racine, tmp_path / "projet")
    projet = ouvrir_projet(tmp_path / "projet")
    corriger(projet, random.Random(graine))
    avant = fichiers(projet)
    etats: list[dict[str, bytes] | str] = []
    for _ in range(2):
        try:
            publier_les_chiffres(projet, ANNEES[1])
            assert all(d.protegee for d in prouver(References(projet), ANNEES[1]))
            etats.append(fichiers(projet))
        except ErreurCIL as refus:
            assert "ne peut plus être assuré" in str(refus) and fichiers(projet) == avant
            etats.append(str(refus))
    assert etats[0] == etats[1]
