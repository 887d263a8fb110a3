"""Whether quotation marks are in place, told block by block as by somebody who reads the text letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extracts import guillemets
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


@pytest.mark.parametrize("places", [range(62, 67), range(126, 131)])
@pytest.mark.parametrize("bloc", [64, 1 << 17])
def test_une_cellule_a_cheval_sur_deux_mots(monkeypatch: pytest.MonkeyPatch, places: range, bloc: int) -> None:
    monkeypatch.setattr(guillemets, "_BLOC", bloc)
    for place in places:
        assert guillemets.guillemets_en_place(b"a" * place + b';"b";c', ";", sur_une_ligne=True)
        assert not guillemets.guillemets_en_place(b"a" * place + b'"b";c', ";", sur_une_ligne=True)
        assert not guillemets.guillemets_en_place(b"a" * place + b';"b"c', ";", sur_une_ligne=True)
        assert not guillemets.guillemets_en_place(b"a" * place + b';"b', ";", sur_une_ligne=True)
        assert not guillemets.guillemets_en_place(b"a" * place + b';"\n"', ";", sur_une_ligne=True)
