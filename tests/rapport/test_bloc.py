"""What a notebook cell shows, in a render and in JupyterLab."""

from __future__ import annotations

import re

import pypandoc
import pytest

from cil_analysis.rapport.bloc import Bloc, a_cote_du_bilan
from cil_analysis.rapport.figure import lien_du_classeur
from registres import PAR_CODE


@pytest.fixture(autouse=True)
def hors_session(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in ("JPY_SESSION_NAME", "CIL_RENDU", "QUARTO_PROJECT_ROOT"):
        monkeypatch.delenv(nom, raising=False)


def test_un_rendu_recoit_du_markdown_seul_qui_tient_du_html_brut() -> None:
    assert Bloc("<p>é</p>")._repr_mimebundle_() == {"text/markdown": "``````{=html}\n<p>é</p>\n``````"}


def test_pandoc_rend_le_html_tel_quel() -> None:
    html = '<p class="x">a : b *c* $d$</p>\n\n\n<p>```\n# e</p>'
    rendu = pypandoc.convert_text(Bloc(html)._repr_mimebundle_()["text/markdown"], "html", format="markdown")
    assert rendu.strip().replace("\r", "") == html


@pytest.mark.parametrize("accents", ["`" * 3, "`" * 6, "\n" + "`" * 9 + "\n"])
def test_la_cloture_est_plus_longue_que_le_contenu(accents: str) -> None:
    markdown = Bloc(f"<p>{accents}</p>")._repr_mimebundle_()["text/markdown"]
    longueur = len(re.match("`+", markdown)[0])  # type: ignore[index]
    assert longueur > max(map(len, re.findall("`+", accents)))
    assert pypandoc.convert_text(markdown, "html", format="markdown").strip() == f"<p>{accents}</p>"


def test_jupyterlab_recoit_du_html(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/x/bilan.ipynb")
    monkeypatch.setenv("QUARTO_PYTHON", "/x/python")  # a setting of the user's, not a render
    assert Bloc("<p>a</p>")._repr_mimebundle_() == {"text/html": "<p>a</p>"}
    assert not a_cote_du_bilan()


@pytest.mark.parametrize("variable", ["CIL_RENDU", "QUARTO_PROJECT_ROOT"])
def test_un_rendu_lance_depuis_jupyterlab_reste_un_rendu(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/x/bilan.ipynb")
    monkeypatch.setenv(variable, "1")
    assert list(Bloc("<p>a</p>")._repr_mimebundle_(include=None, exclude=None)) == ["text/markdown"]


def test_le_classeur_est_a_cote_des_pages_que_la_commande_fait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PROJECT_ROOT", "/x")
    assert not a_cote_du_bilan() and "<a " not in lien_du_classeur([PAR_CODE["V01"]])
    assert "Classeur bilan.xlsx, feuille" in lien_du_classeur([PAR_CODE["V01"]])
    monkeypatch.setenv("CIL_RENDU", "1")
    assert a_cote_du_bilan() and '<a href="bilan.xlsx">' in lien_du_classeur([PAR_CODE["V01"]])
