"""Adding headings to the dictionaries of the extracts (data/reference/columns), or moving those that were added."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.columns import charger_dictionnaires
from cil_analysis.reference.ecriture_csv import Forme, Ligne, contenu_de, en_cellule, enregistrements, ouvrir_texte
from cil_analysis.reference.texte import normaliser

MILLESIME = "ajoutes"
"""The vintage under which headings are written when none is named."""
USUELS = "usuels"
"""The vintage of the headings delivered with the software: none leaves it."""
_NOM_DE_MILLESIME = re.compile(r"[a-z0-9_]{1,40}")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULES = ("=", "+", "-", "@")


def verifier_millesime(nom: str) -> None:
    """Raises ErreurCIL for a vintage that cannot end the name of a column."""
    if not _NOM_DE_MILLESIME.fullmatch(nom):
        raise ErreurCIL(
            f"Le millésime « {nom} » n’est pas admis : employez des minuscules sans accent, des chiffres et « _ » "
            "(40 signes au plus), comme sne_2026."
        )


def ajouter_entetes(dossier: Path, ajouts: Mapping[str, Mapping[str, str]], millesime: str = MILLESIME) -> list[Path]:
    """Write headings into the column ``entetes_<millesime>``, made if absent, of the dictionaries of extracts.

    ``dossier``: data/reference. ``ajouts``: for each extract, heading → canonical column, « ignoree » or
    « personnelle ». Returns the files written. All of them are checked, by loading them, before the first is replaced.

    Raises:
        ErreurCIL: nothing is written: the vintage has a bad name, the column is unknown, the heading is delivered with
            the software for another column, or the file's encoding has no sign for it.
    """
    verifier_millesime(millesime)
    nouveaux = {
        dossier / "columns" / f"{extrait}.csv": _ajouter(dossier / "columns" / f"{extrait}.csv", entetes, millesime)
        for extrait, entetes in ajouts.items()
        if entetes
    }
    with tempfile.TemporaryDirectory(prefix="cil-") as essai:
        shutil.copytree(dossier / "columns", Path(essai) / "columns")
        shutil.copy(dossier / "extraits.csv", essai)
        for chemin, octets in nouveaux.items():
            (Path(essai) / "columns" / chemin.name).write_bytes(octets)
        dictionnaires = charger_dictionnaires(Path(essai))
    for extrait, entetes in ajouts.items():
        for entete, nom in entetes.items():
            if dictionnaires[extrait].entetes.get(normaliser(entete)) != nom:
                raise AssertionError(f"heading not written: {extrait}, {nom}")
    for chemin, octets in nouveaux.items():
        remplacer(chemin, octets)
    return list(nouveaux)


def forme_ecrite(entete: str) -> str:
    r"""A heading as a dictionary can hold it: on one line, without « | », and no formula for a spreadsheet.

    Its comparison form stays the same: that is all that an import looks at.

    >>> forme_ecrite("Date\nbail | loyer"), forme_ecrite("=Âge")
    ('Date bail loyer', "'=Âge")
    """
    signes = [s if unicodedata.category(s)[0] != "C" else " " for s in unicodedata.normalize("NFC", entete)
              if unicodedata.category(s) != "Cf"]  # fmt: skip
    net = " ".join("".join(signes).replace("|", " ").split())
    return f"'{net}" if net.startswith(_FORMULES) else net


def _ajouter(chemin: Path, entetes: Mapping[str, str], millesime: str) -> bytes:
    octets = chemin.read_bytes()
    texte, forme = ouvrir_texte(octets)
    lignes = list(enregistrements(texte, forme.separateur))
    titres = [contenu_de(texte[debut:fin]).strip() for debut, fin in lignes[0]]
    cible = f"entetes_{millesime}"
    rang = titres.index(cible) if cible in titres else len(titres)
    retouches: list[tuple[int, int, str]] = []
    if rang == len(titres):
        retouches.append((*_apres(lignes[0]), forme.separateur + en_cellule(cible, forme)))
    a_placer: dict[str, list[str]] = {}
    destinations = {normaliser(entete): nom for entete, nom in entetes.items()}
    for entete, nom in entetes.items():
        if not normaliser(entete):
            raise ErreurCIL(
                f"L’en-tête « {forme_ecrite(entete)} » n’a ni lettre ni chiffre : renommez-le dans le fichier."
            )
        a_placer.setdefault(nom, []).append(_inscriptible(entete, forme, chemin))
    for ligne in lignes[1:]:
        cellules = [contenu_de(texte[debut:fin]) for debut, fin in ligne]
        if len(cellules) != len(titres):
            continue  # A blank line: the loader refuses any other.
        nom = cellules[titres.index("colonne")].strip()
        nouveaux = a_placer.pop(nom, [])
        for titre, cellule, (debut, fin) in zip(titres, cellules, ligne, strict=True):
            voulue = _sans_partants(cellule, nom, destinations) if _est_ajoutee(titre) else cellule
            if titre == cible and nouveaux:
                voulue = "|".join([*([voulue] if voulue.strip() else []), *nouveaux])
            if voulue != cellule:
                guillemets = texte[debut:fin].startswith('"') or forme.entre_guillemets
                retouches.append((debut, fin, en_cellule(voulue, forme, guillemets=guillemets)))
        if rang == len(titres):
            retouches.append((*_apres(ligne), forme.separateur + en_cellule("|".join(nouveaux), forme)))
    if a_placer:
        raise ErreurCIL(f"La colonne « {next(iter(a_placer))} » n’existe pas dans {chemin.name}.")
    for debut, fin, nouveau in reversed(retouches):
        texte = texte[:debut] + nouveau + texte[fin:]
    return forme.marque + texte.encode(forme.codage, errors="surrogateescape")


def _est_ajoutee(titre: str) -> bool:
    return titre.startswith("entetes_") and titre != f"entetes_{USUELS}"


def _sans_partants(cellule: str, nom: str, destinations: Mapping[str, str]) -> str:
    """The headings of a cell of the row ``nom``, without those that go to another row."""
    morceaux = cellule.split("|")
    restants = [m for m in morceaux if destinations.get(normaliser(m), nom) == nom]
    return cellule if len(restants) == len(morceaux) else "|".join(restants)


def _apres(ligne: Ligne) -> tuple[int, int]:
    return ligne[-1][1], ligne[-1][1]


def _inscriptible(entete: str, forme: Forme, chemin: Path) -> str:
    """The heading, or its comparison form where the file's encoding lacks a sign that does not count."""
    for essai in (forme_ecrite(entete), normaliser(entete)):
        try:
            essai.encode(forme.codage)
        except UnicodeEncodeError:
            continue
        if normaliser(essai) == normaliser(entete):
            return essai
    raise ErreurCIL(
        f"L’en-tête « {forme_ecrite(entete)} » ne peut pas s’écrire dans {chemin.name}, enregistré dans un codage "
        "ancien de Windows : enregistrez ce dictionnaire au format « CSV UTF-8 », puis relancez."
    )
