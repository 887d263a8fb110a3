"""What every message to a user must be: in French, without a crash, about what was given, and with something to do."""

from __future__ import annotations

import re

_ANGLAIS = re.compile(
    r"\b(?:error|usage: |required|invalid|expected|argument [A-Z-]|unrecognized|optional|show|warning|not found)\b",
    re.IGNORECASE,
)
_ESPACE_ORDINAIRE = re.compile(r"(?<![a-zé-]) [;:!?%](?:\s|$)|« | »")
# An order to the reader (corrigez, ajouter…), the values that are admitted, or the command to run.
_A_FAIRE = re.compile(
    r"\b\w+ez\b|\bcil [a-z]+|\bpip install\b|\b(?:[Dd]ites|[a-zA-Z]*faites|[Aa]ttendu|admise?s?|possibles|faut|Codes)\b"
    r"|peut être que|(?:^|[.:;] )(?:L’y |L’|S’|Les? |La |N’en |En )?[A-ZÉa-zé]\w*(?:er|ir|re)\b"
)


def lisible(texte: str) -> str:
    """No-break spaces as ordinary ones."""
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def exiger_du_francais(affiche: str) -> str:
    """A text as it is printed, typography included; returned with ordinary spaces."""
    assert "Traceback" not in affiche and not _ANGLAIS.search(affiche), affiche
    assert not _ESPACE_ORDINAIRE.search(affiche), affiche
    return lisible(affiche)


def exiger_un_remede(erreur: object, *nommes: object) -> str:
    """The message of a refusal, printed or not: it cites what it is about, a file or a code, and what to do."""
    texte = lisible(str(erreur))
    assert "Traceback" not in texte and not _ANGLAIS.search(texte), texte
    absents = [str(nom) for nom in nommes if lisible(str(nom)) not in texte]
    assert not absents, f"{absents} : {texte}"
    assert _A_FAIRE.search(texte), f"nothing to do: {texte}"
    return texte
