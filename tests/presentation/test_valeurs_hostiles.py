"""What a page meets in a project that has little data."""

from __future__ import annotations

import pytest

from cil_analysis.presentation import charts, theme


def test_des_barres_sans_aucune_classe_se_dessinent() -> None:
    """A year without its extract: the figure then says so in a line, instead of the drawing."""
    assert theme.couleurs_modalites(0) == ()
    assert charts.empiler({}, "vide", "Titre", "Texte.", libelles={}, modalites=[]).startswith("<svg")
    with pytest.raises(ValueError, match="at most 4"):
        theme.couleurs_modalites(5)
