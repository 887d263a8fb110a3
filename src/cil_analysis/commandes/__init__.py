"""The ``cil`` command: thin, in French; exit codes 0 (done), 1 (input or project at fault), 2 (wrong usage)."""

import argparse
import platform
import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from cil_analysis.commandes.commun import LECTEURS, MOTS, NOMME, lecteur_d_entiers, sans_silence
from cil_analysis.commandes.terminal import gouverner, sorties_sures
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.projet import ouvrir_projet
from cil_analysis.typographie import typographie

_FICHIER = Path(__file__).with_name("commandes.yml")


class _Analyseur(argparse.ArgumentParser):
    """argparse, which some versions of Python make colour its help, or quote the admitted values as a program would."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.color = False  # The console shows no control sign of a command (terminal).

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(r"'([\w.-]+)'", r"\1", message))


def analyseur_des_commandes() -> argparse.ArgumentParser:
    """The parser of all the commands."""
    francais = {anglais: typographie(dit) for anglais, dit in MOTS["argparse"].items()}
    argparse._ = lambda texte: francais.get(texte, texte)  # type: ignore[attr-defined]  # It has no French catalogue.
    analyseur = _Analyseur(
        prog="cil",
        description="Bilan annuel des attributions de logements sociaux. Sans commande\u202f: ce qui reste à faire.",
    )
    analyseur.add_argument(
        "--projet", type=Path, metavar="DOSSIER", help="dossier du projet (défaut\u202f: le dossier courant)"
    )
    analyseur.add_argument(
        "--version",
        action="version",
        version=f"cil-analysis {version('cil-analysis')}, Python {platform.python_version()}",
        help="dire la version",
    )
    analyseur.set_defaults(dite={"faite_par": "reste.executer"})
    commandes = analyseur.add_subparsers(dest="commande", metavar="COMMANDE")
    declarees: Mapping[str, Any] = lire_yaml(_FICHIER, "commandes.yml", du_logiciel=True)
    for nom, dite in declarees.items():
        aide = typographie(dite["aide"])
        commande = commandes.add_parser(nom, help=aide, description=aide)
        # Accepted after the command as well; SUPPRESS keeps the value given before it.
        commande.add_argument(
            "--projet", type=Path, metavar="DOSSIER", default=argparse.SUPPRESS, help="dossier du projet"
        )
        commande.set_defaults(dite={"faite_par": f"{nom}.executer"} | dite, mal_employee=commande.error)
        for cle in ("au_choix", "au_choix_exige"):
            if cle in dite:
                _ajouter(commande.add_mutually_exclusive_group(required=cle == "au_choix_exige"), dite[cle])
        _ajouter(commande, dite.get("arguments", {}))
    return analyseur


def _ajouter(ou: argparse._ActionsContainer, arguments: Mapping[str, Mapping[str, Any]]) -> None:
    """Add arguments as commandes.yml tells them: in the words of argparse, but for their reader."""
    for nom, dits in arguments.items():
        mots = dict(dits)
        if "type" in mots:
            mots["type"] = LECTEURS[mots["type"]]
        if "bornes" in mots:
            mots["type"] = lecteur_d_entiers(*mots.pop("bornes"))
        if "help" in mots:
            mots["help"] = typographie(mots["help"])
        ou.add_argument(nom, **mots)


def _dire_les_inconnus(inconnus: Sequence[str]) -> str:
    """The arguments that a command does not have; one that is no option may be the end of a name, or one more file."""
    aide = ". Un nom qui a des espaces s’écrit entre guillemets ; plusieurs fichiers se suivent, sans option entre eux"
    return f"argument inconnu\u202f: {' '.join(inconnus)}{'' if inconnus[0].startswith('-') else typographie(aide)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = argparse.Namespace(commande="")

    def faire() -> int:
        analyseur = analyseur_des_commandes()
        _, inconnus = analyseur.parse_known_args(arguments, options)
        if inconnus:  # With the usage of the command, which argparse does not give.
            getattr(options, "mal_employee", analyseur.error)(_dire_les_inconnus(inconnus))
        NOMME[:] = [options.projet] if options.projet else []
        with sans_silence(options.dite["attente"]) if "attente" in options.dite else nullcontext():
            if options.commande not in ("", "completion"):  # A wrong folder is said at once.
                options.projet = ouvrir_projet(options.projet, plusieurs_epci="plusieurs_epci" in options.dite)
            module, fonction = options.dite["faite_par"].split(".")
            code: int | None = getattr(import_module(f"{__name__}.{module}"), fonction)(options)  # Read only then.
            return code or 0

    with sorties_sures():
        return gouverner(faire, lambda: str(options.commande))
