"""The boundaries of the communes as the project keeps them (data/reference/territory/communes.geojson)."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.reference import tables

if TYPE_CHECKING:
    import geopandas as gpd

FICHIER = "communes.geojson"
PROJECTION = "EPSG:2154"
"""Lambert-93, in metres: the legal projection of mainland France."""
_METROPOLE = (-6.0, 41.0, 10.5, 51.6)  # west, south, east, north, in degrees: where it holds
_REFAIRE = "Le restaurer, ou refaire le projet avec « cil nouveau »."


def lire_contours(dossier: Path, communes: pd.DataFrame) -> "gpd.GeoDataFrame":
    """The communes (code_insee, nom) with their shapes in metres (geometry), in the same order.

    Raises ErreurCIL: no boundaries file, one that cannot be read, a commune without boundaries, or with two.
    """
    import geopandas as gpd  # half a second to import: only the maps pay for it

    chemin = dossier / FICHIER
    if not chemin.is_file():
        raise tables.erreur(chemin, f"fichier introuvable. {_REFAIRE}")
    try:
        with warnings.catch_warnings(action="ignore"):  # They are in English, and what they lead to is checked.
            contours = gpd.read_file(chemin)[["code_insee", "geometry"]]
        contours = contours.to_crs(projection(contours))
        vides = contours.geometry.isna() | contours.geometry.is_empty
    except Exception:  # Whatever GDAL, GEOS and PROJ raise at a file that is none of theirs.
        raise tables.erreur(chemin, f"contours illisibles. {_REFAIRE}") from None
    if vides.any() or contours["code_insee"].duplicated().any():
        raise tables.erreur(chemin, f"un contour est vide ou figure deux fois. {_REFAIRE}")
    absentes = sorted(set(communes["code_insee"]) - set(contours["code_insee"]))
    if absentes:
        raise tables.erreur(chemin, f"aucun contour pour {', '.join(absentes)}. {_REFAIRE}")
    fusion = communes.merge(contours, on="code_insee", how="left", validate="one_to_one")
    return gpd.GeoDataFrame(fusion, geometry="geometry", crs=contours.crs)


def projection(contours: "gpd.GeoDataFrame") -> str:
    """The projection, in metres, that shapes are drawn and measured in: Lambert-93, or the local UTM zone overseas."""
    ouest, sud, est, nord = contours.to_crs("EPSG:4326").total_bounds
    if ouest >= _METROPOLE[0] and sud >= _METROPOLE[1] and est <= _METROPOLE[2] and nord <= _METROPOLE[3]:
        return PROJECTION
    return str(contours.estimate_utm_crs().to_string())


def credit(dossier: Path) -> str:
    """Whose boundaries they are, as a map must say, from their sidecar; empty when it does not say.

    Raises ErreurCIL when the sidecar is no YAML.
    """
    chemin = dossier / f"{FICHIER}.meta.yml"
    if not chemin.is_file():
        return ""
    return str(lire_yaml(chemin, f"territory/{chemin.name}").get("credit") or "").strip()
