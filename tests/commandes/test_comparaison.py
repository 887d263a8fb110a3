"""Published figures against recomputed ones: what is the same, what is not, and why there may be nothing to compare."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cil_analysis.commandes.comparaison import Comparaison, comparer, lire_annee, lire_publie
from cil_analysis.commandes.designations import ENTETES, Designations
from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from registres import PAR_CODE

RACINE = Path(__file__).resolve().parents[2]
Une = Callable[..., Comparaison]
SIREN, LE_MANS, ALLONNES, QUARTIER = "247200132", "72181", "72003", "QP072003"


@pytest.fixture(scope="module")
def designations() -> Designations:
    return Designations(References(ouvrir_projet(RACINE)), PAR_CODE)


@pytest.fixture(scope="module")
def cadre() -> pd.DataFrame:
    """A few figures of two years, whose values are plain from their terms."""

    def lignes(code: str, annee: int, unite: str, *rangs: tuple[str, str, str, str, str, float, float]) -> pd.DataFrame:
        cles = ["perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
        table = pd.DataFrame(list(rangs), columns=[*cles, "numerateur", "denominateur"])
        return mettre_en_cadre(table, code, annee, unite)

    nan = float("nan")
    return pd.concat(
        [
            lignes("V01", 2021, "nombre", ("epci", SIREN, "", "", "", 1200, nan)),
            lignes("V01", 2022, "nombre", ("epci", SIREN, "", "", "", 1600, nan),
                   ("commune", ALLONNES, "", "", "", 200, nan), ("commune", LE_MANS, "", "", "", 1400, nan),
                   ("qpv", QUARTIER, "", "", "", 40, nan), ("qpv", "NR", "", "", "", 7, nan)),
            lignes("A01", 2022, "pct", ("epci", SIREN, "bailleur", "LMH", "", 400, 1600),
                   ("epci", SIREN, "bailleur", "NR", "", 20, 1600)),
            lignes("A02", 2022, "pct", ("epci", SIREN, "reservataire", "COLACT", "", 404, 1600)),
            lignes("T02", 2022, "pct", ("epci", SIREN, "", "", "QPV", 405, 1600),
                   ("epci", SIREN, "", "", "HORS_QPV", 1195, 1600)),
            lignes("P03", 2022, "pct", ("epci", SIREN, "", "", "5+", 160, 1600),
                   ("epci", SIREN, "", "", "NR", 0, 1600)),
            lignes("O01", 2022, "pct", ("epci", SIREN, "", "", "", 300, 1200), ("commune", LE_MANS, "", "", "", 0, 0)),
            lignes("O08", 2022, "pct", ("epci", SIREN, "bailleur", "LMH", "", nan, nan)),
            lignes("V03", 2022, "ratio", ("epci", SIREN, "", "", "", 7000, 1600)),
        ],
        ignore_index=True,
    )  # fmt: skip


def ligne(indicateur: str, valeur: str, annee: str = "2022", **autres: str) -> dict[str, str]:
    return dict.fromkeys(ENTETES, "") | {"indicateur": indicateur, "annee": annee, "valeur": valeur} | autres


@pytest.fixture(scope="module")
def une(cadre: pd.DataFrame, designations: Designations) -> Une:
    def comparer_une(indicateur: str, valeur: str, annee: str = "2022", **autres: str) -> Comparaison:
        (resultat,) = comparer(
            pd.DataFrame([ligne(indicateur, valeur, annee, **autres)]), cadre, designations, {2021, 2022}
        )
        return resultat

    return comparer_une


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


def test_un_chiffre_ou_une_annee_illisible() -> None:
    for texte in ("environ 25", "25-30", "vingt", "12 34"):
        with pytest.raises(ValueError):
            lire_publie(texte)
    assert [lire_annee(t) for t in ("2022", " 2022 ", "2022.0", "22", "an 2022")] == [2022, 2022, 2022, None, None]


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


@given(part=PARTS, decimales=st.integers(0, 3), vers_le_haut=st.booleans(),
       decalage=st.sampled_from([0, 0, 0, -300, -3, -2, 2, 3, 300]))  # fmt: skip
def test_un_arrondi_n_est_jamais_un_ecart_et_un_chiffre_change_l_est(
    part: tuple[int, int], decimales: int, vers_le_haut: bool, decalage: int
) -> None:
    """By two units of its last decimal at least: by one, it may be a tie that was rounded the other way."""
    lu = lire_publie(ecrire(part, decimales, vers_le_haut=vers_le_haut or decalage != 0, decalage=decalage))
    assert lu is not None and lu[1] == decimales
    assert Comparaison("", "valeur", "pct", *lu).est_le_meme(100 * part[0] / part[1]) is (decalage == 0)


@pytest.mark.parametrize(
    ("indicateur", "valeur", "autres", "resultat"),
    [
        # 405 of 1,600 is 25.3125; 404 of 1,600 is 25.25, a tie at one decimal.
        ("A02", "25,2", {"acteur_code": "COLACT"}, "identique"),
        ("A02", "25,3", {"acteur_code": "COLACT"}, "identique"),
        ("A02", "25,4", {"acteur_code": "COLACT"}, "ecart"),
        ("T02", "25", {"modalite": "QPV"}, "identique"),
        ("T02", "25,31", {"modalite": "QPV"}, "identique"),
        ("T02", "25,30", {"modalite": "QPV"}, "ecart"),
        # A count has no tolerance.
        ("V01", "1 600", {}, "identique"),
        ("V01", "1 601", {}, "ecart"),
        ("A01", "25", {"acteur_code": "LMH", "numerateur": "400", "denominateur": "1600"}, "identique"),
        ("A01", "25", {"acteur_code": "LMH", "numerateur": "401"}, "ecart"),
        # A masked row is neither a difference nor a lack; two blanks are the same.
        ("V01", "s", {}, "sans_chiffre"),
        ("O08", "", {"acteur_code": "LMH"}, "identique"),
        ("O01", "nd", {"perimetre_code": "Le Mans", "numerateur": "0", "denominateur": "0"}, "identique"),
        ("A01", "25", {}, "ambigu"),
        ("T02", "25", {}, "ambigu"),
    ],
)
def test_un_chiffre_est_le_meme_ou_non(
    une: Une, indicateur: str, valeur: str, autres: dict[str, str], resultat: str
) -> None:
    assert une(indicateur, valeur, **autres).resultat == resultat


def test_un_ecart_dit_son_terme_et_sa_difference_un_ambigu_ce_qui_est_a_preciser(une: Une) -> None:
    faux = une("V01", "1 601")
    assert faux.difference == -1
    terme = une("A01", "25", acteur_code="LMH", numerateur="401")
    assert (terme.terme, terme.publie, terme.recalcule) == ("numerateur", 401, 400)
    for indicateur, nommes in (("A01", ("acteur_code", "LMH", "NR")), ("T02", ("modalite", "QPV", "HORS_QPV"))):
        assert all(nom in une(indicateur, "25").motif for nom in nommes)


@pytest.mark.parametrize(
    ("valeur", "autres"),
    [
        ("1600", {"indicateur": "Attributions"}),
        ("1600", {"indicateur": "V01 – Attributions"}),
        ("1600", {"perimetre_type": "EPCI"}),
        ("1600", {"perimetre_code": "Le Mans Métropole"}),
        ("1600", {"perimetre_type": "epci", "perimetre_code": SIREN}),
        ("200", {"perimetre_code": "ALLONNES"}),
        ("200", {"perimetre_type": "Commune", "perimetre_code": ALLONNES}),
        ("1400", {"perimetre_code": "Mans (Le)"}),
        ("40", {"perimetre_type": "quartier", "perimetre_code": "Bellevue"}),
        ("40", {"perimetre_code": QUARTIER}),
        ("7", {"perimetre_type": "qpv", "perimetre_code": "NR"}),
        ("1200", {"annee": "2021"}),
        ("25", {"indicateur": "A01", "acteur_code": "Le Mans Métropole Habitat"}),
        ("25", {"indicateur": "A01", "acteur_type": "Bailleur", "acteur_code": "OPH de Le Mans Métropole"}),
        ("1,25", {"indicateur": "A01", "acteur_type": "bailleur", "acteur_code": "Non renseigné"}),
        ("74,7", {"indicateur": "T02", "modalite": "hors_qpv"}),
        ("10 %", {"indicateur": "P03", "modalite": "5 personnes et plus"}),
        ("0", {"indicateur": "P03", "modalite": "Non renseigné"}),
        ("4,4", {"indicateur": "demandes pour une attribution"}),
    ],
)
def test_chaque_facon_de_nommer_un_chiffre(une: Une, valeur: str, autres: dict[str, str]) -> None:
    assert une(**({"indicateur": "V01", "valeur": valeur} | autres)).resultat == "identique"


@pytest.mark.parametrize(
    ("autres", "nommes"),
    [
        ({"annee": "2015"}, ["2015"]),
        ({"annee": "l’an dernier"}, ["année"]),
        ({"indicateur": "Z99"}, ["Z99"]),
        ({"indicateur": "Atributions"}, ["Atributions", "V01"]),  # the nearest is told
        ({"indicateur": ""}, ["indicateur"]),
        ({"perimetre_code": "Atlantis"}, ["Atlantis"]),
        ({"perimetre_code": "Le Manz"}, ["Le Manz", LE_MANS]),
        ({"perimetre_code": "Sablé-sur-Sarthe"}, ["2022"]),  # known, and no member
        ({"perimetre_type": "canton", "perimetre_code": "X"}, ["périmètre"]),
        ({"perimetre_type": "commune"}, ["commune"]),
        ({"perimetre_type": "commune", "perimetre_code": QUARTIER}, ["périmètre"]),
        ({"indicateur": "A01", "acteur_code": "Office Inventé"}, ["Office Inventé"]),
        ({"indicateur": "A01", "acteur_type": "bailleur"}, ["bailleur"]),
        ({"indicateur": "T02", "modalite": "sur la Lune"}, ["T02"]),
        ({"acteur_code": "LMH"}, ["V01"]),
        ({"indicateur": "O01", "perimetre_code": "Le Mans"}, []),  # nobody to count
        ({"indicateur": "O08", "acteur_code": "LMH"}, []),  # a column is absent
        ({"valeur": "environ 20"}, ["environ 20"]),
        ({"valeur": "", "numerateur": "x"}, ["numerateur"]),
    ],
)
def test_ce_qui_ne_se_recalcule_pas_dit_pourquoi(une: Une, autres: dict[str, str], nommes: list[str]) -> None:
    resultat = une(**({"indicateur": "V01", "valeur": "20"} | autres))
    assert resultat.resultat == "non_recalculable" and resultat.motif
    assert all(nom in resultat.motif for nom in nommes), resultat.motif


@settings(max_examples=60, deadline=None)
@given(donnees=st.data())
def test_toutes_les_valeurs_changees_sont_trouvees_et_elles_seules(
    cadre: pd.DataFrame, designations: Designations, donnees: st.DataObject
) -> None:
    connues = cadre[cadre["valeur"].notna()].to_dict("records")
    changees = donnees.draw(st.lists(st.booleans(), min_size=len(connues), max_size=len(connues)))
    decimales = donnees.draw(st.sampled_from([0, 1, 2]))
    publies = []
    for chiffre, changee in zip(connues, changees, strict=True):
        precision = 0 if chiffre["unite"] == "nombre" else decimales
        valeur = chiffre["valeur"] + (2 * 10.0**-precision if changee else 0)
        cles = {str(nom): str(chiffre[nom]) for nom in ENTETES if nom in chiffre}
        publies.append(cles | {"valeur": f"{valeur:.{precision}f}", "note": "", "numerateur": "", "denominateur": ""})
    trouves = comparer(pd.DataFrame(publies), cadre, designations, {2021, 2022})
    assert [c.resultat for c in trouves] == ["ecart" if changee else "identique" for changee in changees]
