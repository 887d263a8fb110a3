"""Tables of text, and what the user calls columns and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cil_analysis.reference.colonnes import Dictionnaire
    from cil_analysis.reference.ensemble import References

USAGE_INTERNE = "usage interne : effectifs bruts, ne pas diffuser"


def tableau(entetes: Sequence[str], lignes: Sequence[Sequence[str]], *, retrait: int = 2) -> list[str]:
    """A table as lines of text: the first column to the left, the others to the right.

    >>> tableau(("Colonne", "2022"), [("Âge", "98,2")], retrait=0)
    ['Colonne  2022', 'Âge      98,2']
    """
    largeurs = [max(len(cellule) for cellule in colonne) for colonne in zip(entetes, *lignes, strict=True)]
    rendues = []
    for ligne in (entetes, *lignes):
        cellules = [ligne[0].ljust(largeurs[0]), *(c.rjust(n) for c, n in zip(ligne[1:], largeurs[1:], strict=True))]
        rendues.append((" " * retrait + "  ".join(cellules)).rstrip())
    return rendues


def libelles_des_colonnes(dictionnaire: Dictionnaire) -> dict[str, str]:
    """Stored column → what the user calls it."""
    libelles = {nom: colonne.libelle for nom, colonne in dictionnaire.colonnes.items()}
    if "numero_unique" in libelles:
        libelles["demande_pseudonyme"] = libelles["numero_unique"]
    return libelles


def libelles_des_codes(references: References, dictionnaire: Dictionnaire, colonne: str) -> Mapping[str, str]:
    """Code of a column → its label; empty for a column that has no list of codes."""
    declaree = dictionnaire.colonnes.get(colonne)
    if declaree is None:
        return {}
    if declaree.type == "commune":
        return references.territoire.noms()
    if declaree.type == "qpv":
        qpv = references.territoire.table_qpv
        return dict(zip(qpv["code"].astype("str"), qpv["nom"].astype("str"), strict=True))
    return references.nomenclatures[declaree.nomenclature].libelles() if declaree.nomenclature else {}
