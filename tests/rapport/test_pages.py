"""Which pages a year has: those whose own figures it has."""

from __future__ import annotations

import pytest
from rapports import rapport

from cil_analysis.rapport.pages import AUTRES, BILAN, pages_de
from registres import INDICATEURS

# Of what the leases alone are counted, and the calendar.
DES_BAUX = ("attributions", "calendrier:jours_ecoules", "calendrier:jours", "")
*_, METHODE = AUTRES
PAR_FICHIER = {page.fichier: page for page in AUTRES}


def chiffres(*codes: str) -> dict[str, list[dict[str, int]]]:
    return {code: [{"annee": 2022, "numerateur": 60, "denominateur": 100}] for code in codes}


def test_sans_son_extrait_un_systeme_n_a_pas_de_page() -> None:
    """The leases alone: nothing of the requests, of the flux, nor of the stock; and no grid that scores them.

    How long those that were housed had waited (C14) is told at the counter, and needs no score.
    """
    des_baux = [
        indicateur.code
        for indicateur in INDICATEURS
        if (compte := indicateur.compte) is not None
        and {compte.population, compte.rapporte_a} <= set(DES_BAUX)
        and (indicateur.code == "C14" or not indicateur.code.startswith("C"))
    ]
    assert {"V01", "F11", "F12", "D08", "C14"} <= set(des_baux)
    assert list(pages_de(rapport(chiffres(*des_baux)))) == [BILAN, METHODE]


@pytest.mark.parametrize(
    ("fichier", "code"),
    [("demande.html", "D11"), ("gestion-en-flux.html", "F01"), ("cotation.html", "C01"), ("gouvernance.html", "G01")],
)
def test_un_chiffre_de_son_extrait_fait_la_page(fichier: str, code: str) -> None:
    assert list(pages_de(rapport(chiffres(code)))) == [BILAN, PAR_FICHIER[fichier], METHODE]
