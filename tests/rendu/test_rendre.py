"""`rendre` end to end with the embedded engine: real Pandoc, real kernel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape, unescape
from pathlib import Path

import pytest
from conftest_rendu import TITRE, Rendu, rendre_demo
from structure import Structure

from cil_analysis.erreurs import ErreurCIL, Indisponible
from cil_analysis.rendu import interne, notebooks, quarto
from cil_analysis.rendu.atelier import chauffer, choisir
from cil_analysis.rendu.page import Commande, Habillage, MiseEnPage, fabriquer, requetes_externes

CARNET = """---
title: ignoré
---

```{python}
#| tags: [parameters]
annee = 2000
mot: str = "défaut"
```

## Premier titre

```{python}
class Bloc:
    def __init__(self, texte):
        self.texte = texte

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": self.texte}

Bloc(f"année {annee}, mot {mot}")
```

## Second titre {#second}

```{python}
%s
```
"""


def carnet(dossier: Path, derniere: str = "pass", texte: str | None = None) -> Path:
    chemin = dossier / "carnet.qmd"
    chemin.write_text(texte if texte is not None else CARNET % derniere, encoding="utf-8")
    return chemin


class Pages:
    """What makes a page of a notebook, by one warm kernel."""

    def __init__(self, dossier: Path, mettre_en_page: MiseEnPage) -> None:
        self.dossier, self._mettre_en_page = dossier, mettre_en_page

    def __call__(self, parametres: dict[str, object] | None = None, **kwargs: str | None) -> str:
        return self.de(carnet(self.dossier, **kwargs), parametres or {})

    def de(self, chemin: Path, parametres: dict[str, object]) -> str:
        return fabriquer(Commande(chemin, parametres, "Essai"), self._mettre_en_page)


@contextmanager
def ouvrir(dossier: Path) -> Iterator[Pages]:
    with chauffer(dossier, choisir("interne", print)) as mettre_en_page:
        yield Pages(dossier, mettre_en_page)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with ouvrir(tmp_path_factory.mktemp("carnets")) as pages:
        yield pages


def test_la_page_est_une_page_complete_en_francais(demo: Rendu) -> None:
    assert demo.moteur == "interne"
    assert demo.html.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert f"<title>{escape(TITRE)}</title>" in demo.html and "Page de démonstration" not in demo.html
    structure = Structure(demo.html)
    assert [t for t in structure.titres if t[0] in {"h1", "h2"}] == [
        ("h1", "", "Bilan annuel des attributions 2022"),
        ("h2", "chiffres-clés", "Chiffres clés"),
        ("h2", "demande", "Demande"),
        ("h2", "communes", "Attributions par commune"),
        ("h2", "méthode", "Méthode"),
    ]
    assert [structure.compte(b) for b in ("main", "nav", "header", "footer", "figure", "table")] == [1, 1, 2, 1, 3, 3]
    assert len(structure.identifiants) == len(set(structure.identifiants))


def test_le_sommaire_a_deux_niveaux_et_ses_liens_aboutissent(demo: Rendu) -> None:
    nav = demo.html[demo.html.index("<nav") : demo.html.index("</nav>")]
    liens = [adresse for balise, adresse in Structure(nav).adresses if balise == "a"]
    assert liens == ["#chiffres-clés", "#demande", "#volume", "#délais", "#communes", "#méthode"]
    assert {lien[1:] for lien in liens} <= set(Structure(demo.html).identifiants)


def test_aucun_code_dans_la_page_et_rien_n_est_demande_au_reseau(demo: Rendu) -> None:
    for trace in ("demo_composants", "import ", "#|", "injected-parameters", "annee =", "texte imprimé", "sourceCode",
                  "MathJax", "jquery", "require.min", "@import", '<link rel="stylesheet"'):  # fmt: skip
        assert trace.lower() not in demo.html.lower()
    externes = [adresse for _, adresse in Structure(demo.html).adresses if not adresse.startswith(("#", "data:"))]
    assert externes == ["https://exemple.invalid/a?b=c:d!"], "seul un lien que l’on clique peut sortir"
    assert "default-src 'none'" in demo.html


def test_deux_rendus_sont_identiques(demo: Rendu, tmp_path: Path) -> None:
    assert rendre_demo(tmp_path / "autre.html").chemin.read_bytes() == demo.chemin.read_bytes()


def test_l_avancement_nomme_la_section(demo: Rendu) -> None:
    assert demo.messages[0] == "1/8"
    assert "6/8 · Délais" in demo.messages
    assert "Mise en page" in demo.messages
    assert any("8/8 · Méthode" in m and "ignorée" in m for m in demo.messages)


def test_les_parametres_sont_injectes_apres_leurs_valeurs_par_defaut(page: Pages) -> None:
    assert 'année 2022, mot l’«\u00a0été\u00a0» "brut' in page(
        {"annee": 2022, "mot": "l'«\u00a0été\u00a0» \\\"brut"}
    ).replace("&quot;", '"')
    assert "année 2000, mot défaut" in page()


@pytest.mark.parametrize(
    ("parametres", "texte", "nommes"),
    [
        ({"anee": 2022}, None, ["anee", "annee, mot"]),
        ({"annee": 2022}, "# Titre\n", ["carnet.qmd", "cellule de paramètres"]),
    ],
)
def test_un_parametre_fautif_est_refuse(
    page: Pages, parametres: dict[str, object], texte: str | None, nommes: list[str]
) -> None:
    with pytest.raises(ErreurCIL) as erreur:
        page(parametres, texte=texte)
    assert all(nomme in str(erreur.value) for nomme in nommes)


def test_une_cellule_qui_echoue_est_situee(page: Pages) -> None:
    with pytest.raises(ErreurCIL) as erreur:
        page(derniere="{}['clé']")
    assert all(mot in str(erreur.value) for mot in ("carnet.qmd", "3/3", "Second titre", "KeyError", "'clé'"))
    assert sorted(p.name for p in page.dossier.iterdir()) == ["carnet.qmd"]


@pytest.mark.parametrize("classe", [ErreurCIL, Indisponible])
def test_une_erreur_destinee_a_l_utilisateur_est_rendue_telle_quelle_et_situee(
    page: Pages, classe: type[Exception]
) -> None:
    nom = classe.__name__
    with pytest.raises(ErreurCIL) as erreur:
        page(derniere=f"from {classe.__module__} import {nom}\nraise {nom}('Importez d’abord 2022.')")
    dit = str(erreur.value)
    assert dit.startswith("Importez d’abord 2022.")
    assert all(mot in dit for mot in ("carnet.qmd", "3/3", "Second titre"))


@pytest.mark.parametrize(
    ("cellule", "dits"),
    [
        ("x = 1\nfor i in [1, 2]\n    pass", ["3/3", "SyntaxError", "ligne 2 de la cellule"]),
        ("#| echo: [\nx = 1", ["#| echo: [", "clé: valeur"]),
        ("#| jour: 2022-13-45\nx = 1", ["#| jour: 2022-13-45", "clé: valeur"]),
        ("x = 1\n```{python}\ny = 2", ["carnet.qmd", "ligne 26", "fermé"]),
        ("x = 1\n```\n\n   ```\n   du texte\n```\n\n```{python}\ny = 2", ["ligne 32", "bloc", "sans retrait"]),
        ("x = 1\n\n## Un titre\n\n```python\ny = 2", ["3/3", "SyntaxError"]),
    ],
)
def test_une_cellule_mal_ecrite_est_situee(page: Pages, cellule: str, dits: list[str]) -> None:
    with pytest.raises(ErreurCIL) as erreur:
        page(derniere=cellule)
    assert all(dit in str(erreur.value) for dit in dits), str(erreur.value)
    assert ".py" not in str(erreur.value)


@pytest.mark.parametrize(
    "ouverture",
    ["  ```{python}", "#```{python}", "Texte ```{python}", "```{Python}", "```{python", "~~~{python}", "```{python3}"],
)
def test_une_cellule_mal_ouverte_est_refusee(page: Pages, ouverture: str) -> None:
    """Its code would be the text of the page."""
    with pytest.raises(ErreurCIL, match=r"ligne 6.*seul sur une ligne"):
        page(texte=f"```{{python}}\n#| tags: [parameters]\nannee = 1\n```\n\n{ouverture}\nx = 1\n```\n")


def test_la_derniere_cellule_doit_etre_fermee(page: Pages) -> None:
    """Its code would be the text of the page."""
    with pytest.raises(ErreurCIL, match="fermé"):
        page(texte="```{python}\n#| tags: [parameters]\nannee = 1\n```\n\n```{python}\nx = 1\n")


def test_le_noyau_est_celui_de_cet_interprete_et_se_sait_en_rendu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "carnet ouvert dans JupyterLab")
    presents = "'CIL_RENDU' in os.environ, 'JPY_SESSION_NAME' in os.environ"
    lignes = f"import os, sys\nBloc('`' + repr([sys.executable, os.getcwd(), {presents}]) + '`')"
    attendu = repr([sys.executable, str(tmp_path), True, False])
    with ouvrir(tmp_path) as page:
        assert attendu in page(derniere=lignes).replace("&#39;", "'")


def test_les_options_de_cellule_sont_suivies(page: Pages) -> None:
    html = page(derniere="#| output: false\nBloc('sortie tue')")
    assert "sortie tue" not in html
    html = page(derniere="#| eval: false\nraise RuntimeError")
    assert "année 2000" in html


def test_une_image_locale_est_integree(page: Pages) -> None:
    (page.dossier / "point.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"></svg>', encoding="utf-8")
    assert 'src="point.svg"' not in page(texte="![Un point](point.svg)\n")


@pytest.mark.parametrize(
    "titre",
    ["</title><script>alert(1)</script>", '# `a` *b* _c_ [d](e) ${x} $y$ {{x}} "f" -- ... \\g <!-- -->', "=1+1\n\n- h"],
)
def test_un_titre_hostile_reste_du_texte(tmp_path: Path, titre: str) -> None:
    """Pandoc reads the header in Markdown, and lets HTML through."""
    html = interne.mettre_en_page("texte", tmp_path, Habillage(titre))
    lu = re.search(r"<title>(.*?)</title>", html, re.S)
    assert lu and unescape(lu[1]) == " ".join(titre.split()) and "<" not in lu[1]


@pytest.mark.parametrize(("classe", "absent"), [("", "fiche.css"), ("fiche", "presenter.css")])
def test_le_gabarit_rempli_apres_coup_est_celui_que_pandoc_remplit(tmp_path: Path, classe: str, absent: str) -> None:
    """Quarto lets Pandoc put styles and scripts in the page: it is the same, byte for byte."""
    habillage = Habillage("Essai", classe)
    entier = f"--template={notebooks.ACTIFS / notebooks.GABARIT}"
    html = interne.mettre_en_page("## Un titre\n", tmp_path, habillage)
    assert html == interne._pandoc("## Un titre\n", tmp_path, habillage, entier)
    presents = {nom for nom in notebooks.PARTIELS if notebooks.actif(nom).strip() in html}
    assert "style.css" in presents and absent not in presents


@pytest.mark.skipif(os.name == "nt", reason="le shell d’Unix")
def test_sous_windows_la_page_est_la_meme_et_a_ses_styles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There Pandoc writes two bytes for each line end, as this one does unless it is told otherwise."""
    attendue = interne.mettre_en_page("## Un titre\n", tmp_path, Habillage("Essai"))
    pandoc = tmp_path / "pandoc"
    pandoc.write_text(f'#!/bin/sh\nexec "{interne.pypandoc.get_pandoc_path()}" --eol=crlf "$@"\n', encoding="utf-8")
    pandoc.chmod(0o755)
    monkeypatch.setattr(interne.pypandoc, "get_pandoc_path", lambda: str(pandoc))
    assert interne.mettre_en_page("## Un titre\n", tmp_path, Habillage("Essai")) == attendue


def test_ce_que_zmq_dit_de_windows_en_anglais_ne_se_voit_pas() -> None:
    programme = (
        "import warnings\nimport cil_analysis.rendu.interne\n"
        "warnings.warn('Proactor event loop does not implement add_reader', RuntimeWarning)\n"
    )
    fait = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=True)
    assert fait.stderr == ""


def test_une_ressource_du_reseau_est_refusee(page: Pages) -> None:
    texte = '```{=html}\n<script src="https://exemple.invalid/a.js"></script>\n```\n'
    with pytest.raises(ErreurCIL, match=r"https://exemple\.invalid/a\.js sur le réseau"):
        page(texte=texte)


@pytest.mark.parametrize(
    ("html", "attendu"),
    [
        ('<a href="https://x.invalid">lien</a> <svg><rect fill="url(#hachures)"/></svg>', []),
        ("<img alt=\"\" src='//x.invalid/i.png'>", ["//x.invalid/i.png"]),
        ('<link rel="stylesheet" href="http://x.invalid/s.css">', ["http://x.invalid/s.css"]),
        ("<style>a{background:url( 'https://x.invalid/f' )}</style>", ["https://x.invalid/f"]),
    ],
)
def test_requetes_externes(html: str, attendu: list[str]) -> None:
    assert requetes_externes(html) == attendu


@pytest.mark.parametrize(
    ("nom", "attendu"), [("absent.qmd", "est introuvable"), ("carnet.ipynb", "n’est pas un carnet")]
)
def test_un_carnet_illisible_est_dit(page: Pages, nom: str, attendu: str) -> None:
    with pytest.raises(ErreurCIL, match=attendu):
        page.de(page.dossier / nom, {})


def test_le_choix_du_moteur(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each makes of a page: tests/longs/rendu/test_quarto.py."""
    for version, choix in [(None, "interne"), ((1, 6, 43), "interne"), ((1, 7, 0), "quarto"), ((1, 10, 2), "quarto")]:
        monkeypatch.setattr(quarto, "version", lambda v=version: v)
        assert choisir("auto", print).nom == choix
    for version, constat in [(None, "Quarto est introuvable"), ((1, 6, 43), "Quarto 1.6.43 est trop ancien")]:
        monkeypatch.setattr(quarto, "version", lambda v=version: v)
        with pytest.raises(ErreurCIL, match=constat):
            choisir("quarto", print)


def test_seules_les_clotures_python_sont_du_code() -> None:
    texte = (
        "```{=html}\n<b>un</b>\n```\n\n```{python}\nx = 1\n```\n```{=html}\n<b>deux</b>\n```\n\n"
        '````\n```{python}\nmontré\n```\n````\n\n```{python}\n#| tags: [a]\ny = """\n\n"""\n```'
    )
    assert [(c.cell_type, c.source) for c in notebooks.analyser(texte).cells] == [
        ("markdown", "```{=html}\n<b>un</b>\n```"),
        ("code", "x = 1"),
        ("markdown", "```{=html}\n<b>deux</b>\n```\n\n````\n```{python}\nmontré\n```\n````"),
        ("code", '#| tags: [a]\ny = """\n\n"""'),
    ]
