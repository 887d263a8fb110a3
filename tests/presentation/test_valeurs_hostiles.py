"""What a page meets in a project that has little data, or a parameter typed wrong."""

from __future__ import annotations

from datetime import date

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import charts, theme
from cil_analysis.presentation.flux_chiffres import lire_jour


def test_des_barres_sans_aucune_classe_se_dessinent() -> None:
    """A year without its extract: the figure then says so in a line, instead of the drawing."""
    assert theme.couleurs_modalites(0) == ()
    assert charts.empiler({}, "vide", "Titre", "Texte.", libelles={}, modalites=[]).startswith("<svg")
    with pytest.raises(ValueError, match="at most 4"):
        theme.couleurs_modalites(5)


@pytest.mark.parametrize("saisie", ["13-45", "28/02", 228, "02-29", True])
def test_un_jour_de_l_annee_mal_ecrit_se_dit(saisie: object) -> None:
    assert lire_jour("flux.echeance_du_bilan", 2023, "02-28") == date(2023, 2, 28)
    with pytest.raises(ErreurCIL, match=r"flux\.yml.*echeance_du_bilan"):
        lire_jour("flux.echeance_du_bilan", 2023, saisie)
