"""« cil objectifs »."""

from __future__ import annotations

import argparse
import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.cli.bilan import annoncer_interne
from cil_analysis.cli.commun import Declarer, lire_annee
from cil_analysis.cli.tableaux import tableau
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.project import ouvrir_projet

if TYPE_CHECKING:
    from cil_analysis.presentation.rapport import Rapport
    from cil_analysis.presentation.suivi import Suivi, SuiviDesObjectifs
    from cil_analysis.project import Projet

_ENTETES = ("Pour", "Objectif", "Chiffre", "Écart", "Ménages manquants", "Résultat")
_EFFORT = "Ce qu’il faudrait"


def _lire_attendues(texte: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", texte):
        raise argparse.ArgumentTypeError("attendu un nombre d’attributions, entier et positif")
    return int(texte)


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    objectifs = commande("objectifs", "Suivre les objectifs d’une année, ou les saisir dans un classeur.", _objectifs)
    quoi = objectifs.add_mutually_exclusive_group(required=True)
    quoi.add_argument("--annee", type=lire_annee, metavar="AAAA", help="suivre ceux de cette année")
    quoi.add_argument("--modele", type=Path, metavar="CLASSEUR", help="écrire le classeur à remplir (.xlsx)")
    quoi.add_argument("--importer", type=Path, metavar="CLASSEUR", help="enregistrer ce qui y a changé")
    objectifs.add_argument(
        "--attendues",
        type=_lire_attendues,
        metavar="N",
        help="attributions attendues sur toute l’année (défaut\u202f: previsions.yml)",
    )
    objectifs.add_argument(
        "--retirer", action="store_true", help="avec --importer : retirer ceux dont la cellule a été vidée"
    )
    objectifs.add_argument("--interne", action="store_true", help="sans secret statistique\u202f; refusé sous reports/")


def _objectifs(options: argparse.Namespace) -> int:
    if options.retirer and options.importer is None:
        raise ErreurCIL(
            "--retirer retire les objectifs dont la cellule a été vidée dans un fichier : nommez-le par --importer."
        )
    projet = ouvrir_projet(options.projet)
    if options.annee is None:
        return _saisir(projet, options)
    if options.interne:
        annoncer_interne(projet)
    from cil_analysis.ouvrir import ouvrir_rapport
    from cil_analysis.presentation.suivi import attributions_attendues, suivre_objectifs
    from cil_analysis.reference.texte import typographie

    rapport = ouvrir_rapport(options.annee, projet.racine, options.interne)
    attendues = options.attendues or attributions_attendues(rapport)
    suivi = suivre_objectifs(rapport, attendues)
    titre = f"Objectifs suivis en {rapport.annee}, {projet.epci_nom_court}. {rapport.mention}".strip()
    for ligne in (titre, *_tableaux(rapport, suivi), "", *_pied(suivi, attendues)):
        print(typographie(ligne))
    return 0


def _saisir(projet: Projet, options: argparse.Namespace) -> int:
    from cil_analysis.cli.objectifs_saisis import ecrire_le_modele, importer_les_objectifs
    from cil_analysis.reference.ensemble import References
    from cil_analysis.reference.texte import typographie

    references = References(projet)
    if options.modele is not None:
        phrases = ecrire_le_modele(references, options.modele)
    else:
        phrases = list(importer_les_objectifs(references, options.importer, retirer=options.retirer))
    for phrase in phrases:
        print(typographie(phrase))
    return 0


def _tableaux(rapport: Rapport, suivi: SuiviDesObjectifs) -> list[str]:
    """One table an indicator; the last column only when something is said of what remains."""
    avec_effort = any(s.effort for s in suivi.suivis)
    entetes = (*_ENTETES, _EFFORT) if avec_effort else _ENTETES
    lignes = []
    for code, groupe in groupby(suivi.suivis, key=lambda s: s.indicateur):
        lignes += ["", f"{code} – {rapport.publication[code].indicateur.titre}"]
        lignes += tableau(entetes, [_cellules(s)[: len(entetes)] for s in groupe])
    return lignes


def _cellules(s: Suivi) -> tuple[str, ...]:
    return (s.portee, s.objectif, s.chiffre, s.ecart, s.manque, s.resultat, s.effort or "–")


def _pied(suivi: SuiviDesObjectifs, attendues: int | None) -> list[str]:
    from cil_analysis.presentation.formats import accorder, nombre
    from cil_analysis.presentation.signes import LEGENDE

    lignes = []
    if any("s" in (s.chiffre, s.resultat) for s in suivi.suivis):
        lignes.append(f"Signes : {LEGENDE}")
    if attendues is None:
        lignes.append(
            "Ce qu’il faudrait : donnez le nombre d’attributions attendues (--attendues N, ou attributions_attendues "
            "dans data/reference/parameters/previsions.yml)."
        )
    elif suivi.attributions is None:
        lignes.append("Ce qu’il faudrait : le nombre d’attributions de l’année n’est pas publié.")
    elif attendues < suivi.attributions:
        lignes.append(
            f"Ce qu’il faudrait : {nombre(suivi.attributions)} attributions sont déjà comptées, plus que les "
            f"{nombre(attendues)} attendues : vérifiez ce nombre (--attendues N, ou previsions.yml)."
        )
    elif attendues == suivi.attributions:
        lignes.append(
            f"Ce qu’il faudrait : rien ne reste à attribuer ({nombre(suivi.attributions)} attributions comptées, "
            f"{nombre(attendues)} attendues)."
        )
    else:
        lignes.append(
            f"Ce qu’il faudrait : parmi les attributions restantes, combien au public visé ({nombre(attendues)} "
            f"attendues, {nombre(suivi.attributions)} comptées, réparties comme celles-ci)."
        )
    for titre, noms in (
        (("objectif à renseigner", "objectifs à renseigner"), suivi.a_renseigner),
        (("objectif qu’aucun chiffre ne suit (un autre l’emporte, ou rien n’est compté)",
          "objectifs qu’aucun chiffre ne suit (un autre l’emporte, ou rien n’est compté)"), suivi.sans_chiffre),
    ):  # fmt: skip
        if noms:
            lignes += ["", f"{accorder(len(noms), *titre)} :", *(f"  {nom}" for nom in noms)]
    return lignes
