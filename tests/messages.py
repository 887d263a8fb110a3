"""What every message to a user must be: in French, without a crash, about what was given, and with something to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cil_analysis.erreurs import ErreurCIL

_ANGLAIS = re.compile(
    r"\b(?:error|usage: |required|invalid|expected|unexpected|argument [A-Z-]|unrecognized|optional|show|warning"
    r"|not found|no such|denied|cannot|failed|missing|errno)\b",
    re.IGNORECASE,
)
_ESPACE_ORDINAIRE = re.compile(r"(?<![a-zé-]) [;:!?%](?:\s|$)|« | »")
# An order to the reader, the values that are admitted, or the command to run.
_ORDRES = (
    "ajouter|arrondir|choisir|clore|commencer|copier|corriger|déclarer|demander|donner|écrire|effacer|enregistrer|garder"
    "|importer|indiquer|inscrire|laisser|mettre|nommer|regrouper|relancer|remplacer|remplir|renommer|reprendre|restaurer"
    "|rétablir|retirer|supprimer|vérifier|vider|voir"
)
_A_FAIRE = re.compile(
    r"\b(?!(?:chez|assez|avez|savez|pouvez)\b)\w+ez\b|\bcil [a-z]+|\bpip install\b|\b(?:dites|refaites)\b"
    rf"|\b(?:{_ORDRES})\b|\b[Ii]l y? ?faut |\battendue?s?\b"
    r"|\b(?:admis|admises|connus|connues|possibles|disponibles)\b[^.]{0,40} [:–]|\bpossibles : |\bplus proche : "
    r"|\bCodes : |\bdoit valoir ",
    re.IGNORECASE,
)


def lisible(texte: str) -> str:
    """No-break spaces as ordinary ones."""
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def sans_projet(texte: str) -> str:
    """A text whose commands do not repeat the project that --projet has named."""
    return re.sub(r'cil --projet (?:"[^"]*"|\S+) ', "cil ", texte)


def dit_quoi_faire(texte: str) -> bool:
    """Whether a message, with ordinary spaces, says what to do."""
    return bool(_A_FAIRE.search(texte))


def exiger_du_francais(affiche: str) -> str:
    """A text as it is printed, typography included; returned with ordinary spaces."""
    assert "Traceback" not in affiche and not _ANGLAIS.search(affiche), affiche
    assert not _ESPACE_ORDINAIRE.search(affiche), affiche
    return lisible(affiche)


def exiger_un_remede(erreur: object, *nommes: object) -> str:
    """The message of a refusal, printed or not: it cites what it is about, a file or a code, and what to do."""
    texte = sans_projet(lisible(str(erreur)))
    assert "Traceback" not in texte and not _ANGLAIS.search(texte), texte
    absents = [str(nom) for nom in nommes if lisible(str(nom)) not in texte]
    assert not absents, f"{absents} : {texte}"
    assert dit_quoi_faire(texte), f"nothing to do: {texte}"
    return texte


@contextmanager
def refuser(*nommes: object) -> Iterator[None]:
    """What is done is refused, in words that cite these and say what to do."""
    with pytest.raises(ErreurCIL) as erreur:
        yield
    exiger_un_remede(erreur.value, *nommes)
