"""The Quarto engine. What needs Quarto is skipped without it; the rest checks what we hand to it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pypandoc
import pytest
import yaml
from conftest_rendu import DEMO, Rendu, rendre, rendre_demo
from structure import Structure

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import interne, notebooks
from cil_analysis.rendu import quarto as moteur_quarto
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.page import Commande, Habillage, requetes_externes
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.transmission import transmettre
from page_lue import arbre

RACINE = Path(__file__).parents[3]


def test_le_quarto_yml_de_la_racine_dit_la_meme_chose() -> None:
    reglages = yaml.safe_load((RACINE / "_quarto.yml").read_text(encoding="utf-8"))
    # `quarto preview` of a default project asks for an index at its root.
    assert reglages.pop("project")["render"] == ["index.qmd", "notebooks/*.qmd"]
    # The links of the whole site; `cil bilan` and `cil fiches` give their pages those that suit where they go.
    liens = [lien["lien"] for lien in reglages.pop("autres-pages")]
    carnets = sorted(f"{carnet.stem}.html" for carnet in (RACINE / "notebooks").glob("*.qmd"))
    assert sorted(liens) == ["../index.html", *carnets]
    actifs = yaml.safe_load((notebooks.ACTIFS / "quarto.yml").read_text(encoding="utf-8"))
    assert actifs.pop("project") == {"type": "default"}
    html, page = reglages["format"]["html"], actifs["format"]["html"]
    assert (page["template"], page["template-partials"]) == (notebooks.GABARIT, [*notebooks.PARTIELS])
    interne = yaml.safe_load((notebooks.ACTIFS / "pandoc.yml").read_text(encoding="utf-8"))
    assert (actifs["filters"], page["toc-depth"]) == ([notebooks.FILTRE], interne["toc-depth"])
    for chemins in (html["template-partials"], reglages["filters"]):
        assert all((RACINE / chemin).is_file() for chemin in chemins)
        chemins[:] = [Path(chemin).name for chemin in chemins]
    html["template"] = Path(html["template"]).name
    assert reglages == actifs


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
    assert "Content-Security-Policy" in interne.mettre_en_page("Texte", tmp_path, Habillage("Essai"))


def test_le_projet_temporaire_se_suffit(tmp_path: Path) -> None:
    liens = {"Bilan <2022>": "../bilan.html"}
    moteur_quarto.preparer(tmp_path, "## Titre\n", Habillage('Bilan : « 2022 » "essai"', "fiche", liens))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "_quarto.yml", "carnet.qmd", "comportement.js", "fiche.css", "filtre.lua", "impression.css", "presenter.css",
        "presenter.js", "style.css", "template.html",
    ]  # fmt: skip
    _, entete, corps = (tmp_path / "carnet.qmd").read_text(encoding="utf-8").split("---\n", 2)
    # Every sign that means something in Markdown is escaped: Pandoc reads these values as Markdown.
    attendu = {
        "title": r"Bilan \: « 2022 » \"essai\"",
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


# As Quarto 1.9 writes them.
SCHEMA = """ERROR: Project /p/_quarto.yml validation failed.

In file _quarto.yml
(line 2, columns 3--9) Field "toc" has value "oui", which must instead be `true` or `false`
2: toc: oui
        ~~~

Stack trace:
    at readAndValidateYamlFromFile (validated-yaml.ts:51:11)
"""
PANDOC = """  Cell 8/8: ''...Done
metadata
  title: x

Error compiling template "t.html" (line 1, column 14):
unexpected "$"
WARN: Error encountered when rendering files
"""
PYTHON = """Starting python3 kernel...Traceback (most recent call last):
  File "jupyter.py", line 20, in <module>
ModuleNotFoundError: No module named 'nbformat'
Python 3 installation:
WARN: Error encountered when rendering files
"""
CELLULE = """  Cell 6/8: ''...

Traceback (most recent call last)
{}
WARN: Error encountered when rendering files
"""


@pytest.mark.skipif(sys.platform == "win32", reason="shell script")
@pytest.mark.parametrize(
    ("journal", "dits"),
    [
        (CELLULE.format("ErreurCIL: Importez d’abord 2022."), ["Importez d’abord 2022."]),
        (CELLULE.format("KeyError: 'a'"), ["6/8", "Délais", "KeyError", "'a'"]),
        (SCHEMA, ["demo.qmd", "validation failed", "_quarto.yml", "line 2", 'Field "toc"', "toc: oui"]),
        (PANDOC, ["demo.qmd", "template", "line 1, column 14", 'unexpected "$"']),
        (PYTHON, ["demo.qmd", "ModuleNotFoundError", "nbformat"]),
        ("rien de connu", ["demo.qmd", "rien de connu"]),
    ],
)
def test_un_echec_devient_une_phrase(faux_quarto: Path, tmp_path: Path, journal: str, dits: list[str]) -> None:
    """What the user can mend is told, and nothing of the traces."""
    faux_quarto.write_text(f"{VERSION}print({journal!r}, file=sys.stderr); sys.exit(1)\n", encoding="utf-8")
    with pytest.raises(ErreurCIL) as echec:
        rendre(DEMO, {"annee": 2022}, tmp_path / "page.html", titre="Essai", moteur="quarto")
    message = str(echec.value)
    assert all(dit in message for dit in dits)
    assert not re.search(r"Traceback|Stack trace|Done|title: x|Starting|WARN", message)
    assert ("Corrigez" in message) == ("demo.qmd" in dits) and not (tmp_path / "page.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="shell script")
def test_sans_choix_le_moteur_interne_prend_la_suite(faux_quarto: Path, tmp_path: Path) -> None:
    """Of two pages: the failure is said once, on one line, and both are made. Asked for by name, Quarto is required."""
    faux_quarto.write_text(f"{VERSION}print({SCHEMA!r}); sys.exit(1)", encoding="utf-8")
    (tmp_path / "a.qmd").write_text("## Un titre\n", encoding="utf-8")
    messages: list[str] = []
    choix = choisir("auto", messages.append)
    commandes = [Commande(tmp_path / "a.qmd", {}, f"Page {rang}") for rang in (1, 2)]
    with Atelier(tmp_path, choix) as atelier:
        pages = dict(atelier.fabriquer(commandes))
    assert all(f"<title>Page {rang + 1}</title>" in page and "Un titre</h2>" in page for rang, page in pages.items())
    assert (len(pages), choix.nom) == (2, "interne")
    dit = r'a\.qmd \(ERROR: Project.* Field "toc".*\)\u202f: suite par le mot'
    assert len(messages) == 1 and re.search(dit, messages[0]) and "\n" not in messages[0]
    with pytest.raises(ErreurCIL):
        rendre(tmp_path / "a.qmd", {}, tmp_path / "page.html", titre="Essai", moteur="quarto")


@pytest.mark.skipif(sys.platform == "win32", reason="shell script")
@pytest.mark.parametrize(
    ("faux", "dit"),
    [
        ("print('1.6.43')", r"^Quarto 1\.6\.43 est trop ancien \(il faut 1\.7.*\)\u202f: moteur interne\.$"),
        ("raise SystemExit(1)", r"^Quarto ne répond pas .*\u202f: moteur interne\.$"),
    ],
)
def test_un_quarto_qui_ne_peut_servir_n_est_pas_choisi(faux_quarto: Path, faux: str, dit: str) -> None:
    faux_quarto.write_text(faux, encoding="utf-8")
    messages: list[str] = []
    assert choisir("auto", messages.append).nom == "interne"
    assert len(messages) == 1 and re.search(dit, messages[0]) and "\n" not in messages[0]
    with pytest.raises(ErreurCIL):
        choisir("quarto", messages.append)


def test_quarto_n_a_rien_a_retirer_ni_a_ajouter() -> None:
    """A text without a title loses its first heading, and .gitignore grows by what Quarto does not find in it."""
    for carnet in [RACINE / "index.qmd", *(RACINE / "notebooks").glob("*.qmd")]:
        trouve = re.match(notebooks.ENTETE, carnet.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        assert trouve and yaml.safe_load(trouve[1])["title"], carnet.name
    ignores = (RACINE / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.quarto/", "**/*.quarto_ipynb", "/_*.local"} <= set(ignores)


def test_nos_cles_ne_sont_pas_de_quarto(quarto: None) -> None:
    """Quarto refuses a page whose key has another meaning in its schema, of whatever format (`navigation`: beamer)."""
    dossiers = subprocess.run(["quarto", "--paths"], capture_output=True, text=True, check=True).stdout.split("\n")
    schema = "".join(f.read_text(encoding="utf-8") for f in (Path(dossiers[1]) / "schema").glob("*.yml"))
    lus = yaml.safe_load(Habillage("t", "fiche", {"a": "b"}).en_yaml().strip("-\n")) | yaml.safe_load(
        (RACINE / "_quarto.yml").read_text(encoding="utf-8")
    )
    connues = {cle for cle in {"racine", *lus} if re.search(rf"^ *(- )?(name: )?{cle}:? *$", schema, re.MULTILINE)}
    assert {"racine", *lus} - connues == {"autres-pages", "classe", "hors-reseau", "racine"}


def test_les_deux_moteurs_donnent_la_meme_page(quarto: None, demo: Rendu, tmp_path: Path) -> None:
    autre = rendre_demo(tmp_path / "quarto.html", "quarto")
    assert autre.moteur == "quarto"
    attendu, obtenu = Structure(demo.html), Structure(autre.html)
    assert obtenu.titres == attendu.titres
    assert obtenu.identifiants == attendu.identifiants
    for balise in ("figure", "table", "th", "td", "svg", "details", "section", "script", "style"):
        assert obtenu.compte(balise) == attendu.compte(balise), balise
    assert obtenu.adresses == attendu.adresses
    assert '<html lang="fr">' in autre.html


def test_quarto_ne_montre_que_le_rapport(quarto: None, tmp_path: Path) -> None:
    """What a cell prints, or a table of rows at its end, is in no page; the command says so."""
    texte = (
        "---\ntitle: t\n---\n\n```{python}\n#| tags: [parameters]\nannee = 2022\n```\n\n"
        "```{python}\nprint('imprimé')\nfrom cil_analysis.rapport.bloc import paragraphe\n"
        "paragraphe('du rapport')\n```\n\n"
        "```{python}\nimport pandas as pd\npd.DataFrame({'menage': ['une ligne']})\n```\n"
    )
    (tmp_path / "carnet.qmd").write_text(texte, encoding="utf-8")
    dits: list[str] = []
    page, carnet = tmp_path / "page.html", tmp_path / "carnet.qmd"
    rendre(carnet, {"annee": 2022}, page, titre="Essai", moteur="quarto", avancement=dits.append)
    html = page.read_text(encoding="utf-8")
    assert "du rapport" in html and "imprimé" not in html and "une ligne" not in html
    assert any("ignoré" in dit for dit in dits)


def test_un_carnet_rendu_par_quarto_seul(quarto: None, exemple: Projet, tmp_path: Path) -> None:
    """`quarto render` of a real notebook with -P: the page that the command made, without what only that one has."""
    for nom in ("_quarto.yml", ".gitignore", "notebooks/gouvernance.qmd"):
        (tmp_path / nom).parent.mkdir(exist_ok=True)
        shutil.copyfile(RACINE / nom, tmp_path / nom)
    shutil.copytree(notebooks.ACTIFS, tmp_path / notebooks.ACTIFS.relative_to(RACINE))
    parametres = ["-P", "annee:2022", "-P", f"projet:{exemple.racine}", "--no-execute-daemon"]
    references = References(exemple)
    with transmettre(references, relire_publication(references, 2022)):  # Not counted again.
        fait = subprocess.run(
            ["quarto", "render", "notebooks/gouvernance.qmd", *parametres], cwd=tmp_path, capture_output=True,
            text=True, env=os.environ | {"PYTHONPATH": str(RACINE / "src")}, check=False,
        )  # fmt: skip
    assert fait.returncode == 0, fait.stderr
    html = (tmp_path / "reports/notebooks/gouvernance.html").read_text(encoding="utf-8")
    voulu = (exemple.rapports / "2022/gouvernance.html").read_text(encoding="utf-8")
    obtenu, attendu = Structure(html), Structure(voulu)
    assert obtenu.titres == attendu.titres
    assert obtenu.identifiants == attendu.identifiants
    assert arbre(html).un("main").texte == arbre(voulu).un("main").texte
    assert obtenu.compte("svg") == attendu.compte("svg") and obtenu.compte("td") == attendu.compte("td")
    # Nothing from the network, nor to a file of `cil bilan` that is not beside it.
    assert requetes_externes(html) == []
    assert not re.search(r"jquery|require(\.min)?\.js|mathjax", html, re.IGNORECASE)
    assert {a.attributs["href"][0] for a in arbre(html).un("main").tous("a")} == {"#"}
    assert (tmp_path / ".gitignore").read_bytes() == (RACINE / ".gitignore").read_bytes()
