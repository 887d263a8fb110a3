"""French spacing, for every sentence that a user reads, and no sign that moves the cursor of a terminal."""

import re

# C0 and C1 but for the tabulation and the line feed, the marks that turn the reading direction, lone surrogates.
_COMMANDES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_COMMANDE = " : cil "


def typographie(phrase: str) -> str:
    r"""French spacing for a sentence shown to the user: U+202F before ``; : ! ? %``, U+00A0 inside guillemets.

    A command at the end of a line stays as it is, to be pasted.

    >>> typographie("Fichier « a.csv » : vide.")
    'Fichier «\xa0a.csv\xa0»\u202f: vide.'
    >>> typographie('Pour tous : cil libelles "100 % lus ; a.csv"')
    'Pour tous\u202f: cil libelles "100 % lus ; a.csv"'
    """
    phrase, commence, commande = phrase.partition(_COMMANDE)
    for signe in ";:!?%":
        phrase = phrase.replace(f" {signe}", f"\u202f{signe}")
    phrase = phrase.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return f"{phrase}\u202f{commence.lstrip()}{commande}" if commence else phrase


def milliers(n: int) -> str:
    r"""A count, by groups of three digits.

    >>> milliers(12345), milliers(402)
    ('12\u202f345', '402')
    """
    return f"{n:,}".replace(",", "\u202f")


def sans_commandes(texte: str) -> str:
    r"""A text of which a terminal shows every sign and obeys none.

    >>> sans_commandes("colonne \x1b[31mNOM\x07")
    'colonne [31mNOM'
    """
    return _COMMANDES.sub("", texte)


def a_des_commandes(texte: str) -> bool:
    """Whether :func:`sans_commandes` would take something away."""
    return _COMMANDES.search(texte) is not None
