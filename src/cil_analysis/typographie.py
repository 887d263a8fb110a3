"""French spacing, for every sentence that a user reads, and no sign that moves the cursor of a terminal."""

import re

# C0 and C1 but for the tabulation and the line feed, the marks that turn the reading direction, lone surrogates.
_COMMANDES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# An article and the short name that it belongs to: « Le Bourg ».
_ARTICLE = re.compile(r"\b(L(?:e|a|es)) (?=[A-ZÀ-Ý][a-zà-ÿ]{1,6}\b(?!-))")
# What a command to paste begins with, at the end of a line.
_A_COLLER = " : cil "


def typographie(phrase: str, *, noms: bool = False) -> str:
    r"""French spacing for a sentence shown to the user: U+202F before ``; : ! ? %``, U+00A0 inside guillemets.

    ``noms``: of a text that wraps, a short name is not cut from its article. A command at the end of a line stays as it
    is, to be pasted.

    >>> typographie("Fichier « a.csv » : vide.")
    'Fichier «\xa0a.csv\xa0»\u202f: vide.'
    >>> typographie("Le Havre, La Roche-sur-Yon", noms=True)
    'Le\xa0Havre, La Roche-sur-Yon'
    >>> typographie('Pour tous : cil libelles "100 % lus ; a.csv"')
    'Pour tous\u202f: cil libelles "100 % lus ; a.csv"'
    """
    return "\n".join(_espacer(ligne, noms) for ligne in phrase.split("\n"))


def _espacer(ligne: str, noms: bool) -> str:
    ligne, commence, commande = ligne.partition(_A_COLLER)
    for signe in ";:!?%":
        ligne = ligne.replace(f" {signe}", f"\u202f{signe}")
    ligne = ligne.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    ligne = _ARTICLE.sub("\\1\u00a0", ligne) if noms else ligne
    return f"{ligne}\u202f{commence.lstrip()}{commande}" if commence else ligne


def sans_commandes(texte: str) -> str:
    r"""A text of which a terminal shows every sign and obeys none.

    >>> sans_commandes("colonne \x1b[31mNOM\x07")
    'colonne [31mNOM'
    """
    return _COMMANDES.sub("", texte)


def a_des_commandes(texte: str) -> bool:
    """Whether :func:`sans_commandes` would take something away."""
    return _COMMANDES.search(texte) is not None
