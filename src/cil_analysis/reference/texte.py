"""What a person has typed: one comparison form for every label, heading and name, and whether it names somebody."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

NUMERO_UNIQUE = r"\d{3}[\s_-]?\d{4}[\s_-]?\d{6}[\s_-]?[\da-zA-Z]\d{4}"
"""The N° unique of a request, as people write its 18 signs, the fourteenth being often a letter: a pattern."""
# « M. » before a name, not the initial of « S.E.M. » nor the end of « Habitat M. »; an e-mail address; a telephone; or
# the N° unique of a request.
PERSONNE = re.compile(
    r"(?<![\w.])(?:M\.(?=\s*\w)|MM\.|(?:Mme|Mmes|Mlle|Mlles|Mr|Mrs|Monsieur|Messieurs|Madame|Mesdames|Mademoiselle)\b)"
    r"|\S@\S"
    r"|(?<![\w,.])(?:0|(?:\+|00)\s?33\s?(?:\(0\))?)\s?[1-9](?:[\s.-]?\d\d){4}(?!\w)"
    rf"|(?<!\w)(?:\d{{12,}}|{NUMERO_UNIQUE})(?!\w)",
    re.IGNORECASE,
)
# A number in a street: where somebody lives, or an organisation sits.
DOMICILE = re.compile(
    r"(?<!\w)\d{1,4}\s?(?:bis|ter|quater)?\s?,?\s+(?:av\.|(?:rue|avenue|bd|boulevard|allée|impasse|chemin|quai|sentier"
    r"|square|(?:place|route|passage|cours)\s+(?:de|du|des|d[’']\w+))\b)",
    re.IGNORECASE,
)
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "º": "°", "€": " eur "})
_COMPARATEURS = frozenset("+<>=≤≥")
# The same rule for plain ASCII, which most cells are: one pass in C.
_ASCII = {n: chr(n).lower() if chr(n).isalnum() or chr(n) in _COMPARATEURS else " " for n in range(128)}


@lru_cache(maxsize=1 << 16)
def normaliser(texte: str) -> str:
    r"""Comparison form: no accent, case, punctuation, apostrophe form, Unicode form or double space.

    The signs ``+ < > = ≤ ≥`` stay (« T5+ » is not « T5 ») without the spaces around them, « € » reads « eur » and
    « ° » reads « o ». An underscore is punctuation, so a canonical column name equals its words.

    >>> normaliser("  Pont-l’Évêque ")
    'pont l eveque'
    >>> normaliser("PONT L'EVEQUE") == normaliser("Pont-l’Évêque")
    True
    >>> normaliser("Cœur de\u00a0ville")
    'coeur de ville'
    >>> normaliser("N° unique") == normaliser("Nº  UNIQUE") == normaliser("no_unique")
    True
    >>> normaliser("T5 +"), normaliser("T5")
    ('t5+', 't5')
    >>> normaliser("Rochelle (La)")
    'rochelle la'
    """
    nu = texte.translate(_ASCII) if texte.isascii() else _sans_accent(texte)
    texte_reduit = " ".join(nu.split())
    if not _COMPARATEURS.isdisjoint(texte_reduit):
        for signe in _COMPARATEURS:
            texte_reduit = texte_reduit.replace(f" {signe}", signe).replace(f"{signe} ", signe)
    return texte_reduit


def _sans_accent(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES)).casefold()
    morceaux: list[str] = []
    for caractere in decompose:
        categorie = unicodedata.category(caractere)
        if categorie in ("Mn", "Cf"):  # accents, soft hyphens, zero-width marks: no trace
            continue
        if caractere == "°":
            morceaux.append("o ")
        elif caractere in _COMPARATEURS or (categorie[0] in "LN" and categorie != "Lm"):  # Lm: letter-like apostrophes
            morceaux.append(caractere)
        else:
            morceaux.append(" ")
    return "".join(morceaux)


def une_ligne(texte: str, longueur: int | None = None) -> str:
    r"""A text on one line, without what could move a cursor, cut with « … » beyond a length.

    >>> une_ligne("Date\nde  naissance"), une_ligne("Observations du service", 12)
    ('Date de naissance', 'Observation…')
    """
    net = "".join(signe for signe in " ".join(texte.split()) if signe.isprintable())
    return net if longueur is None or len(net) <= longueur else net[: longueur - 1] + "…"


def departement(code: str) -> str:
    """The département of an INSEE code.

    >>> departement("01004"), departement("2A004"), departement("97411")
    ('01', '2A', '974')
    """
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def enumerer(mots: Sequence[str]) -> str:
    """A list in words.

    >>> enumerer(["2021", "2022", "2023"]), enumerer(["Fay"])
    ('2021, 2022 et 2023', 'Fay')
    """
    return " et ".join(mot for mot in (", ".join(mots[:-1]), *mots[-1:]) if mot)


def etendue_en_annees(annees: Iterable[int]) -> str:
    """Years in words, those without data left out.

    >>> etendue_en_annees([2018, 2019, 2020, 2022]), etendue_en_annees([2022])
    ('2018-2020 et 2022', '2022')
    """
    suites: list[tuple[int, int]] = []
    for annee in sorted({*annees}):
        debut = suites.pop()[0] if suites and suites[-1][1] == annee - 1 else annee
        suites.append((debut, annee))
    return enumerer([str(debut) if debut == fin else f"{debut}-{fin}" for debut, fin in suites])
