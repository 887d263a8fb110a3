"""The boundaries of communes: an IGN GeoPackage or Shapefile, or a GeoJSON, in any projection."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import code_insee
from cil_analysis.reference.territoire import projection
from cil_analysis.reference.texte import normaliser
from cil_analysis.territoires.communes import reperer, sirens

if TYPE_CHECKING:
    import geopandas as gpd

_LUES = ["code", "nom", "epci", "population"]
SUFFIXES = (".gpkg", ".shp", ".geojson", ".json")
FINESSE = 1 / 500  # of the side of a square as large as the territory: less than a pixel of any map
DECIMALES = 6  # of a degree, about ten centimetres: shared vertices stay shared


@dataclass(frozen=True)
class Contours:
    """A layer of communes. One row of ``communes`` is a feature, by its rank: code, nom, epci (SIREN), population."""

    fichier: Path
    source: str
    couche: str
    communes: pd.DataFrame

    def formes(self, codes: Collection[str]) -> gpd.GeoDataFrame:
        """One row is one commune of these codes (code, geometry), in the projection of the file. Raises ErreurCIL."""
        import geopandas as gpd

        rangs = self.communes.index[self.communes["code"].isin(codes)].to_numpy()
        lues = gpd.read_file(self.source, layer=self.couche, columns=[], fids=rangs, fid_as_index=True)
        if lues.crs is None:
            raise ErreurCIL(
                f"{self.fichier.name} ne dit pas sa projection : placez à côté du .shp le fichier .prj livré avec lui, "
                "ou donnez un GeoPackage."
            )
        valides = lues.set_geometry(lues.make_valid()).assign(code=self.communes["code"])
        formes = valides.dissolve("code", as_index=False)
        formes = formes.set_geometry(formes.geometry.map(_surfaces), crs=lues.crs)
        if formes.is_empty.any():
            raise ErreurCIL(
                f"{self.fichier.name}, couche « {self.couche} » : ce ne sont pas des contours de communes. Choisissez "
                "une autre couche."
            )
        return formes


def _surfaces(forme: Any) -> Any:
    """The polygons of a geometry, as one: a repaired one may have stray lines."""
    parties = [p for p in getattr(forme, "geoms", [forme]) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parties)


def lire_contours(fichier: Path, couche: str | None = None) -> Contours:
    """The communes of a file, their shapes still unread: the IGN's holds all of France. Raises ErreurCIL."""
    import geopandas as gpd

    try:
        possibles = [p for source in _sources(fichier) for p in _couches(source)]
        source, nom, colonnes = _choisir(fichier, possibles, couche)
        table = gpd.read_file(
            source, layer=nom, columns=list(colonnes.values()), ignore_geometry=True, fid_as_index=True
        )
    except (RuntimeError, zipfile.BadZipFile, UnicodeDecodeError) as erreur:  # GDAL's errors are RuntimeErrors
        raise ErreurCIL(
            f"{fichier.name} n’est pas lisible : attendu un GeoPackage, un Shapefile (avec ses fichiers .dbf, .shx et "
            ".prj) ou un GeoJSON. Téléchargez-le de nouveau."
        ) from erreur
    genres = {colonne: genre for genre, colonne in colonnes.items()}
    lus = table[list(genres)].astype("str").rename(columns=genres).reindex(columns=_LUES, fill_value="")
    codes = lus["code"].map(code_insee, na_action="ignore")
    communes = lus.assign(code=codes, epci=lus["epci"].map(sirens)).dropna(subset="code")
    return Contours(fichier, source, nom, communes)


def _sources(fichier: Path) -> list[str]:
    """What GDAL is to open: the file, or the files of an archive."""
    if fichier.is_dir():
        raise ErreurCIL(f"{fichier} est un dossier : donnez le fichier des contours qu’il contient.")
    if not fichier.is_file():
        raise ErreurCIL(f"Le fichier {fichier} est introuvable : donnez le fichier des contours des communes.")
    suffixe = fichier.suffix.lower()
    if suffixe in SUFFIXES:
        return [str(fichier.resolve())]
    if suffixe == ".zip":
        with zipfile.ZipFile(fichier) as archive:
            noms = [nom for nom in archive.namelist() if PurePosixPath(nom).suffix.lower() in SUFFIXES]
        return [f"/vsizip/{{{fichier.resolve()}}}/{nom}" for nom in sorted(noms) if "__MACOSX" not in nom]
    conseil = "extrayez-en la couche des communes" if suffixe == ".7z" else f"attendu {', '.join((*SUFFIXES, '.zip'))}"
    raise ErreurCIL(f"Le fichier {fichier.name} n’est pas d’un type connu : {conseil}.")


def _couches(source: str) -> list[tuple[str, str, dict[str, str]]]:
    """The layers that may be communes: source, name, and the column of each kind."""
    import geopandas as gpd

    trouvees = []
    for nom, geometrie in gpd.list_layers(source).itertuples(index=False):
        if geometrie is None or "Point" in str(geometrie) or "Line" in str(geometrie):
            continue
        champs = list(map(str, gpd.read_file(source, layer=nom, rows=0, ignore_geometry=True).columns))
        colonnes = {genre: champs[rang] for genre, rang in reperer(champs).items()}
        colonnes = {genre: colonnes[genre] for genre in _LUES if genre in colonnes}
        if {"code", "nom"} <= colonnes.keys():
            trouvees.append((source, str(nom), colonnes))
    return trouvees


def _choisir(
    fichier: Path, possibles: list[tuple[str, str, dict[str, str]]], couche: str | None
) -> tuple[str, str, dict[str, str]]:
    noms = ", ".join(f"« {nom} »" for _, nom, _ in possibles)
    if couche is not None:
        choisies = [p for p in possibles if p[1] == couche]
        if not choisies:
            raise ErreurCIL(f"{fichier.name} n’a pas de couche de communes « {couche} ». Couches possibles : {noms}.")
        return choisies[0]
    if not possibles:
        raise ErreurCIL(
            f"{fichier.name} n’a aucune couche de communes : il y faut des surfaces avec un code INSEE et un nom "
            "(INSEE_COM et NOM, ou code_insee et nom_officiel)."
        )
    nommees = [p for p in possibles if normaliser(p[1]) in ("commune", "communes")]
    if len(nommees or possibles) > 1:
        raise ErreurCIL(f"{fichier.name} a plusieurs couches de communes : {noms}. Choisissez avec --couche.")
    return (nommees or possibles)[0]


def simplifier(contours: gpd.GeoDataFrame) -> dict[str, Any]:
    """Code → boundary in WGS84, light enough for a page, without gap or overlap between neighbours."""
    plans = contours.to_crs(projection(contours))
    formes = plans.geometry.to_numpy()
    tolerance = float(np.sqrt(shapely.area(formes).sum())) * FINESSE
    plans = plans.set_geometry(shapely.coverage_simplify(formes, tolerance), crs=plans.crs)
    degres = shapely.transform(plans.to_crs("EPSG:4326").geometry.to_numpy(), lambda xy: np.round(xy, DECIMALES))
    return dict(zip(contours["code"], degres, strict=True))


def en_geojson(noms: Mapping[str, str], formes: Mapping[str, Any]) -> str:
    """The text of communes.geojson: one commune a line, in code order."""
    entites = []
    for code, forme in sorted(formes.items()):
        entite = {"type": "Feature", "properties": {"code_insee": code, "nom": noms[code]}}
        geometrie = json.loads(shapely.to_geojson(shapely.orient_polygons(forme)))
        entites.append(json.dumps(entite | {"geometry": geometrie}, ensure_ascii=False))
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(entites) + "\n]}\n"
