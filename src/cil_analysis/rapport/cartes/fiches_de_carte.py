"""What the map to explore holds: words published and formatted, escaped, by commune, for each indicator and year."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2.utils import htmlsafe_json_dumps

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, RATIO
from cil_analysis.rapport import lissage
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes.carte_folium import CHAMPS
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.mots import cibles
from cil_analysis.rapport.mots.formats import FINE, RIEN, SECRET_COURT, accorder, echapper, nombre
from cil_analysis.rapport.mots.signes import OBJECTIFS, masque, signe
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

if TYPE_CHECKING:
    import geopandas as gpd

_ABSENCES = {
    cc.SECRET: f"{SECRET_COURT} (secret statistique)",
    cc.SANS_PARC: "pas de logement social",
    cc.SANS_QPV: "pas de quartier prioritaire",
    cc.SANS_ATTRIBUTION: "rien à mesurer",
    cc.INDISPONIBLE: "non disponible",
}
_LIEUX = ("centre", "bord")  # of the circle that a commune holds


class Vue(NamedTuple):
    """An indicator in a year, or over several: its figures by commune, its title and subtitle."""

    table: PublishedTable
    titre: str
    sous_titre: str

    @property
    def code(self) -> str:
        """Of its indicator."""
        return self.table.indicateur.code

    @property
    def periode(self) -> str:
        """Its year, or « 2020-2022 »."""
        return lissage.periode(self.table.lignes()[0])

    @property
    def nom(self) -> str:
        """What its pieces of the page are called."""
        return f"{self.code} {self.periode}"


def donnees(
    vues: Sequence[Vue], communes: Mapping[str, gpd.GeoDataFrame], formes: gpd.GeoDataFrame, identifiant: str
) -> str:
    """What the page holds, as JSON that no text can close the script element from.

    The shapes, the years of each indicator, and each view, by commune.
    """
    annees: dict[str, list[str]] = {}
    for vue in vues:
        annees.setdefault(vue.code, []).append(vue.periode)
    lues = {
        vue.nom: {
            "titre": vue.titre,
            "sousTitre": vue.sous_titre,
            "communes": {c["code_insee"]: _fiche(c, identifiant) for c in communes[vue.nom].to_dict("records")},
        }
        for vue in vues
    }
    objet = {"contours": _geojson(formes), "annees": annees, "vues": lues}
    return htmlsafe_json_dumps(objet, ensure_ascii=False, separators=(",", ":"))


def _fiche(c: LignePubliee, identifiant: str) -> dict[str, Any]:
    """How a commune is painted in a view, what is written on it, what its tooltip says: HTML, escaped."""
    return {
        "etat": c["etat"],
        "texte": c["texte"],
        "encre": theme.encre_sur(c["couleur"]),
        "fond": f"url(#{identifiant}-{c['etat']}-hachures)" if c["etat"] in cc.HACHURES else c["couleur"],
        "dits": {nom: echapper(dit) for nom, dit in _dits(c).items()},
    }


def _dits(c: LignePubliee) -> dict[str, str]:
    """What is said of a commune, as published and formatted; nothing is said of what its indicator has not."""
    valeur = _ABSENCES.get(c["etat"], cc.chiffre(c))
    objectif = ecart = ""
    if c["etat"] in cc.VERDICTS.values():
        valeur = f"{SECRET_COURT} ({masque(c['unite'])}{FINE}; {OBJECTIFS[c['resultat']]})"
    if c["resultat"]:
        absent = signe(c, "cible")
        objectif = cibles.objectif(c["sens"], c["cible"], c["cible_max"], c["unite"]) if not absent else RIEN
        objectif = SECRET_COURT if absent == SECRET_COURT else objectif
        resultat = f" ({OBJECTIFS[c['resultat']]})" if c["resultat"] in OBJECTIFS else ""
        ecart = signe(c, "ecart") or f"{cibles.ecart(c['ecart'], c['unite'])}{resultat}"
    if selon_l_annee := lissage.etendue(c):
        valeur += f" ({selon_l_annee} selon l’année)"
    return {"valeur": valeur, "objectif": objectif, "ecart": ecart, "effectifs": _effectifs(c)}


def _effectifs(c: LignePubliee) -> str:
    if c["unite"] == NOMBRE:
        return ""
    if signe(c, "valeur") == SECRET_COURT:
        return SECRET_COURT
    if c["unite"] == MOIS:
        return RIEN if signe(c, "valeur") else accorder(c["denominateur"], "ménage", "ménages")
    if c["numerateur"] == c["numerateur"] and c["denominateur"] > 0:
        return f"{nombre(c['numerateur'])} {'pour' if c['unite'] == RATIO else 'sur'} {nombre(c['denominateur'])}"
    return RIEN


def _geojson(formes: gpd.GeoDataFrame) -> dict[str, Any]:
    """One feature is one commune, in WGS84 (five decimals: a metre): its name, the circle that it holds."""
    import shapely

    rayons = formes.maximum_inscribed_circle(tolerance=50).to_crs(4326)
    formes = formes.to_crs(4326)
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
                formes["code_insee"], formes["nom"], rayons, formes.geometry, strict=True
            )
        ],
    }
