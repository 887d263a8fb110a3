"""Messy files, one per quirk: the exact account of the rows, and the exact clean values read back from the disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extraits import (
    ENTETES,
    TABLE,
    bail,
    cellule_ods,
    compte,
    dire_cil,
    ecrire_csv,
    ecrire_ods,
    ecrire_ods_brut,
    ecrire_table,
    ecrire_xlsx,
    ecrire_zip,
    ligne_ods,
    mentir,
    modifier_zip,
    numero,
    octets_csv,
    valeurs,
    verifier_etat,
)
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan
from cil_analysis.projet import Projet
from messages import lisible

Importe = Callable[..., Bilan]
Refuse = Callable[..., str]
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
SUFFIXES = [".xlsx", ".xlsm", ".xls", ".ods", ".txt", ".tsv", ".zip"]  # of .csv are the other tests


def test_le_meme_tableau_dans_chaque_format(projet: Projet, importe: Importe) -> None:
    """The rows kept, to the bit, the account and the place of the anomalies do not depend on the format."""
    tables = []
    for suffixe in SUFFIXES:
        journal = importe(ecrire_table(projet.brut / f"baux{suffixe}")).journal
        assert journal["comptes"] == compte(7, conservees=3, hors_perimetre=1, doublons=1, rejetees=1, ignorees=1)
        assert journal["colonnes"]["personnelles"] == ["Nom"]
        nom = "baux.zip/baux.csv" if suffixe == ".zip" else f"baux{suffixe}"
        assert [f["nom"] for f in journal["fichiers"]] == [nom]
        attendues = [(6, "A6", "doublon"), (7, "B7", "absente")]
        assert anomalies(projet, "ligne", "cellule", "regle") == attendues, suffixe
        tables.append(store.lire(projet, "attributions", 2022))
        pd.testing.assert_frame_equal(tables[-1], tables[0], obj=suffixe)
    attendues = [(*ligne[:-1], ligne[-1] and ligne[-1] / 30.4375) for ligne in PROPRES]
    assert lus(projet, "date_signature_bail", "date_depot_demande", COMMUNE, "est_en_qpv", "qpv", "bailleur",
               "financement", "age", "taille_menage", "revenu_uc_annuel_eur", "categories_prioritaires",
               "delai_mois") == attendues  # fmt: skip


@pytest.mark.parametrize(
    ("codage", "separateur"),
    [("utf-8", ";"), ("utf-8-sig", ","), ("cp1252", ";"), ("cp1252", "\t"), ("latin-1", ","), ("utf-16", "\t"),
     ("utf-16-le", ";"), ("utf-16-be", ","), ("utf-8", "|"), ("mac_roman", ";"), ("cp850", "|")],
)  # fmt: skip
def test_chaque_codage_et_chaque_separateur(projet: Projet, importe: Importe, separateur: str, codage: str) -> None:
    lignes = [
        [*ENTETES, "Réservataire", "Commentaire"],
        [*bail(1, commune="Yvré-l'Evêque"), "État, agents publics", "à voir"],
        [*bail(2, commune="Sargé-lès-le-Mans"), "Préfet publics prioritaires", ""],
    ]
    chemin = projet.brut / "a.csv"
    chemin.write_bytes(octets_csv(lignes, separateur=separateur, codage=codage))
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


BAUX = octets_csv([ENTETES, bail(1)])


@pytest.mark.parametrize(
    ("membres", "nommes"),
    [
        ({"a.csv": BAUX, "b.zip": b"PK\x05\x06" + b"\0" * 18}, ["« b.zip »"]),
        ({"a.csv": BAUX, "lisez-moi.pdf": b"%PDF-1.7"}, ["« lisez-moi.pdf »"]),
        ({"a.csv": BAUX, "sans_extension": b"a;b"}, ["« sans_extension »"]),
        ({"../../a.csv": octets_csv([ENTETES[:3], bail(1)[:3]])}, ["« Bailleur »"]),
        ({"__MACOSX/a.csv": b"x"}, []),
        ({}, []),
        ({"a.csv": b""}, []),
        ({"a.csv": BAUX, "b.csv": BAUX}, ["a.csv", "b.csv"]),
        (
            {"a.csv": BAUX, "d.csv": octets_csv([["N° unique", "Commune souhaitée", "Âge"], [numero(1), "Fay", "3"]])},
            ["attributions", "demandes"],
        ),
    ],
)
def test_archives_refusees(projet: Projet, refuse: Refuse, membres: dict[str, bytes | Path], nommes: list[str]) -> None:
    refuse(ecrire_zip(projet.brut / "envoi.zip", membres), nommes=nommes)


def test_archive_chiffree_ou_abimee(projet: Projet, refuse: Refuse) -> None:
    for nom, membre in (("envoi.zip", "a.csv"), ("b.xlsx", "xl/worksheets/sheet1.xml")):
        chemin = projet.brut / nom
        if chemin.suffix == ".zip":
            ecrire_zip(chemin, {membre: BAUX})
        else:
            ecrire_xlsx(chemin, A=[ENTETES, bail(1)])
        chemin.write_bytes(mentir(chemin.read_bytes(), membre, drapeaux=1))  # « encrypted », say both headers
        refuse(chemin, nommes=["mot de passe"])
    chemin = ecrire_zip(projet.brut / "c.zip", {"a.csv": octets_csv([ENTETES, *map(bail, range(500))])})
    octets = chemin.read_bytes()
    for abimes in (octets[: len(octets) // 2], octets[:400] + b"\0" * 40 + octets[440:], octets[60:], b"PK\x03\x04"):
        chemin.write_bytes(abimes)
        refuse(chemin)


# --- what surrounds the table ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ecrire", [ecrire_xlsx, ecrire_ods])
def test_la_bonne_feuille_au_milieu(
    projet: Projet, importe: Importe, refuse: Refuse, ecrire: Callable[..., Path]
) -> None:
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
    chemin = ecrire(projet.brut / f"b{'.ods' if ecrire is ecrire_ods else '.xlsx'}", **feuilles)
    refuse(chemin, nommes=["« Baux signés »", "« Autres »"])  # rows that could be leases as well


def test_une_feuille_de_peu_de_colonnes_n_est_pas_laissee(projet: Projet, refuse: Refuse) -> None:
    """All that a row of the extract needs is enough: its rows would be lost, however few headings there are."""
    chemin = ecrire_xlsx(projet.brut / "a.xlsx", Janvier=TABLE, **{"2e semestre": [ENTETES, bail(8), bail(9)]})
    refuse(chemin, nommes=["« Janvier »", "« 2e semestre »"])


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
    classeur.create_chartsheet("Graphique")
    return classeur


def test_entete_sur_deux_lignes_fusionnees(projet: Projet, importe: Importe) -> None:
    classeur_a_titres().save(projet.brut / "a.xlsx")
    assert importe(projet.brut / "a.xlsx").journal["comptes"] == compte(7, conservees=2, ignorees=5)
    assert lus(projet, COMMUNE, "bailleur", "financement", "age") == [
        ("72181", "LMH", "PLUS", 34),
        ("72008", "LMH", "PLAI", 51),
    ]


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


@pytest.mark.parametrize("suffixe", [".xlsx", ".ods"])
def test_cellules_typees(projet: Projet, importe: Importe, suffixe: str) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur", "Revenu par UC", "QPV", "Âge"]
    lignes = [
        [numero(1), date(2022, 3, 15), 72181, "LMH", 812.5, True, 34.0],
        [numero(2), date(2022, 12, 31), 72008.0, "SH", 0, False, 51],
    ]
    ecrire = ecrire_ods if suffixe == ".ods" else ecrire_xlsx
    importe(ecrire(projet.brut / f"a{suffixe}", Baux=[["", "", ""], entetes, *lignes]))
    assert lus(projet, "date_signature_bail", COMMUNE, "revenu_uc_annuel_eur", "est_en_qpv", "age") == [
        ("2022-03-15", "72181", 9750.0, True, 34),
        ("2022-12-31", "72008", 0.0, False, 51),
    ]


# --- cells -----------------------------------------------------------------------------------------------------------


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


VRAI = "072118016982110042"


@pytest.mark.parametrize(
    ("numeros", "perdus"),
    [
        ([numero(1), 721180169821100416], 1),
        ([numero(1), 7.2118016982110042e16], 1),
        ([721180169821100416, 721180169821200896], 2),  # a whole column of numbers
        ([numero(1), "721180169821100416"], 0),
        ([numero(1), "7,21180169821E+16"], 1),
        ([numero(1), "'" + VRAI], 0),
    ],
)
def test_numeros_devenus_nombres(projet: Projet, importe: Importe, numeros: list[Any], perdus: int) -> None:
    """D6: the row stays, its number is missing, and the anomaly names the cell without quoting it."""
    lignes = [[n, *bail(0, commune=commune)[1:]] for n, commune in zip(numeros, ("Arnage", "Fay"), strict=True)]
    importe(ecrire_xlsx(projet.brut / "a.xlsx", Baux=[ENTETES, *lignes]))
    gardes = [p is not None for (p,) in lus(projet, "demande_pseudonyme")]
    assert gardes == [True] * (2 - perdus) + [False] * perdus
    attendues = [(f"A{rang}", "illisible", "valeur écartée", "(masquée)") for rang in (2, 3)]
    assert anomalies(projet) == attendues[2 - perdus :]


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
            # A blank that was computed.
            octets = re.sub(rb'<c r="E5"[^>]*><v>2</v>', rb'<c r="E5" t="str"><f>""</f><v></v>', octets)
        return octets

    modifier_zip(chemin, donner_une_valeur)
    code, dit = dire_cil(projet, "importer", chemin, "--annee", 2022)
    assert code == 0 and "a.xlsx a 1 formule jamais calculée" in lisible(dit)
    assert verifier_etat(projet)["comptes"] == compte(11, conservees=9, rejetees=1, ignorees=1)
    assert lus(projet, COMMUNE, "taille_menage")[:2] == [("72181", 2), ("72181", 3)]
    assert anomalies(projet) == [("C4", "absente", "ligne rejetée", "")]


MOTS = ["", "NC", "N.C.", "nr", "Z", "Non renseigné", "non renseignée", "N/A", "-", "--", "(vide)", "Inconnu"]


def test_mots_pour_rien(projet: Projet, importe: Importe) -> None:
    """In every column at once: nothing is a value, and nothing is an anomaly."""
    colonnes = {
        "Date de dépôt": "date_depot_demande", "QPV": "est_en_qpv", "Quartier prioritaire": "qpv",
        "Financement": "financement", "Âge": "age", "Composition familiale": "composition_familiale",
        "Nombre de personnes": "taille_menage", "Revenu annuel par UC": "revenu_uc_annuel_eur",
        "Publics prioritaires": "categories_prioritaires", "DALO": "statut_dalo", "Contingent": "reservataire",
    }  # fmt: skip
    lignes = [[*bail(rang), *[mot] * len(colonnes)] for rang, mot in enumerate(MOTS)]
    importe(ecrire_csv(projet.brut / "a.csv", [[*ENTETES, *colonnes], *lignes]))
    assert lus(projet, *colonnes.values()) == [(None,) * len(colonnes)] * len(MOTS)
    assert anomalies(projet) == []


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
