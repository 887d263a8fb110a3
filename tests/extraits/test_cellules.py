"""One cell to one value: what is written in any accepted form is read back equal; the rest is missing, or refused."""

from __future__ import annotations

import doctest
import importlib
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from conftest_extraits import RACINE
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cil_analysis.extraits.cellules import codes, textes, valeurs
from cil_analysis.reference.lecture import Tables
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.territoire import charger_territoire
from cil_analysis.reference.texte import normaliser
from essais import essais

# The same examples at every run: a red build is the change's doing.
DETERMINISTE = settings(derandomize=True, deadline=None)
REFERENCE = RACINE / "data" / "reference"
NOMENCLATURES = charger_nomenclatures(REFERENCE / "nomenclatures")
CATEGORIES = NOMENCLATURES["categories_prioritaires"].vers_code
TERRITOIRE = charger_territoire(Tables(REFERENCE), "72181")
COMMUNES = TERRITOIRE.vers_commune
PROVENANCES = {"72181": "72181", "le mans": "72181", "aulaines": "72039", "72014": "72039"}

ESPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "\u2007", "\u2008"])
BORDS = st.sampled_from(["", " ", "\u00a0", "\t", "\ufeff", " \u202f "])
# Letters, French accents and what French labels hold between them.
CELLULES = (
    st.text(max_size=40)
    | st.text("0123456789./-−+eEZT:,;%€ \u00a0\u202f\n=\"'", max_size=25)
    | st.text("abcdefghijklmnoprstuvxyzéèàçœ'’- ,;/+\n", max_size=40)
)
LECTEURS: list[Callable[[str], Any]] = [
    valeurs.lire_date,
    valeurs.lire_nombre,
    lambda texte: valeurs.lire_nombre(texte, pourcentage=True, sentinelles=("999",)),
    valeurs.lire_entier,
    codes.lire_oui_non,
    valeurs.lire_identifiant,
    lambda texte: codes.lire_code(texte, NOMENCLATURES["financements"].vers_code),
    lambda texte: codes.lire_codes(texte, CATEGORIES),
    lambda texte: codes.lire_commune(texte, COMMUNES),
    lambda texte: codes.lire_provenance(texte, PROVENANCES, "72"),
]


def refuse(lire: Callable[[str], Any], texte: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=r"."):
        lire(texte)


@pytest.mark.parametrize("module", ["cellules.codes", "cellules.textes", "cellules.valeurs", "derivations"])
def test_exemples_des_docstrings(module: str) -> None:
    resultat = doctest.testmod(importlib.import_module(f"cil_analysis.extraits.{module}"))
    assert resultat.failed == 0 and resultat.attempted >= 2


@pytest.mark.parametrize(
    "texte",
    ["", "  ", "NA", "na/na", "N.C.", "nc.", "NR", "Z", "Non renseigné", "(vide)", "-", "—", ".", "/", "\u00a0"],
)
def test_absent(texte: str) -> None:
    assert textes.est_absent(texte)
    assert all(lire(texte) is None for lire in LECTEURS)


@pytest.mark.parametrize("texte", ["0", "non", "aucun", "✗", "\ufffd", "#REF!", "nan"])
def test_donne(texte: str) -> None:
    """A cell that says something is never taken for a blank, even when nothing can be made of it."""
    assert not textes.est_absent(texte)


@given(CELLULES)
@settings(DETERMINISTE, max_examples=essais(400, 150))
def test_une_cellule_se_lit_ou_se_refuse(texte: str) -> None:
    """Whatever it holds, and alike within a column; what is read does not hang on the spaces around it."""
    for lire in LECTEURS:
        lues, illisibles = textes.distinctes(pd.Series(["", texte], dtype="str")).lire(lire)
        assert (lues.iloc[0], bool(illisibles.iloc[0])) == (None, False)
        try:
            lu = lire(texte)
        except (ValueError, OverflowError):
            assert illisibles.iloc[-1] and lues.iloc[-1] is None
            continue
        assert lues.iloc[-1] == lu and not illisibles.iloc[-1]
        if lu is not None or not textes.est_absent(texte):
            assert lire(f" \u00a0{texte}\u202f ") == lu
    entiers, _ = textes.distinctes(pd.Series([texte], dtype="str")).lire(valeurs.lire_entier)
    entiers.astype("Int64")


# --- dates


@given(st.dates(date(1901, 1, 1), date(2170, 1, 1)), st.times(), BORDS)
@DETERMINISTE
def test_une_date_se_lit_sous_toutes_ses_formes(jour: date, heure: Any, bord: str) -> None:
    an = f"{jour.year:04d}"
    francaises = [f"{jour.day:02d}/{jour.month:02d}/{an}", f"{jour.day}-{jour.month}-{an}", f"{jour:%d.%m.}{an}"]
    formes = [*francaises, jour.isoformat()]
    formes += [f"{forme} {heure:%H:%M}" for forme in formes] + [f"{forme} {heure:%H:%M:%S}" for forme in formes]
    formes += [f"{jour.isoformat()}T{heure.isoformat()}", f"{jour.isoformat()}T{heure:%H:%M:%S}.000"]
    formes.append(f"{francaises[0]}\u00a0\u00a08h30")
    # Excel counts from 30 December 1899 after February 1900: 25 569 is 1 January 1970.
    serie = (jour - date(1970, 1, 1)).days + 25569
    if 10000 <= serie <= 99999:
        formes += [str(serie), f"{serie}.0", f"{serie},25"]
    assert {valeurs.lire_date(f"{bord}{forme}{bord}") for forme in formes} == {jour}


def test_series_de_1904() -> None:
    """Microsoft's own example: 5 July 1998 is 34519 from 1904, and 35981 from 1900. What is no serial stays."""
    lues = valeurs.serie_1904_vers_1900(pd.Series(["34519", " 34519.5 ", "05/07/1998", "1998", "8537", "n", ""]))
    assert lues.tolist() == ["35981", "35981.5", "05/07/1998", "1998", "8537", "n", ""]


@given(st.dates(date(1996, 1, 1), date(2037, 12, 31)), st.integers(-14, 14))
@DETERMINISTE
def test_minuit_a_paris_vu_d_ailleurs(jour: date, decalage: int) -> None:
    """A day exported as the instant when it begins in Paris is that day, in whatever zone the instant is written."""
    minuit = datetime(jour.year, jour.month, jour.day, tzinfo=ZoneInfo("Europe/Paris"))
    ailleurs = minuit.astimezone(UTC) + timedelta(hours=decalage)
    assert valeurs.lire_date(f"{minuit.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}") == jour
    assert valeurs.lire_date(f"{ailleurs:%Y-%m-%dT%H:%M:%S}{decalage:+03d}:00") == jour


@given(st.integers(1, 12), st.integers(1901, 9999), st.sampled_from(["/", "-"]))
@DETERMINISTE
def test_un_mois_est_son_premier_jour(mois: int, an: int, signe: str) -> None:
    for forme in (f"{mois:02d}{signe}{an}", f"{mois}{signe}{an}", f" {an}-{mois:02d}"):
        assert valeurs.lire_date(forme) == date(an, mois, 1)
        assert valeurs.est_un_mois(forme)
    assert not valeurs.est_un_mois(f"03{signe}{mois:02d}{signe}{an}") and not valeurs.est_un_mois(str(an))


@pytest.mark.parametrize(
    "texte",
    [
        "00/00/0000",
        "00/01/1900",
        "01/01/1900",
        "01/1900",
        "30/12/1899 00:00:00",
        "1899-12-31 00:00:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_ce_qu_un_programme_ecrit_quand_il_n_a_pas_de_date(texte: str) -> None:
    """A formula that copies a blank gives 0, which was a filing date in 1899."""
    assert valeurs.lire_date(texte) is None


@pytest.mark.parametrize(
    "texte",
    ["15/03/0202", "15/03/1822", "31/02/2022", "2022-13-01", "29/02/2023", "01/01/22", "1/22", "22-01-03", "13/2022",
     "00/2022", "2022-1-3Z", "2022-01-03T25:00:00Z", "0001-01-01T00:00:00+14:00", "2022", "1.2022", "hier",
     "15 mars 2022", "9" * 400],
)  # fmt: skip
def test_date_impossible(texte: str) -> None:
    """A year of two digits is refused with them: of which century, nobody says."""
    refuse(valeurs.lire_date, texte)


# --- numbers


@given(st.integers(0, 10**12), st.integers(0, 99), ESPACES, st.sampled_from(["", "-", "−", "+"]), BORDS)
@DETERMINISTE
def test_un_nombre_francais_garde_sa_valeur(entier: int, centimes: int, espace: str, signe: str, bord: str) -> None:
    attendu = float(f"{'-' if signe in ('-', '−') else ''}{entier}.{centimes:02d}")
    milliers = f"{entier:,}"
    formes = [f"{entier},{centimes:02d}", f"{entier}.{centimes:02d}", f"{milliers.replace(',', espace)},{centimes:02d}"]
    if entier >= 1000:
        formes += [f"{milliers.replace(',', '.')},{centimes:02d}", f"{milliers}.{centimes:02d}"]
    for forme in formes:
        for unite in ("", " €", f"{espace}€", "€", " euros"):
            assert valeurs.lire_nombre(f"{bord}{signe}{forme}{unite}{bord}") == attendu
        assert valeurs.lire_nombre(f"{signe}{forme}{espace}%", pourcentage=True) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("1.234", 1.234), ("1,234", 1.234), ("1.234.567", 1234567.0), ("0012", 12.0), ("- 1 234,50 euros", -1234.5)],
)
def test_un_seul_separateur_est_celui_des_decimales(texte: str, attendu: float) -> None:
    assert valeurs.lire_nombre(texte) == attendu


def test_des_euros_n_ont_pas_de_milliemes() -> None:
    """« 1.234 » is a thousand to whom writes it so, and nearly nothing if it is read as a decimal."""
    for texte in ("1.234", "1,234", "12.345 €", " 9,143 euros "):
        refuse(lambda x: valeurs.lire_nombre(x, euros=True), texte)
    for texte, attendu in (("812.375", 812.375), ("1.23", 1.23), ("0.125", 0.125), ("1 234", 1234.0), ("1234", 1234.0)):
        assert valeurs.lire_nombre(texte, euros=True) == attendu


@pytest.mark.parametrize(
    "texte",
    ["12a", "1,2,3", ",5", "1e", "--1", "½", "=1+1", "inf", "-inf", "nan", "1e999", "12 34", "1\n234", "1.23,4",
     "1.234.56", "12 %", "1 234.567,8", "25 ans", "٣", "#N/A", "@SUM(A1)", "mille"],
)  # fmt: skip
def test_nombre_illisible(texte: str) -> None:
    refuse(valeurs.lire_nombre, texte)


@pytest.mark.parametrize("texte", ["3,5", "1e30", "1e400", "-1e300"])
def test_entier_illisible(texte: str) -> None:
    refuse(valeurs.lire_entier, texte)


def test_un_pourcentage_n_est_pas_en_euros() -> None:
    refuse(lambda texte: valeurs.lire_nombre(texte, pourcentage=True), "12 €")


@given(st.sampled_from(["99", "999", "9999"]), st.integers(-(10**15), 10**15) | st.integers(0, 20_000), ESPACES)
@DETERMINISTE
def test_une_sentinelle_n_est_que_son_nombre(sentinelle: str, nombre: int, espace: str) -> None:
    """A column's own number for « not given », however a spreadsheet writes it; elsewhere it is a number."""
    for valeur in (nombre, int(sentinelle)):
        for forme in (str(valeur), f"{valeur}.0", f"{valeur},00", f"{valeur:,}".replace(",", espace)):
            lu = valeurs.lire_entier(forme, sentinelles=(sentinelle,))
            assert lu == (None if valeur == int(sentinelle) else valeur)
            assert valeurs.lire_entier(forme) == valeur


# --- yes and no, labels


@pytest.mark.parametrize(
    ("formes", "attendu"),
    [
        (("Oui", "O", "VRAI", "true", "X", "Yes", "1", "1.0", " ✔ ", "☑\ufe0f"), True),
        (("non", "N", "Faux", "false", "No", "0", "0,0", "☐"), False),
    ],
)
def test_oui_non(formes: tuple[str, ...], attendu: bool) -> None:
    assert [codes.lire_oui_non(texte) for texte in formes] == [attendu] * len(formes)


@pytest.mark.parametrize("texte", ["peut-être", "2", "oui non", "✗", "10"])
def test_oui_non_illisible(texte: str) -> None:
    refuse(codes.lire_oui_non, texte)


@st.composite
def graphies(draw: st.DrawFn, libelle: str) -> str:
    """A label as someone else would type it: case, accents, apostrophes, spaces, Unicode form."""
    texte = "".join(draw(st.sampled_from([lettre, lettre.upper(), lettre.lower()])) for lettre in libelle)
    if draw(st.booleans()):
        texte = "".join(c for c in unicodedata.normalize("NFD", texte) if unicodedata.category(c) != "Mn")
    texte = texte.replace("’", draw(st.sampled_from(["’", "'", "‘", "\u02bc"]))).replace(" ", draw(ESPACES))
    texte = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD", "NFKD"])), texte)
    return draw(BORDS) + texte + draw(BORDS)


@given(st.data())
@DETERMINISTE
def test_un_libelle_se_reconnait_quelle_que_soit_sa_graphie(donnees: st.DataObject) -> None:
    nomenclature = NOMENCLATURES[donnees.draw(st.sampled_from(sorted(NOMENCLATURES)))]
    assume(not nomenclature.table.empty)
    ligne = nomenclature.table.iloc[donnees.draw(st.integers(0, len(nomenclature.table) - 1))]
    libelle = donnees.draw(st.sampled_from([ligne["libelle"], *filter(None, ligne["alias"].split("|"))]))
    assert codes.lire_code(donnees.draw(graphies(libelle)), nomenclature.vers_code) == ligne["code"]


def test_une_liste_peut_avoir_un_code_pour_rien() -> None:
    table = {"plus": "PLUS", "non renseigne": "NR"}
    assert codes.lire_code("Non renseigné", table) == "NR"
    refuse(lambda texte: codes.lire_code(texte, table), "PLAI")


# --- sets of codes


LIBELLES = [
    (code, forme)
    for code, libelle, alias in NOMENCLATURES["categories_prioritaires"].table[["code", "libelle", "alias"]].values
    for forme in (libelle, *alias.split("|"))
    if forme
]


@given(
    st.lists(st.sampled_from(LIBELLES), max_size=5),
    st.sampled_from([";", " | ", ", ", "/", "\n", "\r\n", " + "]),
    st.randoms(use_true_random=False),
)
@DETERMINISTE
def test_un_ensemble_de_categories_n_a_pas_d_ordre(choix: list[tuple[str, str]], separateur: str, hasard: Any) -> None:
    """Whatever the order and the separator, the categories of a cell are those of its labels, commas and all."""
    attendu = ";".join(sorted({code for code, _ in choix})) or None
    for ordre in (choix, hasard.sample(choix, len(choix))):
        cellule = separateur.join(libelle for _, libelle in ordre)
        assert codes.lire_codes(cellule, CATEGORIES) == attendu
        assert not codes.codes_inconnus(cellule, CATEGORIES)


@given(st.lists(st.sampled_from(LIBELLES), max_size=4), st.sampled_from([";", "|", "\n"]), st.integers(0, 4))
@DETERMINISTE
def test_un_libelle_inconnu_n_enleve_rien_aux_autres(choix: list[tuple[str, str]], separateur: str, place: int) -> None:
    morceaux = [libelle for _, libelle in choix]
    morceaux.insert(place, "Catégorie, jamais vue")
    cellule = separateur.join(morceaux)
    assert codes.lire_codes(cellule, CATEGORIES) == (";".join(sorted({code for code, _ in choix})) or None)
    assert codes.codes_inconnus(cellule, CATEGORIES)


AMBIGUES = {"a": "a", "handicap": "a", "mal loge defavorise difficultes particulieres": "c", "mal loge": "c",
            "difficultes particulieres": "j", "dalo": "DALO", "expulsion": "l", "handicap expulsion": "m",
            "expulsion dalo": "k"}  # fmt: skip


@pytest.mark.parametrize(
    ("texte", "attendu", "inconnu"),
    [
        ("Mal logé,\ndéfavorisé, difficultés particulières\nHandicap", "a;c", False),  # a label on two lines
        ("Mal logé, autre chose", None, True),  # a label that is not known, rather than one that is and another
        ("Handicap ; Mal logé, autre chose", "a", True),
        ("Handicap, expulsion, DALO", None, True),  # two cuttings, in as few labels: m and DALO, or a and k
        ("Handicap ;; NC", "a", False),
        ("a," * 60, None, True),  # no household has sixty categories
    ],
)
def test_codes_ambigus(texte: str, attendu: str | None, inconnu: bool) -> None:
    assert codes.lire_codes(texte, AMBIGUES) == attendu
    assert bool(codes.codes_inconnus(texte, AMBIGUES)) is inconnu


# --- communes, and codes that spreadsheets take for numbers


@given(st.data())
@DETERMINISTE
def test_une_commune_se_reconnait_quelle_que_soit_sa_graphie(donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(sorted(TERRITOIRE.connues["nom"])))
    code = COMMUNES[normaliser(nom)]
    assert codes.lire_commune(donnees.draw(graphies(nom)), COMMUNES) == code
    assert codes.lire_commune(f"{code} - {nom}", COMMUNES) == code  # the former name with the present code too


@given(st.sampled_from(sorted(TERRITOIRE.connues["code_insee"])) | st.integers(1001, 98999).map("{:05d}".format))
@DETERMINISTE
def test_un_code_insee_survit_au_tableur(code: str) -> None:
    """D6: read back exactly, and told when a spreadsheet held it as a number."""
    entier, mantisse = int(code), f"{int(code):.{len(str(int(code))) - 1}E}"
    for forme in (code, str(entier), str(float(entier)), f"{entier},00", mantisse, mantisse.replace(".", ",")):
        assert codes.lire_commune(forme, {code: code}) == code
        assert codes.code_retabli(forme) is (forme != code)
    for forme in (f'="{code}"', f"'{code}", f" {code}\u00a0", f"{code[:2]} {code[2:]}"):
        assert codes.lire_commune(forme, {code: code}) == code
        assert not codes.code_retabli(forme)


@pytest.mark.parametrize(
    "texte",
    ["7,22E+04", "7,2181E+05", "7,21815E+04", "7E+04", "0,7218E+05", "7.2181E-04", "72181.5", "721810", "72", "Paris"],
)
def test_commune_inconnue_ou_arrondie(texte: str) -> None:
    """72200 exists, and « 7,22E+04 » is how a narrow column shows 72181 too."""
    refuse(lambda t: codes.lire_commune(t, {"72181": "72181", "72200": "72200", "70000": "70000"}), texte)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("72181.0", "72181"), ("72000 Le Mans", "72181"), ("Le Mans (72)", "72181"), ("LE MANS CEDEX 2", "72181"),
     ("72014", "72039"), ("Aulaines", "72039"), ("75056", "75056"), ("1001", "01001"), ("2a 004", "2A004"),
     ("97411", "97411"), ("99109", "99109"), ("Paris 12", "HORS"), ("53000 Laval", "HORS"), ("Le Mans (53)", "HORS"),
     ("Y", "HORS"), ("Hors département", "HORS"), ("L’Haÿ-les-Roses", "HORS"), ('=""', None)],
)  # fmt: skip
def test_provenance(texte: str, attendu: str | None) -> None:
    """Anywhere in France or abroad; a name of the département wins, unless a number says another one."""
    assert codes.lire_provenance(texte, PROVENANCES, "72") == attendu


@pytest.mark.parametrize(
    "texte", ["7,22E+04", "72000", "72 100", "96001", "99999", "00001", "721810", "72", "0", "#REF!", "7218A", "✗"]
)
def test_provenance_illisible(texte: str) -> None:
    """A damaged code, or a postal code of the département: never taken for a commune elsewhere."""
    refuse(lambda t: codes.lire_provenance(t, PROVENANCES, "72"), texte)


# --- the N° unique


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
@DETERMINISTE
def test_un_numero_unique_se_relit(numero: str) -> None:
    for forme in (
        numero,
        numero.lower(),
        f" {numero[:9]} {numero[9:]} ",
        f'="{numero}"',
        f'= "{numero}"',
        f"'{numero}",
    ):
        assert valeurs.lire_identifiant(forme) == numero


@given(st.integers(10**16, 10**18 - 10**3))
@DETERMINISTE
def test_un_numero_unique_devenu_nombre_n_est_jamais_lu_de_travers(numero: int) -> None:
    """D6: what a spreadsheet writes of a long number is refused, or is the number itself."""
    flottant = float(numero)
    arrondi = f"{numero:.14e}"
    tableur = f"{int(float(arrondi)):d}"[:15].ljust(len(str(numero)), "0")
    for forme in (repr(flottant), arrondi, arrondi.replace(".", ","), f"{flottant:.1f}", f"{flottant:.3E}"):
        refuse(valeurs.lire_identifiant, forme)
    if len(tableur) == 18:
        assert valeurs.est_arrondi(tableur)
    if numero >= 10**17:
        assert valeurs.est_flottant(str(int(flottant)))


@pytest.mark.parametrize(
    "texte",
    [
        "72118016982123456",  # the leading zero is lost
        '=0721180169821"',
        "1110318016982G110",  # 17 characters
        "1110318016982G11045",
        "1110318016982-1104",
        "111031801698ÉG1104",
    ],
)
def test_numero_perdu(texte: str) -> None:
    """Never a false identifier, which would link two households."""
    refuse(valeurs.lire_identifiant, texte)


NUMEROS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=17, max_size=19)
EN_CHIFFRES = st.text("0123456789", min_size=15, max_size=15).flatmap(lambda n: st.sampled_from([f"{n}000", f"{n}024"]))
# Numbers as they should be, nearly so, and anything.
COLONNES_DE_NUMEROS = st.lists(
    NUMEROS
    | EN_CHIFFRES
    | st.builds(lambda debut, numero, fin: debut + numero + fin, BORDS, NUMEROS | EN_CHIFFRES, BORDS)
    | NUMEROS.map(str.lower)
    | st.text("0Aaé٣ßİ\n\u00a0=\"'", min_size=16, max_size=20)
    | CELLULES,
    max_size=8,
)


@given(COLONNES_DE_NUMEROS, st.integers(0, 8))
@settings(DETERMINISTE, max_examples=essais(2000, 200))
def test_les_numeros_perdus_d_une_colonne_sont_ceux_de_ses_cellules(cellules: list[str], debut: int) -> None:
    """Cell by cell is the expected value of all at once, of the end of a column too: its memory begins elsewhere."""

    colonne = pd.Series(cellules, dtype="str", index=range(3, 3 + len(cellules)))[debut:]
    for classeur, regle in ((True, valeurs.est_flottant), (False, valeurs.est_arrondi)):
        assert valeurs.numeros_perdus(colonne, classeur=classeur).tolist() == [*map(regle, cellules[debut:])]
