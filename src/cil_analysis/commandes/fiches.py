"""« cil fiches »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import dire
from cil_analysis.projet import Projet
from cil_analysis.rendu.suivi import ACCUEIL, Production, fiches_acquises

if TYPE_CHECKING:
    from cil_analysis.rendu.atelier import Atelier

_LISTES = ("communes", "bailleurs", "reservataires")


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    # « A,B » or « A B »; an option alone asks for all of its kind.
    donnees = {axe: ",".join(mots) for axe in _LISTES if (mots := getattr(options, axe)) is not None}
    listes = {axe: [nom.strip() for nom in mots.split(",") if nom.strip()] for axe, mots in donnees.items()}
    projet: Projet = options.projet
    production = Production(options.annee, options.moteur, refaire=options.refaire)
    page = None if listes else deja_la(projet, production)
    if page is None:
        from cil_analysis.rendu.atelier import Atelier, choisir  # Slow, and of no use to sheets that stand.

        with Atelier(projet.carnets, choisir(production.moteur, dire)) as atelier:
            page = faire(projet, production, atelier, listes)
    print(page)


def deja_la(projet: Projet, production: Production) -> Path | None:
    """The page that links sheets which would all be made again as they are, and says so; None when some are not."""
    if production.refaire or not (nombre := fiches_acquises(projet, production.annee, production.moteur)):
        return None
    dire(
        f"Rien n’a changé depuis les fiches {production.annee}, comparé octet par octet : bilan, carnets, logiciel, et "
        f"leurs {nombre} fichiers. « --refaire » les refait."
    )
    return projet.rapports / str(production.annee) / ACCUEIL


def faire(
    projet: Projet, production: Production, atelier: Atelier, listes: Mapping[str, Sequence[str]] | None = None
) -> Path:
    """Render the sheets of a year, say how many, and return the page that links everything.

    ``listes``: « communes », « bailleurs », « reservataires » → the codes or names asked for; without it, all.
    """
    if not listes:
        atelier.chauffer(seul=True)  # Meanwhile this process loads what opens the bilan.
    from cil_analysis.rendu.fiches import produire_fiches

    compte = produire_fiches(projet, production, atelier, dire, listes)
    dire(compte.en_mots())
    return compte.accueil
