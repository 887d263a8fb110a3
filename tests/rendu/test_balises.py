"""The tags of a printed PDF: what each engine prints passes every check of PDF/UA-1, and each check can fail."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdf_ua
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from cil_analysis.rendu import pdf

JOUR = "2026-03-01"
PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Bilan &amp; essai</title>
<style>@page { @bottom-left { content: "Données fictives"; } } tr:nth-child(even) { background: #eee; }
.signe::before { content: "✓" / ""; }</style></head><body>
<nav class="page-sommaire"><ul><li><a href="#un">Premier chapitre</a><ul><li>
<a href="#deux">Le détail</a></li></ul></li></ul></nav>
<main><h1>Bilan</h1><dl><div><dt>Année</dt><dd>La dernière</dd></div></dl>
<section id="un"><h2>Premier chapitre</h2>
<p>Une <strong>phrase</strong> <em>dite</em>, <span aria-hidden="true">→</span>
et <a href="https://exemple.fr/loi">la loi</a>.</p>
<ol><li>un</li><li>deux</li></ol>
<figure><figcaption>Un constat</figcaption>
<svg role="img" aria-labelledby="t d" viewBox="0 0 9 9" width="90" height="90">
<title id="t">Le dessin</title><desc id="d">Arnage, 3</desc><path d="M0 0h9v9z"/></svg><p>Source : essai.</p></figure>
<section id="deux"><h3>Détail</h3><table><caption>Par commune</caption>
<thead><tr><th scope="col">Commune</th><th scope="col">Part</th></tr></thead>
<tbody><tr><th scope="row">Arnage</th><td><span class="signe">atteint</span></td></tr>
<tr><th scope="row">Ruaudin</th><td>s</td></tr></tbody></table></section></section></main></body></html>"""


@pytest.fixture(scope="module")
def document(navigateur: object) -> bytes:
    return pdf.par_navigateur(PAGE, JOUR, print)


def verifier(octets: bytes) -> None:
    assert pdf_ua.defauts(octets) == []
    tous = list(pdf_ua.elements(PdfReader(io.BytesIO(octets)).root_object["/StructTreeRoot"]))
    genres = [pdf_ua.genre(e) for e in tous]
    assert [g for g in genres if g in ("H1", "H2", "H3")] == ["H1", "H2", "H3"]
    assert (genres.count("Figure"), genres.count("TH"), genres.count("TD")) == (1, 4, 2)
    assert genres.count("LI") == genres.count("LBody") == 4  # a chapter, its detail, two items
    portees = [pdf_ua.attribut(e, "/Scope") for e in tous if pdf_ua.genre(e) == "TH"]
    assert portees == ["/Column", "/Column", "/Row", "/Row"]
    (figure,) = (e for e in tous if pdf_ua.genre(e) == "Figure")
    assert "Le dessin" in figure["/Alt"] and "Arnage, 3" in figure["/Alt"]


def test_par_le_navigateur(document: bytes) -> None:
    verifier(document)
    assert document == pdf.par_navigateur(PAGE, JOUR, print)
    dits = [a.get_object()["/Contents"] for p in PdfReader(io.BytesIO(document)).pages for a in p.get("/Annots", ())]
    assert {*dits} == {"Le détail", "Premier chapitre", "la loi"}


def test_par_weasyprint() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        assert os.environ.get("CI") != "true", "Pango manque : .ci/run l’installe"
        pytest.skip("Pango absent : le rendu par WeasyPrint n’est pas vérifié")
    verifier(pdf.par_weasyprint(PAGE, JOUR, lambda _: None))


def un(document: PdfWriter, nom: str) -> Any:
    return next(e for e in pdf_ua.elements(document.root_object["/StructTreeRoot"]) if pdf_ua.genre(e) == nom)


def nommer(nom: str, par: str) -> Callable[[PdfWriter], None]:
    return lambda d: un(d, nom).update({NameObject("/S"): NameObject(f"/{par}")})


def oter(cle: str, de: Callable[[PdfWriter], Any]) -> Callable[[PdfWriter], None]:
    return lambda d: de(d).pop(cle)


def peindre(quoi: bytes) -> Callable[[PdfWriter], None]:
    """At the end of the first page; « RANG » is that of the title's content."""

    def ajouter(document: PdfWriter) -> None:
        flux: Any = document.pages[0]["/Contents"]
        titre = un(document, "H1")
        while not isinstance(titre, int):
            (titre,) = pdf_ua.enfants(titre)
        flux.set_data(flux.get_data() + quoi.replace(b"RANG", b"%d" % titre))

    return ajouter


def lien(document: PdfWriter) -> Any:
    return document.pages[0]["/Annots"][0].get_object()


@pytest.mark.parametrize(
    ("abimer", "dit"),
    [
        (oter("/StructTreeRoot", lambda d: d.root_object), "aucune structure"),
        (oter("/MarkInfo", lambda d: d.root_object), "ne se dit pas balisé"),
        (oter("/Lang", lambda d: d.root_object), "aucune langue"),
        (oter("/ViewerPreferences", lambda d: d.root_object), "titre n’est pas affiché"),
        (oter("/Metadata", lambda d: d.root_object), "aucun titre"),
        (oter("/Outlines", lambda d: d.root_object), "aucun signet"),
        (oter("/RoleMap", lambda d: d.root_object["/StructTreeRoot"]), "Strong n’est pas un type connu"),
        (oter("/Alt", lambda d: un(d, "Figure")), "texte de remplacement"),
        (oter("/A", lambda d: un(d, "TH")), "pas de portée"),
        (oter("/Contents", lien), "où il mène"),
        (nommer("Link", "Span"), "un lien n’est pas balisé"),
        (nommer("H2", "H4"), "un titre de niveau 4 suit un titre de niveau 1"),
        (nommer("H1", "P"), "premier niveau"),
        (nommer("TD", "P"), "TR contient autre chose"),
        (nommer("LBody", "P"), "LI contient autre chose"),
        (lambda d: un(d, "TR")["/K"].pop(0), "le même nombre de cellules"),
        (oter("/K", lambda d: un(d, "H3")), "un contenu n’est ni balisé"),
        (peindre(b"\n0 0 9 9 re\nf\n"), "un contenu n’est ni balisé"),
        (peindre(b"\n/Artifact BMC\n/P <</MCID RANG>> BDC\nEMC\nEMC\n"), "l’un dans l’autre"),
        (
            oter("/ToUnicode", lambda d: next(iter(d.pages[0]["/Resources"]["/Font"].values())).get_object()),
            "ses lettres",
        ),
    ],
)
def test_chaque_defaut_est_vu(document: bytes, abimer: Callable[[PdfWriter], object], dit: str) -> None:
    abime = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    abimer(abime)
    sortie = io.BytesIO()
    abime.write(sortie)
    assert [defaut for defaut in pdf_ua.defauts(sortie.getvalue()) if dit in defaut]


def test_un_pdf_dont_les_balises_ne_se_completent_pas_est_garde(
    document: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed by a version that lays out a page in several streams: no other engine, and no claim of PDF/UA."""
    autre = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    feuille: Any = autre.pages[0]
    feuille[NameObject("/Contents")] = ArrayObject([feuille.raw_get("/Contents")])
    sortie = io.BytesIO()
    autre.write(sortie)
    monkeypatch.setattr(pdf, "_faire_imprimer", lambda *_: sortie.getvalue())
    monkeypatch.setattr(pdf, "par_weasyprint", lambda *_: pytest.fail("another engine"))
    page, dites = tmp_path / "bilan.html", list[str]()
    page.write_text(PAGE, encoding="utf-8")
    pdf.imprimer(page, tmp_path / "bilan.pdf", JOUR, dites.append)
    assert len(dites) == 1 and "balises ne se complètent pas" in dites[0] and "sans la mention PDF/UA" in dites[0]
    garde = PdfReader(tmp_path / "bilan.pdf")
    assert garde.pages[0].extract_text() == PdfReader(io.BytesIO(document)).pages[0].extract_text()
    assert garde.metadata and garde.metadata.title == "Bilan & essai" and garde.xmp_metadata is None


def test_un_titre_garde_ses_signes_dans_les_deux_metadonnees(document: bytes) -> None:
    lecteur = PdfReader(io.BytesIO(document))
    assert lecteur.metadata and lecteur.xmp_metadata
    assert lecteur.metadata.title == lecteur.xmp_metadata.dc_title["x-default"] == "Bilan & essai"
