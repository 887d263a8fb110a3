"""Whether quotation marks are in place, told block by block as by somebody who reads the text letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extraits.lecture import guillemets
from essais import essais

MORCEAUX = ['"a"', '"";', '";"', '"\n"', "b"]
LETTRES = 'ab;\n\r,""'


def lettre_par_lettre(texte: str, *, sur_une_ligne: bool) -> bool:
    ouvert = False
    for rang, lettre in enumerate(texte):
        if lettre == '"':
            voisin = texte[rang - 1 : rang] if not ouvert else texte[rang + 1 : rang + 2]
            if voisin not in ("", ";", "\n", "\r", '"'):
                return False
            ouvert = not ouvert
        elif lettre in "\r\n" and ouvert and sur_une_ligne:
            return False
    return not ouvert


@settings(max_examples=essais(1000, 200), deadline=None)
@given(
    st.text(LETTRES, max_size=200) | st.lists(st.sampled_from(MORCEAUX), max_size=80).map("".join),
    st.sampled_from([1, 7, 64, 70, 1 << 17]),
    st.booleans(),
)
def test_les_guillemets_comme_lettre_par_lettre(texte: str, bloc: int, sur_une_ligne: bool) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(guillemets, "_BLOC", bloc)
        trouve = guillemets.guillemets_en_place(texte.encode(), ";", sur_une_ligne=sur_une_ligne)
    assert trouve == lettre_par_lettre(texte, sur_une_ligne=sur_une_ligne)
