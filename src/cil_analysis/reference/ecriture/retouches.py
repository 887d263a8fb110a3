"""Editing a reference CSV: its separator, line ends and encoding, which a spreadsheet gave to it, are kept."""

import codecs
import csv
import errno
import io
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.tables import lire_rangees, separateur_de
from cil_analysis.reference.texte import une_ligne

# A spreadsheet takes a cell that begins so for a formula.
_FORMULES = ("=", "+", "-", "@")
# What is large, or a trace of an open file, and is not read back.
_A_PART = shutil.ignore_patterns("*.geojson", ".*", "~$*")

Ligne = dict[str, str]
"""The cells of a row by column, stripped."""


def reecrire(chemin: Path, changer: Callable[[list[Ligne]], None]) -> bytes:
    """A file with some of its rows changed, removed or added, in the form that it has.

    ``changer`` edits the list of rows, and each of them, in place; those that it adds go to the end of the file, as do
    the columns that they fill in and that it lacks. Raises ErreurCIL: its encoding has no sign for a text.
    """
    titres, lignes = lire_rangees(chemin)
    changer(lignes)
    titres = list(dict.fromkeys([*titres, *(titre for ligne in lignes for titre, dit in ligne.items() if dit)]))
    texte, codage, marque = decoder(chemin.read_bytes())
    tampon, fin = io.StringIO(newline=""), "\r\n" if "\r\n" in texte else "\n"
    ecrivain = csv.writer(tampon, delimiter=separateur_de(texte), lineterminator=fin)
    ecrivain.writerows([titres, *([ligne.get(titre, "") for titre in titres] for ligne in lignes)])
    try:
        return marque + tampon.getvalue().encode(codage, errors="surrogateescape")
    except UnicodeEncodeError as erreur:
        raise ErreurCIL(
            f"« {erreur.object[erreur.start]} » ne peut pas s’écrire dans {chemin.name}, enregistré dans un codage "
            "ancien de Windows : enregistrez ce fichier au format « CSV UTF-8 », puis relancez."
        ) from None


def decoder(octets: bytes) -> tuple[str, str, bytes]:
    """The text of a file, its encoding and its mark; what cp1252 does not define is kept as it is."""
    marque = codecs.BOM_UTF8 if octets.startswith(codecs.BOM_UTF8) else b""
    try:
        return octets[len(marque) :].decode("utf-8"), "utf-8", marque
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="surrogateescape"), "cp1252", b""


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


def ecrire_nombre(valeur: float) -> str:
    """A number as a reference file has it.

    >>> ecrire_nombre(25.0), ecrire_nombre(27.5)
    ('25', '27.5')
    """
    return str(int(valeur)) if valeur == int(valeur) else str(round(valeur, 6))


def ecrire_valeur(valeur: object) -> str:
    """The same of any value: a date and a number in one form, a text on one line, nothing for what is not given."""
    if valeur is None or valeur != valeur:
        return ""
    if isinstance(valeur, date):
        return f"{valeur:%Y-%m-%d}"
    return ecrire_nombre(valeur) if isinstance(valeur, float) else une_ligne(str(valeur))


def modifier(lignes: list[Ligne], cle: Callable[[Ligne], Hashable], changees: Mapping[Hashable, Ligne | None]) -> None:
    """Write some cells of the row of each key, a new one where there is none; a key of None loses its row."""
    par_cle = {cle(ligne): ligne for ligne in lignes}
    for une, cellules in changees.items():
        if cellules is None:
            lignes.remove(par_cle[une])
        elif une in par_cle:
            par_cle[une].update(cellules)
        else:
            lignes.append(cellules)


def remplacer_ensemble(reference: Path, nouveaux: Mapping[Path, bytes], relire: Callable[[Path], object]) -> None:
    """Replace files of data/reference, all of them or none: ``relire`` reads a copy in which they are new.

    Raises ErreurCIL for what ``relire`` refuses, and OSError for a file that is read-only, before anything is written.
    """
    for chemin in nouveaux:
        if not os.access(chemin, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(chemin))
    with tempfile.TemporaryDirectory(prefix="cil-") as essai:
        copie = Path(shutil.copytree(reference, Path(essai) / "reference", ignore=_A_PART))
        for chemin, octets in nouveaux.items():
            (copie / chemin.relative_to(reference)).write_bytes(octets)
        try:
            relire(copie)
        except ErreurCIL as erreur:
            raise ErreurCIL(
                f"Rien n’a été écrit : corrigez ce qui est donné, ou ce qui ne va pas avec. {erreur}"
            ) from None
    for chemin, octets in nouveaux.items():
        remplacer(chemin, octets)
