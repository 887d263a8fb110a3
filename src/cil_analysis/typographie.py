"""French spacing, for every sentence that a user reads."""


def typographie(phrase: str) -> str:
    r"""French spacing for a sentence shown to the user: U+202F before ``; : ! ? %``, U+00A0 inside guillemets.

    >>> typographie("Fichier « a.csv » : vide.")
    'Fichier «\xa0a.csv\xa0»\u202f: vide.'
    """
    for signe in ";:!?%":
        phrase = phrase.replace(f" {signe}", f"\u202f{signe}")
    return phrase.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
