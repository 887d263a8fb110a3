"""« cil fiches »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import dire
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.rendu.suivi import ACCUEIL, Production, fiches_acquises

if TYPE_CHECKING:
    from cil_analysis.rendu.atelier import Atelier

_LISTES = ("communes", "bailleurs", "reservataires")


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    donnees = {option: getattr(options, option) for option in _LISTES}
    listes = {option: _liste(mots) for option, mots in donnees.items() if mots is not None}
    production = Production(options.annee, options.moteur, refaire=options.refaire)
    print(produire_les_fiches(ouvrir_projet(options.projet), production, listes))
    return 0


def produire_les_fiches(
    projet: Projet,
    production: Production,
    listes: Mapping[str, Sequence[str]] | None = None,
    atelier: Atelier | None = None,
) -> Path:
    """Render the sheets of a year, say how many, and return the page that links everything.

    ``listes``: « communes », « bailleurs », « reservataires » → the codes or names asked for; without it, all.
    """
    annee, moteur = production.annee, production.moteur
    if not listes and not production.refaire and (nombre := fiches_acquises(projet, annee, moteur)):
        dire(
            f"Rien n’a changé depuis les fiches {annee}, comparé octet par octet : bilan, carnets, logiciel, et leurs "
            f"{nombre} fichiers. « --refaire » les refait."
        )
        return projet.rapports / str(annee) / ACCUEIL
    from cil_analysis.rendu.fiches import produire_fiches  # Slow, and of no use to sheets that stand.

    compte = produire_fiches(projet, production, dire, _suivre, listes, atelier)
    dire(compte.en_mots())
    return compte.accueil


def _suivre(faites: int, total: int, suivante: str) -> None:
    """Say which sheet comes next, one a line."""
    if suivante:
        dire(f"Fiches {faites + 1}/{total} · {suivante}")


def _liste(mots: Sequence[str]) -> list[str]:
    """« A,B » or « A B »."""
    return [nom.strip() for mot in mots for nom in mot.split(",") if nom.strip()]
