"""Several cells of a notebook run by one message to its kernel: messages cost more than most cells do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MONTRE = "application/vnd.cil-analysis+json"


def executer(sources: Mapping[int, str]) -> None:
    """In a kernel: run cells in turn, then show in one output, by the rank of each, what it has shown.

    An output is that of a notebook, with no other kind than Markdown. At the first cell that fails, which is then the
    last to have a rank, raises what it raises.
    """
    from IPython.core.getipython import get_ipython
    from IPython.display import display
    from IPython.utils.capture import capture_output

    noyau: Any = get_ipython()
    montre: dict[int, list[dict[str, Any]]] = {}
    try:
        for rang, source in sources.items():
            montre[rang] = []
            with capture_output() as pris:
                fini = noyau.run_cell(source)
            textes = [sortie.data.get("text/markdown") for sortie in pris.outputs]
            montre[rang] += [{"data": {} if texte is None else {"text/markdown": texte}} for texte in textes]
            montre[rang] += [{"name": "stdout"}] if pris.stdout else []
            fini.raise_error()
    finally:
        display({MONTRE: montre}, raw=True)  # type: ignore[no-untyped-call]
