"""The foundation: set-up, dependency lists that agree, and what may never enter git."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from depot_copie import copie as copie
from depot_copie import faux_python, lancer_make

RACINE = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))
LOCK, LOCK_DES_OUTILS = ((RACINE / f"requirements{nom}.lock").read_text("utf-8") for nom in ("", "-dev"))
ENVIRONNEMENT = yaml.safe_load((RACINE / "environment.yml").read_text("utf-8"))

# pyproject name → conda-forge name, where the two differ
NOMS_CONDA = {
    "duckdb": "python-duckdb",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "quarto-cli": "quarto",
}
# Not on conda-forge under a name that pip recognises: they stay in the pip section.
PAR_PIP = {"django-js-lib-leaflet", "pypandoc_binary"}

dans_un_depot_git = pytest.mark.skipif(
    shutil.which("git") is None or not (RACINE / ".git").exists(), reason="hors d’un dépôt git"
)


def nom(dependance: str) -> str:
    return re.split(r"[\[<>=!~; ]", dependance, maxsplit=1)[0]


def normalise(nom_de_paquet: str) -> str:
    return re.sub(r"[-_.]+", "-", nom_de_paquet).lower()


# --- The measure of modules and functions -----------------------------------------------------------------------------


def test_aucun_module_ni_aucune_fonction_ne_deborde() -> None:
    """What one reads in one go: 25 modules a folder, 300 lines a module, 40 lines and 6 parameters a function."""
    modules = {module: module.read_text("utf-8") for module in (RACINE / "src").rglob("*.py")}
    assert max(Counter(module.parent for module in modules).values()) <= 25
    assert [module.name for module, texte in modules.items() if len(texte.splitlines()) > 300] == []
    fonctions = [
        (module.name, noeud)
        for module, texte in modules.items()
        for noeud in ast.walk(ast.parse(texte))
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    longues = [(ou, f.name) for ou, f in fonctions if (f.end_lineno or 0) - f.lineno >= 40]
    larges = [
        (ou, f.name)
        for ou, f in fonctions
        if len({x.arg for x in (*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs)} - {"self", "cls"}) > 6
    ]
    assert len(fonctions) > 1_000 and longues + larges == []


# --- Dependencies -------------------------------------------------------------------------------------------------


def test_environment_yml_dit_la_meme_chose_que_pyproject() -> None:
    projet = PYPROJECT["project"]
    attendues = {*projet["dependencies"]}
    for extra, dependances in projet["optional-dependencies"].items():
        if extra != "cluster":  # For those who have a cluster alone (docs/echelle.md).
            attendues |= {*dependances}

    def pour_conda(dependance: str) -> str:
        ancien = nom(dependance)
        return NOMS_CONDA.get(ancien, ancien) + dependance.removeprefix(ancien)

    attendues_conda = {pour_conda(d) for d in attendues if nom(d) not in PAR_PIP} | {
        f"python{projet['requires-python']}",
        "pip",
    }
    attendues_pip = {d for d in attendues if nom(d) in PAR_PIP} | {"--editable ."}

    conda = [d for d in ENVIRONNEMENT["dependencies"] if isinstance(d, str)]
    (pip,) = [d["pip"] for d in ENVIRONNEMENT["dependencies"] if isinstance(d, dict)]
    assert set(conda) == attendues_conda
    assert set(pip) == attendues_pip
    assert len(conda) == len(set(conda))
    assert ENVIRONNEMENT["channels"] == ["conda-forge", "nodefaults"]
    assert ENVIRONNEMENT["name"] == projet["name"]


DU_PRODUIT = [
    *PYPROJECT["project"]["dependencies"],
    *PYPROJECT["dependency-groups"]["installation"],
    *PYPROJECT["build-system"]["requires"],
]
DES_OUTILS = [dependance for dependance in PYPROJECT["dependency-groups"]["dev"] if isinstance(dependance, str)]


def test_toute_dependance_a_une_borne_inferieure() -> None:
    projet = PYPROJECT["project"]
    toutes = [
        *projet["dependencies"],
        *(d for extra in projet["optional-dependencies"].values() for d in extra),
        *DES_OUTILS,
        *DU_PRODUIT,
    ]
    assert [d for d in toutes if ">=" not in d] == []


def versions_du(lock: str) -> dict[str, list[tuple[int, ...]]]:
    """The versions of each package of a lock: several where systems differ."""
    verrouillees: dict[str, list[tuple[int, ...]]] = {}
    for paquet, borne in re.findall(r"^([\w.-]+)==([\d.]+)", lock, re.M):
        verrouillees.setdefault(normalise(paquet), []).append(tuple(map(int, borne.strip(".").split("."))))
    return verrouillees


@pytest.mark.parametrize(("lock", "voulues"), [(LOCK, DU_PRODUIT), (LOCK_DES_OUTILS, [*DU_PRODUIT, *DES_OUTILS])])
def test_le_lock_contient_toutes_les_dependances_a_leur_borne(lock: str, voulues: list[str]) -> None:
    verrouillees = versions_du(lock)
    for dependance in voulues:
        paquet, borne = dependance.partition(";")[0].split(">=")
        minimum = tuple(map(int, borne.split(".")))
        versions = verrouillees.get(normalise(paquet), [])
        assert versions, f"{paquet} manque dans requirements.lock : make lock"
        assert min(versions) >= minimum, f"{paquet} est verrouillé sous sa borne {borne} : make lock"


def test_le_produit_s_installe_sans_les_outils_des_tests_aux_memes_versions() -> None:
    """What `make bilan` installs is a part of what `make test` does."""
    produit, tous = versions_du(LOCK), versions_du(LOCK_DES_OUTILS)
    assert {paquet: tous.get(paquet) for paquet in produit} == produit
    absents = {normalise(re.split("[>;]", dependance)[0].strip()) for dependance in DES_OUTILS} - produit.keys()
    assert {"pytest", "playwright", "mypy", "ruff", "hypothesis"} <= absents


@pytest.mark.parametrize("lock", [LOCK, LOCK_DES_OUTILS])
def test_le_lock_a_des_empreintes_et_aucune_adresse(lock: str) -> None:
    blocs = re.split(r"\n(?=[\w.-]+==)", lock)
    sans_empreinte = [b.split()[0] for b in blocs if "==" in b and "--hash=sha256:" not in b]
    assert len(blocs) > 50
    assert sans_empreinte == []
    assert "://" not in lock
    assert not re.search(r"^(-i|--index-url|--extra-index-url|--find-links|-f|--trusted-host)\b", lock, re.M)
    assert not re.search(r"^#.*[/\\]", lock, re.M), "un chemin dans un commentaire"


# --- What may never enter git -------------------------------------------------------------------------------------


IGNORES = (
    "data/raw/attributions_2022.xlsx", "data/raw/2022/demandes.csv",
    "data/processed/attributions/annee=2022/part.parquet", "data/processed/journal/2022.json",
    "reports/2022/bilan.html", "reports/indicateurs.csv", "exemple/data/raw/attributions_2022.xlsx",
    "exemple/reports/2022/bilan.html", "tests/part.parquet", "explorations/exploration.ipynb",
    "notebooks/.ipynb_checkpoints/exploration-checkpoint.ipynb", "site_libs/quarto.js", "index.html",
    "notebooks/gouvernance.html", ".venv/bin/python",
)  # fmt: skip
GARDES = (
    "data/raw/.gitkeep", "data/processed/.gitkeep", "reports/.gitkeep", "data/reference/territory/communes.csv",
    "notebooks/bilan_annuel.qmd", "notebooks/exploration.ipynb", "src/cil_analysis/rendu/page.html",
)  # fmt: skip


@dans_un_depot_git
def test_git_ignore_les_donnees_et_ce_qui_en_est_fait_et_rien_d_autre() -> None:
    ignores = subprocess.run(
        ["git", "check-ignore", "--no-index", *IGNORES, *GARDES], cwd=RACINE, capture_output=True, text=True
    ).stdout
    assert ignores.splitlines() == list(IGNORES)


@dans_un_depot_git
def test_git_ne_suit_aucune_donnee() -> None:
    suivis = {f for f in fichiers_du_depot() if f.startswith(("data/raw", "data/processed", "reports", "exemple"))}
    assert {f for f in suivis if not f.endswith("/.gitkeep")} == set()
    assert {"data/raw/.gitkeep", "data/processed/.gitkeep", "reports/.gitkeep"} <= suivis


def fichiers_du_depot() -> list[str]:
    """What git follows, or would if everything were added."""
    sortie = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=RACINE, capture_output=True, check=True,
    ).stdout  # fmt: skip
    return sorted(f for f in sortie.decode().split("\0") if f and (RACINE / f).is_file())


# Written in pieces, so that this file does not match itself.
ADRESSES = [
    ".".join(morceaux)
    for morceaux in (
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("debian", "org"),
        ("anaconda", "org"),
    )
]
INTERDITS = re.compile(
    "|".join([
        *(re.escape(adresse) for adresse in ADRESSES),
        r"(?<![\w./-])/(?:" + "work|root|opt/wheels|Users" + r")/[\w.]",
        r"(?<![\w])C:\\" + r"Users\\",
    ]).encode()
)  # fmt: skip


@dans_un_depot_git
def test_aucune_adresse_de_registre_ni_chemin_de_machine() -> None:
    for interdit in (f"index = https://{ADRESSES[0]}/simple", "lire('/ro" + "ot/projet')", "cd /wo" + "rk/main"):
        assert INTERDITS.search(interdit.encode()), interdit
    assert not INTERDITS.search(b"https://www.legifrance.gouv.fr/work/1 src/cil_analysis/root/fichier")
    trouves = {
        f"{fichier} : {trouve.group().decode()}"
        for fichier in fichiers_du_depot()
        for trouve in INTERDITS.finditer((RACINE / fichier).read_bytes())
    }
    assert trouves == set()


# --- Set-up -------------------------------------------------------------------------------------------------------


# The interpreter that the set-up finds, none being the last, and what its refusal names. Debian's own package split
# hides two modules of the real one.
PYTHONS = {
    "sans ensurepip": (f'PYTHONPATH="$HOME/cache" exec "{sys.executable}" "$@"', ["sudo apt install python3-venv"]),
    "trop ancien": ('case "$2" in *print*) echo 3.9.2 ;; *) exit 1 ;; esac', ["3.11", "3.9.2"]),
    "absent": ("", ["python3"]),
}


@pytest.mark.parametrize("lequel", PYTHONS)
def test_un_python_qui_ne_convient_pas_est_refuse_et_ne_laisse_rien(copie: Path, lequel: str) -> None:
    script, nommes = PYTHONS[lequel]
    (copie.parent / "cache").mkdir()
    for module in ("ensurepip", "pip"):
        (copie.parent / "cache" / f"{module}.py").write_text(f"raise ModuleNotFoundError({module!r})\n", "utf-8")
    if script:
        faux_python(copie, script)
    resultat = lancer_make(copie, "setup")
    assert resultat.returncode != 0 and "Traceback" not in resultat.stderr
    assert all(nomme in resultat.stderr for nomme in nommes)
    assert not (copie / ".venv").exists()


@pytest.mark.parametrize(
    ("temoin", "fichiers"),
    [
        (".venv/.installation-terminee", ("requirements.lock", "pyproject.toml")),
        (".venv/.installation-des-outils-terminee", ("requirements-dev.lock", "requirements.lock", "pyproject.toml")),
    ],
)
def test_ce_qui_est_fait_n_est_pas_refait(copie: Path, temoin: str, fichiers: tuple[str, ...]) -> None:
    assert lancer_make(copie, "-q", temoin).returncode == 1
    (copie / temoin).parent.mkdir()
    (copie / temoin).touch()
    assert lancer_make(copie, "-q", temoin).returncode == 0
    plus_tard = (copie / temoin).stat().st_mtime + 10
    for fichier in fichiers:
        os.utime(copie / fichier, (plus_tard, plus_tard))
        assert lancer_make(copie, "-q", temoin).returncode == 1, fichier
        os.utime(copie / fichier, (plus_tard - 20, plus_tard - 20))


@pytest.mark.parametrize("cible", ["bilan", "test", "lint", "bench"])
def test_chaque_cible_prepare_l_environnement(copie: Path, cible: str) -> None:
    dit = lancer_make(copie, "-n", cible).stdout
    assert "scripts/installer.sh" in dit
    assert ("requirements-dev.lock" in dit) is (cible != "bilan"), "the product needs none of the tools of the tests"


def test_clean_ne_touche_pas_aux_donnees(copie: Path) -> None:
    (copie.parent / "bin" / "find").symlink_to(shutil.which("find") or "/usr/bin/find")
    gardes = [copie / "data/raw/extrait.csv", copie / "data/processed/part.parquet", copie / "reports/2022/bilan.html"]
    effaces = [copie / "exemple/reports/bilan.html", copie / ".venv/bin/python"]
    for fichier in gardes + effaces:
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.touch()
    lancer_make(copie, "clean")
    assert [f for f in gardes if not f.exists()] == []
    assert [f for f in effaces if f.exists()] == []


def test_ci_lance_les_memes_commandes_que_chacun() -> None:
    script = RACINE / ".ci" / "run"
    assert os.access(script, os.X_OK) and subprocess.run(["bash", "-n", script]).returncode == 0
    lignes = script.read_text("utf-8").splitlines()
    assert {"make lint", "export CI=true"} <= set(lignes)
    assert lignes[-2:] == ["make test", "make test-longs"], "the run ends with the word of the test runner"
