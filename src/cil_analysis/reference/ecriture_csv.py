"""Editing the text of a reference CSV: what is not changed stays as it is, byte for byte.

A CSV library would write the whole file again, in its own dialect. Here the separator, the quotes, the line ends and
the encoding that an analyst's spreadsheet gave to the file are kept.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cil_analysis.erreurs import ErreurCIL


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


def retoucher(
    octets: bytes,
    cle: Sequence[str],
    retouches: Mapping[tuple[str, ...], Mapping[str, str] | None],
    ajouts: Sequence[Mapping[str, str]] = (),
) -> bytes:
    """The file with some of its records changed, removed or added, and every other byte as it was.

    ``cle``: the columns that name a record. ``retouches``: for a record, the columns to change and their new cells;
    None removes it. ``ajouts`` go at the end. A column that is not given in an addition is left blank.

    Raises:
        ErreurCIL: a column that must be written is absent, or the file's encoding has no sign for a text.
    """
    texte, forme = ouvrir_texte(octets)
    lignes = list(enregistrements(texte, forme.separateur))
    titres = [contenu_de(texte[debut:fin]).strip() for debut, fin in lignes[0]]
    neuves = [{nom: cellule for nom, cellule in ligne.items() if cellule} for ligne in (*retouches.values(), *ajouts)
              if ligne is not None]  # fmt: skip
    if absentes := [nom for ligne in neuves for nom in ligne if nom not in titres]:
        raise ErreurCIL(
            f"La colonne « {absentes[0]} » manque au fichier de référence à compléter : ajoutez cet en-tête à sa "
            "première ligne, et une cellule vide à chaque autre, puis relancez."
        )
    for rang in reversed(range(1, len(lignes))):
        ligne = lignes[rang]
        cellules = dict(zip(titres, (contenu_de(texte[debut:fin]).strip() for debut, fin in ligne), strict=False))
        nom = tuple(cellules.get(colonne, "") for colonne in cle)
        if nom not in retouches:
            continue
        retouche = retouches[nom]
        if retouche is None:
            fin = lignes[rang + 1][0][0] if rang + 1 < len(lignes) else len(texte)
            texte = texte[: ligne[0][0]] + texte[fin:]
            continue
        for titre, (debut, fin) in reversed(list(zip(titres, ligne, strict=True))):
            if titre in retouche and retouche[titre] != cellules[titre]:
                guillemets = texte[debut:fin].startswith('"') or forme.entre_guillemets
                texte = texte[:debut] + en_cellule(retouche[titre], forme, guillemets=guillemets) + texte[fin:]
    fin_de_ligne = "\r\n" if "\r\n" in texte else "\n"
    if ajouts and not texte.endswith("\n"):
        texte += fin_de_ligne
    for ajout in ajouts:
        texte += forme.separateur.join(en_cellule(ajout.get(nom, ""), forme) for nom in titres) + fin_de_ligne
    return forme.marque + _coder(texte, forme)


def _coder(texte: str, forme: Forme) -> bytes:
    try:
        return texte.encode(forme.codage, errors="surrogateescape")
    except UnicodeEncodeError as erreur:
        raise ErreurCIL(
            f"« {texte[erreur.start : erreur.end]} » ne peut pas s’écrire dans le fichier de référence, enregistré "
            "dans un codage ancien de Windows : enregistrez-le au format « CSV UTF-8 », puis relancez."
        ) from None
