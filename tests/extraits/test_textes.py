"""Delimited text: pyarrow reads what is regular, and never otherwise than the csv module would."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.lecture import textes
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.textes import lire_texte
from essais import essais
from messages import refuser

CONNUS = [frozenset({"commune", "bailleur", "n unique"})]

CELLULES = st.one_of(
    st.sampled_from(["a", "bb", "1", "", "é", " "]),
    st.sampled_from(
        ['"x"', '"a;b"', '"a\tb"', '"a,b"', '"a\nb"', '"a\r\nb"', '"a\rb"', '"a""b"', '""', '""""', 'a"b', '"', '"x" ',
         ' "x"', 'x"', '"x"y', '"x;', ';"', '"\n', '""x', "'", "\x1f", '"\x1f"',
         "\u2028", "\x85", "\x0b", "\x1c", "\ufeff", "x" * 40]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4).map(
        lambda texte: '"' + texte.replace('"', '""') + '"'
    ),
)  # fmt: skip
FINS = ["\n", "\r\n", "\r"]


@st.composite
def textes_tires(tirer: st.DrawFn) -> tuple[str, str]:
    """A text and its separator: rows of about one width, most of them plain, with any line end."""
    separateur = tirer(st.sampled_from(";\t,|"))
    largeur = tirer(st.integers(1, 4))
    simple = st.lists(st.sampled_from(["a", "bb", "", '"c"', '"d;e"']), min_size=largeur, max_size=largeur)
    inegale = st.lists(CELLULES, max_size=largeur + 2)
    lignes = tirer(
        st.lists(
            st.one_of(simple, simple, simple, st.lists(CELLULES, min_size=largeur, max_size=largeur), inegale),
            max_size=12,
        )
    )
    fins = st.just(tirer(st.sampled_from(FINS))) if tirer(st.booleans()) else st.sampled_from(FINS)
    texte = "".join(separateur.join(ligne) + tirer(fins) for ligne in lignes)
    return (texte.rstrip("\r\n") if tirer(st.booleans()) else texte), separateur


def lignes_de(table: pa.Table) -> list[list[str]]:
    return [[cellule or "" for cellule in ligne.values()] for ligne in table.to_pylist()]


def strictes(texte: str, separateur: str) -> list[list[str]]:
    """What the csv module reads, in strict mode, as a rectangle: written apart from the code under test.

    Raises csv.Error for a last line that is cut short as well.
    """
    lignes = list(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True))
    usuelles = Counter(map(len, lignes)).most_common(1)
    if (
        usuelles
        and "".join(lignes[-1]).strip(" \t\x1a")
        and len(lignes[-1]) < usuelles[0][0]
        and texte[-1] not in "\r\n"
    ):
        raise csv.Error
    largeur = max([1, *map(len, lignes)])
    return [ligne + [""] * (largeur - len(ligne)) for ligne in lignes]


def verifier(texte: str, separateur: str) -> None:
    """Whatever the path, what the csv module reads is the table, and what it refuses is refused."""
    source = Source("a.csv", texte.encode())
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(textes, "SEPARATEURS", separateur)
        try:
            attendu = strictes(texte.replace("\ufeff", ""), separateur)
        except csv.Error:
            with pytest.raises(ErreurCIL):
                lire_texte(source, CONNUS)
        else:
            assert lignes_de(lire_texte(source, CONNUS)) == attendu


REVUE = [
    ('"a\nb";bb\n1\nbb;1\n;;1', ";"),  # « bb;1 » was read twice
    ('"a\nb";c\n1;2\n3;4;5\n', ";"),
    ("a;b\n1;2\n3;4;5\n6;7\n", ";"),  # a row wider than the header
    ("titre\n\na;b\n1;2\n", ";"),
    ('a;b\n"x" y;1\n', ";"),
    ('a;b\n1;"', ";"),
    ('a;b\n"x;"y;1\n', ";"),  # each mark is beside a separator, and yet the cell goes on
    ('a;b\n";";"\n', ";"),
    ('a;b\nx";"y\n', ";"),
    ('a;b\nx";"\n', ";"),
    ('a;b\n"1\r\n2";"3\n"\n"4\n\n5";6\n7\n', ";"),
    ('a;b\n"";""\n"""";"a""b"\n', ";"),
    ("a;b\r\n1;2\r3;4\n\r5;6", ";"),
    ("a;b\n\n\n1;2\n\n", ";"),
    ("a\n1\n2\n", ";"),
    ("", ";"),
]


@settings(max_examples=essais(600, 150), deadline=None)
@example(("ࠀ\n", ";"), 16, 2)  # the first look sees no whole character
@given(textes_tires(), st.sampled_from([16, 40, 16 << 20]), st.sampled_from([2, 60]))
def test_les_deux_lecteurs_lisent_comme_le_module_csv(cas: tuple[str, str], bloc: int, examinees: int) -> None:
    """Whatever part of a file its blocks and its first look hold."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(textes, "_BLOC", bloc)
        monkeypatch.setattr(textes, "_LIGNES_D_UN_LOT", examinees)
        monkeypatch.setattr(textes, "_LIGNES_EXAMINEES", examinees)
        monkeypatch.setattr(textes, "_PREMIERS_OCTETS", examinees)
        verifier(*cas)


@pytest.mark.parametrize(("texte", "separateur"), REVUE)
@pytest.mark.parametrize("bloc", [16, 16 << 20])
def test_cas_de_la_revue(monkeypatch: pytest.MonkeyPatch, texte: str, separateur: str, bloc: int) -> None:
    monkeypatch.setattr(textes, "_BLOC", bloc)
    verifier(texte, separateur)


def test_un_texte_regulier_ne_passe_pas_par_le_module_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows between quotation marks would take three times as long."""
    monkeypatch.setattr(textes, "_par_csv", lambda *_: pytest.fail("le module csv lit tout"))
    for texte in ('"a";"b;c"\n"1";"2 ""x"""\n"";""\n', 'a;"b"\r\n1;"3;4"\r\n5;""'):
        verifier(texte, ";")


def refuse(octets: bytes, *nommes: str) -> None:
    with refuser("a.csv", *nommes):
        lire_texte(Source("a.csv", octets), CONNUS)


@pytest.mark.parametrize("loin", [0, 100])
def test_un_guillemet_hors_de_place_ou_une_cellule_demesuree_sont_refuses_partout(loin: int) -> None:
    debut = "Commune;Bailleur\n" + "a;b\n" * loin + "a;"
    for cellule in ('"x" y', '"x;"y', '"', '";', '"x', "x" * 131_073):
        refuse((debut + cellule).encode(), f"ligne {loin + 2}")
    refuse((debut + "x" * 131_073 + ";c;d\ne;f").encode(), f"ligne {loin + 2}")  # a row that is too long
    # The limit is in characters, and these take twice as many bytes.
    for autre in ("", '"b"'):
        lue = lire_texte(Source("a.csv", (debut + "é" * 131_072 + f"\n{autre};c").encode()), CONNUS)
        assert lue.num_rows == loin + 3


@pytest.mark.parametrize("fin", FINS)
def test_des_lignes_entre_deux_guillemets_de_trop_sont_refusees(fin: str) -> None:
    """Each mark is where one may be; two rows would be lost. An address of several lines is none of the table."""
    ligne = "1;Le Mans;LMH;PLUS;{};Non"
    adresse = ligne.format('"3;4 rue\nFictive"')
    corps = [ligne.format(2)] * 3
    for fautives in ([ligne.format('"2'), *corps, ligne.format('3"')], [ligne.format('"2'), ligne.format('3"')]):
        texte = "\n".join(["Commune;Bailleur;a;b;c;d", adresse, *corps, *fautives, *corps, ""])
        refuse(texte.replace("\n", fin).encode(), "ligne 7")
    sain = "\n".join(["Commune;Bailleur;a;b;c;d", adresse, *corps, ""])
    assert lire_texte(Source("a.csv", sain.replace("\n", fin).encode()), CONNUS).num_rows == 5


@pytest.mark.parametrize("fin", ["3", "3;Le Ma", '"3'])
@pytest.mark.parametrize("codage", ["utf-8", "cp1252", "utf-16"])
def test_un_texte_coupe_dans_sa_derniere_ligne_est_refuse(fin: str, codage: str) -> None:
    refuse((TEXTE + fin).encode(codage), "ligne 4")
    assert lire_texte(Source("a.csv", (TEXTE + "3;Le Mans;").encode(codage)), CONNUS).num_rows == 4
    for suite in ("3\n", "\x1a"):  # a note, the end of a file of MS-DOS
        assert lire_texte(Source("a.csv", (TEXTE + suite).encode(codage)), CONNUS).num_rows == 4


TEXTE = "N° unique;Commune;Bailleur\n1;Le Mans;Évêché – l’été\n2;Arnage;PLUS\n"


def test_deux_marques() -> None:
    lue = lire_texte(Source("a.csv", b"\xef\xbb\xbf" * 2 + TEXTE.encode()), CONNUS)
    assert lignes_de(lue) == [ligne.split(";") for ligne in TEXTE.splitlines()]


@pytest.mark.parametrize("codage", ["utf-8", "utf-16"])
def test_deux_fichiers_bout_a_bout_ont_une_marque_au_milieu(codage: str) -> None:
    """Two exports put end to end: the second headings are read as the first."""
    lue = lire_texte(Source("a.csv", TEXTE.join(["\ufeff"] * 3)[:-1].encode(codage)), CONNUS)
    assert lignes_de(lue) == 2 * [ligne.split(";") for ligne in TEXTE.splitlines()]


@pytest.mark.parametrize("fin", FINS)
@pytest.mark.parametrize("marque", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("longueur", [1, 1_000])
def test_un_octet_d_un_autre_codage_est_refuse(fin: str, marque: bytes, longueur: int) -> None:
    """Read as cp1252, the whole file would lose its accents without a word."""
    texte = (TEXTE + "3;Allonnes;Évêché\n" * longueur).replace("\n", fin).encode()
    refuse(marque + texte.replace(b"PLUS", b"PL\xe9US"), "ligne 3")


def test_reconnaitre_un_codage_ne_copie_pas_le_texte() -> None:
    source = Source("a.csv", "Commune;Bailleur 🏠\n".encode() * 500_000)
    tracemalloc.start()
    try:
        textes.en_utf8(source, CONNUS)
        assert tracemalloc.get_traced_memory()[1] < source.taille
    finally:
        tracemalloc.stop()


def test_la_marque_suffit() -> None:
    """Not one accent, and a mark that says UTF-8."""
    refuse(b"\xef\xbb\xbfCommune;Bailleur\nLe Mans;\xc9v\n", "codages")


def test_un_fichier_cp1252_qui_cite_de_l_utf8() -> None:
    """A few accents that were already lost when the file was written: it is in cp1252 all the same."""
    texte = "Commune;Bailleur\n" + "Le Mans;Évêché\n" * 20 + "Le Mans;Ã©vÃªque\n"
    table = lignes_de(lire_texte(Source("a.csv", texte.encode("cp1252")), CONNUS))
    assert (table[1], table[-1]) == (["Le Mans", "Évêché"], ["Le Mans", "Ã©vÃªque"])


@pytest.mark.parametrize(
    "octets",
    [
        TEXTE.encode("utf-16-le") + b"x",  # an odd byte at the end
        TEXTE.encode("utf-16-le")[:-2] + b"\x00\xd8",  # half a character
        TEXTE.encode("utf-32-le"),
        b"\0" + TEXTE.encode("utf-16-le"),
        TEXTE.replace("Le Mans", "Le\0Mans").encode(),
        bytes(range(256)) * 10,
        b"\0" * 100,
    ],
)
def test_octets_nuls_sans_codage_certain(octets: bytes) -> None:
    refuse(octets)
