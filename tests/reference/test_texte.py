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


def test_forme_stable():
    for exemple in ("N° unique", "T5 + et plus", "Cœur <= 3", "Straße", "İstanbul"):
        assert normaliser(normaliser(exemple)) == normaliser(exemple)


def test_une_ligne_n_a_rien_qui_commande_un_terminal() -> None:
    assert une_ligne("Nom\r\n\x1b[2J\x9b31m\u202e du  bailleur\x07") == "Nom [2J31m du bailleur"
