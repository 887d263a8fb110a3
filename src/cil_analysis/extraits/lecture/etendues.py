"""How far the cells of a workbook go, and what is too far: the reader builds a dense grid from first to last."""

from __future__ import annotations

import zipfile
from typing import NamedTuple
from xml.parsers import expat

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture.sources import Source, abime, tranches

COLONNES_MAXIMALES = 2_000
CELLULES_MAXIMALES = 64_000_000  # over all sheets: about 2 GB in the reader
# A blank grid is paid like a full one. A cell takes 20 to 50 bytes of XML: beyond these two bounds, a grid is some 200
# times larger than what it holds.
_CELLULES_SANS_SOUPCON = 20_000_000
_CELLULES_PAR_OCTET = 8


class Etendue(NamedTuple):
    """The grid of a sheet. ``adressees``: every cell says where it is."""

    lignes: int = 0
    colonnes: int = 0
    adressees: bool = True

    @property
    def aire(self) -> int:
        """How many cells the reader makes of it."""
        return self.lignes * self.colonnes


def refuser_demesure(source: Source, etendues: list[Etendue], octets: int) -> None:
    """``octets``: the size of the XML that the sheets were measured in."""
    if not etendues:
        return
    grande = max(etendues, key=lambda etendue: (etendue.colonnes > COLONNES_MAXIMALES, etendue.aire))
    aire = sum(etendue.aire for etendue in etendues)
    creuse = aire > _CELLULES_SANS_SOUPCON and aire > _CELLULES_PAR_OCTET * octets
    if grande.colonnes <= COLONNES_MAXIMALES and aire <= CELLULES_MAXIMALES and not creuse:
        return
    ou = "ses cellules s’étendent" if len(etendues) == 1 else "les cellules d’une de ses feuilles s’étendent"
    somme = "" if len(etendues) == 1 else f", et ses {len(etendues)} feuilles en comptent {aire} ensemble"
    rapport = ", sans rapport avec la taille du fichier" if creuse and aire <= CELLULES_MAXIMALES else ""
    raise ErreurCIL(
        f"Le fichier {source.nom} est refusé : {ou} sur {grande.lignes} lignes et {grande.colonnes} colonnes"
        f"{somme}{rapport} (au plus {COLONNES_MAXIMALES} colonnes et {CELLULES_MAXIMALES // 1_000_000} millions de "
        "cellules). Effacez les cellules égarées loin du tableau, retirez les feuilles inutiles, ou découpez le "
        "fichier."
    )


def analyser(analyseur: expat.XMLParserType, archive: zipfile.ZipFile, membre: zipfile.ZipInfo, source: Source) -> None:
    """Parse a member piece by piece. Raises ErreurCIL for one that is no XML."""
    try:
        for tranche in tranches(archive, membre, source.nom):
            analyseur.Parse(tranche, False)
        analyseur.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as erreur:
        raise abime(source.nom) from erreur


def rang_de_colonne(lettres: str) -> int:
    """« A » is 1, « AA » is 27."""
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + ord(lettre) - 64
    return rang


def lettres_de_colonne(rang: int) -> str:
    """1 is « A », 27 is « AA »."""
    lettres = ""
    while rang:
        rang, reste = divmod(rang - 1, 26)
        lettres = chr(65 + reste) + lettres
    return lettres
