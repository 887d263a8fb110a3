"""What the commands share: how their arguments are read, and what they say while they work."""

import argparse
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cil_analysis.a_coller import nommer_le_projet
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.projet import Projet
from cil_analysis.typographie import typographie

_SILENCE_S = 5.0  # that a user takes for a command which goes on
_PAROLE = threading.Event()  # set when something is said
NOMME: list[Path] = []
"""The project that the commands to come must name, if one: they would act on that of the current folder."""
USAGE_INTERNE = "usage interne : effectifs bruts, ne pas diffuser"
SORTIE = Path("/proc/self/fd/1")
MOTS: Any = lire_yaml(Path(__file__).with_name("mots.yml"), "commandes/mots.yml", du_logiciel=True)


@contextmanager
def pour_le_proprietaire_seul() -> Iterator[None]:
    """What this process and its children write meanwhile is not for other users of the machine (not on Windows)."""
    ancien = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(ancien)


def lire_annee(texte: str) -> int:
    """« 2022 »."""
    if not re.fullmatch(r"[12]\d{3}", texte):
        raise argparse.ArgumentTypeError("attendu une année, AAAA")
    return int(texte)


def lire_annees(texte: str) -> list[int]:
    """« 2018-2022 » or « 2022 »."""
    if not re.fullmatch(r"[12]\d{3}(-[12]\d{3})?", texte):
        raise argparse.ArgumentTypeError("attendu AAAA ou AAAA-AAAA")
    debut, fin = int(texte[:4]), int(texte[-4:])
    if not debut <= fin <= debut + 20:
        raise argparse.ArgumentTypeError("attendu une période croissante de 20 ans au plus")
    return list(range(debut, fin + 1))


def _lire_liste(texte: str) -> tuple[str, Path]:
    """« RU=data/raw/relogements.csv »."""
    code, egal, fichier = (morceau.strip() for morceau in texte.partition("="))
    if not (code and egal and fichier):
        raise argparse.ArgumentTypeError("attendu CODE=FICHIER, comme RU=data/raw/relogements.csv")
    return code, Path(fichier)


def lecteur_d_entiers(bas: int, haut: int) -> Callable[[str], int]:
    """What reads a whole number between two bounds, both included."""

    def lire(texte: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", texte) or not bas <= int(texte) <= haut:
            raise argparse.ArgumentTypeError(f"attendu un nombre entier de {bas} à {haut}")
        return int(texte)

    return lire


LECTEURS: Mapping[str, Callable[[str], object]] = {
    "annee": lire_annee, "annees": lire_annees, "chemin": Path, "liste": _lire_liste,
}  # fmt: skip
"""What reads an argument, by its name in commandes.yml."""


@contextmanager
def dire_si_le_bilan_est_ancien(projet: Projet, annee: int) -> Iterator[None]:
    """Where a published bilan cannot be read against the data of today, say what has changed, if something has."""
    try:
        yield
    except ErreurCIL as erreur:
        from cil_analysis.extraits import store
        from cil_analysis.rendu.suivi import PAGE, change_depuis

        produit = (projet.rapports / str(annee) / PAGE).is_file()
        if not produit or not (change := change_depuis(projet, annee, store.journaux(projet))):
            raise
        raise ErreurCIL(
            f"Depuis le bilan {annee}, {change} ont changé : relancez « cil bilan --annee {annee} », puis cette "
            f"commande. {erreur}"
        ) from erreur


def annoncer_interne(projet: Projet, fichier: Path = SORTIE) -> None:
    """Warn that what is written is unmasked. Raises ErreurCIL when it would lie under reports/."""
    exiger_hors_des_rapports(projet, fichier)
    dire("Version interne : secret statistique non appliqué, ne pas diffuser.")


def exiger_hors_des_rapports(projet: Projet, fichier: Path = SORTIE) -> None:
    """Raise ErreurCIL when a file of internal use is, or would be, under the reports of this project or of any other.

    The standard output, by default: told on Linux; elsewhere the option only warns.
    """
    if fichier == SORTIE and not SORTIE.exists():
        return
    rapports = projet.rapports
    for dossier in fichier.resolve().parents:
        est_un_projet = (dossier.parent / "data" / "reference" / "projet.yml").is_file()
        if dossier == rapports.resolve() or (dossier.name == rapports.name and est_un_projet):
            raise ErreurCIL(
                f"{fichier.resolve()} serait parmi les rapports, et ce qui est à usage interne ne s’écrit pas sous "
                "reports/ : choisissez un autre dossier."
            )


def exiger_un_autre_modele(chemin: Path) -> None:
    """Raise ErreurCIL when a file to fill in is already there: somebody may have filled it in."""
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà : donnez un autre nom au modèle, pour ne pas perdre ce qui y est saisi.")


def developper(fichiers: Sequence[Path]) -> list[Path]:
    """The files that « *.csv » names: a Windows shell leaves that to the program. A name without match stays.

    What Excel writes beside an open workbook, which « *.xlsx » names too, is left out, and said.
    """
    from cil_analysis.extraits.lecture.sources import est_un_verrou

    trouves: list[Path] = []
    for fichier in fichiers:
        joker = "*" in fichier.name and not fichier.exists()
        trouves += sorted(fichier.parent.glob(fichier.name)) or [fichier] if joker else [fichier]
    verrous = [fichier for fichier in trouves if est_un_verrou(fichier.name)]
    for verrou in verrous:
        dire(f"{verrou.name} ignoré : ce n’est pas un envoi, Excel l’écrit à côté d’un classeur ouvert.")
    if verrous and len(verrous) == len(trouves):
        raise ErreurCIL(
            "Aucun autre fichier n’est nommé : nommez le classeur lui-même, ou « *.xlsx » dans son dossier."
        )
    return [fichier for fichier in trouves if fichier not in verrous]


def en_francais(texte: str) -> str:
    """A text as a user reads it: French spacing, and commands that can be pasted as they are."""
    texte = typographie(texte)
    return nommer_le_projet(texte, NOMME[0]) if NOMME else texte


def montrer(lignes: Iterable[str]) -> None:
    """The result of a command, on the standard output."""
    for ligne in lignes:
        print(en_francais(ligne).rstrip())


def tableau(entetes: Sequence[str], lignes: Sequence[Sequence[str]], retrait: int = 2) -> list[str]:
    """A table as lines of text: the first column to the left, the others to the right.

    >>> tableau(("Colonne", "2022"), [("Âge", "98,2")], retrait=0)
    ['Colonne  2022', 'Âge      98,2']
    """
    return aligner([entetes, *lignes], {*range(1, len(entetes))}, retrait)


def aligner(lignes: Sequence[Sequence[str]], a_droite: Collection[int] = (), retrait: int = 2) -> list[str]:
    """Rows as lines of text: the columns of these ranks to the right, the others to the left."""
    largeurs = [max(map(len, colonne)) for colonne in zip(*lignes, strict=True)]
    rendues = []
    for ligne in lignes:
        paires = enumerate(zip(ligne, largeurs, strict=True))
        cellules = [texte.rjust(n) if rang in a_droite else texte.ljust(n) for rang, (texte, n) in paires]
        rendues.append((" " * retrait + "  ".join(cellules)).rstrip())
    return rendues


def dire(message: str) -> None:
    """One line of progress, on the error stream: the standard output is for results."""
    _ecrire(message)
    _PAROLE.set()


def _ecrire(message: str) -> None:
    # In one piece: two pages are made at a time, and each tells how far it is.
    print(f"  {en_francais(message)}\n", end="", file=sys.stderr, flush=True)


@contextmanager
def sans_silence(quoi: str) -> Iterator[None]:
    """Say after each silence of slow work that it goes on; ``quoi``: what it begins with, until it says more itself."""
    debut, fini = time.monotonic(), threading.Event()

    def veiller() -> None:
        dit = f"{quoi} : en cours"
        while not fini.is_set():
            if _PAROLE.wait(_SILENCE_S):  # Cleared then alone: what is said as the silence is broken counts too.
                _PAROLE.clear()
                dit = "Toujours en cours"
            else:
                _ecrire(f"{dit}, depuis {time.monotonic() - debut:.0f} s")

    _PAROLE.clear()
    veilleur = threading.Thread(target=veiller, daemon=True)
    veilleur.start()
    try:
        yield
    finally:
        fini.set()
        _PAROLE.set()
        veilleur.join()


def suivre() -> Callable[[str], None]:
    """Progress of a render, one line a section: « 5/44 · La demande » is said once."""
    deja: set[str] = set()

    def suite(message: str) -> None:
        section = message.partition(" · ")[2]
        if re.fullmatch(r"\d+/\d+", message) or section in deja:
            return
        deja.add(section or message)
        dire(message)

    return suite
