"""The interactive map: one map, a choice of indicator and of year, drawn by Leaflet without any network.

Only strings already published and formatted enter the page, as data that ``assets/carte.js`` writes as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import theme
from cil_analysis.presentation.carte_vues import IndicateurCarte, en_donnees
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.svg import motif_hachures

if TYPE_CHECKING:
    import geopandas as gpd

AIDE = "Survolez ou touchez une commune, ou passez de l’une à l’autre avec la touche de tabulation."
SANS_SCRIPT = "La carte demande JavaScript. Tous ses chiffres sont dans les tableaux de données, ci-dessous."


def carte_interactive(
    indicateurs: Sequence[IndicateurCarte], contours: gpd.GeoDataFrame, *, identifiant: str, nom: str, annee: int,
    description: str,
) -> str:  # fmt: skip
    """The map as an HTML fragment; it opens on the first indicator, in ``annee`` or else in its last year.

    ``nom``: what the map is; ``description``: every figure of the view that it opens on. ``leaflet_en_ligne()`` must
    be once in the page. The title of the figure around, and the elements « data-vue » in it, follow the choice.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", identifiant):
        raise ValueError(f"Not an id: {identifiant!r}")
    annees = sorted({vue.annee for indicateur in indicateurs for vue in indicateur.vues})
    donnees = _en_json(_donnees(indicateurs, contours))
    motifs = "".join(motif_hachures(f"{identifiant}-{etat}-hachures", c) for etat, c in cc.HACHURES.items())
    return (
        f'<div class="carte-interactive" id="{identifiant}" role="group" aria-label="{echapper(nom)}" '
        f'aria-describedby="{identifiant}-desc" hidden>'
        f'<p class="choix">{_choix(identifiant, "indicateur", "Indicateur", _options(indicateurs))}'
        f"{_choix(identifiant, 'annee', 'Année', _options_annees(annees, annee))}</p>"
        f'<p class="masque-visuel" role="status"></p>'
        f'<p class="masque-visuel" id="{identifiant}-desc">{echapper(description)}</p>'
        f'<p class="aide">{AIDE}</p>'
        f'<svg class="motifs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        f"{motifs}</defs></svg>"
        f'<div class="cadre-carte"></div><ul class="legende"></ul><p class="note"></p>'
        f'<script type="application/json">{donnees}</script></div>'
        f"<noscript><p>{SANS_SCRIPT}</p></noscript>"
    )


def _choix(identifiant: str, classe: str, mot: str, options: str) -> str:
    return (
        f'<label for="{identifiant}-{classe}">{mot}</label>'
        f'<select id="{identifiant}-{classe}" class="{classe}" autocomplete="off">{options}</select>'
    )


def _options(indicateurs: Sequence[IndicateurCarte]) -> str:
    return "".join(
        f'<optgroup label="{echapper(groupe)}">'
        + "".join(f'<option value="{i.code}">{echapper(i.nom)}</option>' for i in siens)
        + "</optgroup>"
        for groupe, siens in groupby(indicateurs, lambda i: i.groupe)
    )


def _options_annees(annees: Sequence[int], choisie: int) -> str:
    return "".join(f"<option{' selected' if annee == choisie else ''}>{annee}</option>" for annee in annees)


def _donnees(indicateurs: Sequence[IndicateurCarte], contours: gpd.GeoDataFrame) -> dict[str, Any]:
    dessinees = {c.code for indicateur in indicateurs for vue in indicateur.vues for c in vue.communes}
    couleurs = {c.couleur for i in indicateurs for vue in i.vues for c in vue.communes}
    return {
        "contours": _geojson(contours[contours["code_insee"].isin(dessinees)]),
        "encres": {couleur: theme.encre_sur(couleur) for couleur in sorted(couleurs)},
        "indicateurs": {indicateur.code: en_donnees(indicateur) for indicateur in indicateurs},
    }


def _geojson(contours: gpd.GeoDataFrame) -> dict[str, Any]:
    """One feature is one commune, in WGS84 (five decimals: a metre): its name, and the point farthest from its edge."""
    import geopandas
    import shapely

    coeurs = [shapely.get_point(shapely.maximum_inscribed_circle(g, tolerance=50), 0) for g in contours.geometry]
    points = geopandas.GeoSeries(coeurs, crs=contours.crs).to_crs(4326)
    formes = contours.geometry.to_crs(4326)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {"nom": nom, "centre": [round(point.y, 5), round(point.x, 5)]},
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(forme, 1e-5))),
            }
            for code, nom, point, forme in zip(contours["code_insee"], contours["nom"], points, formes, strict=True)
        ],
    }


def _en_json(objet: object) -> str:
    """JSON that no text can close the script element from."""
    return (
        json.dumps(objet, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )  # fmt: skip
