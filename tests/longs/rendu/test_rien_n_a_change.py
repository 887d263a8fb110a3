"""What has not changed is not made again, and whatever changes, were it one byte, is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor as Equipe
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from cil_analysis import empreintes
from cil_analysis.commandes import comparer, documents, main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import bilan, fiches, opendata
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.fiches import produire_fiches
from cil_analysis.rendu.suivi import (
    BILAN,
    FICHES,
    Production,
    Suivi,
    bilan_acquis,
    entrees_des_fiches,
    fiches_acquises,
    lire_entrees,
    lire_suivi,
)
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import relire_publication
from cil_analysis.secret.table_publiee import Publication
from exemple_produit import faire_le_bilan

ANNEE = 2022
RACINE = Path(__file__).resolve().parents[3]
DONNEES = (
    "data/processed/attributions/annee=2022/part.parquet",
    "data/processed/demandes/annee=2018/part.parquet",
    "data/processed/occupation/annee=2020/part.parquet",
    "data/processed/anomalies/radiations/annee=2021/part.parquet",
    "data/processed/journal/propositions-2022.json",
)
REFERENCES = (
    "data/reference/projet.yml",
    "data/reference/extraits.csv",
    "data/reference/parameters/secret.yml",
    "data/reference/parameters/objectifs.csv",
    "data/reference/columns/attributions.csv",
    "data/reference/nomenclatures/publics.csv",
    "data/reference/territory/communes.csv",
    "data/reference/governance/documents.csv",
    "data/reference/cotation/grilles.csv",
)
CARNETS = ("notebooks/bilan_annuel.qmd", "notebooks/demande.qmd")


def copier(exemple: Projet, racine: Path) -> Projet:
    """The example as it was made, bilan and sheets included, with its own notebooks."""
    shutil.copytree(exemple.racine, racine, ignore=shutil.ignore_patterns("raw"))
    shutil.copytree(exemple.carnets, racine / "notebooks")
    return ouvrir_projet(racine)


@pytest.fixture(scope="module")
def projet(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """For tests that put everything back."""
    return copier(exemple, tmp_path_factory.mktemp("acquis") / "projet")


@pytest.fixture(scope="module")
def avec_pdf(projet: Projet) -> bool:
    """Whether this machine could print the example."""
    return (projet.rapports / str(ANNEE) / "bilan.pdf").is_file()


@contextmanager
def un_octet_change(chemin: Path) -> Iterator[None]:
    """One byte in the middle of a file, of the same size and at the same date."""
    octets, etat = chemin.read_bytes(), chemin.stat()
    milieu = len(octets) // 2
    chemin.write_bytes(octets[:milieu] + bytes([octets[milieu] ^ 1]) + octets[milieu + 1 :])
    os.utime(chemin, ns=(etat.st_atime_ns, etat.st_mtime_ns))
    yield
    chemin.write_bytes(octets)


def entrees(projet: Projet) -> str:
    return lire_entrees(projet, ANNEE, "interne").tout


# --- What a bilan is made from --------------------------------------------------------------------------------------


def test_un_octet_d_une_entree_se_voit(projet: Projet) -> None:
    """Of the data, their anomalies and journals, of every kind of reference data, of a notebook."""
    avant, fiches = entrees(projet), entrees_des_fiches(projet, ANNEE, "interne")
    for nom in DONNEES + REFERENCES + CARNETS:
        with un_octet_change(projet.racine / nom):
            assert entrees(projet) != avant, nom
            assert entrees_des_fiches(projet, ANNEE, "interne") != fiches, nom
    assert entrees(projet) == avant
    mot = projet.commentaires / str(ANNEE) / "demande.md"
    mot.parent.mkdir(parents=True, exist_ok=True)
    ancien = mot.read_bytes() if mot.exists() else b""
    mot.write_bytes(ancien + b"\n")
    assert entrees(projet) != avant
    mot.write_bytes(ancien)
    if not ancien:
        mot.unlink()


def test_ce_qui_est_note_a_cote_du_bilan_ne_s_essaie_pas(projet: Projet) -> None:
    """Whoever has the files may not try counts until the digest is found: it needs what stays beside the rows."""
    sel, avant = projet.memoire / "sel", entrees(projet)
    garde = sel.read_bytes()
    assert sel.stat().st_mode & 0o007 == 0 and entrees(projet) == avant
    sel.unlink()
    assert entrees(projet) != avant and entrees(projet) == entrees(projet)
    sel.write_bytes(garde)
    assert entrees(projet) == avant
    notes = (projet.rapports / str(ANNEE) / ".bilan.json").read_text(encoding="utf-8")
    assert garde.decode() not in notes and len(garde) >= 32


def test_un_octet_du_logiciel_se_voit(projet: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copie = tmp_path / "cil_analysis"
    shutil.copytree(RACINE / "src" / "cil_analysis", copie)
    avant = entrees(projet)
    monkeypatch.setattr(empreintes, "_PAQUET", copie)
    assert entrees(projet) == avant
    for nom in ("secret/regles.py", "rendu/assets/filtre.lua", "rendu/assets/style.css"):
        with un_octet_change(copie / nom):
            assert entrees(projet) != avant, nom
    (copie / "ajout.py").touch()
    assert entrees(projet) != avant


def test_la_version_d_une_bibliotheque_ou_d_un_programme_se_voit(
    projet: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    vues = [entrees(projet)]
    ancienne = tmp_path / "highspy-1.0.0.dist-info"
    ancienne.mkdir()
    vues.append(entrees(projet))
    ancienne.rename(tmp_path / "highspy-1.0.1.dist-info")
    vues.append(entrees(projet))
    for nom in ("pandoc", "quarto"):
        programme = tmp_path / nom
        programme.write_text("#!/bin/sh\n")
        programme.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        vues.append(lire_entrees(projet, ANNEE, "auto").tout)
        programme.write_text("#!/bin/sh\n# a later version\n")
        vues.append(lire_entrees(projet, ANNEE, "auto").tout)
    vues.append(lire_entrees(projet, ANNEE, "quarto").tout)
    assert len(set(vues)) == len(vues)


def test_ce_que_les_autres_bilans_montrent_se_voit(projet: Projet) -> None:
    """Never the figures of the bilan itself, which are among its files."""
    vues = [entrees(projet)]
    autre = projet.rapports / "2021"
    shutil.copytree(projet.rapports / str(ANNEE), autre)
    try:
        vues.append(entrees(projet))
        with un_octet_change(autre / "indicateurs.csv"):
            vues.append(entrees(projet))
        (autre / "indicateurs.csv").unlink()
        vues.append(entrees(projet))
    finally:
        shutil.rmtree(autre)
    assert len(set(vues)) == len(vues) and entrees(projet) == vues[0]


def test_un_import_scelle_qui_reste_a_finir_se_voit(projet: Projet) -> None:
    avant = entrees(projet)
    etape = projet.traite / ".en-cours"
    shutil.copytree(projet.traite / "attributions" / "annee=2022", etape / "attributions" / "annee=2022")
    assert entrees(projet) != avant
    shutil.rmtree(etape)


def test_ce_qui_ne_change_aucun_chiffre_ne_refait_rien(projet: Projet) -> None:
    """A date, a later year, what is remembered of the choices, locks, Jupyter's notebooks, and those of the sheets."""
    avant = entrees(projet)
    for nom in DONNEES + REFERENCES + CARNETS:
        os.utime(projet.racine / nom)
    shutil.copytree(projet.traite / "demandes" / "annee=2022", projet.traite / "demandes" / "annee=2023")
    (projet.traite / "journal" / "demandes-2023.json").write_text("{}")
    (projet.memoire / "autre.json").write_text("[]")
    (projet.traite / ".verrou").touch()
    (projet.carnets / "essai.ipynb").write_text("{}")
    (projet.carnets / ".ipynb_checkpoints").mkdir()
    (projet.carnets / ".ipynb_checkpoints" / "essai.qmd").touch()
    with un_octet_change(projet.carnets / "fiche_commune.qmd"):
        assert entrees(projet) == avant


def test_ce_qu_une_page_lit_a_cote_d_elle_se_voit_et_les_autres_carnets_non(projet: Projet) -> None:
    pages = ("cotation.qmd", "demande.qmd")

    def de_la_page() -> str:
        return lire_entrees(projet, ANNEE, "interne").de_la_page("demande.qmd", pages)

    avant = de_la_page()
    with un_octet_change(projet.carnets / "cotation.qmd"):
        assert de_la_page() == avant
    with un_octet_change(projet.carnets / "demande.qmd"):
        assert de_la_page() != avant
    voisin = projet.carnets / "_phrase.qmd"
    voisin.write_text("Une phrase.")
    assert de_la_page() != avant
    voisin.unlink()
    (projet.carnets / "cotation.qmd").rename(projet.racine / "autre")
    assert de_la_page() != avant, "the pages link to each other"
    (projet.racine / "autre").rename(projet.carnets / "cotation.qmd")
    assert de_la_page() == avant


# --- What stands already --------------------------------------------------------------------------------------------


def test_un_second_bilan_et_de_secondes_fiches_ne_refont_rien(projet: Projet, avec_pdf: bool) -> None:
    """In less than three seconds of processor, Python's start included; and they say what they compared."""
    dossier = projet.rapports / str(ANNEE)

    def dates() -> dict[str, int]:
        return {c.relative_to(dossier).as_posix(): c.stat().st_mtime_ns for c in dossier.rglob("*")}

    avant = dates()
    for options, page in ((["bilan", *([] if avec_pdf else ["--sans-pdf"])], "bilan.html"), (["fiches"], "index.html")):
        debut = sum(os.times()[2:4])
        fait = subprocess.run(
            [sys.executable, "-m", "cil_analysis", *options, "--annee", str(ANNEE)],
            cwd=projet.racine,
            env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        calcul = sum(os.times()[2:4]) - debut
        print(f"\ncil {options[0]}, sans changement : {calcul:.1f} s de calcul")
        assert fait.returncode == 0 and Path(fait.stdout.strip()) == dossier / page, fait.stderr
        assert len(fait.stderr.splitlines()) == 1
        assert "Rien n’a changé" in fait.stderr and "--refaire" in fait.stderr
        assert calcul < 3
    assert dates() == avant


def test_un_fichier_retouche_ou_retire_est_vu(projet: Projet, avec_pdf: bool) -> None:
    dossier = projet.rapports / str(ANNEE)
    fichiers = {c.name for c in dossier.iterdir() if c.is_file() and not c.name.startswith(".")}
    notes = lire_suivi(dossier, BILAN).notes
    assert fichiers == set(notes), "every file is answered for"
    assert bilan_acquis(projet, ANNEE, "auto", avec_pdf=avec_pdf) == len(notes)
    for nom in sorted(fichiers):
        with un_octet_change(dossier / nom):
            assert not bilan_acquis(projet, ANNEE, "auto", avec_pdf=False), nom
        (dossier / nom).rename(dossier / "ailleurs")
        assert not bilan_acquis(projet, ANNEE, "auto", avec_pdf=False), nom
        (dossier / "ailleurs").rename(dossier / nom)
    assert fiches_acquises(projet, ANNEE, "auto") == len(lire_suivi(dossier, FICHES).notes) == 24 + 2 * 5
    for nom in ("communes/72003-allonnes.html", "reservataires/AUTRES.xlsx", "index.html", "indicateurs.csv"):
        with un_octet_change(dossier / nom):
            assert not fiches_acquises(projet, ANNEE, "auto"), nom
    # The home page leads to what stands in the folder: it is made again when a sheet goes.
    (dossier / "communes" / "72003-allonnes.html").rename(dossier / "ailleurs")
    assert not bilan_acquis(projet, ANNEE, "auto", avec_pdf=False)
    (dossier / "ailleurs").rename(dossier / "communes" / "72003-allonnes.html")
    assert bilan_acquis(projet, ANNEE, "auto", avec_pdf=avec_pdf) and fiches_acquises(projet, ANNEE, "auto")


def test_un_bilan_sans_pdf_ne_vaut_pas_un_bilan_avec(exemple: Projet, tmp_path: Path) -> None:
    copie = copier(exemple, tmp_path / "projet")
    dossier = copie.rapports / str(ANNEE)
    suivi = lire_suivi(dossier, BILAN)
    suivi.notes.pop("bilan.pdf", None)
    (dossier / "bilan.pdf").unlink(missing_ok=True)
    suivi.sceller(lire_entrees(copie, ANNEE, "auto").tout)
    assert not bilan_acquis(copie, ANNEE, "auto", avec_pdf=True)


def test_un_pdf_qui_manque_ne_reveille_aucun_moteur(
    exemple: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Engines start before anything is read, and take seconds: not where every page stands."""
    copie, chauffes = copier(exemple, tmp_path / "projet"), list[str]()
    dossier = copie.rapports / str(ANNEE)
    monkeypatch.setattr(bilan, "produire_bilan", lambda *_: dossier / "bilan.html")

    class Froid(Atelier):
        def chauffer(self, *_: object, **__: object) -> None:
            chauffes.append("chauffe")

    def faire(production: Production) -> int:
        chauffes.clear()
        documents.faire_le_bilan(copie, production, Froid(copie.carnets, choisir("interne", print)), Equipe())
        return len(chauffes)

    (dossier / "bilan.pdf").unlink(missing_ok=True)
    production = Production(ANNEE, "auto", avec_pdf=True)
    assert faire(production) == 0
    assert faire(production._replace(refaire=True)) == faire(production._replace(interne=tmp_path)) == 1
    with un_octet_change(dossier / "demande.html"):
        assert faire(production) == 1
    with un_octet_change(copie.carnets / "demande.qmd"):
        assert faire(production) == 1


def test_seul_ce_qui_a_change_est_refait(
    exemple: Projet, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence added to a notebook and a page that was spoilt: neither the workbook nor the other pages are made.

    The figures that stand are read back, instead of being counted and protected again.
    """
    projet = copier(exemple, tmp_path / "projet")
    references = References(projet)
    relue = relire_publication(references, ANNEE)
    monkeypatch.setattr(bilan, "publier_annee", lambda *_, **__: relue)
    dossier = projet.rapports / str(ANNEE)
    carnet = projet.carnets / "demande.qmd"
    carnet.write_text(carnet.read_text(encoding="utf-8") + "\nUne phrase de plus.\n", encoding="utf-8")
    voulue = (dossier / "cotation.html").read_bytes()
    (dossier / "cotation.html").write_bytes(b"coupe")
    avant = {c.name: (c.read_bytes(), c.stat().st_mtime_ns) for c in dossier.iterdir() if c.is_file()}
    dit: list[str] = []
    faire_le_bilan(projet, Production(ANNEE, "interne"), dit.append)
    apres = {c.name: (c.read_bytes(), c.stat().st_mtime_ns) for c in dossier.iterdir() if c.is_file()}
    assert "Une phrase de plus." in apres["demande.html"][0].decode("utf-8")
    assert apres["cotation.html"][0] == voulue
    gardes = ("bilan.html", "bilan.xlsx", "gestion-en-flux.html", "occupation.html", "gouvernance.html")
    assert all(apres[nom] == avant[nom] for nom in gardes), "not even written again"
    assert any("Inchangées, gardées : bilan.html" in ligne for ligne in dit) and "Classeur et indicateurs" not in dit
    assert bilan_acquis(projet, ANNEE, "auto", avec_pdf=False)
    assert main(["--projet", str(projet.racine), "bilan", "--annee", str(ANNEE), "--sans-pdf"]) == 0
    assert "Rien n’a changé" in capsys.readouterr().err


def test_un_import_fini_pendant_un_bilan_le_refuse(
    exemple: Projet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As its figures are counted: those would stand beside the account of an import that they are not of."""
    projet = copier(exemple, tmp_path / "projet")
    dossier = projet.rapports / str(ANNEE)
    relue = relire_publication(References(projet), ANNEE)

    def compter_puis_importer(*_: object, **__: object) -> Publication:
        with (projet.racine / DONNEES[4]).open("a", encoding="utf-8") as flux:
            flux.write("\n")
        return relue

    monkeypatch.setattr(bilan, "publier_annee", compter_puis_importer)
    avant = {c.relative_to(dossier): c.read_bytes() for c in dossier.rglob("*") if c.is_file()}
    assert main(["--projet", str(projet.racine), "bilan", "--annee", str(ANNEE), "--sans-pdf", "--refaire"]) == 1
    dit = capsys.readouterr().err
    assert "data/processed" in dit and "Relancez" in dit
    assert {c.relative_to(dossier): c.read_bytes() for c in dossier.rglob("*") if c.is_file()} == avant


@pytest.mark.parametrize(
    ("module", "compte", "commande"),
    [
        (opendata, "chiffres_diffusables", ["opendata", "--annee", str(ANNEE)]),
        (comparer, "publier_annee", ["comparer", "publies.csv"]),
        (fiches, "relire_publication", ["fiches", "--annee", str(ANNEE)]),
    ],
)
def test_un_import_fini_pendant_une_autre_commande_la_refuse(
    module: ModuleType,
    compte: str,
    commande: list[str],
    exemple: Projet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    projet = copier(exemple, tmp_path / "projet")
    (tmp_path / "publies.csv").write_text(f"annee;indicateur;perimetre_type;valeur\n{ANNEE};V01;epci;1\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    def compter_puis_importer(*_: object, **__: object) -> object:
        with (projet.racine / "data/processed/journal/attributions-2022.json").open("a", encoding="utf-8") as flux:
            flux.write("\n")
        raise ErreurCIL("ce que l’import a coupé en deux")

    monkeypatch.setattr(module, compte, compter_puis_importer)
    ouvertes = projet.rapports / str(ANNEE) / "opendata"
    (projet.rapports / str(ANNEE) / "bailleurs" / "B1.html").unlink()  # Or there is no sheet to make.
    assert main(["--projet", str(projet.racine), *commande]) == 1
    sorties = capsys.readouterr()
    assert "data/processed a changé pendant ce calcul" in sorties.err and not sorties.out
    assert not ouvertes.exists()


def test_un_import_de_plus_tard_ne_refuse_rien(projet: Projet) -> None:
    """No bilan reads what came after its year; and what fails for another reason says its own."""
    memes = MemesEntrees(projet, ANNEE - 1)
    with un_octet_change(projet.racine / DONNEES[0]), memes:
        pass
    with pytest.raises(ErreurCIL, match="autre chose"), memes:
        raise ErreurCIL("autre chose")
    with un_octet_change(projet.racine / DONNEES[1]), pytest.raises(ErreurCIL, match="data/processed"), memes:
        raise ErreurCIL("ce que l’import a coupé en deux")
    with pytest.raises(ErreurCIL, match="data/reference"), memes, un_octet_change(projet.racine / REFERENCES[3]):
        raise ErreurCIL("ce que la référence a changé")


# --- No promise of what is not there --------------------------------------------------------------------------------


def test_un_arret_ne_promet_rien(tmp_path: Path) -> None:
    """Killed at any time of the second run: half of its files in place, or all of them and nothing noted."""
    suivi = Suivi(tmp_path, BILAN)
    for nom in ("bilan.html", "bilan.xlsx"):
        suivi.deposer(nom, b"ancien", "chiffres anciens")
    assert not lire_suivi(tmp_path, BILAN).est_entier("anciennes"), "no run has come to its end"
    suivi.sceller("anciennes")
    assert lire_suivi(tmp_path, BILAN).est_entier("anciennes")
    for nom in ("bilan.html", "bilan.xlsx"):
        (tmp_path / nom).write_bytes(b"neuf")
        lu = lire_suivi(tmp_path, BILAN)
        assert not lu.est_entier("nouvelles") and not lu.est_entier("anciennes")
        assert not lu.est_a_jour(nom, "chiffres anciens")
    # Sheets are noted one by one: the seal of the whole does not outlive the first.
    suivi.deposer("bilan.html", b"neuf", "chiffres neufs")
    suivi.deposer("bilan.xlsx", b"ancien", "chiffres anciens")
    assert not lire_suivi(tmp_path, BILAN).est_entier("anciennes")


@pytest.mark.parametrize("texte", ["", "{}", '{"fichiers": {}, "sceau": ""}', '{"fichiers": {"../a": {}}, "sceau": 1}'])
def test_des_notes_abimees_ne_promettent_rien(texte: str, tmp_path: Path) -> None:
    (tmp_path / BILAN).write_text(texte)
    suivi = lire_suivi(tmp_path, BILAN)
    assert not suivi.notes and not suivi.est_entier("") and not suivi.est_a_jour("bilan.html", "")


def test_une_entree_qui_change_pendant_le_travail_ne_promet_rien(exemple: Projet, tmp_path: Path) -> None:
    projet = copier(exemple, tmp_path / "projet")
    (projet.rapports / str(ANNEE) / "bailleurs" / "B1.html").unlink()
    change = projet.carnets / "voisin.txt"

    def importer(*_: object) -> None:
        with (projet.racine / DONNEES[4]).open("a", encoding="utf-8") as flux:
            flux.write("\n")

    with Atelier(projet.carnets, choisir("interne", print), ensemble=1) as atelier:

        def faire(pendant: Callable[[], None]) -> int:
            return produire_fiches(projet, Production(ANNEE, "interne"), atelier, lambda *_: pendant()).faites

        assert faire(change.touch) == 1
        assert not fiches_acquises(projet, ANNEE, "interne")
        change.unlink()
        assert fiches_acquises(projet, ANNEE, "interne"), "as it was at the start, and whole"
        change.touch()
        assert faire(lambda: None) == 0 and fiches_acquises(projet, ANNEE, "interne")
        sienne = projet.rapports / str(ANNEE) / "bailleurs" / "B1.html"
        sienne.unlink()
        with pytest.raises(ErreurCIL, match=r"data/processed a changé .* Les fiches en place restent\. Relancez"):
            faire(importer)
    assert sienne.exists() and not fiches_acquises(projet, ANNEE, "interne")
