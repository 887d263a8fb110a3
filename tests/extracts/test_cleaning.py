"""One cell to one value: what is read, what is missing, what is refused, and nothing but ValueError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.extracts import cleaning

LECTEURS: list[Callable[[str], Any]] = [
    cleaning.lire_date,
    cleaning.lire_nombre,
    cleaning.lire_entier,
    cleaning.lire_oui_non,
    cleaning.lire_identifiant,
    lambda texte: cleaning.lire_code(texte, {"plus": "PLUS"}),
    lambda texte: cleaning.lire_codes(texte, {"a": "a", "dalo": "DALO"}),
    lambda texte: cleaning.lire_commune(texte, {"72181": "72181", "le mans": "72181", "01001": "01001"}),
    lambda texte: cleaning.lire_provenance(texte, {"72181": "72181", "le mans": "72181"}, "72"),
]


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "  ",
        "NA",
        "na/na",
        "N.C.",
        "nc.",
        "NR",
        "Z",
        "Non renseigné",
        "(vide)",
        "-",
        "—",
        ".",
        "/",
        "\u00a0",
    ],
)
def test_absent(texte: str) -> None:
    assert cleaning.est_absent(texte)
    assert all(lire(texte) is None for lire in LECTEURS)


@pytest.mark.parametrize("texte", ["0", "non", "aucun", "✗", "\ufffd", "#REF!", "nan"])
def test_donne(texte: str) -> None:
    """A cell that says something is never taken for a blank, even when nothing can be made of it."""
    assert not cleaning.est_absent(texte)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("03/01/2022", date(2022, 1, 3)),
        ("3-1-2022", date(2022, 1, 3)),
        (" 03.01.2022 ", date(2022, 1, 3)),
        ("03/01/2022 08:30", date(2022, 1, 3)),
        ("2022-01-03", date(2022, 1, 3)),
        ("2022-01-03T00:00:00.000", date(2022, 1, 3)),
        ("03/01/2022 23:59:59", date(2022, 1, 3)),
        ("3/1/2022 8h30", date(2022, 1, 3)),
        ("03/01/2022\u00a0\u00a000:00", date(2022, 1, 3)),
        # An instant is the day it was in Paris, whether midnight was written as local or as universal time.
        ("2022-01-03T00:00:00Z", date(2022, 1, 3)),
        ("2022-01-02T23:00:00.000Z", date(2022, 1, 3)),
        ("2022-06-30T22:00:00Z", date(2022, 7, 1)),
        ("2022-07-01T00:00:00+02:00", date(2022, 7, 1)),
        # What is known of these is the month.
        ("03/2022", date(2022, 3, 1)),
        ("3-2022", date(2022, 3, 1)),
        ("2022-03", date(2022, 3, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        # Excel counts from 30 December 1899 after February 1900: 25 569 is 1 January 1970.
        ("25569", date(1970, 1, 1)),
        ("44562", date(2022, 1, 1)),
        ("44562.75", date(2022, 1, 1)),
        ("44562,75", date(2022, 1, 1)),
    ],
)
def test_date(texte: str, attendu: date) -> None:
    assert cleaning.lire_date(texte) == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "00/00/0000",
        "31/02/2022",
        "2022-13-01",
        "29/02/2023",
        "01/01/22",
        "1/22",
        "22-01-03",
        "13/2022",
        "00/2022",
        "2022-1-3Z",
        "2022-01-03T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2022",
        "1.2022",
        "hier",
        "9" * 400,
    ],
)
def test_date_impossible(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_date(texte)


def test_series_de_1904() -> None:
    """Microsoft's own example: 5 July 1998 is 34519 from 1904, and 35981 from 1900."""
    lues = cleaning.serie_1904_vers_1900(pd.Series(["34519", " 34519.5 ", "05/07/1998", "1998", "8537", "n", ""]))
    assert lues.tolist() == ["35981", "35981.5", "05/07/1998", "1998", "8537", "n", ""]
    assert cleaning.lire_date(lues[0]) == date(1998, 7, 5)
    assert cleaning.serie_1904_vers_1900(pd.Series([], dtype="str")).empty


def test_mois_sans_jour() -> None:
    assert [cleaning.est_un_mois(t) for t in ("03/2022", " 2022-03 ", "03/01/2022", "2022", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("1 234,50", 1234.5),
        ("1\u202f234,50 €", 1234.5),
        ("1\u00a0234.5€", 1234.5),
        ("-500", -500.0),
        ("0", 0.0),
        ("0,00", 0.0),
        ("+3", 3.0),
        ("1,1144e+17", 1.1144e17),
        ("−500", -500.0),
        ("- 1 234,50 euros", -1234.5),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567", 1234567.0),
        ("1.234", 1.234),  # one separator is the decimal's
        ("1,234", 1.234),
        ("0012", 12.0),
    ],
)
def test_nombre(texte: str, attendu: float) -> None:
    assert cleaning.lire_nombre(texte) == attendu


@pytest.mark.parametrize(
    "texte",
    ["12a", "1,2,3", ",5", "1e", "--1", "½", "=1+1", "inf", "-inf", "nan", "1e999", "12 34", "1\n234", "1.23,4",
     "1.234.56", "12 %", "1 234.567,8", "25 ans", "٣"],
)  # fmt: skip
def test_nombre_illisible(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_nombre(texte)


def test_pourcentage() -> None:
    for texte in ("12,5 %", "12,5%", "12.5\u202f%", "12,5"):
        assert cleaning.lire_nombre(texte, pourcentage=True) == 12.5
    with pytest.raises(ValueError, match="€"):
        cleaning.lire_nombre("12 €", pourcentage=True)


def test_sentinelles() -> None:
    """A column's own number for « not given », however a spreadsheet writes it; elsewhere it is a number."""
    for texte in ("999", "999.0", "999,00", " 999 ", "999\u00a0", "9 999"):
        assert cleaning.lire_nombre(texte, sentinelles=("999", "9999")) is None
        assert cleaning.lire_entier(texte, sentinelles=("999", "9999")) is None
    assert cleaning.lire_entier("998", sentinelles=("999",)) == 998
    assert cleaning.lire_entier("999") == 999
    assert not cleaning.est_sentinelle("abc", ("999",)) and not cleaning.est_sentinelle("", ("999",))


def test_entier() -> None:
    assert cleaning.lire_entier("3") == cleaning.lire_entier("3,0") == cleaning.lire_entier("3.00") == 3
    for texte in ("3,5", "1e30", "1e400", "-1e300"):
        with pytest.raises((ValueError, OverflowError)):
            cleaning.lire_entier(texte)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Oui", True),
        ("O", True),
        ("VRAI", True),
        ("1", True),
        ("non", False),
        ("N", False),
        ("0", False),
        ("Faux", False),
        ("1.0", True),
        ("0,0", False),
        (" ✔ ", True),
        ("☑\ufe0f", True),
        ("☐", False),
    ],
)
def test_oui_non(texte: str, attendu: bool) -> None:
    assert cleaning.lire_oui_non(texte) is attendu


def test_oui_non_illisible() -> None:
    for texte in ("peut-être", "2", "oui non", "✗", "10"):
        with pytest.raises(ValueError, match=r"."):
            cleaning.lire_oui_non(texte)


@pytest.mark.parametrize("texte", ["1110318016982G1104", " 0721180169821g1104 ", "0721180169 82123456"])
def test_identifiant(texte: str) -> None:
    assert cleaning.lire_identifiant(texte) == texte.replace(" ", "").upper()


@pytest.mark.parametrize(
    "texte",
    [
        "1,1144e+17",
        "1.1144E+17",
        "7.2118016982001e+16",
        "72118016982001000.0",
        "72118016982001000,0",
        "72118016982123456",  # the leading zero is lost
        '=0721180169821"',
        "1110318016982G110",  # 17 characters
        "1110318016982G11045",
        "1110318016982-1104",
        "111031801698ÉG1104",
    ],
)
def test_identifiant_perdu(texte: str) -> None:
    """D6: never a false identifier, which would link two households."""
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_identifiant(texte)


@pytest.mark.parametrize("texte", ['="0721180169821G1104"', '= "0721180169821g1104"', "'0721180169821G1104"])
def test_identifiant_protege_d_un_tableur(texte: str) -> None:
    assert cleaning.sans_formule(texte).upper() == "0721180169821G1104"
    assert cleaning.lire_identifiant(texte) == "0721180169821G1104"


def test_identifiant_vide_protege() -> None:
    assert cleaning.lire_identifiant('=""') is None
    assert cleaning.lire_commune('=""', {}) is None


def test_code() -> None:
    table = {"plus": "PLUS", "non renseigne": "NR"}
    assert cleaning.lire_code(" P.L.U.S. ".replace(".", ""), table) == "PLUS"
    assert cleaning.lire_code("Non renseigné", table) == "NR"  # a list may have a code for « not given »
    with pytest.raises(ValueError, match="PLAI"):
        cleaning.lire_code("PLAI", table)


CATEGORIES = {
    "a": "a",
    "handicap": "a",
    "c": "c",
    "mal loge defavorise difficultes particulieres": "c",
    "mal loge": "c",
    "difficultes particulieres": "j",  # as if the end of a label were another's
    "dalo": "DALO",
    "expulsion": "l",
    "handicap expulsion": "m",
    "expulsion dalo": "k",
}


@pytest.mark.parametrize(
    ("texte", "attendu", "inconnu"),
    [
        ("Handicap ; DALO", "DALO;a", False),
        ("Handicap|DALO|a", "DALO;a", False),
        ("Handicap, DALO", "DALO;a", False),
        ("a/c / DALO", "DALO;a;c", False),
        ("Handicap + DALO", "DALO;a", False),
        ("Handicap\nDALO\r\nNC", "DALO;a", False),
        ("Mal logé, défavorisé, difficultés particulières", "c", False),  # a label, whole
        ("DALO, Mal logé, défavorisé, difficultés particulières, a", "DALO;a;c", False),
        ("Mal logé,\ndéfavorisé, difficultés particulières\nHandicap", "a;c", False),  # a label on two lines
        ("Mal logé, autre chose", None, True),  # a label that is not known, rather than one that is and another
        ("Handicap ; Mal logé, autre chose", "a", True),
        ("Handicap\nautre chose", "a", True),
        ("Handicap, expulsion, DALO", None, True),  # two cuttings, in as few labels: m and DALO, or a and k
        ("Handicap ;; ", "a", False),
        ("N/A", None, False),
        ("NC, NR", None, False),
        ("a," * 60, None, True),  # no household has sixty categories
    ],
)
def test_codes_multiples(texte: str, attendu: str | None, inconnu: bool) -> None:
    assert cleaning.lire_codes(texte, CATEGORIES) == attendu
    assert bool(cleaning.codes_inconnus(texte, CATEGORIES)) is inconnu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("72181", "72181"), ("72181.0", "72181"), ("72181,00", "72181"), ("72 181", "72181"), ("1001", "01001"),
     ("1 001", "01001"), ("LE MANS", "72181"), ("  le  mans ", "72181"), ('="72181"', "72181"), ('="01001"', "01001"),
     ("7,2181E+04", "72181"), ("7.21810e4", "72181"), ("1,001E+03", "01001"), ("2A004", "2A004"), ("2a 004", "2A004"),
     ("2b004", "2B004"), ("97411", "97411"), ("97 411", "97411"), ("974 11", "97411")],
)  # fmt: skip
def test_commune(texte: str, attendu: str) -> None:
    """D6: a code that a spreadsheet holds as a number is read back exactly."""
    codes = ("72181", "01001", "2A004", "2B004", "97411")
    assert cleaning.lire_commune(texte, {"le mans": "72181"} | {code.lower(): code for code in codes}) == attendu


@pytest.mark.parametrize("texte", ["7,22E+04", "7,2181E+05", "7,21815E+04", "7E+04", "0,7218E+05", "7.2181E-04"])
def test_commune_en_notation_scientifique_arrondie(texte: str) -> None:
    """72200 exists, and « 7,22E+04 » is how a narrow column shows 72181 too."""
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_commune(texte, {"72181": "72181", "72200": "72200", "70000": "70000"})


PROVENANCES = {"72181": "72181", "le mans": "72181", "aulaines": "72039", "72014": "72039"}


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("72181", "72181"), ("72181.0", "72181"), ("LE MANS", "72181"), ("72000 Le Mans", "72181"),
     ("Le Mans (72)", "72181"), ("LE MANS CEDEX 2", "72181"), ("72014", "72039"), ("Aulaines", "72039"),
     ("75056", "75056"), ("1001", "01001"), ("2a 004", "2A004"), ("2B033", "2B033"), ("97411", "97411"),
     ("98818", "98818"), ("99109", "99109"),
     ("Paris", "HORS"), ("Paris 12", "HORS"), ("53000 Laval", "HORS"), ("Le Mans (53)", "HORS"), ("Y", "HORS"),
     ("Hors département", "HORS"), ("Étranger", "HORS"), ("L’Haÿ-les-Roses", "HORS")],
)  # fmt: skip
def test_provenance(texte: str, attendu: str) -> None:
    """Anywhere in France or abroad; a name of the département wins, unless a number says another one."""
    assert cleaning.lire_provenance(texte, PROVENANCES, "72") == attendu


@pytest.mark.parametrize(
    "texte", ["7,22E+04", "72000", "72 100", "96001", "99999", "00001", "721810", "72", "0", "#REF!", "7218A", "✗"]
)
def test_provenance_illisible(texte: str) -> None:
    """A damaged code, or a postal code of the département: never taken for a commune elsewhere."""
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_provenance(texte, PROVENANCES, "72")


@pytest.mark.parametrize("texte", ["72181.5", "721810", "72", "Paris", "7218"])
def test_commune_inconnue(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_commune(texte, {"72181": "72181", "le mans": "72181", "01001": "01001"})


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789./-eE+,; ", max_size=25))
def test_aucune_cellule_n_interrompt_l_import(texte: str) -> None:
    """Whatever the cell: a value, nothing, or « unreadable »; and then the values fit their column."""
    for lire in LECTEURS:
        lues, illisibles = cleaning.distinctes(pd.Series(["", texte], dtype="str")).lire(lire)
        assert lues.iloc[0] is None
        assert not illisibles.iloc[0]
        assert not (illisibles.iloc[-1] and lues.iloc[-1] is not None)
    entiers, _ = cleaning.distinctes(pd.Series([texte], dtype="str")).lire(cleaning.lire_entier)
    entiers.astype("Int64")
