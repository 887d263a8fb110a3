"""Editing the text of a reference CSV: what is not changed stays as it is, byte for byte.

A CSV library would write the whole file again, in its own dialect. Here the separator, the quotes, the line ends and
the encoding that an analyst's spreadsheet gave to the file are kept.
"""

from __future__ import annotations

import codecs
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.tables import separateur_de
from cil_analysis.reference.texte import normaliser

# A spreadsheet takes a cell that begins so for a formula.
_FORMULES = ("=", "+", "-", "@")
# What is large, or a trace of an open file, and is not read back.
_A_PART = shutil.ignore_patterns("*.geojson", ".*", "~$*")
_CITATION = re.compile(r'"((?:[^"]|"")*)(?:"|\Z)')

Cellules = Mapping[str, str]
"""Some cells of a record, by column."""
Etendue = tuple[int, int]
"""Where something begins and ends in a text."""
Relu = TypeVar("Relu")


@dataclass(frozen=True)
class _Fichier:
    """A CSV as found: its text, its dialect, and where the cells of its records are, quotation marks included."""

    nom: str
    texte: str
    codage: str
    marque: bytes
    separateur: str

    @cached_property
    def lignes(self) -> list[list[Etendue]]:
        """The records, the header first."""
        return list(_enregistrements(self.texte, self.separateur))

    @cached_property
    def entre_guillemets(self) -> bool:
        """Whether every cell has quotation marks, to judge by the header."""
        premiere = self.texte.partition("\n")[0]
        return all(cellule.startswith('"') for cellule in premiere.split(self.separateur))

    def lire(self, etendue: Etendue) -> str:
        """What a cell says, without its quotation marks nor the spaces around."""
        brute = self.texte[slice(*etendue)]
        if cite := _CITATION.match(brute):
            brute = cite[1].replace('""', '"') + brute[cite.end() :]
        return brute.strip()

    def en_cellule(self, contenu: str, ancienne: str = "") -> str:
        """A cell of this dialect: between quotation marks where it must be, or where it was, or where all are."""
        a_proteger = any(signe in contenu for signe in (self.separateur, '"', "\n", "\r"))
        if a_proteger or self.entre_guillemets or ancienne.startswith('"'):
            return '"' + contenu.replace('"', '""') + '"'
        return contenu

    def admet(self, texte: str) -> bool:
        """Whether its encoding has a sign for each of a text."""
        try:
            texte.encode(self.codage, errors="surrogateescape")
        except UnicodeEncodeError:
            return False
        return True

    def octets(self, texte: str) -> bytes:
        """The bytes of a new text. Raises ErreurCIL for a sign that its encoding lacks."""
        if absent := next((signe for signe in texte if not self.admet(signe)), None):
            raise ErreurCIL(
                f"« {absent} » ne peut pas s’écrire dans {self.nom}, enregistré dans un codage ancien de Windows : "
                "enregistrez ce fichier au format « CSV UTF-8 », puis relancez."
            )
        return self.marque + texte.encode(self.codage, errors="surrogateescape")


def _ouvrir(chemin: Path, octets: bytes) -> _Fichier:
    """A file as :func:`cil_analysis.reference.tables.lire_table` reads it."""
    marque = codecs.BOM_UTF8 if octets.startswith(codecs.BOM_UTF8) else b""
    try:
        texte, codage = octets[len(marque) :].decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # What cp1252 does not define is kept as it is.
        texte, codage, marque = octets.decode("cp1252", errors="surrogateescape"), "cp1252", b""
    return _Fichier(chemin.name, texte, codage, marque, separateur_de(texte))


def _enregistrements(texte: str, separateur: str) -> Iterator[list[Etendue]]:
    """The records of a CSV, cut as the csv module cuts them: a quotation mark counts at the start of a cell."""
    cellule = re.compile(rf"(?:{_CITATION.pattern})?[^{separateur}\r\n]*")
    cellules: list[Etendue] = []
    debut = 0
    while trouvee := cellule.match(texte, debut):
        cellules.append(trouvee.span())
        fin = trouvee.end()
        if not texte.startswith(separateur, fin):
            if fin < len(texte) or len(cellules) > 1 or debut < fin:
                yield cellules
            if fin == len(texte):
                return
            cellules = []
            fin += texte.startswith("\r\n", fin)
        debut = fin + 1


def reecrire(
    chemin: Path,
    changer: Callable[[Cellules], Cellules | None],
    ajouts: Sequence[Cellules] = (),
    *,
    nouvelle: str = "",
    sinon: bytes = b"",
) -> bytes:
    """A file with some of its records changed, removed or added, and every other byte as it was.

    ``changer``: of a record, the cells that change, or None to remove it. ``ajouts`` go at the end, blank in the
    columns that they do not give. ``nouvelle``: a column to add, if the file lacks it. ``sinon``: what stands for a
    file that is not there.

    Raises:
        ErreurCIL: a column that must be written is absent, or the file's encoding has no sign for a text.
    """
    fichier = _ouvrir(chemin, chemin.read_bytes() if chemin.is_file() else sinon)
    entete, *lignes = fichier.lignes
    titres = [fichier.lire(etendue) for etendue in entete]
    tous = titres if nouvelle in ("", *titres) else [*titres, nouvelle]
    retouches = _retouches(fichier, entete, titres, dict.fromkeys(tous[len(titres) :], nouvelle), tous)
    for rang, ligne in enumerate(lignes):
        if len(ligne) != len(titres):
            continue  # A blank line: the loader refuses any other.
        voulues = changer({titre: fichier.lire(etendue) for titre, etendue in zip(titres, ligne, strict=True)})
        if voulues is None:
            suite = lignes[rang + 1][0][0] if rang + 1 < len(lignes) else len(fichier.texte)
            retouches.append((ligne[0][0], suite, ""))
        else:
            retouches += _retouches(fichier, ligne, titres, voulues, tous)
    texte = fichier.texte
    for debut, fin, nouveau in reversed(retouches):
        texte = texte[:debut] + nouveau + texte[fin:]
    return fichier.octets(texte + _a_la_fin(fichier, texte, titres, ajouts))


def _retouches(
    fichier: _Fichier, ligne: Sequence[Etendue], titres: Sequence[str], voulues: Cellules, tous: Sequence[str]
) -> list[tuple[int, int, str]]:
    """What to write over which part of the text, for the cells of a record that change and those that it lacks."""
    _exiger_les_colonnes(fichier, voulues, tous)
    retouches = []
    for titre, etendue in zip(titres, ligne, strict=True):
        if voulues.get(titre, fichier.lire(etendue)) != fichier.lire(etendue):
            retouches.append((*etendue, fichier.en_cellule(voulues[titre], fichier.texte[slice(*etendue)])))
    fin = ligne[-1][1]
    for titre in tous[len(titres) :]:
        retouches.append((fin, fin, fichier.separateur + fichier.en_cellule(voulues.get(titre, ""))))
    return retouches


def _a_la_fin(fichier: _Fichier, texte: str, titres: Sequence[str], ajouts: Sequence[Cellules]) -> str:
    """New records, after the last one."""
    fin_de_ligne = "\r\n" if "\r\n" in texte else "\n"
    suite = fin_de_ligne if ajouts and not texte.endswith("\n") else ""
    for ajout in ajouts:
        _exiger_les_colonnes(fichier, ajout, titres)
        suite += fichier.separateur.join(fichier.en_cellule(ajout.get(nom, "")) for nom in titres) + fin_de_ligne
    return suite


def _exiger_les_colonnes(fichier: _Fichier, cellules: Cellules, titres: Sequence[str]) -> None:
    for nom, cellule in cellules.items():
        if cellule and nom not in titres:
            raise ErreurCIL(
                f"La colonne « {nom} » manque au fichier de référence à compléter, {fichier.nom} : ajoutez cet en-tête "
                "à sa première ligne, et une cellule vide à chaque autre, puis relancez."
            )


def ajouter_aux_cellules(
    chemin: Path,
    cle: str,
    cible: str,
    ajouts: Mapping[str, Sequence[str]],
    garder: Callable[[str, str, str], bool],
    nouvelles: Sequence[Cellules] = (),
) -> bytes:
    """The file with texts added, between bars, to cells of one column, which is made if absent.

    ``cle``: the column that names a row. ``ajouts``: the name of a row → the texts to add to its cell under ``cible``.
    ``garder``: whether a text that is there stays, from the title of its column, its row and itself. ``nouvelles``:
    rows to add at the end.

    Raises ErreurCIL for a row that the file lacks, or a text that its encoding has no sign for.
    """
    fichier = _ouvrir(chemin, chemin.read_bytes())
    a_placer = {nom: [_inscriptible(texte, fichier) for texte in textes] for nom, textes in ajouts.items()}

    def changer(cellules: Cellules) -> Cellules:
        nom, voulues = cellules[cle], {}
        for titre, cellule in {cible: "", **cellules}.items():
            morceaux = [morceau for morceau in cellule.split("|") if morceau.strip()]
            restants = [morceau for morceau in morceaux if garder(titre, nom, morceau)]
            nouveaux = a_placer.pop(nom, []) if titre == cible else []
            if nouveaux or len(restants) < len(morceaux):
                voulues[titre] = "|".join([*restants, *nouveaux])
        return voulues

    octets = reecrire(chemin, changer, nouvelles, nouvelle=cible)
    if a_placer:
        raise ErreurCIL(f"« {next(iter(a_placer))} » n’existe pas dans {chemin.name} : vérifiez ce nom.")
    return octets


def _inscriptible(texte: str, fichier: _Fichier) -> str:
    """The text, or its comparison form where the file's encoding lacks a sign that does not count.

    What follows the last « = », a code, is kept as it is.
    """
    libelle, egal, code = texte.rpartition("=")
    reduit = f"{normaliser(libelle if egal else texte)}{egal}{code if egal else ''}"
    if not fichier.admet(texte) and fichier.admet(reduit) and normaliser(reduit) == normaliser(texte):
        return reduit
    return texte


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


def remplacer_ensemble(reference: Path, nouveaux: Mapping[Path, bytes], relire: Callable[[Path], Relu]) -> Relu:
    """Replace files of data/reference, all of them or none: ``relire`` reads a copy in which they are new.

    Raises what ``relire`` raises, before anything is written.
    """
    with tempfile.TemporaryDirectory(prefix="cil-") as essai:
        copie = Path(shutil.copytree(reference, Path(essai) / "reference", ignore=_A_PART))
        for chemin, octets in nouveaux.items():
            (copie / chemin.relative_to(reference)).write_bytes(octets)
        relu = relire(copie)
    for chemin, octets in nouveaux.items():
        remplacer(chemin, octets)
    return relu
