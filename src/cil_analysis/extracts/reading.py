"""From a file to rows of text: workbooks and delimited files, wherever their header row is.

Everything is read as text. One row of a :class:`Brut` is one line of the file below its header; line numbers count from
1 as a spreadsheet does, so that an anomaly can name the place.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.texte import normaliser

CLASSEURS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTES = (".csv", ".txt", ".tsv")
_LIGNES_D_ENTETE = 60
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@dataclass(frozen=True)
class Brut:
    """The rows of one file below its header.

    ``donnees`` has the headings as columns and the line numbers as index; ``ignorees`` counts the lines set aside, by
    reason.
    """

    fichier: Path
    feuille: str
    donnees: pd.DataFrame
    ignorees: dict[str, int]

    @property
    def lues(self) -> int:
        """Every line of the sheet or file, headers and blank lines included."""
        return len(self.donnees) + sum(self.ignorees.values())


def lire(fichier: Path, entetes_connus: Sequence[frozenset[str]]) -> Brut:
    """Read a file as text and find its header: the line that holds the most known headings.

    ``entetes_connus``: for each possible extract, its normalised headings. Raises ErreurCIL for a file that is missing,
    empty, protected, not a spreadsheet, or without a recognisable header.
    """
    if not fichier.is_file():
        raise ErreurCIL(f"Le fichier {fichier} est introuvable : vérifiez son nom et son dossier.")
    if fichier.stat().st_size == 0:
        raise ErreurCIL(f"Le fichier {fichier.name} est vide (0 octet) : demandez-en un nouvel envoi.")
    suffixe = fichier.suffix.lower()
    if suffixe in CLASSEURS:
        feuilles = _lire_classeur(fichier)
    elif suffixe in TEXTES:
        feuilles = {"": _lire_texte(fichier, entetes_connus)}
    else:
        raise ErreurCIL(
            f"Le fichier {fichier.name} n’est pas d’un type connu : attendu {', '.join(CLASSEURS + TEXTES)}."
        )
    if not any(any(any(ligne) for ligne in lignes) for lignes in feuilles.values()):
        raise ErreurCIL(f"Le fichier {fichier.name} ne contient aucune cellule remplie : demandez-en un nouvel envoi.")
    feuille, entete = _trouver_entete(feuilles, entetes_connus)
    if entete is None:
        raise ErreurCIL(
            f"Aucune ligne d’en-têtes reconnue dans {fichier.name} : ajoutez ses en-têtes au dictionnaire "
            "data/reference/columns, dans une colonne « entetes_… »."
        )
    brut = _decouper(fichier, feuille, feuilles[feuille], entete)
    _refuser_feuille_jumelle(brut, feuilles, entetes_connus)
    return brut


def _refuser_feuille_jumelle(
    brut: Brut, feuilles: dict[str, list[list[str]]], entetes_connus: Sequence[frozenset[str]]
) -> None:
    """One sheet is read: another with rows of its own and half of its known headings would be lost without a word."""
    connus = frozenset[str]().union(*entetes_connus)
    reconnues = {normaliser(entete) for entete in brut.donnees.columns} & connus
    for nom, lignes in feuilles.items():
        if nom == brut.feuille:
            continue
        _, entete = _trouver_entete({nom: lignes}, entetes_connus)
        if entete is None:
            continue
        autre = _decouper(brut.fichier, nom, lignes, entete)
        communes = reconnues & {normaliser(titre) for titre in autre.donnees.columns}
        if len(autre.donnees) and 2 * len(communes) >= len(reconnues):
            raise ErreurCIL(
                f"Le classeur {brut.fichier.name} a plusieurs feuilles de données (« {brut.feuille} » et "
                f"« {nom} ») : enregistrez chacune dans un fichier et importez ces fichiers ensemble, ou ne gardez que "
                "la bonne."
            )


def _lire_classeur(fichier: Path) -> dict[str, list[list[str]]]:
    protege = ErreurCIL(
        f"Le classeur {fichier.name} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )
    if _est_chiffre(fichier):
        raise protege
    try:
        classeur = fastexcel.read_excel(fichier)
        feuilles = {}
        for nom in classeur.sheet_names:
            table = classeur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string").to_pandas()
            feuilles[nom] = table.astype("object").where(table.notna(), "").to_numpy().tolist()
    except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError) as erreur:
        if "password" in str(erreur).lower() or "encrypt" in str(erreur).lower():
            raise protege from erreur
        raise ErreurCIL(
            f"Le fichier {fichier.name} n’est pas un classeur lisible, ou il est abîmé : ouvrez-le dans un tableur, "
            "enregistrez-le de nouveau, ou demandez-en un nouvel envoi."
        ) from erreur
    return feuilles


def _est_chiffre(fichier: Path) -> bool:
    """Whether a workbook of the zip formats is encrypted: an OLE file, and not an old .xls under another name."""
    if fichier.suffix.lower() not in (".xlsx", ".xlsm", ".xlsb"):
        return False
    octets = fichier.read_bytes()
    return octets.startswith(_OLE) and "Workbook".encode("utf-16-le") not in octets


def _lire_texte(fichier: Path, entetes_connus: Sequence[frozenset[str]]) -> list[list[str]]:
    octets = fichier.read_bytes()
    texte = _decoder(octets)
    if texte is None:
        raise ErreurCIL(
            f"Le fichier {fichier.name} n’est pas un fichier de texte : vérifiez son extension, ou demandez-en un "
            "nouvel envoi."
        )
    # Strict: an unclosed quotation mark would otherwise swallow every row up to the next one.
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=_separateur(texte, entetes_connus), strict=True)
    try:
        return list(lecteur)
    except csv.Error as erreur:
        raise ErreurCIL(
            f"Le fichier {fichier.name} n’est pas un tableau délimité lisible : la lecture s’arrête à la ligne "
            f"{lecteur.line_num}, sur un guillemet droit mal fermé ou une cellule démesurée. Corrigez l’export, ou "
            "enregistrez l’extrait au format .xlsx."
        ) from erreur


def _separateur(texte: str, entetes_connus: Sequence[frozenset[str]]) -> str:
    """The separator that shows the most known headings; the most frequent one of equals. Cells may hold the others."""
    debut = texte.splitlines()[:_LIGNES_D_ENTETE]

    def merite(separateur: str) -> tuple[int, int]:
        lignes = csv.reader(debut, delimiter=separateur)
        try:
            score = max((_score(ligne, entetes_connus) for ligne in lignes), default=0)
        except csv.Error:
            score = 0
        return score, sum(ligne.count(separateur) for ligne in debut)

    return max(";\t,", key=merite)


def _decoder(octets: bytes) -> str | None:
    """The text of a file in UTF-8 or UTF-16 with a mark, UTF-8, or else cp1252; None for binary content."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace")
    if b"\0" in octets[:4096]:
        return None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes have no character in cp1252; latin-1 gives one to each, so that no file is lost for them.
        try:
            return octets.decode("cp1252")
        except UnicodeDecodeError:
            return octets.decode("latin-1")


def _trouver_entete(
    feuilles: dict[str, list[list[str]]], entetes_connus: Sequence[frozenset[str]]
) -> tuple[str, int | None]:
    meilleure = 1
    place: tuple[str, int | None] = ("", None)
    for nom, lignes in feuilles.items():
        for numero, ligne in enumerate(lignes[:_LIGNES_D_ENTETE]):
            score = _score(ligne, entetes_connus)
            if score > meilleure:
                meilleure, place = score, (nom, numero)
    return place


def _score(ligne: Sequence[str], entetes_connus: Sequence[frozenset[str]]) -> int:
    """How many known headings a line holds, for the extract that it suits best."""
    cellules = {normaliser(cellule) for cellule in ligne if cellule and cellule.strip()}
    return max((len(cellules & connus) for connus in entetes_connus), default=0)


def _decouper(fichier: Path, feuille: str, lignes: list[list[str]], entete: int) -> Brut:
    """Separate the data rows from titles, blank lines, repeated headers, totals and notes."""
    # A row longer than the header shifts nothing out of sight: its cells get columns, which the journal names.
    largeur = max(_largeur(ligne) for ligne in lignes[entete:])
    titres = [cellule.strip() for cellule in lignes[entete]][:largeur]
    titres += [""] * (largeur - len(titres))
    repere = [normaliser(titre) for titre in titres]
    ignorees = {"titre": entete, "en_tete": 1}
    gardees: list[list[str]] = []
    numeros: list[int] = []
    for numero, ligne in enumerate(lignes[entete + 1 :], start=entete + 2):
        cellules = [cellule.strip() for cellule in ligne[:largeur]]
        motif = _motif_d_ignorance(cellules, repere)
        if motif:
            ignorees[motif] = ignorees.get(motif, 0) + 1
        else:
            gardees.append(cellules + [""] * (largeur - len(cellules)))
            numeros.append(numero)
    colonnes = [titre or f"(sans en-tête {i})" for i, titre in enumerate(titres, start=1)]
    donnees = pd.DataFrame(gardees, columns=colonnes, index=pd.Index(numeros, name="ligne"), dtype="str")
    return Brut(fichier, feuille, donnees, {motif: n for motif, n in ignorees.items() if n})


def _largeur(ligne: Sequence[str]) -> int:
    """The place of the last filled cell."""
    return next((rang for rang in range(len(ligne), 0, -1) if ligne[rang - 1].strip()), 0)


def _motif_d_ignorance(cellules: list[str], repere: list[str]) -> str:
    remplies = [cellule for cellule in cellules if cellule]
    if not remplies:
        return "vide"
    # A total carries its word in its first filled cell and leaves most of the row blank.
    if len(remplies) <= len(repere) / 2 and normaliser(remplies[0]).startswith(("total", "sous total", "ensemble")):
        return "total"
    if len(remplies) == 1 and len(repere) > 2:
        return "note"
    # The first cells alone settle almost every row: a million of them would be slow to compare whole.
    if all(normaliser(cellule) == titre for cellule, titre in zip(cellules, repere, strict=False)):
        return "en_tete_repete"
    return ""
