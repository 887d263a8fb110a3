"""Published figures against recomputed ones: what is the same, what is not, and why there may be nothing to compare."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cil_analysis.commandes.comparer import Incomparable, cle_de, comparer, lire_chiffres_publies, lire_publie
from messages import refuser

SIREN, NAN = "200000000", float("nan")


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("25,3 %", (25.3, 1)),
        ("25.30", (25.3, 2)),
        ("25", (25.0, 0)),
        ("1\u202f600", (1600.0, 0)),
        ("1 600,0", (1600.0, 1)),
        ("1.234.567", (1234567.0, 0)),
        ("1,234.5", (1234.5, 1)),
        ("−3,2", (-3.2, 1)),
        ("14,2 mois", (14.2, 1)),
        ("1,5e2", (150.0, 0)),
        ("s", None),
        ("nd", None),
        ("–", None),
        ("", None),
        ("sans objet", None),
    ],
)
def test_un_chiffre_saisi(texte: str, lu: tuple[float, int] | None) -> None:
    assert lire_publie(texte) == lu


PARTS = st.integers(1, 4000).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))


def ecrire(part: tuple[int, int], decimales: int, *, vers_le_haut: bool, decalage: int = 0) -> str:
    """A percentage rounded to the nearest, ties up or down, then moved by some units of its last decimal.

    Reckoned on whole numbers, apart from floats.
    """
    exact = Fraction(100 * part[0] * 10**decimales, part[1])
    arrondi = exact.numerator // exact.denominator
    reste = exact - arrondi
    arrondi += (reste > Fraction(1, 2) or (reste == Fraction(1, 2) and vers_le_haut)) + decalage
    chiffres = f"{abs(arrondi):0{decimales + 1}d}"
    entier, fraction = chiffres[: len(chiffres) - decimales], chiffres[len(chiffres) - decimales :]
    return f"{'−' if arrondi < 0 else ''}{entier}{',' if decimales else ''}{fraction} %"


def compter(unite: str, numerateur: float, denominateur: float, valeur: float, statut: str = "publie") -> dict:
    return {"unite": unite, "statut": statut, "numerateur": numerateur, "denominateur": denominateur, "valeur": valeur}


def publier(valeur: str, numerateur: str = "", denominateur: str = "") -> dict[str, str]:
    return {"valeur": valeur, "numerateur": numerateur, "denominateur": denominateur}


@given(part=PARTS, decimales=st.integers(0, 3), vers_le_haut=st.booleans(),
       decalage=st.sampled_from([0, 0, 0, -300, -3, -2, 2, 3, 300]))  # fmt: skip
def test_un_arrondi_n_est_jamais_un_ecart_et_un_chiffre_change_l_est(
    part: tuple[int, int], decimales: int, vers_le_haut: bool, decalage: int
) -> None:
    """By two units of its last decimal at least: by one, it may be a tie that was rounded the other way."""
    dit = ecrire(part, decimales, vers_le_haut=vers_le_haut or decalage != 0, decalage=decalage)
    trouve = comparer(publier(dit), compter("pct", *part, 100 * part[0] / part[1]))
    assert (trouve is None) is (decalage == 0)


def test_un_effectif_n_a_pas_de_tolerance_et_un_ecart_dit_son_terme() -> None:
    part, compte = compter("pct", 400, 1600, 25.0), compter("nombre", 1600, NAN, 1600.0)
    assert comparer(publier("1 600"), compte) is None and comparer(publier("25", "400", "1600"), part) is None
    assert comparer(publier("1 601"), compte) == ("valeur", 1601.0, 0)
    assert comparer(publier("25", "401"), part) == ("numerateur", 401.0, 0)


@pytest.mark.parametrize(
    ("publie", "recalcul", "dit"),
    [
        (publier("environ 20"), compter("pct", 1, 5, 20.0), "« environ 20 »"),
        (publier("20", "x"), compter("pct", 1, 5, 20.0), "numerateur"),
        (publier("13.681"), compter("nombre", 13681, NAN, 13681.0), "sans point ni virgule"),
        (publier("20"), compter("pct", NAN, NAN, NAN, "sans_objet"), "sans objet"),
        (publier("20"), compter("pct", 0, 0, NAN, "non_calculable"), "dénominateur"),
        (publier("20", "0"), compter("pct", 0, 0, NAN, "non_calculable"), "dénominateur"),
        (publier("20"), compter("pct", NAN, NAN, NAN, "non_calculable"), "absente"),
    ],
)
def test_ce_qui_ne_se_compare_pas_dit_pourquoi(publie: dict[str, str], recalcul: dict, dit: str) -> None:
    with pytest.raises(Incomparable, match=dit):
        comparer(publie, recalcul)


LIGNES = (
    ["indicateur", "Année", "perimetre_type", "perimetre_code", "valeur", "note"],
    ["V01", "2022", "commune", "01004", "1 234", "page 3"],
    ["", "", "", "", "", ""],
    ["V01", "2022", "qpv", "NR", "", "rien de publié"],
    ["O01", "22", "", "", "25,3 %", "été"],
)


@pytest.mark.parametrize(
    ("codage", "separateur"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-16", "\t")]
)
def test_tout_tableau_de_texte(tmp_path: Path, codage: str, separateur: str) -> None:
    fichier = tmp_path / "chiffres.csv"
    cellules = [[f'"{c}"' if separateur in c else c for c in ligne] for ligne in LIGNES]
    fichier.write_text("\n".join(map(separateur.join, cellules)), encoding=codage)
    (une, autre), non_lus = lire_chiffres_publies(fichier, SIREN)
    assert (une["ligne"], une["annee"], une["perimetre_code"], une["valeur"]) == (2, 2022, "01004", "1 234")
    assert (autre["ligne"], autre["annee"], autre["valeur"]) == (5, None, "25,3 %")
    assert (autre["perimetre_type"], autre["perimetre_code"]) == ("epci", SIREN)
    assert non_lus == ()


def test_un_classeur_perd_le_premier_zero_d_un_code(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    feuille = classeur.create_sheet("Chiffres", 0)
    for ligne in LIGNES:
        feuille.append([int(c) if c.isdigit() else c or None for c in ligne])
    classeur["Sheet"]["A1"] = "autre chose"
    fichier = tmp_path / "chiffres.xlsx"
    classeur.save(fichier)
    lus, non_lus = lire_chiffres_publies(fichier, SIREN)
    assert cle_de(lus[0]) == cle_de(lus[0] | {"perimetre_code": "01004"}) and non_lus == ("feuille Sheet",)
    assert cle_de(lus[0]) != cle_de(lus[0] | {"modalite": "0"}), "a zero is a code"


@pytest.mark.parametrize(
    ("texte", "nommes"),
    [
        ("indicateur;valeur\nV01;2\n", ["« annee »"]),
        ("indicateur;annee;Commune;valeur\nV01;2022;Bourg;2\n", ["« Commune »", "« note »"]),
        ("a;b;c\n1;2;3\n", ["« indicateur »", "« annee »", "« valeur »"]),
        ("indicateur;annee;valeur\nV01;2022;\nV02;2022;s\n# V01;2022;1\n", []),
        ("indicateur,annee,valeur\n# saisi, le 3, mars, 2024\nO01,2022,21,0\n", ["ligne 3", "« 0 »"]),
    ],
)
def test_un_fichier_inutilisable_est_refuse(tmp_path: Path, texte: str, nommes: list[str]) -> None:
    fichier = tmp_path / "chiffres.csv"
    fichier.write_text(texte, encoding="utf-8")
    with refuser(*nommes):
        lire_chiffres_publies(fichier, SIREN)
