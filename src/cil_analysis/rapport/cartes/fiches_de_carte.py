"""What the map to explore holds: words published and formatted, escaped, by commune, for each indicator and year."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, RATIO
from cil_analysis.rapport.cartes import cartographie
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes.carte_folium import CHAMPS
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import FINE, RIEN, SECRET_COURT, accorder, echapper, nombre
from cil_analysis.rapport.mots.signes import OBJECTIFS, masque
from cil_analysis.secret.table_publiee import PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd

_STATUTS = {
    cc.SECRET: f"{SECRET_COURT} (secret statistique)",
    cc.SANS_PARC: "pas de logement social",
    cc.SANS_QPV: "pas de quartier prioritaire",
    cc.SANS_ATTRIBUTION: "rien à mesurer",
    cc.INDISPONIBLE: "non disponible",
}
_LIEUX = ("centre", "bord")  # of the circle that a commune holds


class Vue(NamedTuple):
    """An indicator in a year: its figures by commune, its title and subtitle."""

    table: PublishedTable
    titre: str
    sous_titre: str

    @property
    def code(self) -> str:
        """Of its indicator."""
        return self.table.indicateur.code

    @property
    def annee(self) -> int:
        """Its year."""
        return cartographie.annee_de(self.table)

    @property
    def nom(self) -> str:
        """What its pieces of the page are called."""
        return f"{self.code} {self.annee}"


def donnees(
    par_code: Mapping[str, Sequence[Vue]],
    communes: Mapping[str, Sequence[cc.Commune]],
    formes: gpd.GeoDataFrame,
    identifiant: str,
) -> dict[str, Any]:
    """What the page holds: the shapes, the years of each indicator, and each view, by commune."""
    return {
        "contours": _geojson(formes),
        "annees": {code: [vue.annee for vue in vues] for code, vues in par_code.items()},
        "vues": {
            vue.nom: {
                "titre": vue.titre,
                "sousTitre": vue.sous_titre,
                "communes": {c.code: _fiche(c, identifiant) for c in communes[vue.nom]},
            }
            for vues in par_code.values()
            for vue in vues
        },
    }


def _fiche(c: cc.Commune, identifiant: str) -> dict[str, Any]:
    """How a commune is painted in a view, what is written on it, what its tooltip says: HTML, escaped."""
    return {
        "etat": c.etat,
        "texte": c.texte,
        "encre": theme.encre_sur(c.couleur),
        "fond": f"url(#{identifiant}-{c.etat}-hachures)" if c.etat in cc.HACHURES else c.couleur,
        "dits": {nom: echapper(dit) for nom, dit in _dits(c).items()},
    }


def _dits(c: cc.Commune) -> dict[str, str]:
    """What is said of a commune, as published and formatted; nothing is said of what its indicator has not."""
    a_objectif = bool(c.chiffre.ligne["resultat"])
    return {
        "valeur": _valeur(c),
        "objectif": _objectif(c.chiffre) if a_objectif else "",
        "ecart": _ecart(c.chiffre) if a_objectif else "",
        "effectifs": _effectifs(c.chiffre),
    }


def _valeur(c: cc.Commune) -> str:
    if c.chiffre.est_secret and c.chiffre.verdict:
        return f"{SECRET_COURT} ({masque(c.chiffre.unite)}{FINE}; {OBJECTIFS[c.chiffre.verdict]})"
    return _STATUTS.get(c.etat, c.chiffre.texte)


def _objectif(c: Chiffre) -> str:
    if c.est_secret:
        return SECRET_COURT
    return RIEN if isnan(c.ligne["cible"]) else c.objectif


def _ecart(c: Chiffre) -> str:
    if c.est_secret:
        return SECRET_COURT
    if isnan(c.ligne["ecart"]):
        return RIEN
    resultat = f" ({OBJECTIFS[c.verdict]})" if c.verdict else ""
    return f"{cibles.ecart(c.ecart, c.unite)}{resultat}"


def _effectifs(c: Chiffre) -> str:
    if c.unite == NOMBRE:
        return ""
    if c.est_secret:
        return SECRET_COURT
    if c.unite == MOIS:
        return accorder(c.denominateur, "ménage", "ménages") if c.est_publie else RIEN
    if not isnan(c.ligne["numerateur"]) and c.ligne["denominateur"] > 0:
        return (
            f"{nombre(c.ligne['numerateur'])} {'pour' if c.unite == RATIO else 'sur'} {nombre(c.ligne['denominateur'])}"
        )
    return RIEN


def _geojson(formes: gpd.GeoDataFrame) -> dict[str, Any]:
    """One feature is one commune, in WGS84 (five decimals: a metre): its name, the circle that it holds."""
    import geopandas
    import shapely

    rayons = [shapely.maximum_inscribed_circle(g, tolerance=50) for g in formes.geometry]
    rayons = geopandas.GeoSeries(rayons, crs=formes.crs).to_crs(4326)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": dict.fromkeys(CHAMPS, "")
                | {"nom": echapper(nom)}
                | {lieu: [round(y, 5), round(x, 5)] for lieu, (x, y) in zip(_LIEUX, rayon.coords, strict=True)},
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(forme, 1e-5))),
            }
            for code, nom, rayon, forme in zip(
                formes["code_insee"], formes["nom"], rayons, formes.geometry.to_crs(4326), strict=True
            )
        ],
    }


def en_json(objet: object) -> str:
    """JSON that no text can close the script element from."""
    return (
        json.dumps(objet, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )  # fmt: skip
