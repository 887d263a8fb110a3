"""Closed lists: yes or no, one code of a nomenclature, a set of them in one cell, and communes.

Spreadsheets take the code of a commune for a number (architecture, D6).
"""

import re
from collections.abc import Mapping

from cil_analysis.extraits.cellules.textes import BLANCS, est_absent, sans_formule, serrer
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.texte import normaliser

_OUI, _NON = (frozenset(lire_du_logiciel("extraits/mots.yml")[nom]) for nom in ("oui", "non"))
_COCHES = {**dict.fromkeys("✓✔☑☒✅", True), "☐": False}

_FORTS = re.compile(r"[;|]")
_FAIBLES = re.compile(r"([,/+\r\n])")
# Bounds of the search in a cell of codes: commas that one label holds, pieces that one cell holds.
_MORCEAUX_PAR_LIBELLE = 5
_MORCEAUX_MAXIMAUX = 40
AILLEURS = "HORS"
"""A commune or a country that a cell names, and that is not of the département."""
# A commune of the mainland, of Corsica or overseas, or a country of birth lists (99…).
CODE = r"(?:0[1-9]|[1-8]\d|9[0-578]|2[AB])\d{3}|99[1-5]\d{2}"
_CODE = re.compile(CODE, re.ASCII)
_CODE_EN_NOMBRE = re.compile(r"(\d{1,2} ?\d{3}|\d{3} \d{2})(?:[.,]0+)?", re.ASCII)
_CODE_SCIENTIFIQUE = re.compile(r"(\d)[.,](\d+)E\+?0?([34])", re.ASCII)
_CODE_CORSE = re.compile(r"(2[AB]) ?(\d{3})", re.ASCII)
_LETTRES = re.compile(r"[^\W\d_]{2}")


def lire_oui_non(texte: str, non: frozenset[str] = frozenset()) -> bool | None:
    """A yes or a no, in the words of extracts, or a ticked or empty box; ``non``: what else says no in a column.

    >>> lire_oui_non("OUI"), lire_oui_non("N"), lire_oui_non("☑"), lire_oui_non("")
    (True, False, True, None)
    """
    if (coche := _COCHES.get(serrer(texte).removesuffix("\ufe0f"))) is not None:
        return coche
    if est_absent(texte):
        return None
    mot = normaliser(texte)
    if mot in _OUI:
        return True
    if mot in _NON or mot in non:
        return False
    raise ValueError(texte)


def lire_code(texte: str, vers_code: Mapping[str, str]) -> str | None:
    """A code, from its label, an alias or the code itself; ``vers_code`` is keyed by the normalised form.

    In a list, what ``vers_code`` leads nowhere (« ») is a label that says that nothing is given.

    >>> lire_code("Prêt locatif social (P.L.S.)", {"pret locatif social p l s": "PLS"})
    'PLS'
    """
    if est_absent(texte) and normaliser(texte) not in vers_code:
        return None
    code = vers_code.get(normaliser(texte))
    if code is None:
        raise ValueError(texte)
    return code or None


def lire_codes(texte: str, vers_code: Mapping[str, str]) -> str | None:
    """A set of codes written in one cell; the result is sorted and joined by « ; ».

    « ; » and « | » always separate. Labels hold commas: « , », « / », « + » and a new line separate only where every
    piece is then a known label, and the whole is not one; where two cuttings would do, the fewest pieces win, and
    equally few that disagree are an unknown label. An unknown label takes nothing from what « ; », « | » or a
    new line sets apart: :func:`codes_inconnus` tells which.

    >>> table = {"handicap": "a", "mal loge defavorise": "c", "dalo": "DALO"}
    >>> lire_codes("Handicap ; autre chose", table), lire_codes("DALO, Mal logé, défavorisé, handicap", table)
    ('a', 'DALO;a;c')
    """
    return ";".join(sorted(_codes(texte, vers_code)[0])) or None


def codes_inconnus(texte: str, vers_code: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of a cell of codes that are neither known nor a word for « not given », as written.

    >>> [codes_inconnus(f"Handicap ; {suite}", {"handicap": "a"}) for suite in ("autre chose", "NC")]
    [('autre chose',), ()]
    """
    return _codes(texte, vers_code)[1]


def _codes(texte: str, vers_code: Mapping[str, str]) -> tuple[set[str], tuple[str, ...]]:
    """The codes of a cell, and the pieces of it that are unknown."""
    if (code := vers_code.get(normaliser(texte))) is not None:
        return {code} if code else set(), ()
    codes: set[str] = set()
    inconnus: dict[str, None] = {}
    for bloc in _FORTS.split(texte):
        entier = _decouper(bloc, vers_code)
        lignes = [bloc] if entier is not None else bloc.splitlines()
        for ligne in lignes:
            partie = _decouper(ligne, vers_code)
            codes |= partie or set()
            if partie is None:
                inconnus[ligne.strip()] = None
    return codes, tuple(inconnus)


def _decouper(texte: str, vers_code: Mapping[str, str]) -> frozenset[str] | None:
    """The codes of a text that weak separators may cut into known labels; None when no cutting, or no single one, does.

    ``atteints``: after so many labels and no fewer, the pieces that come next, and the sets of codes that lead to each.
    """
    morceaux = _FAIBLES.split(texte)  # piece, separator, piece…
    nombre = len(morceaux) // 2 + 1
    atteints: dict[int, set[frozenset[str]]] = {0: {frozenset()}} if nombre <= _MORCEAUX_MAXIMAUX else {}
    vus = {*atteints}
    while atteints and nombre not in atteints:
        suivants: dict[int, set[frozenset[str]]] = {}
        for debut, ensembles in atteints.items():
            for fin in {*range(debut + 1, min(debut + _MORCEAUX_PAR_LIBELLE, nombre) + 1)} - vus:
                libelle = "".join(morceaux[2 * debut : 2 * fin - 1])
                code = vers_code.get(normaliser(libelle))
                if code is not None or est_absent(libelle):
                    suivants.setdefault(fin, set()).update(e | ({code} if code else set()) for e in ensembles)
        atteints, vus = suivants, vus | suivants.keys()
    ensembles = atteints.get(nombre, set())
    return next(iter(ensembles)) if len(ensembles) == 1 else None


def lire_commune(texte: str, vers_commune: Mapping[str, str]) -> str | None:
    """A commune, from its code or its name; ``vers_commune`` is keyed by the normalised form.

    A code that a spreadsheet holds as a number is read back exactly: « 44109.0 », « 44 109 », « 4,4109E+04 », a lost
    leading zero (:func:`code_retabli`). « 4,41E+04 » does not show all its digits, and is refused.

    >>> lire_commune("1001", {"01001": "01001"}), lire_commune("2a 004", {"2a004": "2A004"})
    ('01001', '2A004')
    """
    nu = sans_formule(texte)
    if est_absent(nu):
        return None
    code = vers_commune.get(normaliser(code_insee(nu) or nu))
    if code is None:
        raise ValueError(texte)
    return code


def code_retabli(texte: str) -> bool:
    """Whether a cell holds an INSEE code that had to be mended: a lost zero, decimals, scientific notation.

    Spaces, letter case and ``="…"`` are no damage.

    >>> [code_retabli(code) for code in ("1001", "44109.0", "4,4109E+04", "44109", "44 109", "2a004", "Nantes")]
    [True, True, True, False, False, False, False]
    """
    nu = sans_formule(texte)
    code = code_insee(nu)
    return code is not None and code != BLANCS.sub("", nu).upper()


def code_insee(texte: str) -> str | None:
    """The INSEE code that a cell spells, as five characters; None when it spells none.

    >>> code_insee("1001"), code_insee("2a 004"), code_insee("Nantes")
    ('01001', '2A004', None)
    """
    net = serrer(texte).upper()
    if trouve := _CODE_CORSE.fullmatch(net):
        return "".join(trouve.groups())
    if trouve := _CODE_EN_NOMBRE.fullmatch(net):
        return trouve.group(1).replace(" ", "").zfill(5)
    if trouve := _CODE_SCIENTIFIQUE.fullmatch(net):
        tete, decimales, exposant = trouve.group(1), trouve.group(2), int(trouve.group(3))
        entiers, reste = decimales[:exposant], decimales[exposant:]
        if len(entiers) == exposant and not reste.strip("0") and tete != "0":
            return f"{tete}{entiers}".zfill(5)
    return None


def lire_provenance(texte: str, vers_commune: Mapping[str, str], departement: str | tuple[str, ...]) -> str | None:
    """A commune of origin, from its code or its name; ``vers_commune`` is keyed by the normalised form.

    A code outside ``departement`` (or several) is kept as it is; one inside that no commune has had is unreadable (a
    postal code). A name that is not known is AILLEURS. « 44000 Nantes », « Nantes (44) » and « NANTES CEDEX 2 » are
    read by their name, unless the number says another département.

    >>> connues = {"nantes": "44109", "44109": "44109"}
    >>> [lire_provenance(t, connues, "44") for t in ("44000 Nantes", "2a 004", "Laval (53)", "Nantes (53)", "NC")]
    ['44109', '2A004', 'HORS', 'HORS', None]
    """
    nu = sans_formule(texte)
    if est_absent(nu):
        return None
    code = code_insee(nu)
    connue = vers_commune.get(normaliser(code or nu))
    if connue is not None:
        return connue
    if code is not None and _CODE.fullmatch(code) and not code.startswith(departement):
        return code
    if not _est_un_nom(nu):
        raise ValueError(texte)
    return vers_commune.get(_nom_seul(normaliser(nu), departement), AILLEURS)


def _est_un_nom(texte: str) -> bool:
    """Whether a cell holds a word (one commune is « Y »), and no number, damaged code nor failed formula (« #N/A »)."""
    if texte.startswith("#"):
        return False
    chiffre = any(signe.isdigit() for signe in texte)
    return _LETTRES.search(texte) is not None or (not chiffre and any(map(str.isalpha, texte)))


def _nom_seul(forme: str, departement: str | tuple[str, ...]) -> str:
    """A normalised name without its numbers; empty when one of them is not of the département."""
    mots = forme.partition(" cedex")[0].split()
    ailleurs = any(mot.isdigit() and not mot.startswith(departement) for mot in mots)
    return "" if ailleurs else " ".join(mot for mot in mots if not mot.isdigit())
