"""Saving a workbook so that the same content gives the same bytes, all of it or nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
_DESSIN = re.compile(r"xl/drawings/drawing(\d+)\.xml")
_NOM_DE_GRAPHIQUE = re.compile(rb'(<[\w:]*cNvPr\b[^>]*?) name="[^"]*"')


@dataclass(frozen=True)
class Alternative:
    """What is said of a chart to who does not see it: its name, and its figures in words."""

    nom: str
    description: str


def commence_une_formule(texte: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, typed in a cell or read from a CSV."""
    return _FORMULE.match(texte) is not None


def enregistrer_classeur(classeur: Workbook, chemin: Path, alternatives: Sequence[Alternative] = ()) -> None:
    """Write a workbook in one step; ``alternatives``: see :func:`octets_du_classeur`."""
    remplacer(chemin, octets_du_classeur(classeur, alternatives))


def octets_du_classeur(classeur: Workbook, alternatives: Sequence[Alternative] = ()) -> bytes:
    """The file of a workbook, without any date of production in it.

    ``alternatives``: of its charts, sheet by sheet. openpyxl has no place for them: they are put in the drawings that
    it has written.
    """
    classeur.properties.created = datetime(*_DATE)
    tampon = io.BytesIO()
    # Compressed once, below.
    ExcelWriter(classeur, zipfile.ZipFile(tampon, "w")).save()
    ecrit = io.BytesIO()
    with zipfile.ZipFile(tampon) as source, zipfile.ZipFile(ecrit, "w", zipfile.ZIP_DEFLATED) as cible:
        contenus = {nom: source.read(nom) for nom in source.namelist()}
        contenus["docProps/core.xml"] = _MODIFIE.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", contenus["docProps/core.xml"])
        restantes = iter(alternatives)
        dessins = [trouve for nom in contenus if (trouve := _DESSIN.fullmatch(nom))]
        for dessin in sorted(dessins, key=lambda trouve: int(trouve[1])):
            contenus[dessin[0]] = _decrire(contenus[dessin[0]], restantes)
        for nom, contenu in contenus.items():
            cible.writestr(zipfile.ZipInfo(nom, _DATE), contenu, zipfile.ZIP_DEFLATED)
    return ecrit.getvalue()


def _decrire(dessin: bytes, alternatives: Iterator[Alternative]) -> bytes:
    def avec_texte(trouve: re.Match[bytes]) -> bytes:
        alternative = next(alternatives, None)
        if alternative is None:
            return trouve[0]
        nom, description = quoteattr(alternative.nom), quoteattr(alternative.description)
        return trouve[1] + f" name={nom} descr={description}".encode()

    return _NOM_DE_GRAPHIQUE.sub(avec_texte, dessin)
