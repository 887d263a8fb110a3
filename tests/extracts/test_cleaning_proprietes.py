"""Properties of the cleaning rules: what is written in any accepted form is read back equal, or is refused."""

from __future__ import annotations

import doctest
import importlib
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cil_analysis.extracts import cleaning
from cil_analysis.reference import charger_territoire
from cil_analysis.reference.nomenclatures import charger_nomenclatures
from cil_analysis.reference.texte import normaliser
from essais import essais

# The same examples at every run: a red build is the change's doing.
DETERMINISTE = settings(derandomize=True, deadline=None)
REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
NOMENCLATURES = charger_nomenclatures(REFERENCE / "nomenclatures")
CATEGORIES = NOMENCLATURES["categories_prioritaires"].vers_code()
TERRITOIRE = charger_territoire(REFERENCE / "territory", "72181")
COMMUNES = TERRITOIRE.vers_commune()

ESPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "\u2007", "\u2008"])
BORDS = st.sampled_from(["", " ", "\u00a0", "\t", "\ufeff", " \u202f "])
# Letters, French accents and what French labels hold between them.
CELLULES = (
    st.text(max_size=40)
    | st.text("0123456789./-−+eEZT:,;%€ \u00a0\u202f\n=\"'", max_size=25)
    | st.text("abcdefghijklmnoprstuvxyzéèàçœ'’- ,;/+\n", max_size=40)
)
LECTEURS: list[Callable[[str], Any]] = [
    cleaning.lire_date,
    cleaning.lire_nombre,
    lambda texte: cleaning.lire_nombre(texte, pourcentage=True, sentinelles=("999",)),
    cleaning.lire_entier,
    cleaning.lire_oui_non,
    cleaning.lire_identifiant,
    lambda texte: cleaning.lire_code(texte, NOMENCLATURES["financements"].vers_code()),
    lambda texte: cleaning.lire_codes(texte, CATEGORIES),
    lambda texte: cleaning.lire_commune(texte, COMMUNES),
]


@pytest.mark.parametrize("module", ["cellules", "codes", "dates", "identifiants", "nombres"])
def test_exemples_des_docstrings(module: str) -> None:
    resultat = doctest.testmod(importlib.import_module(f"cil_analysis.extracts.cleaning.{module}"))
    assert resultat.failed == 0 and resultat.attempted >= 3


# Dates


@given(st.dates(date(1000, 1, 1), date(2170, 1, 1)), st.times(), BORDS)
@DETERMINISTE
def test_une_date_se_lit_sous_toutes_ses_formes(jour: date, heure: Any, bord: str) -> None:
    an = f"{jour.year:04d}"
    francaises = [f"{jour.day:02d}/{jour.month:02d}/{an}", f"{jour.day}-{jour.month}-{an}", f"{jour:%d.%m.}{an}"]
    formes = [*francaises, jour.isoformat()]
    formes += [f"{forme} {heure:%H:%M}" for forme in formes] + [f"{forme} {heure:%H:%M:%S}" for forme in formes]
    formes += [f"{jour.isoformat()}T{heure.isoformat()}", f"{jour.isoformat()}T{heure:%H:%M:%S}.000"]
    serie = (jour - date(1970, 1, 1)).days + 25569
    if 10000 <= serie <= 99999:
        formes += [str(serie), f"{serie}.0", f"{serie},25"]
    assert {cleaning.lire_date(f"{bord}{forme}{bord}") for forme in formes} == {jour}


@given(st.dates(date(1927, 6, 1), date(2170, 1, 1)))
@DETERMINISTE
def test_les_deux_epoques_disent_le_meme_jour(jour: date) -> None:
    depuis_1904 = str((jour - date(1904, 1, 1)).days)
    assert cleaning.lire_date(cleaning.serie_1904_vers_1900(pd.Series([depuis_1904]))[0]) == jour


@given(st.dates(date(1996, 1, 1), date(2037, 12, 31)), st.integers(-14, 14))
@DETERMINISTE
def test_minuit_a_paris_vu_d_ailleurs(jour: date, decalage: int) -> None:
    """A day exported as the instant when it begins in Paris is that day, in whatever zone the instant is written."""
    minuit = datetime(jour.year, jour.month, jour.day, tzinfo=ZoneInfo("Europe/Paris"))
    universel = minuit.astimezone(UTC)
    ailleurs = minuit.astimezone(UTC) + timedelta(hours=decalage)
    assert cleaning.lire_date(f"{universel:%Y-%m-%dT%H:%M:%S.000Z}") == jour
    assert cleaning.lire_date(f"{ailleurs:%Y-%m-%dT%H:%M:%S}{decalage:+03d}:00") == jour


@given(st.integers(1, 12), st.integers(1000, 9999), st.sampled_from(["/", "-"]))
@DETERMINISTE
def test_un_mois_est_son_premier_jour(mois: int, an: int, signe: str) -> None:
    for forme in (f"{mois:02d}{signe}{an}", f"{mois}{signe}{an}", f"{an}-{mois:02d}"):
        assert cleaning.lire_date(forme) == date(an, mois, 1)
        assert cleaning.est_un_mois(forme)


@given(st.dates(), st.sampled_from(["/", "-", "."]))
@DETERMINISTE
def test_une_annee_de_deux_chiffres_est_refusee(jour: date, signe: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cleaning.lire_date(jour.strftime(f"%d{signe}%m{signe}%y"))


# Numbers


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
            assert cleaning.lire_nombre(f"{bord}{signe}{forme}{unite}{bord}") == attendu
        assert cleaning.lire_nombre(f"{signe}{forme}{espace}%", pourcentage=True) == attendu


@given(st.floats(allow_nan=False, allow_infinity=False))
@DETERMINISTE
def test_un_flottant_se_relit(nombre: float) -> None:
    assert cleaning.lire_nombre(repr(nombre)) == nombre
    assert cleaning.lire_nombre(repr(nombre).replace(".", ",")) == nombre


@given(st.integers(-(10**15), 10**15), ESPACES)
@DETERMINISTE
def test_un_entier_se_relit(nombre: int, espace: str) -> None:
    for forme in (str(nombre), f"{nombre}.0", f"{nombre},00", f"{nombre:,}".replace(",", espace)):
        assert cleaning.lire_entier(forme) == nombre


@given(st.sampled_from(["99", "999", "9999"]), st.integers(0, 20_000), ESPACES)
@DETERMINISTE
def test_une_sentinelle_n_est_que_son_nombre(sentinelle: str, nombre: int, espace: str) -> None:
    for forme in (str(nombre), f"{nombre}.0", f"{nombre:,}".replace(",", espace)):
        lu = cleaning.lire_entier(forme, sentinelles=(sentinelle,))
        assert lu == (None if nombre == int(sentinelle) else nombre)


# Labels


@given(CELLULES)
@DETERMINISTE
def test_la_forme_de_comparaison_est_stable(texte: str) -> None:
    assert normaliser(normaliser(texte)) == normaliser(texte)


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
    assert cleaning.lire_code(donnees.draw(graphies(libelle)), nomenclature.vers_code()) == ligne["code"]


@given(st.data())
@DETERMINISTE
def test_une_commune_se_reconnait_quelle_que_soit_sa_graphie(donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(sorted(TERRITOIRE.connues["nom"])))
    code = COMMUNES[normaliser(nom)]
    assert cleaning.lire_commune(donnees.draw(graphies(nom)), COMMUNES) == code
    assert cleaning.lire_commune(f"{code} - {nom}", COMMUNES) == code  # the former name with the present code too


# Sets of codes


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
    melange = hasard.sample(choix, len(choix))
    for ordre in (choix, melange):
        cellule = separateur.join(libelle for _, libelle in ordre)
        assert cleaning.lire_codes(cellule, CATEGORIES) == attendu
        assert not cleaning.codes_inconnus(cellule, CATEGORIES)


@given(st.lists(st.sampled_from(LIBELLES), max_size=4), st.sampled_from([";", "|", "\n"]), st.integers(0, 4))
@DETERMINISTE
def test_un_libelle_inconnu_n_enleve_rien_aux_autres(choix: list[tuple[str, str]], separateur: str, place: int) -> None:
    morceaux = [libelle for _, libelle in choix]
    morceaux.insert(place, "Catégorie, jamais vue")
    cellule = separateur.join(morceaux)
    assert cleaning.lire_codes(cellule, CATEGORIES) == (";".join(sorted({code for code, _ in choix})) or None)
    assert cleaning.codes_inconnus(cellule, CATEGORIES)


# Codes that spreadsheets take for numbers


@given(st.sampled_from(sorted(TERRITOIRE.connues["code_insee"])) | st.integers(1001, 98999).map("{:05d}".format))
@DETERMINISTE
def test_un_code_insee_survit_au_tableur(code: str) -> None:
    entier, mantisse = int(code), f"{int(code):.{len(str(int(code))) - 1}E}"
    for forme in (code, str(entier), str(float(entier)), f"{entier},00", mantisse, mantisse.replace(".", ",")):
        assert cleaning.lire_commune(forme, {code: code}) == code
        assert cleaning.code_retabli(forme) is (forme != code)
    for forme in (f'="{code}"', f"'{code}", f" {code}\u00a0", f"{code[:2]} {code[2:]}"):
        assert cleaning.lire_commune(forme, {code: code}) == code
        assert not cleaning.code_retabli(forme)


@given(st.integers(10**16, 10**18 - 10**3))
@DETERMINISTE
def test_un_numero_unique_devenu_nombre_n_est_jamais_lu_de_travers(numero: int) -> None:
    """D6: what a spreadsheet writes of a long number is refused, or is the number itself."""
    flottant = float(numero)
    arrondi = f"{numero:.14e}"
    tableur = f"{int(float(arrondi)):d}"[:15].ljust(len(str(numero)), "0")
    for forme in (repr(flottant), arrondi, arrondi.replace(".", ","), f"{flottant:.1f}", f"{flottant:.3E}"):
        with pytest.raises(ValueError, match=r"."):
            cleaning.lire_identifiant(forme)
    if len(tableur) == 18:
        assert cleaning.est_arrondi(tableur)
    if numero >= 10**17:
        assert cleaning.est_flottant(str(int(flottant)))


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
@DETERMINISTE
def test_un_numero_unique_se_relit(numero: str) -> None:
    for forme in (numero, numero.lower(), f" {numero[:9]} {numero[9:]} ", f'="{numero}"', f"'{numero}"):
        assert cleaning.lire_identifiant(forme) == numero


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


@given(COLONNES_DE_NUMEROS)
@settings(DETERMINISTE, max_examples=essais(2000, 200))
def test_une_colonne_de_numeros_se_lit_comme_ses_cellules(cellules: list[str]) -> None:
    """The rule, cell by cell, is the expected value of what is read all at once."""

    def lire(texte: str) -> str | None:
        try:
            return cleaning.lire_identifiant(texte)
        except ValueError:
            return "illisible"

    colonne = pd.Series(cellules, dtype="str", index=range(3, 3 + len(cellules)))
    lus, illisibles = cleaning.lire_identifiants(colonne)
    assert lus.dtype == "str" and lus.index.equals(colonne.index) and illisibles.index.equals(colonne.index)
    assert lus.astype("object").where(lus.notna(), None).mask(illisibles, "illisible").tolist() == [
        *map(lire, cellules)
    ]
    for classeur, regle in ((True, cleaning.est_flottant), (False, cleaning.est_arrondi)):
        assert cleaning.numeros_perdus(colonne, classeur=classeur).tolist() == [*map(regle, cellules)]


@given(st.lists(st.text("01aé \n", max_size=4), max_size=40), st.integers(0, 3), st.integers(0, 40))
@settings(DETERMINISTE, max_examples=essais(1000, 200))
def test_les_signes_d_une_colonne_comme_ceux_de_ses_cellules(cellules: list[str], longueur: int, debut: int) -> None:
    """A column that is the end of another, too: its texts do not begin where its memory does."""
    colonne = pd.Series(cellules, dtype="str")[debut:]
    trouves = cleaning.sont_de(colonne, b"01a", longueur)
    assert trouves.index.equals(colonne.index)
    assert trouves.tolist() == [len(c) == longueur and set(c) <= set("01a") for c in colonne]


@given(st.data(), st.integers(0, 20), st.integers(0, 20))
@settings(DETERMINISTE, max_examples=essais(1000, 200))
def test_aucune_cellule_repetee_n_est_manquee(donnees: st.DataObject, longueur: int, debut: int) -> None:
    mots = st.text("01é", min_size=longueur, max_size=longueur)
    cellules = donnees.draw(st.lists(mots | st.none() | st.sampled_from(["0" * longueur, "1"]), max_size=30))
    colonne = pd.Series(cellules, dtype="str")[debut:]
    vues = cleaning.peut_etre_repetees(colonne)
    assert len(vues) == len(colonne)
    assert vues[colonne.duplicated(keep=False)].all()


@pytest.mark.parametrize("longueur", [6, 8, 18, 40])
def test_des_identifiants_distincts_ne_passent_pas_pour_repetes(longueur: int) -> None:
    """They follow one another, as in a real extract, and differ by their beginning or by their end."""
    suite = [f"{rang:06}" for rang in range(50_000)]
    numeros = pd.Series([*suite, suite[7]], dtype="str")
    for colonne in (numeros.str.ljust(longueur, "0"), numeros.str.rjust(longueur, "0")):
        assert cleaning.peut_etre_repetees(colonne).nonzero()[0].tolist() == [7, 50_000]


# Anything at all


@given(CELLULES)
@settings(DETERMINISTE, max_examples=essais(400, 150))
def test_une_cellule_se_lit_ou_se_refuse(texte: str) -> None:
    for lire in LECTEURS:
        try:
            lu = lire(texte)
        except ValueError:
            continue
        if lu is None and cleaning.est_absent(texte):
            continue
        # What was read does not hang on the spaces around it.
        assert lire(f" \u00a0{texte}\u202f ") == lu
