from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import epci_invente as ei
from cil_analysis.commandes import main

RACINE = Path(__file__).resolve().parents[2]
Nouveau = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def fichiers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The boundaries of the made-up EPCI in each format, and its list at the 1 January of two years."""
    dossier = tmp_path_factory.mktemp("telecharges")
    shapefile = ei.ecrire_shapefile(dossier / "ADECOG_3-2_SHP" / "99")
    return {
        "gpkg": ei.ecrire_geopackage(dossier / "ADE-COG_4-0.gpkg"),
        "shp": shapefile,
        "zip": ei.zipper(dossier / "ADECOG_3-2_SHP", dossier / "ADECOG_3-2_SHP.zip"),
        "geojson": ei.ecrire_geojson(dossier / "communes.geojson"),
        "2023": ei.ecrire_intercommunalite(dossier / "epci_2023.xlsx", 2023, [*ei.MEMBRES[:-1], "99901"]),
        "2024": ei.ecrire_intercommunalite(dossier / "epci_2024.xlsx", 2024, ei.MEMBRES),
    }


@pytest.fixture
def nouveau(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Nouveau:
    """« cil nouveau », for the made-up EPCI, with the repository as the model: exit code, output, errors."""

    def lancer(contours: Path, *options: object, dossier: Path = tmp_path / "projet", siren: str = ei.SIREN):
        arguments = ["--projet", RACINE, "nouveau", dossier, "--epci", siren, "--contours", contours, *options]
        code = main([str(argument) for argument in arguments])
        ecrit = capsys.readouterr()
        return code, ecrit.out.replace("\u202f", " ").replace("\xa0", " "), ecrit.err.replace("\u202f", " ")

    return lancer
