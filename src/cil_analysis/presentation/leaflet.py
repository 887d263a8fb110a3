"""Leaflet and the style of the interactive maps, to be written in the page: from the installed package, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cil_analysis.presentation import theme


@dataclass(frozen=True)
class _Leaflet:
    js: str
    css: str


@cache
def _leaflet() -> _Leaflet:
    dossier = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    js = (dossier / "leaflet.js").read_text(encoding="utf-8")
    css = (dossier / "leaflet.css").read_text(encoding="utf-8")
    js = re.sub(r"//# sourceMappingURL=\S*", "", js)  # a debugger would ask for it
    css = re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", css)  # images of controls that are not used
    return _Leaflet(js.replace("</script", "<\\/script"), css)


def leaflet_en_ligne() -> str:
    """Leaflet and the style of the maps, for the whole page: once, from the installed package, nothing to download."""
    leaflet = _leaflet()
    return f"<style>{leaflet.css}{_CSS}</style><script>{leaflet.js}</script>"


_CSS = f"""
.carte-interactive .motifs {{ position: absolute }}
.carte-interactive .hors-ecran {{
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
}}
.cadre-carte {{ position: relative; max-height: 80vh; min-height: 280px }}
.cadre-carte .folium-map {{ position: absolute; inset: 0 }}
.cadre-carte .leaflet-container {{ background: transparent; font: inherit }}
.cadre-carte .leaflet-container:focus-visible {{ outline: 3px solid {theme.ACCENT}; outline-offset: 2px }}
.cadre-carte path.commune:focus {{ outline: none }}
.cadre-carte .leaflet-bar a {{ width: 36px; height: 36px; line-height: 36px; color: {theme.ENCRE} }}
.leaflet-tooltip.bulle-commune {{ font-size: 1rem; line-height: 1.35; color: {theme.ENCRE};
  border: 1px solid {theme.GRIS_TEXTE}; white-space: normal; width: max-content; max-width: min(22rem, 75vw) }}
.bulle-commune::before {{ display: none }}
.bulle-commune table {{ margin: 0; border-collapse: collapse; font-size: inherit; width: auto; display: table }}
.bulle-commune th, .bulle-commune td {{ padding: 1px 0; text-align: left; border: 0; background: none; color: inherit }}
.bulle-commune th {{ padding-right: .75em; font-weight: 400; color: {theme.GRIS_TEXTE} }}
.bulle-commune tr:first-child td {{ font-weight: 700 }}
.leaflet-tooltip.etiquette-commune {{ background: none; border: 0; box-shadow: none; padding: 0; text-align: center;
  font-size: .9rem; line-height: 1.2 }}
.etiquette-commune::before {{ display: none }}
.etiquette-commune b {{ display: block; font-weight: 700 }}
ul.legende {{ list-style: none; margin: .75rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem 1.5rem }}
ul.legende li {{ display: flex; align-items: center; gap: .5rem; margin: 0 }}
ul.legende .pastille {{ flex: none; line-height: 0 }}
@media print {{ .carte-interactive {{ display: none }} }}
"""
