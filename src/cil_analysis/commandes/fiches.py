"""« cil fiches » and « cil fiche-action »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import Declarer, dire, lire_annee, suivre
from cil_analysis.projet import ouvrir_projet

if TYPE_CHECKING:
    from cil_analysis.rendu.atelier import Moteur

_ATTENTE = "Lecture du bilan"
_LISTES = ("communes", "bailleurs", "reservataires")
_NOMS = {"reservataires": "réservataires"}


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    aide = "Produire une fiche par commune, par bailleur et par réservataire."
    fiches = commande("fiches", aide, _fiches, _ATTENTE)
    fiches.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    for option in _LISTES:
        fiches.add_argument(
            f"--{option}",
            nargs="*",
            metavar="LISTE",
            help=f"les {_NOMS.get(option, option)} seulement\u202f; ou ceux d’une liste de codes ou de noms, séparés "
            "par des virgules",
        )
    fiches.add_argument("--moteur", choices=["auto", "quarto", "interne"], default="auto", help="moteur de rendu")
    fiches.add_argument("--refaire", action="store_true", help="refaire aussi les fiches qui sont à jour")
    aide = "Écrire la fiche action du service, page et .docx, à côté du bilan."
    action = commande("fiche-action", aide, _action, _ATTENTE)
    action.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA", help="année du bilan dont elle part")
    action.add_argument("--moteur", choices=["auto", "quarto", "interne"], default="auto", help="moteur de rendu")


def _fiches(options: argparse.Namespace) -> int:
    donnees = {option: getattr(options, option) for option in _LISTES}
    listes = {option: _liste(mots) for option, mots in donnees.items() if mots is not None}
    print(produire_les_fiches(options.projet, options.annee, options.moteur, listes, refaire=options.refaire))
    return 0


def _action(options: argparse.Namespace) -> int:
    projet = ouvrir_projet(options.projet)
    from cil_analysis.rendu.fiche_action import produire_la_fiche_action

    print(produire_la_fiche_action(projet, options.annee, moteur=options.moteur, avancement=suivre()))
    return 0


def produire_les_fiches(
    dossier: Path | None,
    annee: int,
    moteur: Moteur,
    listes: Mapping[str, Sequence[str]] | None = None,
    *,
    refaire: bool = False,
) -> Path:
    """Render the sheets of a year, say how many, and return the page that links everything.

    ``listes``: « communes », « bailleurs », « reservataires » → the codes or names asked for; without it, all.
    """
    projet = ouvrir_projet(dossier)
    from cil_analysis.rendu.suivi import ACCUEIL, fiches_acquises

    if not listes and not refaire and (nombre := fiches_acquises(projet, annee, moteur)):
        dire(
            f"Rien n’a changé depuis les fiches {annee}, comparé octet par octet : bilan, carnets, logiciel, et leurs "
            f"{nombre} fichiers. « --refaire » les refait."
        )
        return projet.rapports / str(annee) / ACCUEIL
    from cil_analysis.rendu.atelier import Production
    from cil_analysis.rendu.fiches import produire_fiches

    compte = produire_fiches(projet, Production(annee, moteur, refaire=refaire), dire, _suivre, listes)
    dire(compte.en_mots())
    return compte.accueil


def _suivre(faites: int, total: int, suivante: str) -> None:
    """Say which sheet comes next, one a line."""
    if suivante:
        dire(f"Fiches {faites + 1}/{total} · {suivante}")


def _liste(mots: Sequence[str]) -> list[str]:
    """« A,B » or « A B »."""
    return [nom.strip() for mot in mots for nom in mot.split(",") if nom.strip()]
