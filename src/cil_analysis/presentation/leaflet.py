"""What the interactive map needs once a page: Leaflet from the installed package, our style and script, no network."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_ASSETS = files("cil_analysis.presentation") / "assets"


@cache
def leaflet_en_ligne() -> str:
    """Leaflet, then the style and the script of the map: once in the page, nothing to download."""
    dossier = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    js = re.sub(r"//# sourceMappingURL=\S*", "", (dossier / "leaflet.js").read_text(encoding="utf-8"))
    css = (dossier / "leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", css)  # images of controls that are not used
    scripts = [js, (_ASSETS / "carte.js").read_text(encoding="utf-8")]  # a debugger would ask for the map of the first
    style = css + (_ASSETS / "carte.css").read_text(encoding="utf-8")
    fermes = (script.replace("</script", "<\\/script") for script in scripts)
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in fermes)
