"""Editing the text of a reference CSV: what is not changed stays as it is, byte for byte.

A CSV library would write the whole file again, in its own dialect. Here the separator, the quotes, the line ends and
the encoding that an analyst's spreadsheet gave to the file are kept.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Forme:
    """The dialect of a file, as found."""

    codage: str
    marque: bytes
    separateur: str
    entre_guillemets: bool


Ligne = list[tuple[int, int]]
"""One record: where each of its cells begins and ends in the text, quotation marks included."""


def ouvrir_texte(octets: bytes) -> tuple[str, Forme]:
    """The text, and the dialect that :func:`cil_analysis.reference.tables.lire_table` reads it in."""
    marque = codecs.BOM_UTF8 if octets.startswith(codecs.BOM_UTF8) else b""
    try:
        texte, codage = octets[len(marque) :].decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # What cp1252 does not define is kept as it is.
        texte, codage, marque = octets.decode("cp1252", errors="surrogateescape"), "cp1252", b""
    premiere = texte.partition("\n")[0]
    separateur = ";" if premiere.count(";") > premiere.count(",") else ","
    entre_guillemets = all(cellule.startswith('"') for cellule in premiere.split(separateur))
    return texte, Forme(codage, marque, separateur, entre_guillemets)


def enregistrements(texte: str, separateur: str) -> Iterator[Ligne]:
    """The records of a CSV, cut as the csv module cuts them: a quotation mark counts at the start of a cell."""
    cellules: Ligne = []
    debut = place = 0
    while place <= len(texte):
        if place == debut and texte.startswith('"', place):
            place = _fin_de_citation(texte, place)
        signe = texte[place : place + 1]
        if signe == separateur:
            cellules.append((debut, place))
            debut = place + 1
        elif signe in ("\r", "\n", ""):
            cellules.append((debut, place))
            if signe or len(cellules) > 1 or debut < place:
                yield cellules
            cellules = []
            place += texte.startswith("\r\n", place)
            debut = place + 1
        place += 1


def _fin_de_citation(texte: str, place: int) -> int:
    """The place after the quotation mark that closes the one at ``place``; a doubled one closes nothing."""
    while True:
        place = texte.find('"', place + 1)
        if place < 0:
            return len(texte)
        if not texte.startswith('"', place + 1):
            return place + 1
        place += 1


def contenu_de(brute: str) -> str:
    """What a cell says, without its quotation marks."""
    if not brute.startswith('"'):
        return brute
    fin = _fin_de_citation(brute, 0)
    return brute[1 : fin - 1].replace('""', '"') + brute[fin:]


def en_cellule(contenu: str, forme: Forme, *, guillemets: bool | None = None) -> str:
    """A cell of this dialect, between quotation marks where it must be (``guillemets`` None: or where all are)."""
    a_proteger = any(signe in contenu for signe in (forme.separateur, '"', "\n", "\r"))
    if a_proteger or (forme.entre_guillemets if guillemets is None else guillemets):
        return '"' + contenu.replace('"', '""') + '"'
    return contenu
