"""What is said of a figure beside its target: one that misses it is not written as if it reached it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.mots.gabarits import dire
from cil_analysis.rapport.mots.lignes import cellule, niveau, valeur_de

VIDE = float("nan")


def ligne(valeur: float, resultat: str, cible: float = 25.0, cible_max: float = VIDE, unite: str = "pct") -> Any:
    return {"valeur": valeur, "unite": unite, "resultat": resultat, "cible": cible, "cible_max": cible_max}


@pytest.mark.parametrize(
    ("de", "dit"),
    [
        (ligne(24.961, "non_atteint"), "24,96"),
        (ligne(24.996, "non_atteint"), "24,996"),
        (ligne(40.04, "non_atteint", 40.0), "40,04"),
        (ligne(32.46, "non_atteint", 20.0, 32.5), "32,46"),
        (ligne(24.9, "non_atteint"), "24,9"),
        (ligne(25.04, "atteint"), "25,0"),
        (ligne(24.961, "", VIDE), "25,0"),
    ],
)
def test_un_chiffre_qui_manque_sa_cible_ne_s_ecrit_pas_comme_elle(de: Any, dit: str) -> None:
    assert valeur_de(de) == f"{dit}\u202f%"


def test_un_nombre_de_menages_n_a_pas_de_decimales() -> None:
    assert valeur_de(ligne(119, "non_atteint", 120, unite="nombre")) == "119"


@pytest.mark.parametrize(
    ("de", "sens", "ecart", "dits"),
    [
        (ligne(18.75, "non_atteint"), "plancher", -6.25, ("18,8", "−6,2")),
        (ligne(31.25, "atteint"), "plancher", 6.25, ("31,3", "+6,3")),
        (ligne(24.95, "non_atteint"), "plancher", -0.05, ("24,95", "−0,05")),
        (ligne(38.75, "non_atteint", 20.0, 32.5), "intervalle", 6.25, ("38,8", "+6,3")),
        (ligne(20.06, "non_atteint", 33.33), "plancher", -13.27, ("20,1", "−13,23")),
    ],
)
def test_la_part_et_l_ecart_font_l_objectif_tel_qu_il_est_ecrit(
    de: Any, sens: str, ecart: float, dits: tuple[str, str]
) -> None:
    de |= {"sens": sens, "ecart": ecart, "statut": "publie"}
    textes = [cellule(de, nom).texte for nom in ("valeur", "ecart")]
    assert textes == list(dits)
    un, autre = (Decimal(texte.replace(",", ".").replace("−", "-")) for texte in textes)
    cible = de["cible_max"] if sens == "intervalle" else de["cible"]
    assert un - autre == Decimal(str(cible)), "what a reader adds"
    assert niveau(cible, "pct") == f"{cible:g}\u202f%".replace(".", ",")
    if abs(ecart) > 0.1:
        dite = dire("{{ x.ecart|ecart }}", str, {"x": Chiffre((), (), de)})
        assert dite == f"{dits[1].lstrip('+−')}\u00a0points", "the same in a sentence"
