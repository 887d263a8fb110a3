"""Messy files, one per quirk: the exact account of the rows, and the exact clean values read back from the disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extracts import (
    ENTETES,
    bail,
    cellule_ods,
    compte,
    ecrire_csv,
    ecrire_ods,
    ecrire_ods_brut,
    ecrire_table,
    ecrire_xlsx,
    ecrire_zip,
    ligne_ods,
    modifier_zip,
    numero,
    octets_csv,
    sauf_le_verrou,
    valeurs,
    verifier_etat,
)
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import store
from cil_analysis.extracts.importation import Bilan
from cil_analysis.project import Projet

Importe = Callable[..., Bilan]
COMMUNE = "commune_insee"


def lus(projet: Projet, *colonnes: str, extrait: str = "attributions", annee: int = 2022) -> list[tuple[Any, ...]]:
    verifier_etat(projet, extrait, annee)
    return valeurs(store.lire(projet, extrait, annee), *colonnes)


def anomalies(projet: Projet, *colonnes: str, extrait: str = "attributions") -> list[tuple[Any, ...]]:
    return valeurs(store.lire_anomalies(projet, extrait, 2022), *(colonnes or ("cellule", "regle", "effet", "valeur")))


# --- one table, every format -----------------------------------------------------------------------------------------

PROPRES = [
    # lease, filing, commune, in a QPV, QPV, landlord, financing, age, size, income per UC, priority, delay in days
    ("2022-03-15", "2020-02-01", "72181", True, "QP072003", "LMH", "PLUS", 34, 3, 10000.0, "DALO;a", 773),
    ("2022-07-01", "2022-06-30", "72008", False, None, "SH", "PLAI", None, 1, 9750.0, None, 1),
    ("2022-12-31", None, "72095", None, None, "SH", None, 18, 25, 0.0, "j", None),
]
SUFFIXES = [".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt", ".tsv", ".zip"]


@pytest.mark.parametrize("suffixe", SUFFIXES)
def test_le_meme_tableau_dans_chaque_format(projet: Projet, importe: Importe, suffixe: str) -> None:
    """The rows kept, their values, the account and the place of the anomalies do not depend on the format."""
    journal = importe(ecrire_table(projet.brut / f"baux{suffixe}")).journal
    assert journal["comptes"] == compte(7, conservees=3, hors_perimetre=1, doublons=1, rejetees=1, ignorees=1)
    assert journal["motifs"] == {
        "ignorees": {"en_tete": 1},
        "hors_perimetre": {"autre année": 1},
        "doublons": {"ligne identique": 1},
        "rejetees": {"« Date de signature du bail » : valeur absente ou illisible": 1},
    }
    attendues = [(*ligne[:-1], ligne[-1] and ligne[-1] / 30.4375) for ligne in PROPRES]
    assert lus(projet, "date_signature_bail", "date_depot_demande", COMMUNE, "est_en_qpv", "qpv", "bailleur",
               "financement", "age", "taille_menage", "revenu_uc_annuel_eur", "categories_prioritaires",
               "delai_mois") == attendues  # fmt: skip
    # The reader of .xls drops the blank columns on the left: the letter is then not told, rather than guessed.
    lettres = ("", "") if suffixe == ".xls" else ("A6", "B7")
    assert anomalies(projet, "ligne", "cellule", "regle") == [(6, lettres[0], "doublon"), (7, lettres[1], "absente")]
    assert journal["colonnes"]["personnelles"] == ["Nom"]
    nom = "baux.zip/baux.csv" if suffixe == ".zip" else f"baux{suffixe}"
    assert [f["nom"] for f in journal["fichiers"]] == [nom]


def test_les_formats_donnent_les_memes_lignes_au_bit_pres(projet: Projet, importe: Importe) -> None:
    tables = []
    for suffixe in SUFFIXES:
        importe(ecrire_table(projet.brut / f"baux{suffixe}"))
        tables.append(store.lire(projet, "attributions", 2022))
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"])
def test_chaque_codage_et_chaque_separateur(projet: Projet, importe: Importe, separateur: str, codage: str) -> None:
    lignes = [
        [*ENTETES, "Réservataire", "Commentaire"],
        [*bail(1, commune="Yvré-l'Evêque"), "État, agents publics", "à voir"],
        [*bail(2, commune="Sargé-lès-le-Mans"), "Préfet publics prioritaires", ""],
    ]
    marque = "\ufeff" if codage in ("utf-16-le", "utf-16-be") else ""
    chemin = projet.brut / "a.csv"
    chemin.write_bytes(marque.encode(codage) + octets_csv(lignes, separateur=separateur, codage=codage))
    assert importe(chemin).journal["comptes"] == compte(3, conservees=2, ignorees=1)
    assert lus(projet, COMMUNE, "reservataire") == [("72386", "PFONCT"), ("72328", "PPRIOR")]


@pytest.mark.parametrize("fin", ["\r\n", "\n"])
def test_guillemets_et_sauts_de_ligne(projet: Projet, importe: Importe, fin: str) -> None:
    """A record may be several lines of text: it is one row, and the rows below keep their number as a spreadsheet's."""
    lignes = [
        [*ENTETES, "Publics prioritaires", "Commentaire"],
        [*bail(1), "Handicap\nSuroccupation", 'dit "le Grand" ; absent,\nrappeler'],
        [*bail(2, jour="32/01/2022"), "Handicap", "x"],
        *([*bail(rang), "", ""] for rang in range(3, 9)),
    ]
    chemin = ecrire_csv(projet.brut / "a.csv", lignes, fin=fin)
    assert importe(chemin).journal["comptes"] == compte(9, conservees=7, rejetees=1, ignorees=1)
    assert lus(projet, "categories_prioritaires")[0] == ("a;j",)
    assert {ligne[0] for ligne in anomalies(projet)} == {"B3"}


# --- archives --------------------------------------------------------------------------------------------------------


def test_archive_de_csv_avec_sous_dossiers_et_fichiers_de_macos(projet: Projet, importe: Importe) -> None:
    chemin = ecrire_zip(
        projet.brut / "envoi.zip",
        {
            "2022/": b"",
            "2022/lmh/baux.csv": octets_csv([ENTETES, bail(1), bail(2)]),
            "2022/sh/BAUX.CSV": octets_csv([ENTETES, bail(2), bail(3, commune="Arnage")], codage="cp1252"),
            "2022/vide.csv": b"",
            "__MACOSX/2022/lmh/._baux.csv": b"\0\5\26\7",
            "2022/.DS_Store": b"\0\0\0\1Bud1",
            "Thumbs.db": b"x",
        },
    )
    journal = importe(chemin).journal
    assert journal["comptes"] == compte(6, conservees=3, doublons=1, ignorees=2)
    assert [f["nom"] for f in journal["fichiers"]] == ["envoi.zip/2022/lmh/baux.csv", "envoi.zip/2022/sh/BAUX.CSV"]
    assert lus(projet, COMMUNE) == [("72181",), ("72181",), ("72008",)]
    assert anomalies(projet, "fichier", "cellule", "regle") == [("envoi.zip/2022/sh/BAUX.CSV", "A2", "doublon")]


def test_archive_de_classeurs(projet: Projet, importe: Importe, tmp_path: Path) -> None:
    a = ecrire_xlsx(tmp_path / "a.xlsx", Baux=[ENTETES, bail(1)])
    b = ecrire_ods(tmp_path / "b.ods", Baux=[ENTETES, bail(2)])
    chemin = ecrire_zip(projet.brut / "envoi.zip", {"a.xlsx": a, "dossier/b.ods": b})
    assert importe(chemin).journal["comptes"] == compte(4, conservees=2, ignorees=2)


def chiffrer(chemin: Path) -> Path:
    """Set the bit that says a member is encrypted, in both headers."""
    octets = bytearray(chemin.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for trouve in re.finditer(re.escape(signature), bytes(octets)):
            octets[trouve.start() + place] |= 1
    chemin.write_bytes(octets)
    return chemin


@pytest.mark.parametrize(
    ("membres", "motif"),
    [
        ({"a.csv": octets_csv([ENTETES, bail(1)]), "b.zip": b"PK\x05\x06" + b"\0" * 18}, "« b.zip », qui n’est pas"),
        ({"a.csv": octets_csv([ENTETES, bail(1)]), "lisez-moi.pdf": b"%PDF-1.7"}, "« lisez-moi.pdf », qui n’est pas"),
        ({"a.csv": octets_csv([ENTETES, bail(1)]), "sans_extension": b"a;b"}, "« sans_extension », qui n’est pas"),
        ({"../../a.csv": octets_csv([ENTETES[:3], bail(1)[:3]])}, "Bailleur"),
        ({"__MACOSX/a.csv": b"x"}, "ne contient aucun fichier"),
        ({}, "ne contient aucun fichier"),
        ({"a.csv": b""}, "que des fichiers vides"),
        ({"a.csv": octets_csv([ENTETES, bail(1)]), "b.csv": octets_csv([ENTETES, bail(1)])}, "le même fichier"),
        (
            {
                "a.csv": octets_csv([ENTETES, bail(1)]),
                "d.csv": octets_csv([["N° unique", "Commune souhaitée", "Âge"], [numero(1), "Arnage", "30"]]),
            },
            "plusieurs extraits",
        ),
    ],
)
def test_archives_refusees(projet: Projet, importe: Importe, membres: dict[str, bytes | Path], motif: str) -> None:
    chemin = ecrire_zip(projet.brut / "envoi.zip", membres)
    avant = sauf_le_verrou(projet.racine)
    with pytest.raises(ErreurCIL, match=motif) as erreur:
        importe(chemin)
    assert "envoi.zip" in str(erreur.value)
    assert sauf_le_verrou(projet.racine) == avant


def test_archive_chiffree_ou_abimee(projet: Projet, importe: Importe) -> None:
    chemin = chiffrer(ecrire_zip(projet.brut / "envoi.zip", {"a.csv": octets_csv([ENTETES, bail(1)])}))
    with pytest.raises(ErreurCIL, match=r"envoi\.zip est protégé par un mot de passe"):
        importe(chemin)
    chemin = chiffrer(ecrire_xlsx(projet.brut / "b.xlsx", A=[ENTETES, bail(1)]))
    with pytest.raises(ErreurCIL, match=r"b\.xlsx est protégé par un mot de passe"):
        importe(chemin)
    chemin = ecrire_zip(projet.brut / "c.zip", {"a.csv": octets_csv([ENTETES, *map(bail, range(500))])})
    octets = chemin.read_bytes()
    for abimes in (octets[: len(octets) // 2], octets[:400] + b"\0" * 40 + octets[440:], octets[60:], b"PK\x03\x04"):
        chemin.write_bytes(abimes)
        with pytest.raises(ErreurCIL, match=r"c\.zip n.est pas une archive lisible"):
            importe(chemin)


# --- what surrounds the table ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ecrire", [ecrire_xlsx, ecrire_ods])
def test_la_bonne_feuille_au_milieu(projet: Projet, importe: Importe, ecrire: Callable[..., Path]) -> None:
    feuilles: dict[str, list[list[Any]]] = {
        "Lisez-moi": [["Bailleur", "signification"], ["LMH", "…"]],
        "Baux signés": [[*ENTETES, "Âge"], [*bail(1), 30], [*bail(2), 40]],
        "Vide": [],
        "Synthèse": [["Bailleur", "Commune", "Nombre"], ["LMH", "Le Mans", 2]],
    }
    journal = importe(ecrire(projet.brut / f"a{'.ods' if ecrire is ecrire_ods else '.xlsx'}", **feuilles)).journal
    assert journal["comptes"] == compte(3, conservees=2, ignorees=1)
    assert journal["fichiers"][0]["feuille"] == "Baux signés"
    assert lus(projet, "age") == [(30,), (40,)]
    feuilles["Autres"] = [["N° unique", "Date du bail", "Bailleur", "Âge"], [numero(9), "15/03/2022", "SH", 30]]
    with pytest.raises(ErreurCIL, match="plusieurs feuilles de données"):  # rows that could be leases as well
        importe(ecrire(projet.brut / f"b{'.ods' if ecrire is ecrire_ods else '.xlsx'}", **feuilles))


def classeur_a_titres() -> Workbook:
    """Titles, then a header of two rows: « Logement » is merged over three columns, « N° unique » over both rows."""
    classeur = Workbook()
    feuille = classeur.active
    feuille["A1"] = "Bilan des attributions"
    feuille.merge_cells("A1:F1")
    feuille["A2"] = "Édité le 12/01/2023"
    feuille.append([])
    feuille.append(["N° unique", "Date du bail", "Logement", None, None, "Âge du demandeur"])
    feuille.append([None, None, "Commune", "Bailleur", "Financement", None])
    for etendue in ("C4:E4", "A4:A5", "B4:B5", "F4:F5"):
        feuille.merge_cells(etendue)
    feuille.append([*bail(1), "PLUS", 34])
    feuille.append([*bail(2, commune="Arnage"), "PLAI", 51])
    return classeur


def test_entete_sur_deux_lignes_fusionnees(projet: Projet, importe: Importe) -> None:
    classeur_a_titres().save(projet.brut / "a.xlsx")
    assert importe(projet.brut / "a.xlsx").journal["comptes"] == compte(7, conservees=2, ignorees=5)
    assert lus(projet, COMMUNE, "bailleur", "financement", "age") == [
        ("72181", "LMH", "PLUS", 34),
        ("72008", "LMH", "PLAI", 51),
    ]


def test_entete_sur_deux_lignes_en_csv(projet: Projet, importe: Importe) -> None:
    lignes = [
        ["Attributions 2022"],
        ["N° unique", "Date du bail", "Logement", "", "Demandeur", ""],
        ["", "", "Commune", "Bailleur", "Âge", "Nombre de personnes"],
        [*bail(1), "34", "2"],
        [*bail(2), "", "3"],
    ]
    journal = importe(ecrire_csv(projet.brut / "a.csv", lignes)).journal
    assert journal["comptes"] == compte(5, conservees=2, ignorees=3)
    assert lus(projet, "age", "taille_menage") == [(34, 2), (None, 3)]


ENTOURE: list[list[Any]] = [
    ["Attributions de 2022"],
    [],
    [*ENTETES, "Âge"],
    [*bail(1), 30],
    ["", "", "", "", ""],
    ["Sous-total LMH", "", "", "", 1],
    [e.upper() for e in [*ENTETES, "Âge"]],
    [*bail(2, bailleur="SH"), 999],
    ["", "Total Sarthe Habitat", "", "", 1],
    ["ENSEMBLE", "", "", "", 2],
    [],
    ["* Données provisoires, au 12/01/2023."],
    ["Total général : 2"],
]


@pytest.mark.parametrize("suffixe", [".csv", ".xlsx", ".ods"])
def test_lignes_qui_ne_sont_pas_des_donnees(projet: Projet, importe: Importe, suffixe: str) -> None:
    chemin = projet.brut / f"a{suffixe}"
    if suffixe == ".csv":
        ecrire_csv(chemin, ENTOURE)
    else:
        (ecrire_ods if suffixe == ".ods" else ecrire_xlsx)(chemin, Baux=ENTOURE)
    journal = importe(chemin).journal
    assert journal["comptes"] == compte(13, conservees=2, ignorees=11)
    assert journal["motifs"]["ignorees"] == {
        "titre": 2, "en_tete": 1, "vide": 2, "total": 4, "en_tete_repete": 1, "note": 1,
    }  # fmt: skip
    assert lus(projet, "bailleur", "age") == [("LMH", 30), ("SH", None)]


def test_une_note_sous_un_tableau_de_deux_colonnes_reste_une_ligne(projet: Projet, importe: Importe) -> None:
    """A row that says anything and cannot be told from data is rejected and named, never dropped."""
    lignes = [ENTETES, *map(bail, range(1, 9)), ["Le Mans", "voir", "avec", "le service"]]
    assert importe(ecrire_csv(projet.brut / "a.csv", lignes)).journal["comptes"] == compte(
        10, conservees=8, rejetees=1, ignorees=1
    )
    assert ("B10", "absente", "ligne rejetée", "") in anomalies(projet)


# --- .ods ------------------------------------------------------------------------------------------------------------


def test_ods_cellules_et_lignes_repetees(projet: Projet, importe: Importe) -> None:
    """Two equal rows are one element, equal neighbours too; styles fill the sheet down to its last row and column."""
    entetes = [*ENTETES, "DALO", "Mutation interne", "Commentaire"]
    lignes = [[cellule_ods(v) for v in ligne] for ligne in ([*bail(1), "Non", "Non", "Non"], [*bail(2), "", "", "Z"])]
    vide = ligne_ods([], 3)
    style = ' table:style-name="ce1"'
    remplissage = (
        f'<table:table-row table:number-rows-repeated="1048500"><table:table-cell{style}'
        f' table:number-columns-repeated="16384"/></table:table-row>'
    )
    corps = "".join(
        [
            ligne_ods([cellule_ods(e) for e in entetes]),
            ligne_ods(lignes[0], 3),
            vide,
            ligne_ods(lignes[1]),
            remplissage,
        ]
    )
    chemin = ecrire_ods_brut(projet.brut / "a.ods", f'<table:table table:name="A">{corps}</table:table>')
    assert importe(chemin).journal["comptes"] == compte(8, conservees=2, doublons=2, ignorees=4)
    assert lus(projet, "statut_dalo", "est_mutation_interne") == [("NON", False), (None, None)]
    assert [a[0] for a in anomalies(projet)] == ["A3", "A4"]


def test_ods_dates_nombres_et_textes(projet: Projet, importe: Importe) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur", "Revenu par UC", "QPV", "Âge"]
    ligne = [numero(1), date(2022, 3, 15), 72181, "LMH", 812.5, True, 34.0]
    for numero_ligne in ([], ["", "", ""]):
        chemin = ecrire_ods(projet.brut / "a.ods", Baux=[numero_ligne, entetes, ligne])
        importe(chemin)
        assert lus(projet, "date_signature_bail", COMMUNE, "revenu_uc_annuel_eur", "est_en_qpv", "age") == [
            ("2022-03-15", "72181", 9750.0, True, 34)
        ]


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecrite", "lue"),
    [
        ("15/03/2022", "2022-03-15"),
        ("5/3/2022", "2022-03-05"),
        ("15-03-2022", "2022-03-15"),
        ("15.03.2022", "2022-03-15"),
        ("15/03/2022 00:00", "2022-03-15"),
        ("15/03/2022 14:05:59", "2022-03-15"),
        ("2022-03-15", "2022-03-15"),
        ("2022-03-15 00:00:00", "2022-03-15"),
        ("2022-03-15T08:30:00", "2022-03-15"),
        ("2022-06-30T22:00:00.000Z", "2022-07-01"),
        ("03/2022", "2022-03-01"),
        ("2022-03", "2022-03-01"),
        ("44635", "2022-03-15"),
        ("44635.0", "2022-03-15"),
        ("44635,75", "2022-03-15"),
        (" 15/03/2022 ", "2022-03-15"),
        ("15/03/2022\u00a0", "2022-03-15"),
        ('="15/03/2022"', None),
        ("15 mars 2022", None),
        ("15/03/22", None),
        ("31/02/2022", None),
        ("00/00/0000", None),
        ("2022", None),
        ("NC", None),
    ],
)
def test_dates(projet: Projet, importe: Importe, ecrite: str, lue: str | None) -> None:
    lignes = [ENTETES, *map(bail, range(1, 9)), bail(9, jour=ecrite)]
    importe(ecrire_csv(projet.brut / "a.csv", lignes))
    bailes = [jour for (jour,) in lus(projet, "date_signature_bail")]
    assert bailes[8:] == ([lue] if lue else [])
    assert {a[0] for a in anomalies(projet) if a[2] == "ligne rejetée"} == (set() if lue else {"B10"})


@pytest.mark.parametrize("forme", ["date", "serie"])
@pytest.mark.parametrize("depuis_1904", [False, True])
def test_epoques(projet: Projet, importe: Importe, depuis_1904: bool, forme: str) -> None:
    """A date cell carries its epoch; a bare serial in a text or general cell is counted from the workbook's one."""
    classeur = Workbook()
    if depuis_1904:
        classeur.epoch = CALENDAR_MAC_1904
    serie = 44635 - (1462 if depuis_1904 else 0)
    feuille = classeur.active
    feuille.append(["N° unique", "Date du bail", "Date de dépôt", "Commune", "Bailleur"])
    feuille.append(
        [numero(1), datetime(2022, 3, 15) if forme == "date" else serie, datetime(2020, 2, 1), "Le Mans", "LMH"]
    )
    feuille.append([numero(2), "15/03/2022" if forme == "date" else str(serie), "2020", "Le Mans", "LMH"])
    classeur.save(projet.brut / "a.xlsx")
    importe(projet.brut / "a.xlsx")
    assert lus(projet, "date_signature_bail", "date_depot_demande") == [
        ("2022-03-15", "2020-02-01"),
        ("2022-03-15", None),
    ]
    assert anomalies(projet) == [("C3", "illisible", "valeur écartée", "(masquée)")]


# --- identifiers -----------------------------------------------------------------------------------------------------

VRAI = "072118016982110042"


def feuille_d_identifiants(chemin: Path, *identifiants: Any) -> Path:
    """Three valid leases, then one with each of these numbers."""
    lignes = [bail(rang) for rang in range(1, 4)]
    return ecrire_xlsx(chemin, Baux=[ENTETES, *lignes, *([n, *bail(0)[1:]] for n in identifiants)])


def pseudonymes(projet: Projet) -> list[Any]:
    return [p for (p,) in lus(projet, "demande_pseudonyme")]


@pytest.mark.parametrize(
    ("nom", "identifiants", "perdus"),
    [
        ("colonne mêlée", [721180169821100416], 1),
        ("colonne mêlée, décimale", [7.2118016982110042e16], 1),
        ("colonne de texte", ["721180169821100416"], 0),
        ("colonne de texte, notation scientifique", ["7,21180169821E+16"], 1),
        ("colonne de texte, apostrophe", ["'" + VRAI], 0),
    ],
)
def test_numeros_devenus_nombres(
    projet: Projet, importe: Importe, nom: str, identifiants: list[Any], perdus: int
) -> None:
    """D6: the row stays, its number is missing, and the anomaly names the cell without quoting it."""
    importe(feuille_d_identifiants(projet.brut / "a.xlsx", *identifiants))
    lues = pseudonymes(projet)
    assert len(lues) == 3 + len(identifiants)
    assert [p is None for p in lues[3:]] == [bool(perdus)] * len(identifiants)
    attendues = [("A5", "illisible", "valeur écartée", "(masquée)")] * perdus
    assert anomalies(projet) == attendues


def test_colonne_de_numeros_tout_en_nombres(projet: Projet, importe: Importe) -> None:
    lignes = [[72118016982100000 + rang * 1000, *bail(0, commune=c)[1:]] for rang, c in enumerate(["Arnage", "Fay"])]
    importe(ecrire_xlsx(projet.brut / "a.xlsx", Baux=[ENTETES, *lignes]))
    assert pseudonymes(projet) == [None, None]
    assert [a[:3] for a in anomalies(projet)] == [(f"A{n}", "illisible", "valeur écartée") for n in (2, 3)]


@pytest.mark.parametrize(
    ("ecrit", "garde"),
    [
        ("0721180169821G1104", True),
        ('="0721180169821G1104"', True),
        (" 0721180169821g1104 ", True),
        ("0721180169 821G1104", True),
        ("7,2118E+17", False),
        ("7.21180169821E+17", False),
        ("721180169821100000", False),
        ("72118016982110041.0", False),
        ("0721180169821G110", False),
        ("NC", False),
    ],
)
def test_numeros_en_csv(projet: Projet, importe: Importe, ecrit: str, garde: bool) -> None:
    importe(ecrire_csv(projet.brut / "a.csv", [ENTETES, bail(1), [ecrit, *bail(0)[1:]]]))
    assert [p is not None for p in pseudonymes(projet)] == [True, garde]
    assert [a[0] for a in anomalies(projet)] == ([] if garde else ["A3"])
    if garde and "G" in ecrit.upper():
        importe(ecrire_csv(projet.brut / "b.csv", [ENTETES, bail(1), ["0721180169821G1104", *bail(0)[1:]]]))
        assert len(set(pseudonymes(projet))) == 2


@pytest.mark.parametrize(
    ("ecrit", "lu", "regle"),
    [
        ("72181", "72181", None),
        ('="72181"', "72181", None),
        ("'72181", "72181", None),
        ("72 181", "72181", None),
        ("72181.0", "72181", "nombre"),
        ("72181,00", "72181", "nombre"),
        ("7,2181E+04", "72181", "nombre"),
        ("7.2181E4", "72181", "nombre"),
        ("7,22E+04", None, "illisible"),
        ("1001", None, "illisible"),  # Ain: known by its code nowhere in this département
        ("72999", None, "illisible"),
        ("Le Mans", "72181", None),
    ],
)
def test_codes_insee(projet: Projet, importe: Importe, ecrit: str, lu: str | None, regle: str | None) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur"]
    lignes = [entetes, *map(bail, range(1, 9)), bail(9, commune=ecrit)]
    importe(ecrire_csv(projet.brut / "a.csv", lignes))
    assert [c for (c,) in lus(projet, COMMUNE)][8:] == ([lu] if lu else [])
    notees = [("C10", regle)] if regle else []
    assert [a for a in anomalies(projet, "cellule", "regle") if a[1] != "absente"] == notees


def test_code_insee_en_nombre_dans_un_classeur(projet: Projet, importe: Importe) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur"]
    lignes = [bail(1, commune="72181"), bail(2), bail(3)]
    lignes[1][2], lignes[2][2] = 72008, 72095.0  # type: ignore[call-overload]
    for chemin in (ecrire_xlsx(projet.brut / "a.xlsx", A=[entetes, *lignes]),
                   ecrire_ods(projet.brut / "a.ods", A=[entetes, *lignes])):  # fmt: skip
        importe(chemin)
        assert lus(projet, COMMUNE) == [("72181",), ("72008",), ("72095",)]


# --- formulas --------------------------------------------------------------------------------------------------------


def test_formules_avec_et_sans_valeur(projet: Projet, importe: Importe) -> None:
    """A formula is what the spreadsheet computed last; without that, the cell is blank and is said to be."""
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur", "Nombre de personnes"]
    lignes = [[*bail(rang, commune=""), 2] for rang in range(1, 11)]
    for ligne in lignes:
        ligne[2] = 72181
    lignes[2][2] = "=72000+181"  # openpyxl writes no value
    chemin = ecrire_xlsx(projet.brut / "a.xlsx", A=[entetes, *lignes])

    def donner_une_valeur(nom: str, octets: bytes) -> bytes:
        if nom == "xl/worksheets/sheet1.xml":
            octets = re.sub(rb'(<c r="C2"[^>]*>)<v>', rb"\1<f>72000+181</f><v>", octets)
            octets = re.sub(rb'(<c r="E3"[^>]*>)<v>2', rb"\1<f>1+2</f><v>3", octets)
        return octets

    modifier_zip(chemin, donner_une_valeur)
    assert importe(chemin).journal["comptes"] == compte(11, conservees=9, rejetees=1, ignorees=1)
    assert lus(projet, COMMUNE, "taille_menage")[:2] == [("72181", 2), ("72181", 3)]
    assert anomalies(projet) == [("C4", "absente", "ligne rejetée", "")]


@pytest.mark.parametrize("formule", ["=1+1", '=HYPERLINK("http://exemple.invalid")', "@SUM(A1)", "-1", "#REF!", "#N/A"])
def test_formules_en_csv_lues_comme_du_texte(projet: Projet, importe: Importe, formule: str) -> None:
    importe(
        ecrire_csv(
            projet.brut / "a.csv", [[*ENTETES, "Âge"], *([*bail(i), "30"] for i in range(4)), [*bail(9), formule]]
        )
    )
    assert lus(projet, "age") == [(30,)] * 4 + [(None,)]


# --- numbers, yes and no, words for nothing --------------------------------------------------------------------------


@pytest.mark.parametrize("espace", [" ", "\u00a0", "\u202f", "\u2009", "\u2007", "\u2008", "\u205f"])
def test_espaces_des_milliers(projet: Projet, importe: Importe, espace: str) -> None:
    ligne = [*bail(1), f"12{espace}345,60{espace}€", f"1{espace}028,8"]
    importe(ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Revenu annuel par UC", "Ressources mensuelles"], ligne]))
    assert lus(projet, "revenu_uc_annuel_eur") == [(12345.6,)]


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("1234,5", 1234.5),
        ("1234.5", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567", None),  # above the bound of a million
        ("1234.5 euros", 1234.5),
        ("1,5E+03", 1500.0),
        ("0", 0.0),
        ("-12", None),
        ("1e30", None),
        ("12 34", None),
        ("mille", None),
        ("12%", None),
    ],
)
def test_nombres(projet: Projet, importe: Importe, ecrit: str, lu: float | None) -> None:
    importe(ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Revenu annuel par UC"], [*bail(1), ecrit]]))
    assert lus(projet, "revenu_uc_annuel_eur") == [(lu,)]
    assert [a[0] for a in anomalies(projet)] == ([] if lu is not None else ["E2"])


@pytest.mark.parametrize(
    ("mot", "lu"),
    [
        *((mot, True) for mot in ("Oui", "OUI", "o", "O", "1", "1.0", "Vrai", "true", "X", "Yes")),
        *((mot, False) for mot in ("Non", "NON", "n", "N", "0", "0.0", "Faux", "false", "No")),
        *((mot, None) for mot in ("", "NC", "NR", "-", "Non renseigné", "peut-être", "2")),
    ],
)
def test_oui_non(projet: Projet, importe: Importe, mot: str, lu: bool | None) -> None:
    autres = [[*bail(rang), "Non", "Non"] for rang in range(2, 12)]  # so many that the file is not refused
    entetes = [*ENTETES, "Mutation interne", "QPV"]
    importe(ecrire_csv(projet.brut / "a.csv", [entetes, [*bail(1), mot, mot], *autres]))
    assert lus(projet, "est_mutation_interne", "est_en_qpv")[0] == (lu, lu)
    illisible = mot in ("peut-être", "2")
    assert {a[0] for a in anomalies(projet)} == ({"E2", "F2"} if illisible else set())


@pytest.mark.parametrize(
    "mot", ["", "NC", "N.C.", "nr", "NR", "Z", "Non renseigné", "non renseignée", "N/A", "-", "--", "(vide)", "Inconnu"]
)
def test_mots_pour_rien(projet: Projet, importe: Importe, mot: str) -> None:
    """In every column at once: nothing is a value, and nothing is an anomaly."""
    colonnes = {
        "Date de dépôt": "date_depot_demande", "QPV": "est_en_qpv", "Quartier prioritaire": "qpv",
        "Financement": "financement", "Âge": "age", "Composition familiale": "composition_familiale",
        "Nombre de personnes": "taille_menage", "Revenu annuel par UC": "revenu_uc_annuel_eur",
        "Publics prioritaires": "categories_prioritaires", "DALO": "statut_dalo", "Contingent": "reservataire",
    }  # fmt: skip
    importe(ecrire_csv(projet.brut / "a.csv", [[*ENTETES, *colonnes], [*bail(1), *[mot] * len(colonnes)]]))
    assert lus(projet, *colonnes.values()) == [(None,) * len(colonnes)]
    assert anomalies(projet) == []


def test_sentinelles_par_colonne(projet: Projet, importe: Importe) -> None:
    """999 is nobody's age and nobody's household; it is an income all the same."""
    entetes = [*ENTETES, "Âge", "Nombre de personnes", "Nb UC", "Ressources mensuelles", "Revenu annuel par UC"]
    lignes = [
        [*bail(1), "999", "99", "", "", "999"],
        [*bail(2), "999.0", "999", "99", "999", ""],
        [*bail(3), *["0"] * 5],
    ]
    importe(ecrire_csv(projet.brut / "a.csv", [entetes, *lignes]))
    assert lus(projet, "age", "taille_menage", "revenu_uc_annuel_eur") == [
        (None, None, 999.0),
        (None, None, None),
        (None, None, 0.0),
    ]
    assert anomalies(projet, "cellule", "regle") == [
        ("E4", "hors_bornes"),
        ("G4", "hors_bornes"),
        ("F4", "hors_bornes"),
    ]


# --- territory -------------------------------------------------------------------------------------------------------


GRAPHIES = {
    "72181": ["Le Mans", "LE MANS", "le mans", "Mans (Le)", "MANS", " Le  Mans ", "72181", "Le Mans ?"],
    "72386": ["Yvré-l’Évêque", "Yvré-l'Évêque", "YVRE L EVEQUE", "Yvre\u0301-l’E\u0301ve\u0302que"],
    "72320": ["Saint-Saturnin", "St Saturnin", "ST-SATURNIN", "Saint Saturnin"],
    "72073": ["Chaufour-Notre-Dame", "Chaufour N.-D.", "CHAUFOUR NOTRE DAME"],
    "72065": ["La Chapelle-Saint-Aubin", "Chapelle-Saint-Aubin (La)", "CHAPELLE ST AUBIN"],
    "72328": ["Sargé-lès-le-Mans", "SARGE LES LE MANS", "Sargé-lez-le-Mans"],
    "": ["Ville-Inventée"],
}


@pytest.mark.parametrize(("ecrite", "code"), [(g, code) for code, graphies in GRAPHIES.items() for g in graphies])
def test_graphies_des_communes(projet: Projet, importe: Importe, ecrite: str, code: str) -> None:
    importe(ecrire_csv(projet.brut / "a.csv", [ENTETES, *map(bail, range(8)), bail(9, commune=ecrite)]))
    assert [c for (c,) in lus(projet, COMMUNE)][8:] == ([code] if code else [])


def test_adhesion_a_la_date_du_bail(projet: Projet, importe: Importe) -> None:
    """P9: Fatines joined on 1 January 2023; a former commune counts in the one that absorbed it."""
    lignes = [ENTETES, bail(1, commune="Fatines"), bail(2), bail(3, commune="Vouvray-sur-Loir")]
    assert importe(ecrire_csv(projet.brut / "a.csv", lignes)).journal["motifs"]["hors_perimetre"] == {
        "commune hors de l’intercommunalité": 2
    }
    lignes = [ENTETES, bail(1, jour="01/01/2023", commune="Fatines"), bail(2, jour="31/12/2022", commune="Fatines")]
    journal = importe(ecrire_csv(projet.brut / "b.csv", lignes), annee=2023).journal
    assert journal["comptes"] == compte(3, conservees=1, hors_perimetre=1, ignorees=1)


@pytest.mark.parametrize(
    ("annee", "quartier", "code"),
    [
        (2022, "Bellevue-Carnac", "QP072003"),
        (2022, "bellevue", "QP072003"),
        (2022, "QP072003", "QP072003"),
        (2022, "QN07203M", None),
        (2023, "Les Sablons", "QP072005"),
        (2024, "Les Sablons", "QN07205M"),
        (2024, "Sablons - Bords de l'Huisne", "QN07205M"),
        (2024, "qn07205m", "QN07205M"),
        (2024, "QP072005", None),
        (2022, "Quartier inventé", None),
    ],
)
def test_qpv_de_la_generation_du_bail(
    projet: Projet, importe: Importe, annee: int, quartier: str, code: str | None
) -> None:
    # So many for it to be quoted, and so few of all that the file is not refused.
    lignes = [[*bail(rang, jour=f"31/12/{annee}"), quartier if rang < 5 else "Hors QPV"] for rang in range(50)]
    importe(ecrire_csv(projet.brut / "a.csv", [[*ENTETES, "Quartier prioritaire"], *lignes]), annee=annee)
    attendus = [(code, True if code else None)] * 5 + [(None, False)] * 45
    assert lus(projet, "qpv", "est_en_qpv", annee=annee) == attendus
    notees = valeurs(store.lire_anomalies(projet, "attributions", annee), "cellule", "regle", "valeur")
    # Six digits in a row may be a telephone: such a code is not quoted.
    citee = "(masquée)" if quartier == "QP072005" else quartier
    assert notees == ([] if code else [(f"E{n}", "illisible", citee) for n in range(2, 7)])


def test_qpv_qui_contredit_l_indicateur(projet: Projet, importe: Importe) -> None:
    entetes = [*ENTETES, "QPV", "Quartier prioritaire"]
    lignes = [
        [*bail(1), "Non", "Bellevue"],
        [*bail(2), "Oui", "Hors QPV"],
        [*bail(3), "", "Hors QPV"],
        [*bail(4), "Oui", ""],
    ]
    importe(ecrire_csv(projet.brut / "a.csv", [entetes, *lignes]))
    assert lus(projet, "est_en_qpv", "qpv") == [(None, None), (None, None), (False, None), (True, None)]
    assert {a[:2] for a in anomalies(projet)} == {("E2", "contradiction"), ("E3", "contradiction")} or {
        a[:2] for a in anomalies(projet)
    } == {("F2", "contradiction"), ("F3", "contradiction")}


# --- columns ---------------------------------------------------------------------------------------------------------


def test_lettre_de_la_colonne_decalee(projet: Projet, importe: Importe) -> None:
    """« AB7 »: the letter counts the blank columns on the left, and the row the titles above."""
    gauche: list[Any] = [""] * 26
    lignes = [
        [],
        ["Titre"],
        [],
        [*gauche, *ENTETES, "Âge"],
        *([*gauche, *bail(i), 30] for i in range(2)),
        [*gauche, *bail(7), 7],
    ]
    for chemin in (
        ecrire_csv(projet.brut / "a.csv", lignes),
        ecrire_xlsx(projet.brut / "a.xlsx", Baux=lignes),
        ecrire_ods(projet.brut / "a.ods", Baux=lignes),
    ):
        importe(chemin)
        assert anomalies(projet) == [("AE7", "hors_bornes", "valeur écartée", "(masquée)")]


@pytest.mark.parametrize(
    "entete",
    [
        "date du BAIL",
        "Date  du  bail",
        "Date du bail\n",
        "DATE_DU_BAIL",
        "Date-du-bail :",
        "Date du\u00a0bail",
        "date du bail*",
    ],
)
def test_graphies_des_en_tetes(projet: Projet, importe: Importe, entete: str) -> None:
    lignes = [[ENTETES[0], entete, *ENTETES[2:]], bail(1)]
    for chemin in (ecrire_csv(projet.brut / "a.csv", lignes), ecrire_xlsx(projet.brut / "a.xlsx", A=lignes)):
        importe(chemin)
        assert lus(projet, "date_signature_bail") == [("2022-03-15",)]


def test_demandes_dans_chaque_format(projet: Projet, importe: Importe) -> None:
    entetes = ["N° unique", "Commune souhaitée", "Date de dépôt", "Âge", "Statut de la demande", "Téléphone"]
    lignes: list[list[Any]] = [
        [numero(1), "Mans (Le)", "01/06/2020", 30, "Active", "06 11 22 33 44"],
        [numero(2), "Arnage", "01/06/2023", 999, "", ""],
        [numero(3), "Allonnes", "", 17, "Radiée", ""],
        [numero(4), "Paris", "", 17, "", ""],
        *([numero(rang), "Le Mans", "02/01/2021", "", "En attente", ""] for rang in range(5, 9)),
    ]
    for chemin in (
        ecrire_csv(projet.brut / "d.csv", [entetes, *lignes]),
        ecrire_xlsx(projet.brut / "d.xlsx", D=[entetes, *lignes]),
        ecrire_ods(projet.brut / "d.ods", D=[entetes, *lignes]),
    ):
        journal = importe(chemin).journal
        assert journal["comptes"] == compte(9, conservees=6, hors_perimetre=1, rejetees=1, ignorees=1)
        assert lus(projet, COMMUNE, "date_depot_demande", "age", extrait="demandes") == [
            ("72181", "2020-06-01", 30),
            ("72008", None, None),
            *[("72181", "2021-01-02", None)] * 4,
        ]
        assert anomalies(projet, "cellule", "regle", extrait="demandes") == [
            ("C3", "depot_apres"), ("B5", "absente"), ("B5", "illisible"),
        ]  # fmt: skip
