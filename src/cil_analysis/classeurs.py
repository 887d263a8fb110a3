"""Saving a workbook so that the same content gives the same bytes, all of it or nothing."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from cil_analysis.fichiers import remplacer

# The earliest date that a zip archive can hold; the workbook's own dates are set to it too.
_DATE = (1980, 1, 1, 0, 0, 0)
_MODIFIE = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def enregistrer_classeur(classeur: Workbook, chemin: Path) -> None:
    """Write a workbook in one step, without any date of production in it."""
    classeur.properties.created = datetime(*_DATE)
    tampon = io.BytesIO()
    classeur.save(tampon)
    ecrit = io.BytesIO()
    with zipfile.ZipFile(tampon) as source, zipfile.ZipFile(ecrit, "w", zipfile.ZIP_DEFLATED) as cible:
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom == "docProps/core.xml":
                contenu = _MODIFIE.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", contenu)
            cible.writestr(zipfile.ZipInfo(nom, _DATE), contenu, zipfile.ZIP_DEFLATED)
    remplacer(chemin, ecrit.getvalue())
