"""Damaged files: each is imported with an exact account, or refused in French and nothing has changed on the disk.

Deterministic: a case is named by its format, its mutation and its seed, and made again from these three.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import (
    AUJOURD_HUI,
    bail,
    contenu,
    ecrire_ods,
    ecrire_table,
    ecrire_xlsx,
    ecrire_zip,
    lancer_cil,
    numero,
    octets_csv,
    verifier_etat,
)
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from essais import essais
from messages import exiger_un_remede

Table = list[list[str]]
Hasard = random.Random
PLANTES = ["CANARI", "0699887766", "canari@exemple", "rue du Canari"]


def personne(rang: int) -> list[str]:
    """Name, telephone, mail and address of nobody; each row has its own name, as people do."""
    return [f"CANARI{chr(65 + rang)}{chr(90 - rang)}", "0699887766", "canari@exemple.invalid", f"{rang} rue du Canari"]


ESSAIS = essais(6, 3)  # cases of each mutation in each format

ATTRIBUTIONS: Table = [
    ["Extrait des attributions"],
    ["N° unique", "Date du bail", "Commune", "Bailleur", "Financement", "QPV", "Quartier prioritaire", "Âge",
     "Ressources mensuelles", "Nb UC", "Publics prioritaires", "Nom", "Téléphone", "Courriel", "Adresse"],
    *([*bail(rang, commune=("Le Mans", "Arnage")[rang % 2]), "PLUS", "Non", "", str(20 + rang), "1 250,50", "1,5",
       "Handicap", *personne(rang)] for rang in range(24)),
    ["Total", "24"],
]  # fmt: skip
DEMANDES: Table = [
    ["N° unique", "Commune souhaitée", "Date de dépôt", "Âge", "Nombre de personnes", "DALO", "Nom", "Téléphone"],
    *([numero(rang), "Le Mans", "01/06/2020", str(20 + rang), "2", "Non", *personne(rang)[:2]] for rang in range(24)),
]
NASTY = [
    *("\0", "\ufffd" * 3, "\u202eesrevni", "\u200b", "x" * 40_000, "😀🧑", "=cmd|'/c calc'!A1", "'", '"', '""";"'),
    *("\n", "\r", ";", ",", "\t", "\x1a", "\x85", "\u2028", "1e999", "-0", "NaN", "9" * 400, "31/02/2022"),
    *("<b>&amp;", "%s %d {0}", "\\N", "N° unique", "Total", " ", "\ufeff"),
]


def sans_interdits(texte: str) -> str:
    """What XML cannot hold: a spreadsheet does not write it."""
    return ILLEGAL_CHARACTERS_RE.sub("", texte).replace("\ufffe", "").replace("\uffff", "")


# --- damage to the table: how many lines are left is known -----------------------------------------------------------


def lignes_melees(table: Table, hasard: Hasard) -> Table:
    return hasard.sample(table, len(table))


def cellules_melees(table: Table, hasard: Hasard) -> Table:
    """The cells of a few data rows change places, the rest stays: more would only be rejected."""
    table = [list(ligne) for ligne in table]
    for rang in hasard.sample(range(3, len(table) - 1), hasard.choice((2, 4, 20))):
        hasard.shuffle(table[rang])
    return table


def colonnes_otees(table: Table, hasard: Hasard) -> Table:
    otees = set(hasard.sample(range(len(table[1])), hasard.randint(1, 4)))
    return [[cellule for rang, cellule in enumerate(ligne) if rang not in otees] for ligne in table]


def colonnes_doublees(table: Table, hasard: Hasard) -> Table:
    place = hasard.randrange(len(table[1]))
    return [[*ligne[: place + 1], *ligne[place:]] for ligne in table]


def en_tetes_renommes(table: Table, hasard: Hasard) -> Table:
    table = [list(ligne) for ligne in table]
    entetes = table[1 if len(table[0]) == 1 else 0]
    for rang in hasard.sample(range(len(entetes)), hasard.randint(1, 4)):
        faire: list[Callable[[str], str]] = [
            str.upper, str.swapcase, lambda e: e[1:], lambda e: e + " 2022", lambda e: e[::-1], lambda e: "",
            lambda e: e.encode().decode("cp1252", "replace"), lambda e: hasard.choice(entetes), lambda e: f" {e}\u00a0",
        ]  # fmt: skip
        entetes[rang] = hasard.choice(faire)(entetes[rang])
    return table


def cellules_hostiles(table: Table, hasard: Hasard) -> Table:
    table = [list(ligne) for ligne in table]
    for _ in range(hasard.randint(1, 12)):
        ligne = hasard.choice(table)
        ligne[hasard.randrange(len(ligne))] = hasard.choice(NASTY)
    return table


def lignes_jointes(table: Table, hasard: Hasard) -> Table:
    """A row at the end of another, and a few blank, doubled or cut rows."""
    table = [list(ligne) for ligne in table]
    rang = hasard.randrange(2, len(table) - 2)
    table[rang : rang + 2] = [table[rang] + table[rang + 1]]
    table.insert(hasard.randrange(len(table)), [])
    table.insert(hasard.randrange(len(table)), list(hasard.choice(table)))
    coupee = hasard.randrange(2, len(table))
    table[coupee] = table[coupee][: hasard.randrange(len(table[coupee]) + 1)]
    return table


TABULAIRES = [lignes_melees, cellules_melees, colonnes_otees, colonnes_doublees, en_tetes_renommes, cellules_hostiles,
              lignes_jointes]  # fmt: skip


def ecrire(chemin: Path, table: Table, hasard: Hasard) -> int:
    """Write a table in the format of the name. Returns how many lines a reader must count.

    A workbook has no row below its last filled cell, and what XML cannot hold is not in it.
    """
    if chemin.suffix in (".xlsx", ".ods"):
        table = [[sans_interdits(cellule)[:32_000] for cellule in ligne] for ligne in table]
        (ecrire_xlsx if chemin.suffix == ".xlsx" else ecrire_ods)(chemin, Baux=table)
        # A carriage return alone is not kept by XML: a cell of it may be blank or not, it is never the last row's.
        return max(rang for rang, ligne in enumerate(table, 1) if any(c != "" for c in ligne))
    octets = octets_csv(table, separateur=hasard.choice(";,\t"))
    if chemin.suffix == ".zip":
        ecrire_zip(chemin, {"dossier/a.csv": octets})
    else:
        chemin.write_bytes(octets)
    return len(table)


# --- damage to the bytes ---------------------------------------------------------------------------------------------


def tronque(octets: bytes, hasard: Hasard) -> bytes:
    return octets[: hasard.randrange(1, len(octets))]


def bits_retournes(octets: bytes, hasard: Hasard) -> bytes:
    abimes = bytearray(octets)
    for _ in range(hasard.choice((1, 2, 4, 8, 16, 32, 64))):
        abimes[hasard.randrange(len(abimes))] ^= 1 << hasard.randrange(8)
    return bytes(abimes)


def octets_otes(octets: bytes, hasard: Hasard) -> bytes:
    debut = hasard.randrange(len(octets))
    return octets[:debut] + octets[debut + hasard.choice((1, 2, 7, 64, 500)) :]


def octets_inseres(octets: bytes, hasard: Hasard) -> bytes:
    debut = hasard.randrange(len(octets))
    return octets[:debut] + hasard.randbytes(hasard.choice((1, 2, 7, 64, 500))) + octets[debut:]


def bits_retournes_dedans(octets: bytes, hasard: Hasard) -> bytes:
    """Of a zip: the damage is in the XML or the text, and the archive is whole."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as avant, zipfile.ZipFile(sortie, "w") as apres:
        noms = avant.namelist()
        cible = hasard.choice([nom for nom in noms if nom.endswith((".xml", ".csv", ".rels"))])
        for nom in noms:
            apres.writestr(nom, bits_retournes(avant.read(nom), hasard) if nom == cible else avant.read(nom))
    return sortie.getvalue()


OCTETS = [tronque, bits_retournes, octets_otes, octets_inseres]
RECODAGES: list[Callable[[str], bytes]] = [
    lambda t: t.encode("utf-16"),
    lambda t: t.encode("utf-16-be"),
    lambda t: t.encode("utf-16-le"),
    lambda t: b"\xff\xfe" + t.encode("utf-16-le")[:-1],
    lambda t: t.encode("utf-32"),
    lambda t: t.encode("cp1252"),
    lambda t: t.encode("mac-roman"),
    lambda t: t.encode("cp850"),
    lambda t: t.encode("utf-7"),
    lambda t: t.encode().decode("latin-1").encode(),
    lambda t: t.encode() + t.encode("cp1252"),
    lambda t: t.encode("cp1252") + t.encode("utf-16"),
    lambda t: b"\xef\xbb\xbf" * 2 + t.encode(),
    lambda t: t.encode().replace(b"\n", b"\r"),
    lambda t: t.encode().replace(b"\r\n", b"\n\n"),
    lambda t: t.encode().replace(b"\r\n", b"\x85"),
    lambda t: t.encode().replace(b"\r\n", b" "),
    lambda t: t.encode().replace(b";", b'";"'),
]


def lignes_de_texte(octets: bytes) -> int | None:
    """How many lines a text has; None where a quotation mark or an odd line end makes it a matter of opinion."""
    if re.search(rb'["\0]|\r(?!\n)', octets) or octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return octets.count(b"\n") + (not octets.endswith(b"\n"))


# --- what must hold of each ------------------------------------------------------------------------------------------


def eprouver(projet: Projet, references: References, chemin: Path, extrait: str, lues: int | None, cas: str) -> bool:
    """Import a file. Returns whether it was accepted; ``lues``: the number of its lines, when it can be told."""
    avant = contenu(projet.racine)
    # Half of the runs name the extract: recognising it is one more thing that may go wrong.
    nomme = extrait if random.Random(cas).random() < 0.5 else None
    try:
        resultat = importer(projet, references, Demande([chemin], 2022, extrait=nomme, aujourd_hui=AUJOURD_HUI))
    except ErreurCIL as erreur:
        exiger_un_remede(erreur, chemin.name)
        assert not any(plante in str(erreur) for plante in PLANTES), f"{cas} : {erreur}"
        assert contenu(projet.racine) == avant, cas
        return False
    except BaseException as erreur:
        raise AssertionError(f"{cas} : {type(erreur).__name__} {erreur}") from erreur
    journal = verifier_etat(projet, resultat.journal["extrait"])
    assert lues is None or journal["comptes"]["lues"] == lues, f"{cas} : {journal['comptes']} au lieu de {lues}"
    apres = b"".join(contenu(projet.traite).values())
    assert not any(plante.encode() in apres for plante in PLANTES), cas
    return True


@pytest.fixture
def sans_panique(capfd: pytest.CaptureFixture[str]) -> Any:
    """Nothing is said behind the user's back: a panic of the native reader would print itself."""
    yield
    sortie = capfd.readouterr()
    assert sortie.out == ""
    assert sortie.err == ""


def fichier_sain(projet: Projet, suffixe: str) -> Path:
    chemin = projet.brut / f"bon{suffixe}"
    if suffixe == ".xls":
        return ecrire_table(chemin)
    ecrire(chemin, ATTRIBUTIONS, random.Random(0))
    return chemin


TABLES = {"attributions": ATTRIBUTIONS, "demandes": DEMANDES}


@pytest.mark.parametrize("mutation", TABULAIRES)
@pytest.mark.parametrize("suffixe", [".csv", ".xlsx", ".ods", ".zip"])
@pytest.mark.usefixtures("sans_panique")
def test_tableaux_abimes(
    projet: Projet, references_communes: References, suffixe: str, mutation: Callable[[Table, Hasard], Table]
) -> None:
    acceptes = 0
    for graine in range(ESSAIS):
        cas = f"{mutation.__name__}{suffixe}, graine {graine}"
        hasard = random.Random(cas)
        extrait = "demandes" if graine % 3 == 2 else "attributions"
        chemin = projet.brut / f"a{graine}{suffixe}"
        lues = ecrire(chemin, mutation(TABLES[extrait], hasard), hasard)
        acceptes += eprouver(projet, references_communes, chemin, extrait, lues, cas)
    if mutation in (lignes_melees, lignes_jointes):
        assert acceptes >= ESSAIS / 2, "the damage is small: most of these files are of use"


@pytest.mark.parametrize(
    ("suffixe", "mutation"),
    [
        *((suffixe, mutation) for suffixe in (".csv", ".xlsx", ".ods", ".zip", ".xls") for mutation in OCTETS),
        *((suffixe, bits_retournes_dedans) for suffixe in (".xlsx", ".ods", ".zip")),
    ],
)
@pytest.mark.usefixtures("sans_panique")
def test_octets_abimes(
    projet: Projet, references_communes: References, suffixe: str, mutation: Callable[[bytes, Hasard], bytes]
) -> None:
    bon = fichier_sain(projet, suffixe).read_bytes()
    for graine in range(1 if suffixe == ".xls" else ESSAIS):  # each .xls costs a process
        cas = f"{mutation.__name__}{suffixe}, graine {graine}"
        octets = mutation(bon, random.Random(cas))
        chemin = projet.brut / f"a{graine}{suffixe}"
        chemin.write_bytes(octets)
        lues = lignes_de_texte(octets) if suffixe == ".csv" else None
        eprouver(projet, references_communes, chemin, "attributions", lues, cas)


@pytest.mark.parametrize("extrait", TABLES)
@pytest.mark.usefixtures("sans_panique")
def test_textes_recodes(projet: Projet, references_communes: References, extrait: str) -> None:
    texte = octets_csv(TABLES[extrait]).decode()
    for rang, recoder in enumerate(RECODAGES):
        octets = recoder(texte)
        chemin = projet.brut / f"a{rang}.csv"
        chemin.write_bytes(octets)
        eprouver(projet, references_communes, chemin, extrait, lignes_de_texte(octets), f"recodage {rang}")


@pytest.mark.parametrize(
    ("suffixe", "mutation"), [(".csv", bits_retournes), (".ods", tronque), (".xls", octets_inseres)]
)
def test_la_vraie_commande(projet: Projet, suffixe: str, mutation: Callable[[bytes, random.Random], bytes]) -> None:
    """The same through the command: exit code 0, or 1 with one sentence on standard error; no traceback, no value.

    Each case costs a process: few.
    """
    chemin = fichier_sain(projet, suffixe)
    chemin.write_bytes(mutation(chemin.read_bytes(), random.Random(f"commande {suffixe}")))
    avant = contenu(projet.racine)
    fini = lancer_cil(projet, "importer", chemin, "--annee", "2022")
    assert fini.returncode in (0, 1), fini.stderr
    assert not any(plante in fini.stdout + fini.stderr for plante in PLANTES)
    if fini.returncode == 0:
        verifier_etat(projet)
    else:
        # After what a slow machine may have had the time to say: it is indented.
        assert re.fullmatch(r"(?:  .*\n)*Erreur\u202f: [^\n]+\.\n", fini.stderr), fini.stderr
        assert contenu(projet.racine) == avant
    assert [dossier.name for dossier in projet.racine.iterdir()] == ["data"]
