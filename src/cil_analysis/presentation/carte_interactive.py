"""The interactive map: folium writes the Leaflet calls, nothing is asked of any network, and the keyboard reaches it.

Only strings already published and formatted enter the page. Traps of folium, and what is done here: its header links
ten addresses and styles the whole page (left out); its ids are random (set); its tooltips put properties in the page
as HTML (escaped first); jQuery is needed by popups alone (none).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import cibles, theme
from cil_analysis.presentation.carte_legende import entrees, legende
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, echapper, nombre
from cil_analysis.presentation.svg import motif_hachures

if TYPE_CHECKING:
    import geopandas as gpd

CHAMPS = {"nom": "Commune", "valeur": "Part", "objectif": "Objectif", "ecart": "Écart", "effectifs": "Effectifs"}


def carte_interactive(
    table: PublishedTable, contours: gpd.GeoDataFrame, *, identifiant: str, titre: str, description: str,
    bornes: Sequence[float], parc_social: Mapping[str, float] | None = None, hauteur: int = 600,
) -> str:  # fmt: skip
    """The map of :func:`maps.carte_statique` as an HTML fragment: hover or focus a commune to read its figures.

    ``hauteur``: of the map, in CSS pixels. ``leaflet_en_ligne()`` must be once in the page, before or after.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", identifiant):
        raise ValueError(f"Not an id: {identifiant!r}")
    communes, echelle = cc.communes_de_la_carte(table, contours, bornes, parc_social)
    conteneur, script = _folium(communes, contours, identifiant)
    return (
        f'<div class="carte-interactive" id="{identifiant}" role="group" aria-label="{echapper(titre)}" '
        f'aria-describedby="{identifiant}-desc">'
        f'<p class="hors-ecran" id="{identifiant}-desc">{echapper(description)} '
        "Touche de tabulation : passer d’une commune à l’autre.</p>"
        f'<svg class="motifs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        f"{motif_hachures(identifiant + '-hachures')}</defs></svg>"
        f'<div class="cadre-carte" style="height:min({hauteur}px,92vw)">{conteneur}</div>'
        f"{legende(entrees(echelle, communes), identifiant + '-legende')}"
        f"<script>{script}</script></div>"
    )


def _folium(communes: Sequence[cc.CommuneCarte], contours: gpd.GeoDataFrame, identifiant: str) -> tuple[str, str]:
    """The container of the map and its script, from folium."""
    import folium
    from branca.element import Figure
    from folium.features import GeoJson, GeoJsonTooltip

    carte = folium.Map(
        location=(0, 0),
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_snap=0,
        fade_animation=False,
    )
    carte.default_js, carte.default_css = [], []
    couche = GeoJson(
        _geojson(communes, contours),
        style_function=lambda f: _style(f["properties"]["etat"], f["properties"]["couleur"], identifiant),
        smooth_factor=0,
    )
    bulle = GeoJsonTooltip(
        list(CHAMPS), list(CHAMPS.values()), sticky=False, class_name="bulle-commune", opacity=1, direction="top"
    )
    suffixe = identifiant.replace("-", "_")
    for element in (carte, couche, bulle):
        element._id = suffixe
    carte.get_root()._id = f"figure_{suffixe}"
    couche.add_child(bulle)
    carte.add_child(couche)
    page = carte.get_root()
    assert isinstance(page, Figure)
    page.render()
    conteneur = page.html.render()
    fiches = _en_json(_fiches(communes, contours))
    suite = _SUITE % {"carte": carte.get_name(), "couche": couche.get_name(), "fiches": fiches, "encre": theme.ENCRE}
    script = f"(function(){{function dessiner(){{{page.script.render()}{suite}}}{_ATTENTE}}})();"
    return conteneur.strip(), re.sub(r"\n\s*", "\n", script)


def _geojson(communes: Sequence[cc.CommuneCarte], contours: gpd.GeoDataFrame) -> dict[str, Any]:
    """One feature is one commune, in WGS84 (five decimals: a metre), with the strings of its tooltip and its class."""
    import shapely

    geometries = _en_wgs84([c.geometrie for c in communes], contours)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": c.code,
                "properties": {
                    **{cle: echapper(texte) for cle, texte in figures(c).items()},
                    "etat": c.etat,
                    "couleur": c.couleur,
                },
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(g, 1e-5))),
            }
            for c, g in zip(communes, geometries, strict=True)
        ],
    }


def figures(c: cc.CommuneCarte) -> dict[str, str]:
    """What the tooltip says of a commune, as published and formatted (not escaped)."""
    ch = c.chiffre
    statut = {
        cc.SECRET: f"{SECRET_COURT} (secret statistique)",
        cc.SANS_PARC: "pas de logement social",
        cc.SANS_QPV: "pas de quartier prioritaire",
        cc.SANS_ATTRIBUTION: "aucune attribution",
        cc.INDISPONIBLE: "non disponible",
    }
    if ch.est_secret:
        objectif = SECRET_COURT if ch.resultat else RIEN
        masques = {"objectif": objectif, "ecart": objectif, "effectifs": SECRET_COURT}
        return {"nom": c.nom, "valeur": statut[cc.SECRET], **masques}
    effectifs = RIEN
    if ch.numerateur == ch.numerateur and ch.denominateur > 0:
        effectifs = f"{nombre(ch.numerateur)} sur {nombre(ch.denominateur)}"
    mot = {"atteint": " (objectif atteint)", "non_atteint": " (objectif non atteint)"}.get(ch.resultat, "")
    return {
        "nom": c.nom,
        "valeur": statut.get(c.etat, ch.texte),
        "objectif": ch.objectif or RIEN,
        "ecart": f"{cibles.ecart(ch.ecart, ch.unite)}{mot}" if ch.ecart == ch.ecart else RIEN,
        "effectifs": effectifs,
    }


def _fiches(communes: Sequence[cc.CommuneCarte], contours: gpd.GeoDataFrame) -> dict[str, dict[str, Any]]:
    """By commune, what the script adds: its name and figures for screen readers, its label, its heart."""
    import shapely

    points_centraux = [
        shapely.get_point(shapely.maximum_inscribed_circle(c.geometrie, tolerance=50), 0) for c in communes
    ]
    resultat = {}
    for c, point in zip(communes, _en_wgs84(points_centraux, contours), strict=True):
        mots = {CHAMPS[cle]: mot for cle, mot in figures(c).items() if cle != "nom" and mot != RIEN}
        suite = ", ".join(f"{champ.lower()}\u202f: {mot}" for champ, mot in mots.items())
        resultat[c.code] = {
            "nom": c.nom,
            "texte": c.texte,
            "aria": f"{c.nom}. {suite}",
            "centre": [round(point.y, 5), round(point.x, 5)],
            "encre": theme.encre_sur(c.couleur),
            "contour": CONTOURS.get(c.etat),
        }
    return resultat


def _en_wgs84(geometries: Sequence[Any], contours: gpd.GeoDataFrame) -> list[Any]:
    import geopandas

    return list(geopandas.GeoSeries(list(geometries), crs=contours.crs).to_crs(4326))


def _style(etat: str, couleur: str, identifiant: str) -> dict[str, Any]:
    """Leaflet path options of a commune."""
    fond = f"url(#{identifiant}-hachures)" if etat == cc.SECRET else couleur
    return {"fillColor": fond, "fillOpacity": 1, "color": theme.BLANC, "weight": 2, "className": f"commune {etat}"}


CONTOURS = {cc.SANS_ATTRIBUTION: {"color": theme.GRIS_TEXTE, "weight": 2, "dashArray": "1.5 4"}}  # above the neighbours


def _en_json(objet: object) -> str:
    """JSON that no text can close the script element from."""
    return (
        json.dumps(objet, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )  # fmt: skip


# The page may carry Leaflet after the map: wait for it. A map folded away has no size: draw again when it gets one.
_ATTENTE = 'if(window.L){dessiner();}else{document.addEventListener("DOMContentLoaded",dessiner);}'

# What folium cannot write: French zoom buttons, names for screen readers, an outline for the commune in hand (above its
# neighbours, without moving it: that would take the focus away), and figures on the communes that can hold them.
_SUITE = """
var carte = %(carte)s, couche = %(couche)s, fiches = %(fiches)s, etiquettes = [];
L.control.zoom({position: "bottomright", zoomInTitle: "Zoom avant", zoomOutTitle: "Zoom arrière"}).addTo(carte);
if (L.Browser.mobile) { carte.dragging.disable(); }
function contour(layer, style) {
  return L.polygon(layer.getLatLngs(), Object.assign({interactive: false, fill: false}, style)).addTo(carte);
}
var enMain = null;
function prendre(layer) { poser(); enMain = contour(layer, {color: "%(encre)s", weight: 4}); }
function poser() { if (enMain) { enMain.remove(); enMain = null; } }
function cadrer() {
  carte.invalidateSize({animate: false});
  if (carte.getSize().x > 0 && couche.getLayers().length) {
    carte.setMinZoom(0);
    carte.fitBounds(couche.getBounds(), {padding: [8, 8], animate: false});
    carte.setMinZoom(carte.getZoom() - 0.5);
    carte.setMaxBounds(couche.getBounds().pad(0.5));
    etiqueter();
  }
}
function etiqueter() {
  etiquettes.forEach(function (e) { e.remove(); });
  etiquettes = [];
  couche.eachLayer(function (layer) {
    var f = fiches[layer.feature.id], noeud = document.createElement("div"), b = document.createElement("b");
    noeud.style.color = f.encre;
    noeud.append(f.nom, b);
    b.textContent = f.texte;
    var e = L.tooltip({permanent: true, direction: "center", className: "etiquette-commune", opacity: 1});
    e.setLatLng(f.centre).setContent(noeud).addTo(carte);
    e.getElement().removeAttribute("role");
    e.getElement().setAttribute("aria-hidden", "true");
    function tient() {
      var boite = e.getElement().getBoundingClientRect(), chemin = layer.getElement();
      var vers = chemin.getScreenCTM().inverse();
      var bords = [[0, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 0.75], [1, 0.75], [0, 1], [1, 1], [0.5, 0], [0.5, 1]];
      return bords.every(function (c) {
        var x = boite.left + c[0] * boite.width, y = boite.top + 1 + c[1] * (boite.height - 2);
        return chemin.isPointInFill(new DOMPoint(x, y).matrixTransform(vers));
      });
    }
    if (!tient()) {
      noeud.replaceChildren(b);
      e.update();
      if (!tient()) { e.remove(); return; }
    }
    etiquettes.push(e);
  });
}
couche.eachLayer(function (layer) {
  var el = layer.getElement(), f = fiches[layer.feature.id];
  if (f.contour) { contour(layer, f.contour); }
  el.setAttribute("tabindex", "0");
  el.setAttribute("role", "img");
  el.setAttribute("aria-label", f.aria);
  el.addEventListener("focus", function () {
    prendre(layer);
    couche.closeTooltip();  // Leaflet has opened it elsewhere: moved while open, it would not be kept in the frame
    couche.getTooltip()._source = layer;
    couche.openTooltip(f.centre);
  });
  el.addEventListener("blur", function () { poser(); couche.closeTooltip(); });
  layer.on("mouseover", function () { prendre(layer); }).on("mouseout", poser);
});
couche.on("tooltipopen", function (ev) {
  var bulle = ev.tooltip.getElement(), cadre = carte.getContainer().getBoundingClientRect();
  bulle.style.marginLeft = bulle.style.marginTop = "0px";
  var b = bulle.getBoundingClientRect();
  bulle.style.marginLeft = Math.max(cadre.left - b.left, Math.min(0, cadre.right - b.right)) + "px";
  bulle.style.marginTop = Math.max(cadre.top - b.top, -8) + "px";
});
document.addEventListener("keydown", function (ev) { if (ev.key === "Escape") { couche.closeTooltip(); } });
carte.on("zoomend", etiqueter);
cadrer();
new ResizeObserver(cadrer).observe(carte.getContainer());
"""
