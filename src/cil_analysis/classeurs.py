"""Saving a workbook so that the same content gives the same bytes, all of it or nothing."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from cil_analysis.fichiers import remplacer

# The earliest date that a zip archive can hold; the workbook's own dates are set to it too.
_DATE = (1980, 1, 1, 0, 0, 0)
_MODIFIE = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
# Blanks and invisible signs, then what a spreadsheet begins a formula with, full width included.
_FORMULE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NOM_DE_GRAPHIQUE = re.compile(rb'(?<=<cNvPr id="1") name="[^"]*"')


def commence_une_formule(texte: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, typed in a cell or read from a CSV."""
    return _FORMULE.match(texte) is not None


def enregistrer_classeur(classeur: Workbook, chemin: Path, alternatives: Sequence[tuple[str, str]] = ()) -> None:
    """Write a workbook in one step; ``alternatives``: see :func:`octets_du_classeur`."""
    remplacer(chemin, octets_du_classeur(classeur, alternatives))


def octets_du_classeur(classeur: Workbook, alternatives: Sequence[tuple[str, str]] = ()) -> bytes:
    """The file of a workbook, without any date of production in it.

    ``alternatives``: what is said of each chart to who does not see it, its name and its figures in words, sheet by
    sheet, of which each has one. openpyxl has no place for them: they are put in the drawings that it has written.
    """
    classeur.properties.created = datetime(*_DATE)
    tampon = io.BytesIO()
    # Compressed once, below.
    ExcelWriter(classeur, zipfile.ZipFile(tampon, "w")).save()
    ecrit = io.BytesIO()
    with zipfile.ZipFile(tampon) as source, zipfile.ZipFile(ecrit, "w", zipfile.ZIP_DEFLATED) as cible:
        contenus = {nom: source.read(nom) for nom in source.namelist()}
        contenus["docProps/core.xml"] = _MODIFIE.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", contenus["docProps/core.xml"])
        for rang, (nom, description) in enumerate(alternatives, start=1):
            dessin, dit = f"xl/drawings/drawing{rang}.xml", f" name={quoteattr(nom)} descr={quoteattr(description)}"
            avant, apres = _NOM_DE_GRAPHIQUE.split(contenus[dessin])
            contenus[dessin] = avant + dit.encode() + apres
        for nom, contenu in contenus.items():
            cible.writestr(zipfile.ZipInfo(nom, _DATE), contenu, zipfile.ZIP_DEFLATED)
    return ecrit.getvalue()
