"""The commands about extracts and thresholds: what they are called with.

What each does is in the module of its name, imported when it runs: the help of all commands is said at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from cil_analysis.commandes.commun import Declarer, ajouter_grappe, ajouter_listes, lire_annee


def declarer(commande: Declarer) -> None:
    """Add the commands to the parser."""
    _declarer_ce_qui_est_inconnu(commande)
    aide = "Dire ce qu’un extrait change par rapport aux imports précédents, sans rien écrire."
    verifier = commande("verifier", aide, _executer("verifier"))
    importer = commande(
        "importer",
        "Importer les fichiers d’un extrait et d’une année.",
        _executer("importer"),
        "Lecture des fichiers",
    )
    for lecture in (verifier, importer):
        lecture.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
        lecture.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
        _ajouter_extrait(lecture)
        ajouter_listes(lecture)
    importer.add_argument(
        "--ajouter",
        action="store_true",
        help="unir ces fichiers à l’import précédent de l’année, au lieu de le remplacer",
    )
    importer.add_argument(
        "--agregats",
        action="store_true",
        help="importer des tableaux agrégés, effectifs par commune et par classe, d’après agregats.csv",
    )
    importer.set_defaults(mal_employee=importer.error)
    ajouter_grappe(importer)
    qualite = commande("qualite", "Montrer les anomalies et la complétude d’une année.", _executer("qualite"))
    qualite.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    qualite.add_argument("--extrait", metavar="NOM", help="cet extrait seulement (défaut\u202f: tous)")
    qualite.add_argument("--bailleur", metavar="CODE", help="ce bailleur seulement, par son code")
    qualite.add_argument(
        "--anomalies", type=Path, metavar="DOSSIER", help="y écrire un classeur d’anomalies par bailleur"
    )
    qualite.add_argument(
        "--priorites", action="store_true", help="expliquer les règles de priorité (priorites.csv), et rien d’autre"
    )
    qualite.set_defaults(mal_employee=qualite.error)
    _declarer_les_seuils(commande)


def _executer(nom: str) -> Callable[[argparse.Namespace], int]:
    return lambda options: int(import_module(f"cil_analysis.commandes.{nom}").executer(options))


def _ajouter_extrait(commande: argparse.ArgumentParser) -> None:
    commande.add_argument("--extrait", metavar="NOM", help="nom de l’extrait (défaut\u202f: d’après les colonnes)")


def _declarer_ce_qui_est_inconnu(commande: Declarer) -> None:
    aide = "Montrer les en-têtes d’un fichier, et les ajouter au dictionnaire."
    colonnes = commande("colonnes", aide, _executer("colonnes"))
    colonnes.add_argument("fichier", type=Path, metavar="FICHIER")
    _ajouter_extrait(colonnes)
    colonnes.add_argument(
        "--accepter",
        nargs="*",
        action="extend",
        metavar="EN-TÊTE=colonne",
        help="inscrire ces choix, ou déplacer ces en-têtes\u202f; sans choix, les propositions sûres",
    )
    colonnes.add_argument(
        "--millesime",
        metavar="NOM",
        help="inscrire dans la colonne entetes_NOM du dictionnaire (défaut\u202f: entetes_ajoutes)",
    )
    aide = "Montrer les libellés qui ne se lisent pas, et les ajouter aux listes."
    libelles = commande("libelles", aide, _executer("libelles"))
    libelles.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
    _ajouter_extrait(libelles)
    libelles.add_argument(
        "--accepter",
        nargs="*",
        action="extend",
        metavar="LIBELLÉ=code",
        help="inscrire ces choix, «\u00a0libellé=code\u00a0» ou «\u00a0colonne:libellé=code\u00a0»\u202f; "
        "sans choix, ceux qui sont sûrs",
    )
    libelles.add_argument(
        "--vers", type=Path, metavar="LISTE", help="écrire en-têtes et libellés à choisir dans ce .csv ou .xlsx"
    )
    libelles.add_argument("--depuis", type=Path, metavar="LISTE", help="inscrire les choix de cette liste, remplie")


def _declarer_les_seuils(commande: Declarer) -> None:
    seuils = commande("seuils", "Montrer les seuils des quartiles, ou en enregistrer.", _executer("seuils"))
    quoi = seuils.add_mutually_exclusive_group()
    quoi.add_argument("fichier", nargs="?", type=Path, metavar="FICHIER", help="le classeur de l’État (.xlsx)")
    quoi.add_argument("--annee", metavar="AAAA", help="enregistrer les seuils de cette année, avec --q1, --q2, --q3")
    quoi.add_argument(
        "--importer", type=Path, metavar="TABLEAU", help="un tableau à vous\u202f: annee, q1, q2, q3, source (.csv)"
    )
    for nom in ("q1", "q2", "q3"):
        seuils.add_argument(f"--{nom}", metavar="EUROS", help=f"le seuil {nom.upper()}, en euros par UC et par an")
    seuils.add_argument("--source", metavar="TEXTE", help="d’où viennent ces seuils\u202f: titre et adresse à citer")
    seuils.add_argument("--epci", metavar="SIREN", help="d’un projet de plusieurs EPCI, celui-ci")
    seuils.add_argument("--remplacer", action="store_true", help="remplacer les valeurs enregistrées qui diffèrent")
