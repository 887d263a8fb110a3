"""What the interactive map needs once a page: Leaflet from the installed package, our style and script, no network."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_ASSETS = files("cil_analysis.presentation") / "assets"


_LEAFLET = files("js_lib_leaflet") / "static" / "js_lib_leaflet"


@cache
def leaflet_en_ligne() -> str:
    """Leaflet, then the style and the script of the map: once in the page, nothing to download."""
    css = (_LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", css)  # images of controls that are not used
    style = css + (_ASSETS / "carte.css").read_text(encoding="utf-8")
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts_de_la_carte())


@cache
def scripts_de_la_carte() -> tuple[str, ...]:
    """Leaflet and the script of the map, as they stand in a page."""
    js = (_LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    js = re.sub(r"//# sourceMappingURL=\S*", "", js)  # a debugger would ask for it
    scripts = (js, (_ASSETS / "carte.js").read_text(encoding="utf-8"))
    return tuple(script.replace("</script", "<\\/script") for script in scripts)
