"""The printed document: a tagged PDF from the page, by a browser of the machine or else by WeasyPrint."""

import contextlib
import html
import io
import logging
import re
import shutil
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from cil_analysis.fichiers import dossier_temporaire, parent_au_nom_court
from cil_analysis.rendu import balises, navigateur
from cil_analysis.rendu.navigateur import EchecPDF
from cil_analysis.rendu.notebooks import ACTIFS

_TITRE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_DESSIN = re.compile(r"(<svg\b[^>]*>).*?(</svg>)", re.DOTALL)
# The data of a figure, which the style of print hides: what is not printed is not laid out.
_DONNEES = re.compile(
    r'(<figure\b(?:(?!</figure>).)*?)<details class="donnees(?:(?!</details>).)*</details>', re.DOTALL
)
# To a file beside the page: from the PDF it would lead to the folder where it was printed.
_LIEN_VOISIN = re.compile(r'(<a\b[^>]*?)\shref="(?!#|https?:|mailto:)[^"]*"')
_SOMMAIRE = re.compile(r'<nav class="page-sommaire".*?</nav>\s*', re.DOTALL)
_ENTREE = re.compile(r'<a href="#([^"]+)"')
_PREMIER_CHAPITRE = re.compile(r'</header>\s*<section\b.*?(?=<section\b[^>]*class="[^"]*\blevel2\b)', re.DOTALL)
# What a notebook marks « synthese », where it stands: a chapter by its class, cells by the comments of the Lua filter.
_SYNTHESE = re.compile(
    r'<section id="([^"]+)" class="level2\b[^"]*\bsynthese\b.*?(?=<section\b[^>]*class="level2\b|</main>)'
    r"|<!--synthese-->.*?<!--/synthese-->",
    re.DOTALL,
)
_ENTREE_SIMPLE = r'<li><a href="#{}"(?:(?!<a\b|<ul\b).)*?</li>\s*'
_LIEN = re.compile(r'<a\b[^>]*?\shref="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_BALISE = re.compile(r"<[^>]+>")
_TITRE_DE_CARTE = re.compile(r'(<article class="carte">)<h3>(.*?)</h3>', re.DOTALL)
_DESCRIPTION = re.compile(r"</title>\s*<desc\b[^>]*>(.*?)(?=</desc>)", re.DOTALL)
_DATE = re.compile(rb"(?<=\(D:)\d{14}[+-]\d\d'\d\d'(?=\))")
_NOEUD = re.compile(rb"(?<=\(node)\d{8}(?=\))")
_POLICE = "Segoe UI,Roboto,Noto Sans,Liberation Sans,Helvetica Neue,Arial,sans-serif"
_ESSAIS = 2


def imprimer(page: Path, sortie: Path, jour: str, dire: Callable[[str], None]) -> None:
    """Write ``sortie`` from a page of ours, if it can be.

    ``jour`` (AAAA-MM-JJ) dates the document, so that the same page gives the same bytes. Two engines are tried, the
    browser then WeasyPrint; what fails, why and what to do goes to ``dire``.
    """
    texte = page.read_text(encoding="utf-8")
    try:
        octets = par_navigateur(texte, jour, dire)
    except EchecPDF as echec:
        dire(f"{echec} WeasyPrint le remplace : comptez une demi-minute.")
        try:
            octets = par_weasyprint(texte, jour, dire)
        except EchecPDF as second:
            dire(f"{second} {sortie.name} n’est pas produit ; « --sans-pdf » évite cet essai.")
            return
    sortie.write_bytes(octets)


def par_navigateur(page: str, jour: str, dire: Callable[[str], None]) -> bytes:
    """The PDF by a browser of the Chromium family. Raises EchecPDF.

    Browsers do not number the entries of a table of contents: the page is printed first without them, to know them,
    nor what is in its drawings, which keep their places.
    """
    executable = navigateur.trouver()
    if executable is None:
        raise EchecPDF("Aucun navigateur Chromium, Chrome ou Edge n’est installé.")
    # On the machine's own disk: a browser's profile does not live well on a network drive.
    with dossier_temporaire("pdf", parent_au_nom_court("pdf", navigateur.LONGUEUR_MAXIMALE)) as dossier:

        def lire(copie: str) -> PdfReader:
            octets = _reproductible(_faire_imprimer(executable, copie, dossier), jour)
            return _verifier(octets, page, executable.stem)

        numeros = _numeros(lire(_DESSIN.sub(r"\1\2", preparer(page, {}))), page)
        for _ in range(_ESSAIS):
            lecteur = lire(preparer(page, numeros))
            lus = _numeros(lecteur, page)
            if lus == numeros:
                return _completer(lecteur, page, executable.stem, dire)
            numeros = lus
    raise EchecPDF(f"Le navigateur {executable.stem} ne numérote pas deux fois les pages de même façon.")


def _faire_imprimer(executable: Path, copie: str, dossier: Path) -> bytes:
    """The PDF of a page by a browser, which leaves its own files in ``dossier``. Raises EchecPDF."""
    page, sortie, profil = dossier / "page.html", dossier / "page.pdf", dossier / "profil"
    shutil.rmtree(profil, ignore_errors=True)
    sortie.unlink(missing_ok=True)
    page.write_text(copie, encoding="utf-8")
    navigateur.imprimer(executable, page, sortie, profil)
    return sortie.read_bytes()


def _reproductible(octets: bytes, jour: str) -> bytes:
    """Without what changes from one printing to the next: the time, and the names of tagged elements.

    The browser numbers these by a counter of its own; their order is kept, as their index is sorted.
    """
    rangs = {numero: rang for rang, numero in enumerate(sorted(set(_NOEUD.findall(octets))))}
    datee = _DATE.sub(f"{jour.replace('-', '')}000000+00'00'".encode(), octets)
    return _NOEUD.sub(lambda numero: b"%08d" % rangs[numero[0]], datee)


def par_weasyprint(page: str, jour: str, dire: Callable[[str], None]) -> bytes:
    """The PDF by WeasyPrint, ten times slower. Raises EchecPDF, with what to install when its library is not there."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # It prints in English, on the stream of results.
            from weasyprint import HTML
            from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        raise EchecPDF(
            "WeasyPrint n’a pas sa bibliothèque Pango : installez-la (Debian, Ubuntu : « sudo apt install "
            "libpangoft2-1.0-0 libharfbuzz-subset0 » ; macOS : « brew install pango » ; conda : « conda install "
            "pango »), ou un navigateur Chromium, Chrome ou Edge."
        ) from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    copie = _pour_weasyprint(preparer(page, {}), jour)
    try:
        octets: bytes = HTML(string=copie, url_fetcher=URLFetcher(allowed_protocols={"data"})).write_pdf(pdf_tags=True)
    except Exception as erreur:  # Whatever it stumbles on, the report goes on without its PDF.
        raise EchecPDF(f"WeasyPrint n’imprime pas la page ({type(erreur).__name__}).") from erreur
    return _completer(_verifier(octets, page, "WeasyPrint"), page, "WeasyPrint", dire)


def preparer(page: str, numeros: Mapping[str, int]) -> str:
    """The page as it is printed: no script, everything unfolded, and in its order.

    First the cover and all that is marked « synthese », then the contents with these page numbers, then the rest.
    """
    copie = _LIEN_VOISIN.sub(r"\1", _DONNEES.sub(r"\1", _SCRIPT.sub("", page)))
    copie = copie.replace('<details class="donnees">', '<details class="donnees" open>')
    # A key figure is no heading, which would be a bookmark.
    copie = _TITRE_DE_CARTE.sub(r'\1<p class="libelle">\2</p>', copie)
    sommaire = _SOMMAIRE.search(copie)
    if sommaire is None:
        return copie
    avant, apres = copie[: sommaire.start()], copie[sommaire.end() :]
    couverture = _PREMIER_CHAPITRE.search(apres)
    place = couverture.end() if couverture else 0
    synthese = list(_SYNTHESE.finditer(apres, place))
    entrees = _ENTREE.sub(
        lambda lien: lien[0] + (f' data-page="{numeros[lien[1]]}"' if lien[1] in numeros else ""),
        _ranger(sommaire[0], [morceau[1] for morceau in synthese if morceau[1]]),
    )
    reste = _SYNTHESE.sub("", apres[place:])
    return f"{avant}{apres[:place]}{''.join(morceau[0] for morceau in synthese)}{entrees}{reste}"


def _ranger(sommaire: str, chapitres: Sequence[str]) -> str:
    """The contents with the entries of some chapters after the first one."""
    entrees = ""
    for chapitre in chapitres:
        if entree := re.search(_ENTREE_SIMPLE.format(re.escape(chapitre)), sommaire, re.DOTALL):
            entrees += entree[0]
            sommaire = sommaire.replace(entree[0], "", 1)
    return sommaire.replace("</li>", f"</li>{entrees}", 1)


def _mots_des_liens(page: str) -> dict[str, str]:
    """Where each link leads → its words, those of the contents first."""
    mots: dict[str, str] = {}
    for adresse, dit in _LIEN.findall(page):
        vers = urllib.parse.unquote(html.unescape(adresse).removeprefix("#"))
        mots.setdefault(vers, html.unescape(_BALISE.sub("", dit)).strip())
    return mots


def _pour_weasyprint(copie: str, jour: str) -> str:
    """What its drawings and its style sheet need to say otherwise."""
    copie = _DESCRIPTION.sub(r". \1</title><desc>", copie)  # Of a drawing, it says the title alone.
    copie = copie.replace('font-family="inherit"', f'font-family="{_POLICE}"')
    tete = f'<meta name="dcterms.created" content="{jour}"><meta name="dcterms.modified" content="{jour}">'
    style = (ACTIFS / "weasyprint.css").read_text(encoding="utf-8")
    return copie.replace("</head>", f"{tete}<style>{style}</style></head>", 1)


def _numeros(lecteur: PdfReader, page: str) -> dict[str, int]:
    cibles = {
        urllib.parse.unquote(nom.removeprefix("/")): lecteur.get_destination_page_number(destination)
        for nom, destination in lecteur.named_destinations.items()
    }
    sommaire = _SOMMAIRE.search(page)
    entrees = _ENTREE.findall(sommaire[0]) if sommaire else []
    rangs = {entree: cibles.get(urllib.parse.unquote(html.unescape(entree))) for entree in entrees}
    return {entree: rang + 1 for entree, rang in rangs.items() if rang is not None}


def _completer(lecteur: PdfReader, page: str, moteur: str, dire: Callable[[str], None]) -> bytes:
    """The PDF with complete tags, which says so; as it is where a version lays it out otherwise."""
    try:
        return balises.completer(lecteur, _mots_des_liens(page))
    except (PyPdfError, LookupError, ValueError, TypeError, AttributeError):
        dire(
            f"{moteur} a écrit un PDF dont les balises ne se complètent pas : il est gardé, moins accessible, "
            "sans la mention PDF/UA. Mettez ce logiciel à jour."
        )
        return balises.sans_mention(lecteur)


def _verifier(octets: bytes, page: str, moteur: str) -> PdfReader:
    """The PDF read back: it is this page (a browser prints its error pages too), tagged, in French, with bookmarks."""
    titre = _TITRE.search(page)
    try:
        lecteur = PdfReader(io.BytesIO(octets))
        racine = lecteur.root_object
        marques = racine.get("/MarkInfo", DictionaryObject()).get_object().get("/Marked")
        est_la_page = lecteur.metadata is not None and titre and lecteur.metadata.title == html.unescape(titre[1])
        complet = marques and "/StructTreeRoot" in racine and "/Outlines" in racine and racine.get("/Lang") == "fr"
    except (PyPdfError, KeyError, ValueError):
        raise EchecPDF(f"{moteur} a écrit un PDF illisible.") from None
    if not est_la_page:
        raise EchecPDF(f"{moteur} a imprimé autre chose que la page.")
    if not complet:
        raise EchecPDF(f"{moteur} ne fait pas de PDF balisé avec signets : mettez-le à jour.")
    return lecteur
