"""Unmistakable values, planted wherever somebody's data may stand, are found nowhere after an import.

Kept on purpose, and documented (docs/pages/donnees-personnelles.md): the names of the files, of the sheets and of the
unknown columns. They are the user's, and the journal and the anomalies need them to name a place. A heading is no place
for a name.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from conftest_extraits import (
    AUJOURD_HUI,
    RACINE,
    ecrire_csv,
    ecrire_ods,
    ecrire_table,
    ecrire_xlsx,
    ecrire_zip,
    numero,
    octets_csv,
    verifier_etat,
)

from cil_analysis.commandes import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.colonnes import Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser
from essais import APPROFONDIS

Ligne = dict[str, str]
# What may be nowhere. The words are in no heading, no nomenclature and no file name.
CANARIS = ["CANARI", "0612345678", "06 12 34 56 78", "06.12.34.56.78", "18705721810", "04/05/1987", "1987-05-04",
           "04-05-1987", "31901"]  # fmt: skip
PERSONNELS = ["CANARINOM", "Canariprénom", "1 rue du Canari", "06 12 34 56 78", "canari@exemple.invalid",
              "1 87 05 72 181 099 88", "187057218109988"]  # fmt: skip
# What a person may type in a column that is for something else.
NAISSANCE = "04/05/1987"
EGARES = ["CANARINOM", "Mme Canarinom", "canarinom Canariprénom", "06.12.34.56.78", "0612345678", "1 rue du Canari",
          "canari@exemple.invalid", NAISSANCE, "NIR 187057218109988", "Canariprénom\nCANARINOM"]  # fmt: skip

# A valid row of each extract: what it needs, by heading.
VALIDES: dict[str, Callable[[int], Ligne]] = {
    "attributions": lambda n: {"N° unique": numero(n), "Date du bail": "15/03/2022", "Commune": "Le Mans",
                               "Bailleur": "LMH"},
    "demandes": lambda n: {"N° unique": numero(n), "Commune souhaitée": "Arnage"},
    "propositions": lambda n: {"N° unique": numero(n), "Date de commission": "15/03/2022", "Commune": "Le Mans",
                               "Décision": "Non attribution", "Bailleur": "LMH"},
    "radiations": lambda n: {"N° unique": numero(n), "Date de radiation": "15/03/2022", "Motif de radiation": "Abandon",
                             "Commune souhaitée": "Arnage"},
    "parc": lambda n: {"Code INSEE": "72181", "Nombre de pièces": "3", "Année de construction": "1970",
                       "Financement": "PLUS"},
    "occupation": lambda n: {"Commune": "Le Mans", "Nombre de ménages": "120", "Bailleur": "LMH"},
    "flux": lambda n: {"Bailleur": "LMH", "Réservataire": "Action Logement", "Logements attribués": "12"},
}  # fmt: skip
FORMATS = [".csv", ".xlsx", ".ods", ".zip"]
# Each extract as text, and one in each of the other formats: rows are cleaned, or refused, alike once a file is read.
# On demand, each in all of them.
TOUS = [(extrait, suffixe) for extrait in VALIDES for suffixe in FORMATS]
CAS = TOUS if APPROFONDIS else [*((e, FORMATS[0]) for e in VALIDES), *zip(VALIDES, FORMATS[1:], strict=False)]
REFUSES = TOUS if APPROFONDIS else [(e, FORMATS[rang % 4]) for rang, e in enumerate(VALIDES)]


def premiers_en_tetes(dictionnaire: Dictionnaire, nom: str) -> list[str]:
    return [e for entetes in dictionnaire.millesimes.values() for e in entetes.get(nom, ())]


def tableau(dictionnaire: Dictionnaire, bons: int) -> list[list[str]]:
    """Titles, headings, ``bons`` valid rows with a full set of personal cells, then rows with a cell out of place.

    Each column of the extract has, in rows of its own, each of EGARES: some are then rejected, the most are kept.
    """
    valide = VALIDES[dictionnaire.extrait]
    propres = list(valide(0))
    prises = {dictionnaire.entetes[normaliser(e)] for e in propres}
    # The extract's other columns, one heading each; a required one has its alternative.
    autres = [
        entetes[0]
        for nom, colonne in dictionnaire.colonnes.items()
        if (entetes := premiers_en_tetes(dictionnaire, nom)) and not prises & {nom, colonne.alternative_de}
        and nom not in {dictionnaire.colonnes[p].alternative_de for p in prises}
    ]  # fmt: skip
    # Two headings of the same column would refuse the file; a personal one may be there under every name.
    mises_de_cote = [e for nom in ("personnelle", "ignoree") for e in premiers_en_tetes(dictionnaire, nom)]
    personnelles = list(dict.fromkeys([*mises_de_cote, "Note du service", "Suivi par"]))
    entetes = [*propres, *autres, *personnelles]
    gens = {e: PERSONNELS[rang % len(PERSONNELS)] for rang, e in enumerate(personnelles)}
    lisibles = {e: _lisibles(dictionnaire.colonnes[dictionnaire.entetes[normaliser(e)]]) for e in autres}
    if dictionnaire.extrait in ("flux", "occupation"):  # Counts by label, that must add up: one label is one way to.
        lisibles = {e: libelles[:1] for e, libelles in lisibles.items()}
    lignes: list[Ligne] = [
        {e: libelles[rang % len(libelles)] for e, libelles in lisibles.items()} | valide(rang) | gens
        for rang in range(bons)
    ]
    rang = bons
    for colonne in [*propres, *autres]:
        egares = EGARES if colonne in autres else EGARES[:1]
        if dictionnaire.colonnes[dictionnaire.entetes[normaliser(colonne)]].type == "date":
            egares = [e for e in egares if e != NAISSANCE]  # A day in a column of days is a value like another.
        for egare in egares:
            rang += 1
            lignes.append(valide(rang) | gens | {colonne: egare})
    return [
        ["Extrait suivi par Mme CANARITITRE, 06 12 34 56 78"],
        [""],
        entetes,
        *([ligne.get(e, "") for e in entetes] for ligne in lignes),
        ["", "* Renseignements : CANARINOTE, canari@exemple.invalid"],
        ["Total", "CANARITOTAL"],
    ]


def _lisibles(colonne: Colonne) -> list[str]:
    """Cells that a column of labels reads, in turn: what is out of place is then the exception."""
    if colonne.nomenclature:
        chemin = RACINE / "data" / "reference" / "nomenclatures" / f"{colonne.nomenclature}.csv"
        with chemin.open(encoding="utf-8") as flux:
            return [ligne["libelle"] for ligne in csv.DictReader(flux)] or [""]  # A list that an EPCI has yet to fill.
    types = {"oui_non": ["Non", "Oui"], "qpv": ["Hors QPV"], "commune": ["Le Mans", "Arnage"], "provenance": ["72181"]}
    return types.get(colonne.type, [""])


def ecrire(chemin: Path, lignes: Sequence[Sequence[Any]]) -> Path:
    notice = [["Contact : CANARINOTICE"], ["06 12 34 56 78"]]
    if chemin.suffix == ".csv":
        return ecrire_csv(chemin, lignes)
    if chemin.suffix == ".zip":
        return ecrire_zip(chemin, {"envoi/a.csv": octets_csv(lignes), "__MACOSX/a.csv": b"CANARI"})
    return (ecrire_ods if chemin.suffix == ".ods" else ecrire_xlsx)(chemin, Notice=notice, Données=lignes)


def tout_ce_qui_est_ecrit(racine: Path) -> Iterator[tuple[str, str]]:
    """Every file of a project but the raw ones, as bytes and as what they say: Parquet and workbooks decoded."""
    for chemin in sorted(racine.rglob("*")):
        relatif = str(chemin.relative_to(racine))
        if not chemin.is_file() or relatif.startswith(("data/reference", "data/raw", "notebooks")):
            continue
        octets = chemin.read_bytes()
        yield relatif, octets.decode("utf-8", errors="replace")
        yield relatif, octets.decode("utf-16-le", errors="replace")
        if chemin.suffix == ".parquet":
            table = pd.read_parquet(chemin)
            yield relatif, table.to_csv()
            yield relatif, " ".join(map(str, table.columns))
        if chemin.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                yield from (
                    (f"{relatif}/{nom}", archive.read(nom).decode("utf-8", "replace")) for nom in archive.namelist()
                )
            for feuille in openpyxl.load_workbook(chemin):
                yield relatif, "\n".join(str(ligne) for ligne in feuille.iter_rows(values_only=True))


def chercher(*endroits: tuple[str, str]) -> None:
    """Nothing planted is in any of these texts, whatever its case, its accents' form or the spaces in it."""
    for ou, texte in endroits:
        serre = re.sub(r"[\s\u00a0\u202f]+", " ", texte).upper()
        for canari in CANARIS:
            if canari == "31901":  # the serial of 4 May 1987: a number of its own, not digits of a pseudonym
                assert not re.search(r"(?<![\w.])31901(?![\w])", serre), f"{canari} dans {ou}"
            else:
                trouve = serre.find(canari.upper())
                assert trouve < 0, f"« {canari} » dans {ou} : …{serre[max(0, trouve - 120) : trouve + 60]}…"


def commande(projet: Projet, *arguments: str | Path) -> int:
    return main([*map(str, arguments), "--projet", str(projet.racine)])


@pytest.mark.parametrize(("extrait", "suffixe"), CAS)
def test_rien_de_personnel_ne_passe(
    projet: Projet,
    references_communes: References,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    extrait: str,
    suffixe: str,
) -> None:
    dictionnaire = references_communes.dictionnaires[extrait]
    # The sheets' and the files' names stay the user's.
    chemin = ecrire(projet.brut / f"{extrait}{suffixe}", tableau(dictionnaire, 250))
    journal = importer(
        projet, references_communes, Demande([chemin], 2022, extrait=extrait, aujourd_hui=AUJOURD_HUI)
    ).journal
    # One territory counts once in the survey of occupation: its rows are duplicates.
    assert journal["comptes"]["conservees"] + journal["comptes"]["doublons"] >= 250
    assert journal["comptes"]["rejetees"] > 0 or extrait == "flux"
    assert journal["anomalies"] > 0
    assert set(journal["colonnes"]["personnelles"]) == set(premiers_en_tetes(dictionnaire, "personnelle"))
    verifier_etat(projet, extrait)
    if suffixe == ".csv":  # what the commands say depends on the format no more
        assert commande(projet, "verifier", chemin, "--annee", "2022", "--extrait", extrait) == 0
        assert commande(projet, "colonnes", chemin, "--extrait", extrait) == 0
        assert commande(projet, "qualite", "--annee", "2022") == 0
        assert commande(projet, "qualite", "--annee", "2022", "--anomalies", projet.racine / "anomalies") == 0
        chemin = ecrire(projet.brut / f"{extrait}-2{suffixe}", tableau(dictionnaire, 300))
        assert commande(projet, "importer", chemin, "--annee", "2022", "--extrait", extrait) == 0
        assert (projet.racine / "anomalies").is_dir()
    sortie = capfd.readouterr()
    chercher(
        *tout_ce_qui_est_ecrit(projet.racine),
        ("journal", json.dumps(journal, ensure_ascii=False)),
        ("sortie", sortie.out),
        ("erreurs", sortie.err),
        ("log", caplog.text),
    )


@pytest.mark.parametrize(("extrait", "suffixe"), REFUSES)
def test_aucun_refus_ne_cite_une_personne(
    projet: Projet, references_communes: References, extrait: str, suffixe: str
) -> None:
    """Rows out of place everywhere; a required column missing; headings gone: the refusal quotes none of it."""
    lignes = tableau(references_communes.dictionnaires[extrait], 30)
    entetes, corps = lignes[2], lignes[3:]
    # Without the notes below: a word alone in a column of labels, which no personal column holds, is taken for a label.
    decalees = [lignes[0], entetes, *([ligne[-1], *ligne[:-1]] for ligne in corps[:-2])]
    refuses = [
        decalees,
        [entetes[1:], *(ligne[1:] for ligne in corps)],  # often without a required column
        [[f"{e} 2022" if rang < 4 else e for rang, e in enumerate(entetes)], *corps],
        corps,
        [lignes[0], *([f"CANARI{cellule}" for cellule in ligne] for ligne in corps)],
    ]
    for rang, table in enumerate(refuses):
        chemin = ecrire(projet.brut / f"r{rang}{suffixe}", table)
        try:
            importer(projet, references_communes, Demande([chemin], 2022, extrait=extrait, aujourd_hui=AUJOURD_HUI))
        except ErreurCIL as erreur:
            chercher((f"refus {rang}", str(erreur)))
        else:
            chercher(*tout_ce_qui_est_ecrit(projet.racine))


def test_un_ancien_classeur(projet: Projet, references_communes: References) -> None:
    """The .xls cannot be made here: its column « Nom » says « Inventé » and « Fictive »."""
    importer(
        projet, references_communes, Demande([ecrire_table(projet.brut / "baux.xls")], 2022, aujourd_hui=AUJOURD_HUI)
    )
    for ou, texte in tout_ce_qui_est_ecrit(projet.racine):
        assert "Inventé" not in texte and "Fictive" not in texte, ou
        assert "TEST" not in texte, f"le numéro unique est dans {ou}"


@pytest.mark.parametrize("suffixe", FORMATS if APPROFONDIS else FORMATS[1:2])
def test_rien_d_une_liste_de_numeros_ne_passe(
    projet: Projet,
    references_communes: References,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    suffixe: str,
) -> None:
    """A list of N° uniques, with the cells beside them: read, read again, added to, verified, refused, explained.

    Neither the numbers, nor digests of them without the key; nor, of those of the list, the pseudonyms.
    """
    baux = projet.brut / "baux.csv"
    entetes = ["N° unique", "Date du bail", "Commune", "Bailleur"]
    ecrire_csv(baux, [entetes, *bail_de(range(60))])
    ecrire_csv(projet.brut / "suite.csv", [entetes, *bail_de(range(60, 70))])
    numeros = [f"0721180169821L{rang:04d}" for rang in range(30)]
    tous = [*map(numero, range(20)), *numeros]
    lignes = [
        ["Liste suivie par Mme CANARITITRE", "", ""], ["Nom", "NUD", "Observations"],
        *(
            ["CANARINOM", f"{n[:6]} {n[6:]}" if rang % 3 else n.lower(), EGARES[rang % len(EGARES)]]
            for rang, n in enumerate(tous)
        ),
        ["CANARINOM", "CANARINOM", ""], ["CANARINOM", "", "1 rue du Canari"], ["", "", "* CANARINOTE"],
    ]  # fmt: skip
    liste = ecrire(projet.brut / f"liste{suffixe}", lignes)
    avec = ["--annee", "2022", "--liste", f"RU={liste}"]
    with (projet.reference / "priorites.csv").open("a", encoding="utf-8") as regles:
        regles.write("A,d,oui,listes,RU,,,essai,L\n")
    assert commande(projet, "verifier", baux, *avec) == 0
    assert commande(projet, "importer", baux, *avec) == 0
    assert commande(projet, "importer", baux, *avec) == 0
    assert commande(projet, "importer", projet.brut / "suite.csv", *avec, "--ajouter") == 0
    assert commande(projet, "qualite", "--annee", "2022", "--priorites") == 0
    assert commande(projet, "qualite", "--annee", "2022") == 0
    assert store.lire(projet, "attributions", 2022)["listes"].eq("RU").sum() == 20
    # What is refused quotes nobody: no number that reads, and no heading of numbers.
    for rang, table in enumerate(([lignes[1], *lignes[-3:]], [ligne[:1] for ligne in lignes], lignes[2:])):
        fautive = ecrire(projet.brut / f"fautive-{rang}{suffixe}", table)
        assert commande(projet, "importer", baux, "--annee", "2022", "--liste", f"RU={fautive}") == 1
    sortie, cle = capfd.readouterr(), projet.cle
    ecrits = [
        *tout_ce_qui_est_ecrit(projet.racine),
        ("sortie", sortie.out),
        ("erreurs", sortie.err),
        ("log", caplog.text),
    ]
    chercher(*ecrits)
    secret = bytes.fromhex(cle.read_text("ascii").strip())
    for n in tous:
        traces = [n, n.lower(), f"{n[:6]} {n[6:]}"]
        traces += [getattr(hashlib, nom)(n.encode()).hexdigest()[:24] for nom in ("md5", "sha1", "sha256")]
        if n in numeros:
            traces.append(hmac.new(secret, n.encode(), hashlib.sha256).hexdigest()[:24])
        for ou, texte in ecrits:
            assert not any(trace in texte for trace in traces), ou


def bail_de(rangs: Iterable[int]) -> list[list[str]]:
    return [[numero(rang), "15/03/2022", "Le Mans", "LMH"] for rang in rangs]


def test_rien_de_personnel_dans_un_bilan(
    tmp_path: Path, references_communes: References, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole way, once: what the landlords and the State sent with planted cells, to the report and its workbook.

    Nothing is masked there. Of the pages, the first chapter, and the method, that says what was read: the others read
    published figures alone.
    """
    racine = tmp_path / "modele"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", racine / "notebooks")
    projet = ouvrir_projet(racine)
    projet.brut.mkdir()
    for carnet in projet.carnets.glob("*.qmd"):
        if carnet.name not in ("bilan_annuel.qmd", "methode.qmd"):
            carnet.unlink()
    bilan = projet.carnets / "bilan_annuel.qmd"
    bilan.write_text(bilan.read_text(encoding="utf-8").partition("## Les ménages logés")[0], encoding="utf-8")
    for extrait in ("attributions", "demandes"):
        chemin = ecrire(projet.brut / f"{extrait}.csv", tableau(references_communes.dictionnaires[extrait], 250))
        assert commande(projet, "importer", chemin, "--annee", "2022") == 0
    options = ["--moteur", "interne", "--sans-pdf", "--interne", racine / "interne"]
    assert commande(projet, "bilan", "--annee", "2022", *options) == 0
    assert {"bilan.html", "methode.html", "bilan.xlsx"} < {fichier.name for fichier in (racine / "interne").iterdir()}
    sortie = capfd.readouterr()
    chercher(*tout_ce_qui_est_ecrit(racine), ("sortie", sortie.out), ("erreurs", sortie.err))
