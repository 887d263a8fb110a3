"""One cell to one value: what is read, what is missing, what is refused, and nothing but ValueError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
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
]


@pytest.mark.parametrize("texte", ["", "  ", "NA", "na/na", "N/A", "NC", "nc.", "Z", "Non renseigné", "-", "\u00a0"])
def test_absent(texte: str) -> None:
    assert cleaning.est_absent(texte)
    assert all(lire(texte) is None for lire in LECTEURS)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("03/01/2022", date(2022, 1, 3)),
        ("3-1-2022", date(2022, 1, 3)),
        (" 03.01.2022 ", date(2022, 1, 3)),
        ("03/01/2022 08:30", date(2022, 1, 3)),
        ("2022-01-03", date(2022, 1, 3)),
        ("2022-01-03T00:00:00.000", date(2022, 1, 3)),
        ("29/02/2024", date(2024, 2, 29)),
        # Excel counts from 30 December 1899 after February 1900: 25 569 is 1 January 1970.
        ("25569", date(1970, 1, 1)),
        ("44562", date(2022, 1, 1)),
        ("44562.75", date(2022, 1, 1)),
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
        "03/2022",
        "2022",
        "1.2022",
        "hier",
        "9" * 400,
    ],
)
def test_date_impossible(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_date(texte)


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2170, 1, 1)))
def test_une_date_se_lit_sous_toutes_ses_formes(jour: date) -> None:
    serie = (jour - date(1970, 1, 1)).days + 25569
    formes = [f"{jour:%d/%m/%Y}", f"{jour:%d-%m-%Y}", jour.isoformat(), f"{jour.isoformat()} 00:00:00"]
    formes += [f"{serie}", f"{serie}.0"] if 10000 <= serie <= 99999 else []
    assert {cleaning.lire_date(forme) for forme in formes} == {jour}


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
    ],
)
def test_nombre(texte: str, attendu: float) -> None:
    assert cleaning.lire_nombre(texte) == attendu


@pytest.mark.parametrize("texte", ["1.234,50", "12a", "1,2,3", ",5", "1e", "--1", "½", "=1+1", "inf", "nan€"])
def test_nombre_illisible(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_nombre(texte)


@given(st.integers(0, 99_999_999), st.integers(0, 99))
def test_un_nombre_francais_garde_sa_valeur(entier: int, centimes: int) -> None:
    attendu = float(f"{entier}.{centimes:02d}")
    for milliers in ("", " ", "\u00a0", "\u202f"):
        groupe = f"{entier:,}".replace(",", milliers)
        assert cleaning.lire_nombre(f"{groupe},{centimes:02d}") == attendu


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
    ],
)
def test_oui_non(texte: str, attendu: bool) -> None:
    assert cleaning.lire_oui_non(texte) is attendu


def test_oui_non_illisible() -> None:
    for texte in ("peut-être", "2", "oui non"):
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
        "111440000000000000",  # what a spreadsheet gives back of a number of 18 digits: 15 of them
        "123456789012345000",
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


def test_code() -> None:
    table = {"plus": "PLUS", "non renseigne": "NR"}
    assert cleaning.lire_code(" P.L.U.S. ".replace(".", ""), table) == "PLUS"
    assert cleaning.lire_code("Non renseigné", table) == "NR"  # a list may have a code for « not given »
    with pytest.raises(ValueError, match="PLAI"):
        cleaning.lire_code("PLAI", table)


@given(st.lists(st.sampled_from(["a", "b", "DALO"]), max_size=6), st.sampled_from([";", "|", " ; "]))
def test_codes_multiples(codes: list[str], separateur: str) -> None:
    table = {"a": "a", "b": "b", "dalo": "DALO"}
    assert cleaning.lire_codes(separateur.join(codes), table) == (";".join(sorted(set(codes))) or None)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("72181", "72181"), ("72181.0", "72181"), ("72181,00", "72181"), ("72 181", "72181"), ("1001", "01001"),
     ("1 001", "01001"), ("LE MANS", "72181"), ("  le  mans ", "72181")],
)  # fmt: skip
def test_commune(texte: str, attendu: str) -> None:
    """D6: a code that a spreadsheet holds as a number is read back exactly."""
    assert cleaning.lire_commune(texte, {"72181": "72181", "le mans": "72181", "01001": "01001"}) == attendu


@pytest.mark.parametrize("texte", ["72181.5", "721810", "72", "Paris", "7218"])
def test_commune_inconnue(texte: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_commune(texte, {"72181": "72181", "le mans": "72181", "01001": "01001"})


@given(st.text(max_size=40) | st.text("0123456789./-eE+,; ", max_size=25))
def test_aucune_cellule_n_interrompt_l_import(texte: str) -> None:
    """Whatever the cell: a value, nothing, or « unreadable »; and then the values fit their column."""
    for lire in LECTEURS:
        lues, illisibles = cleaning.appliquer(pd.Series([texte, ""], dtype="str"), lire)
        assert lues.iloc[1] is None
        assert not illisibles.iloc[1]
        assert not (illisibles.iloc[0] and lues.iloc[0] is not None)
    entiers, _ = cleaning.appliquer(pd.Series([texte], dtype="str"), cleaning.lire_entier)
    entiers.astype("Int64")


@given(st.dates(date(1905, 1, 1), date(2010, 12, 31)), st.dates(date(2011, 1, 1), date(2030, 12, 31)))
def test_age_en_annees_revolues(naissance: date, jour: date) -> None:
    """By definition: the greatest n such that the n-th birthday has come (29 February: the 1st of March)."""

    def anniversaire(n: int) -> date:
        try:
            return naissance.replace(year=naissance.year + n)
        except ValueError:
            return date(naissance.year + n, 3, 1)

    attendu = max(n for n in range(126) if anniversaire(n) <= jour)
    colonnes = [pd.to_datetime(pd.Series([valeur])) for valeur in (naissance, jour)]
    assert cleaning.annees_revolues(*colonnes).tolist() == [attendu]


def test_age_sans_date() -> None:
    naissance = pd.to_datetime(pd.Series([None, date(1990, 1, 1)]))
    jour = pd.to_datetime(pd.Series([date(2022, 1, 1), None]))
    assert cleaning.annees_revolues(naissance, jour).isna().all()
