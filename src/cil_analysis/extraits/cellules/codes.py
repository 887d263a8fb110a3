"""Closed lists: yes or no, one code of a nomenclature, or a set of them in one cell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cil_analysis.extraits.cellules.textes import est_absent, serrer
from cil_analysis.reference.texte import normaliser

# « 1.0 » is what a spreadsheet writes for 1: its comparison form is « 1 0 ».
OUI = frozenset({"oui", "o", "vrai", "true", "1", "1 0", "yes", "y", "x"})
NON = frozenset({"non", "n", "faux", "false", "0", "0 0", "no"})
_COCHES = {**dict.fromkeys("✓✔☑☒✅", True), "☐": False}

_FORTS = re.compile(r"[;|]")
_FAIBLES = re.compile(r"([,/+\r\n])")
# Bounds of the search in a cell of codes: commas that one label holds, pieces that one cell holds.
_MORCEAUX_PAR_LIBELLE = 5
_MORCEAUX_MAXIMAUX = 40


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
    if mot in OUI:
        return True
    if mot in NON or mot in non:
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

    ``suites[i]``: into how few labels the text can be cut from piece ``i`` on, and the sets of codes that so few make.
    """
    morceaux = _FAIBLES.split(texte)  # piece, separator, piece…
    nombre = len(morceaux) // 2 + 1
    if nombre > _MORCEAUX_MAXIMAUX:
        return None
    suites: dict[int, tuple[int, set[frozenset[str]]]] = {nombre: (0, {frozenset()})}
    for debut in range(nombre - 1, -1, -1):
        for fin in range(debut + 1, min(debut + _MORCEAUX_PAR_LIBELLE, nombre) + 1):
            if fin not in suites:
                continue
            libelle = "".join(morceaux[2 * debut : 2 * fin - 1])
            code = vers_code.get(normaliser(libelle))
            if code is None and not est_absent(libelle):
                continue
            reste, ensembles = suites[fin]
            candidats = {ensemble | ({code} if code else set()) for ensemble in ensembles}
            deja = suites.get(debut, (reste + 2, set()))
            if reste + 1 < deja[0]:
                suites[debut] = (reste + 1, candidats)
            elif reste + 1 == deja[0]:
                suites[debut] = (deja[0], deja[1] | candidats)
    _, ensembles = suites.get(0, (0, set()))
    return next(iter(ensembles)) if len(ensembles) == 1 else None
