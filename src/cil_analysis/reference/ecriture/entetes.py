"""Adding headings to the dictionaries of the extracts (data/reference/columns), or moving those that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.colonnes import charger_dictionnaires
from cil_analysis.reference.ecriture.retouches import ajouter_aux_cellules, remplacer_ensemble
from cil_analysis.reference.ecriture.retouches import forme_ecrite as forme_ecrite
from cil_analysis.reference.texte import normaliser

MILLESIME = "ajoutes"
"""The vintage under which headings are written when none is named."""
USUELS = "usuels"
"""The vintage of the headings delivered with the software."""
_NOM_DE_MILLESIME = re.compile(r"[a-z0-9_]{1,40}")


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
        ErreurCIL: nothing is written: the vintage has a bad name, the column is unknown, or the file's encoding has no
            sign for the heading.
    """
    verifier_millesime(millesime)
    nouveaux = {
        dossier / "columns" / f"{extrait}.csv": _ajouter(dossier / "columns" / f"{extrait}.csv", entetes, millesime)
        for extrait, entetes in ajouts.items()
        if entetes
    }
    dictionnaires = remplacer_ensemble(dossier, nouveaux, charger_dictionnaires)
    for extrait, entetes in ajouts.items():
        for entete, nom in entetes.items():
            if dictionnaires[extrait].entetes.get(normaliser(entete)) != nom:
                raise AssertionError(f"heading not written: {extrait}, {nom}")
    return list(nouveaux)


def _ajouter(chemin: Path, entetes: Mapping[str, str], millesime: str) -> bytes:
    destinations = {normaliser(entete): nom for entete, nom in entetes.items()}
    a_placer: dict[str, list[str]] = {}
    for entete, nom in entetes.items():
        if not normaliser(entete):
            raise ErreurCIL(
                f"L’en-tête « {forme_ecrite(entete)} » n’a ni lettre ni chiffre : renommez-le dans le fichier."
            )
        a_placer.setdefault(nom, []).append(forme_ecrite(entete))

    def garder(titre: str, nom: str, entete: str) -> bool:
        return not titre.startswith("entetes_") or destinations.get(normaliser(entete), nom) == nom

    return ajouter_aux_cellules(chemin, "colonne", f"entetes_{millesime}", a_placer, garder)
