"""Editing the text of a reference CSV: a record that is not changed stays as it is, byte for byte.

The separator, the quotes, the line ends and the encoding that an analyst's spreadsheet gave to the file are kept.
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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

Cellules = Mapping[str, str]
"""Some cells of a record, by column."""
Relu = TypeVar("Relu")


@dataclass(frozen=True)
class _Fichier:
    """A CSV as found: its dialect, and its records, the header first, each with its cells and its text.

    The text of a record has its line end; a blank line has no cells.
    """

    nom: str
    codage: str
    marque: bytes
    separateur: str
    enregistrements: list[tuple[list[str], str]]

    def ecrire(self, cellules: Sequence[str], comme: str) -> str:
        """A record in this dialect, its line end that of another; every cell is quoted where the header's all are."""
        entete, texte = self.enregistrements[0]
        tous = all(cellule.startswith('"') for cellule in texte.split(self.separateur)[: len(entete)])
        tampon = io.StringIO(newline="")
        fin = comme[len(comme.rstrip("\r\n")) :]
        dialecte = csv.writer(
            tampon,
            delimiter=self.separateur,
            lineterminator=fin,
            quoting=csv.QUOTE_ALL if tous else csv.QUOTE_MINIMAL,
        )
        dialecte.writerow(cellules)
        return tampon.getvalue()

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
    separateur, lignes = separateur_de(texte), list(io.StringIO(texte, newline=""))
    lecteur, debut, enregistrements = csv.reader(lignes, delimiter=separateur), 0, []
    for cellules in lecteur:
        enregistrements.append((cellules, "".join(lignes[debut : lecteur.line_num])))
        debut = lecteur.line_num
    return _Fichier(chemin.name, codage, marque, separateur, enregistrements)


def reecrire(
    chemin: Path,
    changer: Callable[[Cellules], Cellules | None],
    ajouts: Sequence[Cellules] = (),
    *,
    nouvelle: str = "",
) -> bytes:
    """A file with some of its records changed, removed or added, and every other one as it was.

    ``changer``: of a record, the cells that change, or None to remove it. ``ajouts`` go at the end, blank in the
    columns that they do not give. ``nouvelle``: a column to add, if the file lacks it. Raises ErreurCIL: a column that
    must be written is absent, or the file's encoding has no sign for a text.
    """
    fichier = _ouvrir(chemin, chemin.read_bytes())
    (entete, tete), *lignes = fichier.enregistrements
    titres = [titre.strip() for titre in entete]
    tous = titres if nouvelle in ("", *titres) else [*titres, nouvelle]
    textes = [fichier.ecrire([*entete, nouvelle], tete) if len(tous) > len(titres) else tete]
    for cellules, texte in lignes:
        if len(cellules) != len(titres):  # A blank line: the loader refuses any other.
            textes.append(texte)
            continue
        voulues = changer({titre: cellule.strip() for titre, cellule in zip(titres, cellules, strict=True)})
        if voulues is not None:
            _exiger_les_colonnes(fichier, voulues, tous)
            changees = _changer(cellules, tous, voulues)
            textes.append(texte if changees == cellules else fichier.ecrire(changees, texte))
    fin_de_ligne = "\r\n" if tete.endswith("\r\n") else "\n"
    if ajouts and not textes[-1].endswith("\n"):
        textes.append(fin_de_ligne)
    for ajout in ajouts:
        _exiger_les_colonnes(fichier, ajout, titres)
        textes.append(fichier.ecrire([ajout.get(titre, "") for titre in titres], fin_de_ligne))
    return fichier.octets("".join(textes))


def _changer(cellules: Sequence[str], titres: Sequence[str], voulues: Cellules) -> list[str]:
    """The cells of a record once changed; those that say the same, but for spaces, stay as they are."""
    anciennes = [*cellules, *[""] * (len(titres) - len(cellules))]
    return [
        ancienne if voulues.get(titre, ancienne).strip() == ancienne.strip() else voulues[titre]
        for titre, ancienne in zip(titres, anciennes, strict=True)
    ]


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
