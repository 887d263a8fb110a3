import doctest
import unicodedata

import pytest

from cil_analysis.reference import texte
from cil_analysis.reference.texte import normaliser, une_ligne


def test_exemples_de_la_documentation():
    assert doctest.testmod(texte).failed == 0
    assert doctest.testmod(texte).attempted >= 6


@pytest.mark.parametrize(
    "variante",
    [
        "Yvré-l’Évêque",
        "YVRÉ L'ÉVÊQUE",
        "yvre l\u02bceveque",
        "Yvré - l` Évêque",
        "Yvré–l’Évêque",
        "Yvré\u00a0l'Évêque",
        "\ufeffYvré-l’É\u00advêque\u200b",
        unicodedata.normalize("NFD", "Yvré-l’Évêque"),
    ],
)
def test_variantes_d_un_meme_nom(variante):
    assert normaliser(variante) == "yvre l eveque"


def test_ce_qui_distingue_reste():
    assert normaliser("T5+") != normaliser("T5")
    assert normaliser("≤ PLAI") != normaliser("> PLAI")
    assert normaliser("Ressources (€)") == "ressources eur"
    assert normaliser("  -- ") == ""


@pytest.mark.parametrize(
    ("dit", "personnel"),
    [("au 02 43\u00a047 38 00", True), ("0611223344", True), ("+33 6 11 22 33 44", True), ("0033611223344", True),
     ("JORFTEXT000042056679", False), ("1 006 112 233 euros", False), ("01/02/2022-31/12/2023", False),
     ("SIREN 060 000 000", False), ("de 10 11 12 13 14 logements", False), ("0,0611223344", False)],
)  # fmt: skip
def test_un_telephone_n_est_pas_un_autre_nombre(dit: str, personnel: bool) -> None:
    assert bool(texte.PERSONNE.search(dit)) == personnel


def test_forme_stable():
    for exemple in ("N° unique", "T5 + et plus", "Cœur <= 3", "Straße", "İstanbul"):
        assert normaliser(normaliser(exemple)) == normaliser(exemple)


def test_une_ligne_n_a_rien_qui_commande_un_terminal() -> None:
    assert une_ligne("Nom\r\n\x1b[2J\x9b31m\u202e du  bailleur\x07") == "Nom [2J31m du bailleur"
