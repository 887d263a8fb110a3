"""The program of the map to explore: what folium writes, Leaflet and our script, with nothing to download.

The data stand apart: the program is then the same in every page, whose policy admits it by its digest.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

ACTIFS = files("cil_analysis.rapport.cartes") / "assets"
_LEAFLET = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
# What is said of a commune in its tooltip: the property of its shape, and its name.
CHAMPS = {"nom": "Commune", "valeur": "Valeur", "objectif": "Objectif", "ecart": "Écart", "effectifs": "Effectifs"}


@cache
def programme(nom: str) -> str:
    """What folium writes for a map of that name, the data read from the element « donnees_<nom> »."""
    import folium
    from jinja2.utils import htmlsafe_json_dumps

    un = {"type": "Point", "coordinates": [0, 0]}
    modele = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": dict.fromkeys(CHAMPS, ""), "geometry": un}],
    }
    carte = folium.Map(
        location=[0, 0], zoom_start=0, tiles=None, zoom_control=False, attribution_control=False,
        scroll_wheel_zoom=False, zoom_snap=0, fade_animation=False,
    )  # fmt: skip
    couche = folium.GeoJson(
        modele, smooth_factor=0, no_clip=True, fill_opacity=1, class_name="commune", control=False
    ).add_to(carte)
    bulle = folium.GeoJsonTooltip(
        list(CHAMPS), list(CHAMPS.values()), sticky=False, class_name="bulle-commune", direction="top", opacity=1
    ).add_to(couche)
    for piece in (carte, couche, bulle):
        piece._id = nom  # theirs is drawn at random
    page: Any = carte.get_root()
    page.render()
    script = str(page.script.render())
    morceau = str(htmlsafe_json_dumps(modele, sort_keys=True))
    if script.count(morceau) != 1:
        raise ValueError("folium no longer writes the data of a GeoJson as it did")
    return script.replace(morceau, f'JSON.parse(document.getElementById("donnees_{nom}").textContent).contours')


def est_un_programme(texte: str) -> bool:
    """Whether a script is what folium writes for one of our maps."""
    trouve = re.search(r"\bvar map_([a-z0-9_]+) = L\.map", texte)
    return trouve is not None and texte.strip() == programme(trouve[1]).strip()


def moteur() -> str:
    """Leaflet, then the style and the script of the map: nothing to download."""
    css = (_LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", css)  # images of controls that are not used
    style = css + (ACTIFS / "carte.css").read_text(encoding="utf-8")
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts())


def scripts() -> tuple[str, ...]:
    """Leaflet and the script of the map, as they stand in a page."""
    js = (_LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    js = re.sub(r"//# sourceMappingURL=\S*", "", js)  # a debugger would ask for it
    textes = (js, (ACTIFS / "carte.js").read_text(encoding="utf-8"))
    return tuple(texte.replace("</script", "<\\/script") for texte in textes)
