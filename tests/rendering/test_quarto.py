"""The Quarto engine. What needs Quarto is skipped without it; the rest checks what we hand to it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pypandoc
import pytest
import yaml
from conftest_rendering import DEMO, Rendu, rendre_demo
from structure import Structure

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.project import Projet
from cil_analysis.rendering import builtin, notebooks, quarto, rendre
from cil_analysis.rendering.habillage import Habillage, Lien
from page_lue import arbre

RACINE = Path(__file__).parents[2]


def test_le_quarto_yml_de_la_racine_dit_la_meme_chose() -> None:
    reglages = yaml.safe_load((RACINE / "_quarto.yml").read_text(encoding="utf-8"))
    # `quarto preview` of a default project asks for an index at its root.
    assert reglages.pop("project")["render"] == ["index.qmd", "notebooks/*.qmd"]
    # The links of the whole site; `cil bilan` and `cil fiches` give their pages those that suit where they go.
    liens = [lien["lien"] for lien in reglages.pop("autres-pages")]
    carnets = sorted(f"{carnet.stem}.html" for carnet in (RACINE / "notebooks").glob("*.qmd"))
    assert sorted(liens) == ["../index.html", *carnets]
    actifs = "src/cil_analysis/rendering/assets/"
    assert reglages == quarto.configuration(actifs)
    html = reglages["format"]["html"]
    for chemin in [html["template"], *html["template-partials"], *reglages["filters"]]:
        assert (RACINE / chemin).is_file()


def page_du_site(source: str, dossier: Path) -> str:
    """A page of the site: the settings of _quarto.yml through Pandoc and the template, as Quarto hands them over."""
    reglages = yaml.safe_load((RACINE / "_quarto.yml").read_text(encoding="utf-8"))
    (dossier / "site.yml").write_text(yaml.safe_dump({"autres-pages": reglages["autres-pages"]}), encoding="utf-8")
    html = reglages["format"]["html"]
    return subprocess.run(
        [
            pypandoc.get_pandoc_path(), "--from=markdown", "--to=html5", "--standalone", "--metadata=pagetitle=Essai",
            f"--template={RACINE / html['template']}", f"--metadata-file={dossier / 'site.yml'}", "--section-divs",
            *(f"--lua-filter={RACINE / filtre}" for filtre in reglages["filters"]),
        ],
        input=source.encode("utf-8"), capture_output=True, check=True,
    ).stdout.decode("utf-8")  # fmt: skip


def test_la_barre_de_navigation_du_site_mene_d_une_page_a_l_autre(tmp_path: Path) -> None:
    """From reports/notebooks/ and from reports/, where index.qmd goes."""
    index = (RACINE / "index.qmd").read_text(encoding="utf-8")
    attendues = {"index.html", *(f"notebooks/{carnet.stem}.html" for carnet in (RACINE / "notebooks").glob("*.qmd"))}
    for source, dossier in (("Texte", "notebooks/"), (index, "")):
        page = arbre(page_du_site(source, tmp_path))
        [barre] = page.tous("nav", "page-navigation")
        assert barre.attributs["aria-label"] == "Pages du bilan"
        liens = {os.path.normpath(dossier + lien.attributs["href"]) for lien in barre.tous("a")}
        assert liens == attendues
    assert {lien.attributs["href"] for lien in page.un("main").tous("a")} == attendues - {"index.html"}


def test_une_page_faite_par_quarto_seul_peut_se_recharger(tmp_path: Path) -> None:
    """`quarto preview` adds a script and a socket, which the policy of the pages of `cil` refuses."""
    assert "Content-Security-Policy" not in page_du_site("Texte", tmp_path)
    assert "Content-Security-Policy" in builtin.mettre_en_page("Texte", tmp_path, Habillage("Essai"))


def test_le_projet_temporaire_se_suffit(tmp_path: Path) -> None:
    liens = (Lien("Bilan <2022>", "../bilan.html"),)
    quarto.preparer(tmp_path, "## Titre\n", Habillage('Bilan : « 2022 » "essai"', "fiche", liens))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "_quarto.yml", "carnet.qmd", "comportement.js", "fiche.css", "filtre.lua", "impression.css", "presenter.css",
        "presenter.js", "style.css", "template.html",
    ]  # fmt: skip
    _, entete, corps = (tmp_path / "carnet.qmd").read_text(encoding="utf-8").split("---\n", 2)
    # Every sign that means something in Markdown is escaped: Pandoc reads these values as Markdown.
    attendu = {
        "pagetitle": r"Bilan \: « 2022 » \"essai\"",
        "hors-reseau": True,
        "jupyter": "cil",
        "classe": "fiche",
        "autres-pages": [{"texte": r"Bilan \<2022\>", "lien": r"\.\.\/bilan\.html"}],
    }
    assert yaml.safe_load(entete) == attendu
    assert corps.strip() == "## Titre"


def test_les_parties_du_gabarit_ne_contiennent_pas_de_dollar() -> None:
    for nom in notebooks.PARTIELS:
        assert "$" not in (notebooks.ACTIFS / nom).read_text(encoding="utf-8")


@pytest.fixture
def faux_quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in on the PATH that runs `faux.py`: exercises the command, the log and the reading back."""
    dossier = tmp_path / "bin"
    dossier.mkdir()
    binaire = dossier / "quarto"
    binaire.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{dossier / "faux.py"}" "$@"\n', encoding="utf-8")
    binaire.chmod(binaire.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{dossier}{os.pathsep}{os.environ['PATH']}")
    return dossier / "faux.py"


VERSION = "import sys\nif '--version' in sys.argv: print('1.9.9'); sys.exit()\n"


@pytest.mark.skipif(sys.platform == "win32", reason="shell script")
def test_la_commande_l_avancement_et_la_page(faux_quarto: Path, tmp_path: Path) -> None:
    faux_quarto.write_text(
        VERSION
        + "import os, pathlib\n"
        + "print('  Cell 5/8: \\'\\'...Done', file=sys.stderr)\n"
        + "pathlib.Path('page.html').write_text(f\"<p>{sys.argv[1:]} {os.environ['QUARTO_PYTHON']} \"\n"
        + "    f\"{'annee = 2022' in open('carnet.qmd').read()}</p>\")\n",
        encoding="utf-8",
    )
    messages: list[str] = []
    sortie = tmp_path / "page.html"
    assert rendre(DEMO, {"annee": 2022}, sortie, titre="Essai", avancement=messages.append) == "quarto"
    arguments = [
        "render", "carnet.qmd", "--to", "html", "--output", "page.html",
        "--execute-dir", str(DEMO.parent), "--no-execute-daemon", "--no-cache",
    ]  # fmt: skip
    assert sortie.read_text(encoding="utf-8") == f"<p>{arguments} {sys.executable} True</p>"
    assert messages == ["5/8 · Volume"]


@pytest.mark.skipif(sys.platform == "win32", reason="shell script")
@pytest.mark.parametrize(
    ("journal", "attendu"),
    [
        ("Cell 6/8: ''...\nTraceback\nErreurCIL: Importez d’abord 2022.", "Importez d’abord 2022."),
        ("Cell 6/8: ''...\nTraceback\nKeyError: 'a'", "la cellule 6/8 (section «\u00a0Délais\u00a0»)\u202f: KeyError"),
        ("ERROR: no kernel", "Quarto n’a pas pu rendre le carnet demo.qmd\u202f:\nERROR: no kernel"),
    ],
)
def test_un_echec_devient_une_phrase(faux_quarto: Path, tmp_path: Path, journal: str, attendu: str) -> None:
    faux_quarto.write_text(f"{VERSION}print({journal!r}, file=sys.stderr); sys.exit(1)\n", encoding="utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        rendre(DEMO, {"annee": 2022}, tmp_path / "page.html", titre="Essai", moteur="quarto")
    assert attendu in str(erreur.value)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.quarto
def test_les_deux_moteurs_donnent_la_meme_page(demo: Rendu, tmp_path: Path) -> None:
    autre = rendre_demo(tmp_path / "quarto.html", "quarto")
    assert autre.moteur == "quarto"
    attendu, obtenu = Structure(demo.html), Structure(autre.html)
    assert obtenu.titres == attendu.titres
    assert obtenu.identifiants == attendu.identifiants
    for balise in ("figure", "table", "th", "td", "svg", "details", "section", "script", "style"):
        assert obtenu.compte(balise) == attendu.compte(balise), balise
    assert obtenu.adresses == attendu.adresses
    assert '<html lang="fr">' in autre.html


@pytest.mark.quarto
def test_le_bilan_est_le_meme_par_les_deux_moteurs(exemple: Projet, tmp_path: Path) -> None:
    """The real notebook over the example: same headings, ids, figures and tables."""
    pages = {}
    for moteur in ("interne", "quarto"):
        sortie = tmp_path / f"{moteur}.html"
        rendre(
            exemple.carnets / "bilan_annuel.qmd",
            {"projet": str(exemple.racine)},
            sortie,
            titre="Bilan",
            moteur=moteur,  # type: ignore[arg-type]  # both are engines
        )
        pages[moteur] = Structure(sortie.read_text(encoding="utf-8"))
    assert pages["quarto"].titres == pages["interne"].titres
    assert pages["quarto"].identifiants == pages["interne"].identifiants
    for balise in ("figure", "table", "th", "td", "svg", "details", "section"):
        assert pages["quarto"].compte(balise) == pages["interne"].compte(balise), balise
