"""French as it is printed: spacing and numbers, in all that a user reads, and no sign that moves a terminal's cursor.

Thousands take a narrow no-break space (U+202F), a noun a no-break space (U+00A0), the minus is U+2212. Halves round
away from zero, as a spreadsheet does, so that the page and the workbook agree.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

# C0 and C1 but for the tabulation and the line feed, the marks that turn the reading direction, lone surrogates.
_COMMANDES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# An article and the short name that it belongs to: « Le Bourg ».
_ARTICLE = re.compile(r"\b(L(?:e|a|es)) (?=[A-ZÀ-Ý][a-zà-ÿ]{1,6}\b(?!-))")
# A day and its month, in words.
_JOUR = re.compile(
    r"\b(\d\d?|1er) (?=(?:janvier|février|mars|avril|mai|juin|juillet|août|(?:septem|octo|novem|décem)bre)\b)"
)
# What a command to paste begins with, at the end of a line.
_A_COLLER = " : cil "
FINE = "\u202f"
INSECABLE = "\u00a0"
MOINS = "\u2212"
RIEN = "\u2013"
Nombre = float | None


def typographie(phrase: str, *, noms: bool = False) -> str:
    r"""French spacing for a sentence shown to the user: U+202F before ``; : ! ? %``, U+00A0 inside guillemets.

    ``noms``: of a text that wraps, a short name is not cut from its article, nor a day from its month. A command at
    the end of a line stays as it is, to be pasted.

    >>> typographie("Fichier « a.csv » : vide.")
    'Fichier «\xa0a.csv\xa0»\u202f: vide.'
    >>> typographie("Le Havre, La Roche-sur-Yon, 1er mars", noms=True)
    'Le\xa0Havre, La Roche-sur-Yon, 1er\xa0mars'
    >>> typographie('Pour tous : cil libelles "100 % lus ; a.csv"')
    'Pour tous\u202f: cil libelles "100 % lus ; a.csv"'
    """
    return "\n".join(_espacer(ligne, noms) for ligne in phrase.split("\n"))


def _espacer(ligne: str, noms: bool) -> str:
    ligne, commence, commande = ligne.partition(_A_COLLER)
    for signe in ";:!?%":
        ligne = ligne.replace(f" {signe}", f"\u202f{signe}")
    ligne = ligne.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    ligne = _JOUR.sub("\\1\u00a0", _ARTICLE.sub("\\1\u00a0", ligne)) if noms else ligne
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


def francais(ecrit: str) -> str:
    r"""A number as Python writes it, with the signs of French: « 1,234.5 » becomes « 1 234,5 ».

    >>> francais(f"{1234.5:,.1f}")
    '1\u202f234,5'
    """
    return ecrit.replace(",", "\u202f").replace(".", ",")


def arrondi(x: Nombre, decimales: int) -> Decimal | None:
    """The number rounded half away from zero, or None when there is none (None, NaN, NA, infinite)."""
    try:
        flottant = float(x)  # type: ignore[arg-type]  # numpy scalars too
    except TypeError:  # None, and the NA of pandas, which the ground floor does not load
        return None
    if not math.isfinite(flottant):
        return None
    # the ninth decimal first: 12.349999999999998 is 12.35 for the reader
    return Decimal(repr(round(flottant, 9))).quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)


def nombre(x: Nombre, decimales: int = 0) -> str:
    r"""Un nombre, ses milliers séparés.

    >>> nombre(12345.678, 1)
    '12\u202f345,7'
    >>> nombre(-3), nombre(-0.2), nombre(float("nan"))
    ('−3', '0', '–')
    """
    d = arrondi(x, decimales)
    return RIEN if d is None else f"{MOINS if d < 0 else ''}{francais(f'{abs(d):,f}')}"


def accorder(n: Nombre, singulier: str, pluriel: str) -> str:
    r"""A count and its noun; in French the plural begins at 2.

    >>> accorder(1, "ménage", "ménages"), accorder(2500, "ménage", "ménages")
    ('1\xa0ménage', '2\u202f500\xa0ménages')
    >>> accorder(0, "ménage", "ménages"), accorder(1.9, "point", "points")
    ('0\xa0ménage', '1,9\xa0point')
    """
    decimales = 0 if arrondi(n, 0) == arrondi(n, 9) else 1
    d = arrondi(n, decimales)
    return f"{nombre(n, decimales)}{INSECABLE}{singulier if d is not None and abs(d) < 2 else pluriel}"


def minuscule(mots: str) -> str:
    """Words as they begin within a sentence; initials stay what they are.

    >>> minuscule("Jeunes"), minuscule("PLA ordinaire"), minuscule("T1")
    ('jeunes', 'PLA ordinaire', 'T1')
    """
    deuxieme = mots[1:2]
    return mots if deuxieme.isupper() or deuxieme.isdigit() else mots[:1].lower() + mots[1:]
