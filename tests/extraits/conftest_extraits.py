"""A throw-away project, and files written the way extracts arrive."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from openpyxl import Workbook

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.anomalies import Consigne
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lecture import classeurs, enfant
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.nettoyage import Partie, nettoyer
from cil_analysis.extraits.preparation import Tri, rassembler
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from commande import lancer_ici
from messages import exiger_un_remede

RACINE = Path(__file__).resolve().parents[2]
AUJOURD_HUI = date(2026, 6, 30)
ENTETES = ["N° unique", "Date du bail", "Commune", "Bailleur"]


def numero(rang: int) -> str:
    """A N° unique of nobody: 18 characters."""
    return f"072{rang:011d}TEST"


def bail(rang: int, jour: str = "15/03/2022", commune: str = "Le Mans", bailleur: str = "LMH") -> list[str]:
    """One valid lease, in the order of ENTETES."""
    return [numero(rang), jour, commune, bailleur]


def ecrire_csv(
    chemin: Path, lignes: Iterable[Sequence[Any]], *, separateur: str = ";", codage: str = "utf-8", fin: str = "\r\n"
) -> Path:
    with chemin.open("w", encoding=codage, newline="") as flux:
        csv.writer(flux, delimiter=separateur, lineterminator=fin).writerows(lignes)
    return chemin


def ecrire_xlsx(chemin: Path, **feuilles: Iterable[Sequence[Any]]) -> Path:
    classeur = Workbook(write_only=True)
    for nom, lignes in feuilles.items():
        feuille = classeur.create_sheet(nom)
        for ligne in lignes:
            feuille.append(list(ligne))
    classeur.save(chemin)
    return chemin


def modifier_zip(chemin: Path, changer: Callable[[str, bytes], bytes | None], *, vers: Path | None = None) -> Path:
    """Rewrite the members of a zip, a workbook included; None drops one."""
    with zipfile.ZipFile(chemin) as archive:
        membres = {nom: archive.read(nom) for nom in archive.namelist()}
    changes = {nom: changer(nom, octets) for nom, octets in membres.items()}
    return ecrire_zip(vers or chemin, {nom: octets for nom, octets in changes.items() if octets is not None})


def ecrire_zip(chemin: Path, membres: Mapping[str, bytes | Path]) -> Path:
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in membres.items():
            archive.writestr(nom, octets.read_bytes() if isinstance(octets, Path) else octets)
    return chemin


def mentir(octets: bytes, membre: str, **champs: int) -> bytes:
    """Change what both headers of a member say: ``drapeaux``, ``methode``, ``somme``, ``comprimee``, ``taille``."""
    places = {"drapeaux": 0, "methode": 2, "somme": 8, "comprimee": 12, "taille": 16}
    formats = {"drapeaux": "<H", "methode": "<H"}
    change = bytearray(octets)
    for signature, au_nom, aux_champs in ((b"PK\x03\x04", 30, 6), (b"PK\x01\x02", 46, 8)):
        for trouve in re.finditer(re.escape(signature), octets):
            debut = trouve.start()
            if octets.startswith(membre.encode(), debut + au_nom):
                for champ, valeur in champs.items():
                    place = debut + aux_champs + places[champ]
                    struct.pack_into(formats.get(champ, "<I"), change, place, valeur)
    return bytes(change)


# --- .ods, as LibreOffice writes it: runs of equal cells and rows by attribute, the rest of the sheet as blank ones

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_CONTENU = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


def cellule_ods(valeur: Any) -> tuple[str, str]:
    """The attributes of a cell, and what it holds."""
    if valeur is None or valeur == "":
        return "", ""
    texte = escape(str(valeur), {'"': "&quot;"})
    paragraphes = "".join(f"<text:p>{ligne}</text:p>" for ligne in texte.split("\n"))
    if isinstance(valeur, bool):
        return f' office:value-type="boolean" office:boolean-value="{texte.lower()}"', paragraphes
    if isinstance(valeur, int | float):
        return f' office:value-type="float" office:value="{texte}"', paragraphes
    if isinstance(valeur, date):
        return (
            f' office:value-type="date" office:date-value="{valeur.isoformat()}"',
            f"<text:p>{valeur:%d/%m/%Y}</text:p>",
        )
    return ' office:value-type="string"', paragraphes


def ligne_ods(cellules: Sequence[tuple[str, str]], fois: int = 1) -> str:
    """One row, and how many times it is repeated."""
    morceaux = []
    for (attributs, dedans), suite in itertools.groupby([*cellules, *[("", "")] * (16384 - len(cellules))]):
        repete = len(list(suite))
        nombre = f' table:number-columns-repeated="{repete}"' if repete > 1 else ""
        morceaux.append(f"<table:table-cell{nombre}{attributs}>{dedans}</table:table-cell>")
    nombre = f' table:number-rows-repeated="{fois}"' if fois > 1 else ""
    return f"<table:table-row{nombre}>{''.join(morceaux)}</table:table-row>"


def ecrire_ods(chemin: Path, **feuilles: Iterable[Sequence[Any]]) -> Path:
    tables = []
    for nom, lignes in feuilles.items():
        rangees = [[cellule_ods(valeur) for valeur in ligne] for ligne in lignes]
        corps = "".join(ligne_ods(ligne, len(list(suite))) for ligne, suite in itertools.groupby(rangees))
        fin = ligne_ods([], 1048576 - len(rangees))
        tables.append(f'<table:table table:name="{escape(nom)}">{corps}{fin}</table:table>')
    return ecrire_ods_brut(chemin, "".join(tables))


def ecrire_ods_brut(chemin: Path, tables: str, *, contenu_xml: str | None = None) -> Path:
    """An .ods of these ``table:table`` elements, or of this content.xml."""
    return ecrire_zip(
        chemin,
        {
            "mimetype": ODS_TYPE.encode(),
            "content.xml": (contenu_xml or _ODS_CONTENU.format(tables)).encode(),
            "META-INF/manifest.xml": (
                '<?xml version="1.0" encoding="UTF-8"?>'
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                "</manifest:manifest>"
            ).encode(),
        },
    )


# --- one table in every format ---------------------------------------------------------------------------------------

FICHIERS = Path(__file__).parent / "fichiers"
ENTETES_TABLE = ["N° unique", "Date du bail", "Date de dépôt", "Code INSEE", "Bailleur", "Financement", "QPV",
                 "Quartier prioritaire", "Âge", "Nombre de personnes", "Ressources mensuelles", "Nb UC",
                 "Publics prioritaires", "Nom"]  # fmt: skip
_PREMIER = [numero(1), date(2022, 3, 15), date(2020, 2, 1), 72181, "LMH", "PLUS", "Oui", "Bellevue-Carnac", 34, 3, 1500,
            1.8, "Handicap ; DALO", "Inventé"]  # fmt: skip
TABLE: list[list[Any]] = [
    ENTETES_TABLE,
    _PREMIER,
    [numero(2), date(2022, 7, 1), date(2022, 6, 30), 72008, "Sarthe Habitat", "PLAI", "Non", "", 999, 1, 812.5, 1, "",
     "Fictive"],
    [numero(3), date(2022, 12, 31), "NC", 72095, "SH", "NR", "", "", 18, 25, 0, 1.5, "Suroccupation", "Inventé"],
    [numero(4), date(2021, 12, 31), "", 72181, "LMH", "PLUS", "Non", "", 50, 2, 900, 1.5, "", "Fictive"],
    _PREMIER,
    [numero(6), "Z", "", 72181, "LMH", "PLUS", "Non", "", 50, 2, 900, 1.5, "", "Fictive"],
]  # fmt: skip
"""A header, three leases to keep, one of another year, one twice, and one without a date."""


def en_texte(valeur: Any) -> str:
    """A cell as a French spreadsheet exports it to text."""
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    return str(valeur).replace(".", ",") if isinstance(valeur, float) else str(valeur)


def table_en_texte() -> list[list[str]]:
    return [[en_texte(valeur) for valeur in ligne] for ligne in TABLE]


def ecrire_table(chemin: Path) -> Path:
    """TABLE, in the format that the extension says. Workbooks have a notice before the good sheet, and one after."""
    feuilles = {"Notice": [["Fichier fictif"]], "Baux": TABLE, "Listes": [["Bailleur"], ["LMH"]]}
    suffixe = chemin.suffix
    if suffixe == ".xls":
        return Path(shutil.copy(FICHIERS / "baux.xls", chemin))
    if suffixe == ".ods":
        return ecrire_ods(chemin, **feuilles)
    if suffixe == ".xlsx":
        return ecrire_xlsx(chemin, **feuilles)
    if suffixe == ".xlsm":
        provisoire = ecrire_xlsx(chemin.with_suffix(".xlsx"), **feuilles)
        try:
            return modifier_zip(provisoire, _avec_macros, vers=chemin)
        finally:
            provisoire.unlink()
    if suffixe == ".zip":
        return ecrire_zip(chemin, {"baux.csv": octets_csv(table_en_texte())})
    return ecrire_csv(chemin, table_en_texte(), separateur="\t" if suffixe == ".tsv" else ";")


def _avec_macros(nom: str, octets: bytes) -> bytes:
    ordinaire = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return octets.replace(ordinaire, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")


def octets_csv(lignes: Iterable[Sequence[Any]], *, separateur: str = ";", codage: str = "utf-8") -> bytes:
    flux = io.StringIO(newline="")
    csv.writer(flux, delimiter=separateur).writerows(lignes)
    return flux.getvalue().encode(codage)


# --- what every outcome must be --------------------------------------------------------------------------------------


def valeurs(table: pd.DataFrame, *colonnes: str) -> list[tuple[Any, ...]]:
    """Clean rows as plain Python: None for missing, ISO days, without the pseudonym unless it is named."""

    def simple(valeur: Any) -> Any:
        if pd.isna(valeur):
            return None
        return valeur.date().isoformat() if isinstance(valeur, datetime) else valeur

    choisies = table[list(colonnes) if colonnes else [c for c in table.columns if c != "demande_pseudonyme"]]
    return [tuple(map(simple, ligne)) for ligne in choisies.astype("object").itertuples(index=False)]


def verifier_etat(projet: Projet, extrait: str = "attributions", annee: int = 2022) -> dict[str, Any]:
    """The journal of an import, once it agrees with itself and with what is stored beside it."""
    journal = store.lire_journal(projet, extrait, annee)
    assert journal is not None
    comptes = journal["comptes"]
    assert comptes["lues"] == sum(n for nom, n in comptes.items() if nom != "lues")
    assert comptes["lues"] == sum(fichier["lignes"] for fichier in journal["fichiers"])
    for nom, motifs in journal["motifs"].items():
        assert sum(motifs.values()) == comptes[nom], nom
    assert len(store.lire(projet, extrait, annee)) == comptes["conservees"]
    anomalies = store.lire_anomalies(projet, extrait, annee)
    assert len(anomalies) == journal["anomalies"]
    assert anomalies["message"].str.strip().ne("").all() and anomalies["ligne"].between(1, comptes["lues"]).all()
    return journal


def lancer_cil(projet: Projet, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own; whatever it does, it does not end in a traceback."""
    fini = subprocess.run(
        [sys.executable, "-m", "cil_analysis", *map(str, arguments), "--projet", str(projet.racine)],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )
    assert "Traceback" not in fini.stderr and "panicked" not in fini.stderr, fini.stderr
    return fini


def dire_cil(projet: Projet, *arguments: object) -> tuple[int, str]:
    """The command in this process: its code, and what it says beside its result."""
    sortie = lancer_ici(*arguments, "--projet", projet.racine, dossier=projet.racine)
    return sortie.returncode, sortie.stderr


def contenu(dossier: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes; the lock of the imports, which is empty, is no content."""
    fichiers = (c for c in sorted(dossier.rglob("*")) if c.is_file() and c.name != ".verrou")
    return {str(c.relative_to(dossier)): c.read_bytes() for c in fichiers}


def compte(lues: int, **autres: int) -> dict[str, int]:
    """A row account (architecture, D1); what is not named is 0. Checks that it balances."""
    attendu = {"lues": lues, "conservees": 0, "rejetees": 0, "doublons": 0, "hors_perimetre": 0, "ignorees": 0} | autres
    assert lues == sum(autres.values())
    return attendu


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dossier = tmp_path / "cles"
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(dossier))
    return dossier


def _lire_ici(source: Source, taille: int) -> bytearray:
    flux = io.BytesIO()
    try:
        enfant.ecrire_feuilles(source.octets, flux)
    except Exception as faute:
        raise classeurs._refus(source, f"{type(faute).__name__}: {faute}") from None
    return bytearray(flux.getvalue())


@pytest.fixture(autouse=True)
def classeurs_lus_ici(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the second that the process apart takes to start: test_classeurs.py and test_securite.py ask it."""
    monkeypatch.setattr(classeurs, "_demander", _lire_ici)


@pytest.fixture
def projet(tmp_path: Path) -> Projet:
    racine = tmp_path / "projet"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    (racine / "data" / "raw").mkdir()
    (racine / "data" / "processed").mkdir()
    return ouvrir_projet(racine)


@pytest.fixture(scope="session")
def references_communes() -> References:
    """The repository's reference data, read once: for tests that write nothing."""
    return References(ouvrir_projet(RACINE))


@pytest.fixture
def importe(projet: Projet, references_communes: References) -> Callable[..., Bilan]:
    """Import files, under reference data read once. ``references``: read those of the project instead."""

    def lancer(
        *fichiers: Path, annee: int = 2022, extrait: str | None = None, references: References | None = None
    ) -> Bilan:
        return importer(
            projet,
            references or references_communes,
            Demande(fichiers, annee, extrait=extrait, aujourd_hui=AUJOURD_HUI),
        )

    return lancer


@pytest.fixture
def refuse(projet: Projet, importe: Callable[..., Bilan]) -> Callable[..., str]:
    """An import that is refused, in words that name one of its files and ``nommes``; nothing changes on the disk."""

    def verifier(*fichiers: Path, nommes: Iterable[object] = (), par: Callable[..., Any] = importe, **options: Any):
        avant, existait = contenu(projet.racine), (projet.traite / ".verrou").exists()
        with pytest.raises(ErreurCIL) as erreur:
            par(*fichiers, **options)
        assert (contenu(projet.racine), (projet.traite / ".verrou").exists()) == (avant, existait)
        texte = exiger_un_remede(erreur.value, *nommes)
        assert any(fichier.name in texte for fichier in fichiers), texte
        return texte

    return verifier


@pytest.fixture
def source(projet: Projet) -> Callable[..., Path]:
    """A CSV of leases in the project's raw folder: ENTETES, then the rows."""

    def ecrire(lignes: Iterable[Sequence[Any]], nom: str = "extrait.csv", entetes: Sequence[str] = ENTETES) -> Path:
        return ecrire_csv(projet.brut / nom, [entetes, *lignes])

    return ecrire


def preparateur(references: References, extrait: str, annee: int = 2022) -> Callable[..., Tri]:
    """Prepares rows of an extract given as dicts of canonical text cells."""

    def faire(*lignes: dict[str, str], colonnes: Sequence[str] | None = None) -> Tri:
        texte = pd.DataFrame(lignes, columns=colonnes).fillna("").astype("str")
        rangs = range(2, len(lignes) + 2)
        origine = pd.DataFrame({"fichier": f"{extrait}.csv", "feuille": "", "ligne": rangs})
        origine = origine.assign(decalee=False, coupee=False)
        consigne = Consigne(references.dictionnaires[extrait], references, annee, AUJOURD_HUI, b"k" * 32)
        return rassembler([nettoyer(consigne, Partie(texte, origine))], consigne, {}, connus={})

    return faire
