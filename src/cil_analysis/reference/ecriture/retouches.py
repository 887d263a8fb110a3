"""Editing the text of a reference CSV: what is not changed stays as it is, byte for byte.

A CSV library would write the whole file again, in its own dialect. Here the separator, the quotes, the line ends and
the encoding that an analyst's spreadsheet gave to the file are kept.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import normaliser

# A spreadsheet takes a cell that begins so for a formula.
_FORMULES = ("=", "+", "-", "@")


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


def ajouter_aux_cellules(
    chemin: Path,
    cle: str,
    cible: str,
    ajouts: Mapping[str, Sequence[str]],
    garder: Callable[[str, str, str], bool],
) -> bytes:
    """The file with texts added, between bars, to cells of one column, which is made if absent.

    ``cle``: the column that names a row. ``ajouts``: the name of a row → the texts to add to its cell under ``cible``.
    ``garder``: whether a text that is there stays, from the title of its column, its row and itself.

    Raises ErreurCIL for a row that the file lacks, or a text that its encoding has no sign for.
    """
    texte, forme = ouvrir_texte(chemin.read_bytes())
    lignes = list(enregistrements(texte, forme.separateur))
    titres = [contenu_de(texte[debut:fin]).strip() for debut, fin in lignes[0]]
    nouvelle = cible not in titres
    retouches: list[tuple[int, int, str]] = []
    if nouvelle:
        retouches.append((*_apres(lignes[0]), forme.separateur + en_cellule(cible, forme)))
    a_placer = {nom: [_inscriptible(t, forme, chemin) for t in textes] for nom, textes in ajouts.items()}
    for ligne in lignes[1:]:
        cellules = [contenu_de(texte[debut:fin]) for debut, fin in ligne]
        if len(cellules) != len(titres):
            continue  # A blank line: the loader refuses any other.
        nom = cellules[titres.index(cle)].strip()
        nouveaux = a_placer.pop(nom, [])
        for titre, cellule, (debut, fin) in zip(titres, cellules, ligne, strict=True):
            morceaux = cellule.split("|")
            restants = [m for m in morceaux if garder(titre, nom, m)]
            voulue = cellule if len(restants) == len(morceaux) else "|".join(restants)
            if titre == cible and nouveaux:
                voulue = "|".join([*([voulue] if voulue.strip() else []), *nouveaux])
            if voulue != cellule:
                guillemets = texte[debut:fin].startswith('"') or forme.entre_guillemets
                retouches.append((debut, fin, en_cellule(voulue, forme, guillemets=guillemets)))
        if nouvelle:
            retouches.append((*_apres(ligne), forme.separateur + en_cellule("|".join(nouveaux), forme)))
    if a_placer:
        raise ErreurCIL(f"« {next(iter(a_placer))} » n’existe pas dans {chemin.name} : vérifiez ce nom.")
    for debut, fin, nouveau in reversed(retouches):
        texte = texte[:debut] + nouveau + texte[fin:]
    return forme.marque + texte.encode(forme.codage, errors="surrogateescape")


def forme_ecrite(entete: str) -> str:
    r"""A heading or a label as a cell can hold it: on one line, without « | », and no formula for a spreadsheet.

    Its comparison form stays the same: that is all that an import looks at.

    >>> forme_ecrite("Date\nbail | loyer"), forme_ecrite("=Âge")
    ('Date bail loyer', "'=Âge")
    """
    signes = [s if unicodedata.category(s)[0] != "C" else " " for s in unicodedata.normalize("NFC", entete)
              if unicodedata.category(s) != "Cf"]  # fmt: skip
    net = " ".join("".join(signes).replace("|", " ").split())
    return f"'{net}" if net.startswith(_FORMULES) else net


def _apres(ligne: Ligne) -> tuple[int, int]:
    return ligne[-1][1], ligne[-1][1]


def _inscriptible(texte: str, forme: Forme, chemin: Path) -> str:
    """The text, or its comparison form where the file's encoding lacks a sign that does not count.

    What follows the last « = », a code, is kept as it is.
    """
    libelle, egal, code = texte.rpartition("=")
    for essai in (texte, f"{normaliser(libelle if egal else texte)}{egal}{code if egal else ''}"):
        try:
            essai.encode(forme.codage)
        except UnicodeEncodeError:
            continue
        if normaliser(essai) == normaliser(texte):
            return essai
    raise ErreurCIL(
        f"« {texte} » ne peut pas s’écrire dans {chemin.name}, enregistré dans un codage ancien de Windows : "
        "enregistrez ce fichier au format « CSV UTF-8 », puis relancez."
    )
