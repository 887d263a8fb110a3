"""bilan.pdf: the real one of the example, read back; each engine on a shorter page; what happens when they fail."""

from __future__ import annotations

import builtins
import html
import io
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from pdf_ua import defauts, elements, genre
from pypdf import PdfReader

from cil_analysis.projet import Projet
from cil_analysis.rapport.pages import marges_imprimees
from cil_analysis.rendu import bilan, pdf
from cil_analysis.rendu import navigateur as navigateur_
from cil_analysis.rendu.mise_en_place import mettre_en_place
from essais import sur_demande
from page_lue import Noeud, arbre

if TYPE_CHECKING:
    from playwright.sync_api import Page

JOUR = "2026-03-01"
DEBOUT, COUCHE = (595, 842), (842, 595)  # A4


def sans_espaces(texte: str) -> str:
    """Lines, spaces and the hyphens of broken names say nothing: a PDF has none of its own."""
    return re.sub(r"[\s\u00a0\u202f-]+", "", texte)


def titres(signets: list[Any]) -> Iterator[str]:
    for signet in signets:
        if isinstance(signet, list):
            yield from titres(signet)
        else:
            yield str(signet.title)


def cadres(lecteur: PdfReader) -> set[tuple[int, int]]:
    return {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in lecteur.pages}


def balises(lecteur: PdfReader) -> Counter[str]:
    """How many elements of each kind the structure tree has; « Alt » counts the drawings with a text alternative."""
    tous = list(elements(lecteur.root_object["/StructTreeRoot"]))
    return Counter(map(genre, tous)) + Counter({"Alt": sum("/Alt" in e for e in tous)})


# --- The report of the example --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(exemple: Projet) -> str:
    return (exemple.rapports / "2022" / "bilan.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def methode(exemple: Projet) -> str:
    return (exemple.rapports / "2022" / "methode.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document(exemple: Projet) -> PdfReader:
    chemin = exemple.rapports / "2022" / "bilan.pdf"
    if not chemin.exists() and navigateur_.trouver() is None and os.environ.get("CI") != "true":
        pytest.skip("ni Chromium ni Pango : bilan.pdf n’est pas produit")
    return PdfReader(chemin)


@pytest.fixture(scope="module")
def bruts(document: PdfReader) -> list[str]:
    """The text of each page, in lines."""
    return [feuille.extract_text() for feuille in document.pages]


@pytest.fixture(scope="module")
def textes(bruts: list[str]) -> list[str]:
    return [sans_espaces(brut) for brut in bruts]


@pytest.fixture(scope="module")
def imprime(page: str) -> Noeud:
    """What of the page goes on paper."""
    corps = arbre(page).un("main")

    def absent(noeud: Noeud) -> bool:
        interactive = noeud.balise == "figure" and noeud.tous(classe="carte-interactive")
        classes = noeud.attributs.get("class", "").split()  # The data tables of drawings are in the workbook.
        # Of a map, paper has that of the year, where it stands: the others are for the screen.
        return bool(interactive) or noeud.balise == "script" or bool({"replis", "lisse", "carte-en-marge"} & {*classes})

    def elaguer(noeud: Noeud) -> None:
        noeud.enfants = [e for e in noeud.enfants if isinstance(e, str) or not absent(e)]
        for enfant in noeud.enfants:
            if isinstance(enfant, Noeud):
                elaguer(enfant)

    elaguer(corps)
    return corps


def test_le_pdf_passe_les_controles_de_pdf_ua_et_dit_sa_date(document: PdfReader, page: str, exemple: Projet) -> None:
    octets = (exemple.rapports / "2022" / "bilan.pdf").read_bytes()
    assert defauts(octets) == [] and document.root_object["/Lang"] == "fr"
    titre = re.search("<title>(.*?)</title>", page)
    assert titre and document.metadata and document.metadata.title == html.unescape(titre[1])
    # Dated from the journal, so that two renders are the same bytes (test_bilan.py compares them).
    journal = json.loads((exemple.rapports / "2022" / "journal.json").read_text(encoding="utf-8"))
    dernier = max(entree["importe_le"] for entree in journal["entrees"])[:10]
    assert document.metadata.creation_date and f"{document.metadata.creation_date:%Y-%m-%d}" == dernier


def test_les_titres_se_lisent_dans_l_ordre_du_papier(document: PdfReader, page: str) -> None:
    """Those of the tree have the levels of the printed page's, one by one, and the bookmarks their words."""
    voulus = [n for n in arbre(pdf.preparer(page, {})).un("main").tous() if n.balise in ("h1", "h2", "h3", "h4")]
    lus = [genre(e) for e in elements(document.root_object["/StructTreeRoot"]) if re.fullmatch("H[1-6]", genre(e))]
    assert lus == [n.balise.upper() for n in voulus] and len(lus) >= 15
    assert list(titres(document.outline)) == [n.texte for n in voulus]


def test_rien_de_ce_qui_est_sur_la_page_ne_manque(document: PdfReader, imprime: Noeud, textes: list[str]) -> None:
    """Every heading, finding, title of a figure and of a table; every cell; every drawing with its alternative."""
    tout = "".join(textes)
    noeuds = [
        n
        for n in imprime.tous()
        if n.balise in ("h1", "h2", "h3", "caption") or {"titre", "constat"} & {*n.attributs.get("class", "").split()}
    ]
    assert len(noeuds) > 60
    assert [n.texte for n in noeuds if sans_espaces(n.texte) not in tout] == []
    compte = balises(document)
    assert compte["TD"] == len(imprime.tous("td"))
    assert compte["Alt"] >= len([svg for svg in imprime.tous("svg") if svg.attributs.get("role") == "img"]) > 50


def test_les_definitions_de_chaque_figure_sont_en_annexe(page: str, methode: str) -> None:
    """They are not printed under the figures: each of their terms is in the row of its indicator, on its own page."""
    assert [a for a in arbre(page).tous("a") if a.attributs.get("href", "").startswith("methode.html")]
    annexe = next(s for s in arbre(methode).tous("section") if s.attributs.get("id") == "definitions")
    lignes = {n.un("th").texte.split()[0]: sans_espaces(n.texte) for n in annexe.un("tbody").tous("tr")}
    vues = 0
    for bloc in arbre(page).un("main").tous(classe="definition"):
        for nom, liste in zip(bloc.tous("p", "nom"), bloc.tous("dl"), strict=True):
            ligne = lignes[nom.texte.split()[0]]
            for terme in liste.tous("dd"):
                assert sans_espaces(terme.texte) in ligne, (nom.texte, terme.texte)
                vues += 1
    assert vues > 300


def test_chaque_page_dit_son_numero_et_ce_que_valent_ses_chiffres(document: PdfReader, textes: list[str]) -> None:
    nombre = len(textes)
    assert 10 < nombre <= 20  # of the 24 that a plenary can be given: no page is half empty
    for rang, texte in enumerate(textes, start=1):
        assert f"Page{rang}sur{nombre}" in texte and "Donnéesfictives" in texte, rang
    courant = sans_espaces("Bilan annuel des attributions 2022 – Communauté urbaine Le Mans Métropole")
    assert [courant in texte for texte in textes] == [False] + [True] * (nombre - 1)
    assert cadres(document) == {DEBOUT}


def verifier_le_sommaire(page: str, bruts: list[str]) -> None:
    """Each entry has, in their order, the number of the page where its heading stands alone on a line."""
    entrees = {sans_espaces(lien.texte) for lien in arbre(page).un("nav", "page-sommaire").tous("a")}
    lignes = [{sans_espaces(ligne) for ligne in brut.splitlines()} for brut in bruts]
    place = _page_du_sommaire(bruts)
    # One engine writes the numbers after their entries, the other before them all.
    candidates = [sans_espaces(ligne) for ligne in bruts[place].splitlines() if "Page" not in ligne]
    numeros = [int(n[0]) for ligne in candidates if (n := re.search(r"\d+$", ligne))][: len(entrees)]
    noms = list(dict.fromkeys(nom for ligne in candidates if (nom := re.sub(r"\d+$", "", ligne)) in entrees))
    assert len(noms) == len(entrees) and numeros == sorted(numeros)
    assert [nom for nom, rang in zip(noms, numeros, strict=True) if nom not in lignes[rang - 1]] == []


def _page_du_sommaire(bruts: list[str]) -> int:
    return next(rang for rang, brut in enumerate(bruts) if "Sommaire" in brut.splitlines())


def test_le_sommaire_donne_la_page_ou_est_chaque_titre(page: str, bruts: list[str]) -> None:
    verifier_le_sommaire(page, bruts)


def test_ce_que_le_carnet_marque_ouvre_le_document_en_quatre_pages(page: str, bruts: list[str]) -> None:
    """Before the contents, and once."""
    place = _page_du_sommaire(bruts)
    avant, apres = (sans_espaces("".join(pages)) for pages in (bruts[:place], bruts[place:]))
    marques = "".join(re.findall(r"<!--synthese-->(.*?)<!--/synthese-->", page, re.DOTALL))
    figures, toutes = ([sans_espaces(n.texte) for n in arbre(x).tous("span", "titre")] for x in (marques, page))
    chapitres = [sans_espaces(section.un("h2").texte) for section in arbre(page).tous("section", "synthese")]
    assert place <= 4 and len(figures) > 4 and chapitres
    assert [titre for titre in figures + chapitres if titre not in avant] == []
    # Two figures may have the same title, or one that goes on.
    ailleurs = Counter(toutes) - Counter(figures)
    assert [t for t in figures if apres.count(t) > sum(n for titre, n in ailleurs.items() if t in titre)] == []


def test_rien_de_la_machine_n_est_dans_le_pdf(document: PdfReader, exemple: Projet) -> None:
    """A link to the workbook would lead to the folder where the page was printed."""
    octets = (exemple.rapports / "2022" / "bilan.pdf").read_bytes()
    assert b"file:" not in octets and b"/tmp" not in octets and str(exemple.racine).encode() not in octets


# --- Each engine, on the cover and a chapter ------------------------------------------------------------------------

MALICE = 'Pays d’"}</style><script>alert(1)</script> & Cie'


@pytest.fixture(scope="module")
def courte(page: str) -> str:
    """The cover, the contents, two chapters of three figures, internal, of a territory with a wicked name."""
    garder = ("v02-annee", "v03-annee", "r01-classe")
    page = re.sub(
        r'<figure class="figure" id="fig-([^"]+)".*?</figure>', lambda m: m[0] if m[1] in garder else "", page,
        flags=re.DOTALL,
    )  # fmt: skip
    fin = page.index('<section id="objectifs"')
    page = page[:fin] + page[page.index("</main>") :]
    restants = set(re.findall(r'<section id="([^"]+)"', page))
    page = re.sub(
        r'<li><a href="#([^"]+)"[^>]*>.*?</a>(?=</li>|\n<ul>)', lambda m: m[0] if m[1] in restants else "", page
    )
    rapport: Any = SimpleNamespace(
        annee=2022,
        publication=SimpleNamespace(interne=True),
        projet=SimpleNamespace(donnees_fictives=True, epci_nom=MALICE),
    )
    debut = page.index("<style>@page")
    apres = page.index("</style>", debut) + len("</style>")
    return page[:debut] + marges_imprimees(rapport, "Bilan") + page[apres:]


def verifier_la_courte(octets: bytes, courte: str) -> None:
    lecteur = PdfReader(io.BytesIO(octets))
    assert defauts(octets) == [] and lecteur.metadata
    assert lecteur.metadata.title and f"{lecteur.metadata.creation_date:%Y-%m-%d}" == JOUR
    assert {"L’essentiel", "La demande", "Les parcours"} < {*titres(lecteur.outline)}
    compte = balises(lecteur)
    assert compte["Alt"] >= 10
    bruts = [feuille.extract_text() for feuille in lecteur.pages]
    textes = [sans_espaces(brut) for brut in bruts]
    assert 2 < len(textes) < 10
    for rang, texte in enumerate(textes, start=1):
        assert sans_espaces(f"Page {rang} sur {len(textes)}") in texte
        assert sans_espaces("Version interne – ne pas diffuser – Données fictives") in texte
        assert (sans_espaces(MALICE) in texte) == (rang > 1)
    verifier_le_sommaire(courte, bruts)


def test_par_le_navigateur(courte: str, navigateur: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where temporary files are in a folder too deep for its sockets; and nothing of it is left."""
    profond = tmp_path / ("d" * 90)
    profond.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(profond))
    monkeypatch.setenv("TMPDIR", str(profond))
    verifier_la_courte(pdf.par_navigateur(courte, JOUR, print), courte)
    assert not list(profond.iterdir())


def test_la_page_de_la_methode_s_imprime_et_ses_definitions_sont_couchees(
    page_hors_ligne: Page, exemple: Projet
) -> None:
    """As its reader prints it: two of its chapters stand for all of them."""
    page = page_hors_ligne
    page.goto((exemple.rapports / "2022" / "methode.html").as_uri())
    page.evaluate(
        "document.querySelectorAll('main > section:not(#definitions, :first-of-type)').forEach(e => e.remove())"
    )
    lecteur = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert cadres(lecteur) == {DEBOUT, COUCHE}
    couchees = sans_espaces("".join(p.extract_text() for p in lecteur.pages if p.mediabox.width > p.mediabox.height))
    noms = page.locator("#definitions tbody tr > th:first-child").all_text_contents()
    assert len(noms) > 60 and not [nom for nom in noms if sans_espaces(nom) not in couchees]


def test_le_meme_pdf_quand_le_navigateur_compte_ses_elements_autrement() -> None:
    """As seen on a busy machine: the same page twice, but for where the count of elements began."""

    def un(depart: int, heure: str) -> bytes:
        noms = [b"(node%08d)" % (depart + ecart) for ecart in (0, 2, 5)]
        tableau = b"/ID %s /ID %s /Headers [%s %s] /Names [%s]" % (noms[1], noms[0], noms[0], noms[2], b" ".join(noms))
        return b"/CreationDate (D:%s+00'00') " % heure.encode() + tableau

    premier, second = (
        pdf._reproductible(un(*quoi), JOUR) for quoi in ((286, "20260302101112"), (99, "20270101000000"))
    )
    assert premier == second and len(premier) == len(un(286, "20260302101112"))
    assert b"D:20260301000000+00'00'" in premier
    # Headings keep their cells, and the index its order.
    assert b"/ID (node00000001) /ID (node00000000) /Headers [(node00000000) (node00000002)]" in premier
    assert premier.endswith(b"/Names [(node00000000) (node00000001) (node00000002)]")


@pytest.fixture(scope="module")
def pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        assert os.environ.get("CI") != "true", "Pango manque : .ci/run l’installe"
        pytest.skip("Pango absent : le rendu par WeasyPrint n’est pas vérifié")


@sur_demande
@pytest.mark.usefixtures("pango")
def test_par_weasyprint_le_bilan_ne_prend_pas_plus_de_pages(page: str) -> None:
    """A bilan may take twenty-four; half-empty ones made it twenty-three, where the browser has nineteen."""
    assert len(PdfReader(io.BytesIO(pdf.par_weasyprint(page, JOUR, lambda _: None))).pages) <= 20


@pytest.mark.usefixtures("pango")
def test_par_weasyprint(courte: str) -> None:
    # A drawing that is HTML and no XML is drawn too (one that is XML: tests/rendu/test_balises.py).
    octets = pdf.par_weasyprint(courte.replace("\u00a0", "&nbsp;"), JOUR, lambda _: None)
    verifier_la_courte(octets, courte)
    # White haloes would hide the figures of the bars: WeasyPrint paints them over.
    textes = [sans_espaces(p.extract_text()) for p in PdfReader(io.BytesIO(octets)).pages]
    (demandes,) = (texte for texte in textes[1:] if "13684" in texte)
    assert demandes.count("13684") == 2  # in the sentence and on the bar


# --- When they fail -------------------------------------------------------------------------------------------------


def executable(dossier: Path, *lignes: str) -> Path:
    """A program in place of the browser: $SORTIE is the PDF that it is asked for."""
    chemin = dossier / "chromium"
    lire = 'for a; do case "$a" in --print-to-pdf=*) SORTIE="${a#*=}";; esac; done'
    chemin.write_text("\n".join(["#!/bin/sh", lire, *lignes]) + "\n", encoding="utf-8")
    chemin.chmod(0o755)
    return chemin


sous_posix = pytest.mark.skipif(sys.platform == "win32", reason="programmes d’essai en sh")


@sous_posix
@pytest.mark.parametrize(
    ("lignes", "motif"),
    [
        (["exit 3"], r"sans écrire le PDF \(code 3\)"),
        (["sleep 60"], "pas fini après 1 seconde"),
        (['echo coupé > "$SORTIE"; exit 0'], "sans écrire le PDF"),
    ],
)
def test_un_navigateur_qui_echoue_le_dit(tmp_path: Path, lignes: list[str], motif: str) -> None:
    debut = time.monotonic()
    with pytest.raises(navigateur_.EchecPDF, match=motif):
        navigateur_.imprimer(
            executable(tmp_path, *lignes), tmp_path / "page.html", tmp_path / "p.pdf", tmp_path / "profil", delai=1
        )
    assert time.monotonic() - debut < 10


@sous_posix
def test_un_navigateur_qui_reste_apres_son_travail_est_arrete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigateur_, "_REPOS_S", 0.2)
    faux = executable(tmp_path, f"echo $$ > {tmp_path}/pid", "printf '%s' '%%EOF' > \"$SORTIE\"", "sleep 60")
    debut = time.monotonic()
    navigateur_.imprimer(faux, tmp_path / "page.html", tmp_path / "p.pdf", tmp_path / "profil")
    assert time.monotonic() - debut < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_un_navigateur_qui_ne_demarre_pas(tmp_path: Path) -> None:
    with pytest.raises(navigateur_.EchecPDF, match="ne démarre pas"):
        navigateur_.imprimer(tmp_path / "absent", tmp_path / "page.html", tmp_path / "p.pdf", tmp_path / "profil")


@sous_posix
def test_une_page_d_erreur_n_est_pas_le_bilan(
    exemple: Projet, document: PdfReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser prints « file not found » with the same zeal."""
    faux = executable(tmp_path, f"cp '{exemple.rapports / '2022' / 'bilan.pdf'}' \"$SORTIE\"")
    monkeypatch.setattr(navigateur_, "trouver", lambda: faux)
    with pytest.raises(pdf.EchecPDF, match="autre chose que la page"):
        pdf.par_navigateur("<html><title>Une autre page</title></html>", JOUR, print)


def test_sans_aucun_moteur_le_bilan_va_sans_pdf_et_dit_que_faire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vrai = builtins.__import__

    def sans_pango(nom: str, *reste: Any, **plus: Any) -> Any:
        if nom == "weasyprint":
            print("WeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0'")
        return vrai(nom, *reste, **plus)

    monkeypatch.setattr(navigateur_, "trouver", lambda: None)
    monkeypatch.setattr(builtins, "__import__", sans_pango)
    page = tmp_path / "bilan.html"
    page.write_text("<html><title>Bilan</title></html>", encoding="utf-8")
    dit: list[str] = []
    pdf.imprimer(page, tmp_path / "bilan.pdf", JOUR, dit.append)
    assert not (tmp_path / "bilan.pdf").exists()
    assert len(dit) == 2 and "Aucun navigateur" in dit[0] and "bilan.pdf n’est pas produit" in dit[1]
    assert "libpangoft2" in dit[1] and "--sans-pdf" in dit[1]


def test_ce_que_weasyprint_ecrit_en_anglais_ne_va_pas_avec_les_resultats(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(pdf.EchecPDF, match="Pango"):
        pdf.par_weasyprint("<html><title>Bilan</title></html>", JOUR, print)
    assert capsys.readouterr().out == ""


# --- Where the browsers are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("systeme", "variable", "chemin"),
    [
        ("win32", "PROGRAMFILES", "Google/Chrome/Application/chrome.exe"),
        ("win32", "PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"),
        ("win32", "LOCALAPPDATA", "Chromium/Application/chrome.exe"),
        ("darwin", "HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("linux", "PATH", "google-chrome"),
    ],
)
def test_le_navigateur_est_trouve_a_sa_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, systeme: str, variable: str, chemin: str
) -> None:
    for nom in ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "LOCALAPPDATA"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "vide"))
    monkeypatch.setattr(navigateur_.sys, "platform", systeme)
    assert navigateur_.trouver() is None or systeme == "darwin"
    programme = tmp_path / chemin
    programme.parent.mkdir(parents=True, exist_ok=True)
    programme.touch(mode=0o755)
    monkeypatch.setenv(variable, str(tmp_path))
    assert navigateur_.trouver() == programme


# --- Never beside another page --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "ancienne", "pdf_fait", "perime"),
    [
        ("neuve", "ancienne", False, True),
        ("neuve", None, False, True),
        ("même", "même", False, False),  # still the print of this page
        ("neuve", "ancienne", True, False),  # replaced
    ],
)
def test_le_pdf_d_une_autre_page_est_retire(
    tmp_path: Path, page: str, ancienne: str | None, pdf_fait: bool, perime: bool
) -> None:
    etape, dossier = tmp_path / "etape", tmp_path / "2022"
    etape.mkdir()
    dossier.mkdir()
    (etape / "bilan.html").write_text(page)
    (dossier / "bilan.pdf").write_text("ancien")
    if ancienne:
        (dossier / "bilan.html").write_text(ancienne)
    if pdf_fait:
        (etape / "bilan.pdf").write_text("neuf")
    assert bilan._pdf_perime(etape, dossier) is perime
    mettre_en_place(etape, dossier, retirer=["bilan.pdf"] if perime else [])
    assert (dossier / "bilan.html").read_text() == page
    reste = (dossier / "bilan.pdf").read_text() if (dossier / "bilan.pdf").exists() else None
    assert reste == (None if perime else "neuf" if pdf_fait else "ancien")
