"""Every file of data/reference, damaged by chance: it is read, or refused in French, and never a traceback.

A value changed into another that is valid is read: only what the software raises is judged here.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.generation import generer
from cil_analysis.exemple.projet import Effectifs
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import Nomenclatures, charger_nomenclatures
from cil_analysis.reference.tables import schemas
from cil_analysis.secret.comptage import compter_annee
from essais import essais

RACINE = Path(__file__).resolve().parents[3]
ANNEE = 2022
PARTIES = ("parametres", "seuils", "nomenclatures", "territoire", "epci", "objectifs", "dictionnaires",
           "cotation", "comparateurs")  # fmt: skip

LUES = ("parameters/conventions_flux", *(nom for nom in schemas() if nom.startswith("governance/")))

VALEURS = (
    "", " ", "0", "-1", "-0,01", "1,5", "1 234,56", "1e400", "nan", "inf", "٣", "²", "99999999999999999999", "=1+1",
    "2024-13-45", "31/12/2023", "0001-01-01", "9999-12-31", "2263-01-01", "NULL", "TOTAL", "|", "a|b||c", ";", ",", '"',
    "'", "\x00", "\x07", "\x1b[31mrouge", "\u202e", "\ufeff", "\ud7ff", "a\nb", "é" * 3000, "oui", "Oui", "*", "../x",
    "72181", "072181", "Q1", "%s", "{0}", "[", "(", "\\", "None", "1/0",
)  # fmt: skip
BLOCS_YAML = (
    "!!python/object/apply:os.system [id]", "!!int abc", "!!float x", "!!binary é", "!!timestamp 1", "!inconnu x",
    "!!set {a, b}", "!!omap [a: 1]", "!!str [1]", "!!map x", "!!null x", "!!bool x", "!!pairs [a]", "&a [*a]",
    "*absente", "{? [a, b] : 1}", "{? {a: 1} : 1}", "{null: 1}", "{true: 1, 1: 2}", "{<<: 3}", "{<<: [1]}", "[1, 2]",
    "[[1], {a: 2}]", "{}", "[]", "null", "~", ".nan", ".inf", "-.inf", "1e400", "yes", "2024-01-01", "2024-13-45",
    "0x10", "1:30", "-5", "0", "1.5", "'11'", "\"\\x00\"", "\"\\ud800\"", "'\x07'", "|\n", "texte",
    "[" * 2500, "{a: " * 2500, "[" * 60 + "]" * 60, "9" * 5000,
)  # fmt: skip
# Ended in a traceback, or in a message without a remedy, when they were met in a long run.
DEJA_FAUTIVES = (646, 1998, 2564, 3866, 5186)
CODAGES = ("cp1252", "utf-16", "utf-8-sig", "mac_roman", "utf-32")


def _octets(h: random.Random, octets: bytes) -> bytes:
    """Some bytes changed, inserted or lost; or the file cut."""
    sortie = bytearray(octets)
    for _ in range(h.choice((1, 1, 3, 30))):
        rang = h.randrange(len(sortie) + 1)
        geste = h.randrange(4)
        if geste == 0:
            sortie[rang : rang + 1] = bytes([h.randrange(256)])
        elif geste == 1:
            sortie[rang:rang] = h.choice((b"\x00", b"\x1b[2J", b'"', b"\xff\xfe", b"\r", b"\x85", b"\xc3", b"{", b"\t"))
        elif geste == 2:
            del sortie[rang : rang + h.choice((1, 10, 200))]
        else:
            del sortie[rang:]
    return bytes(sortie)


def _recoder(h: random.Random, octets: bytes) -> bytes:
    return octets.decode("utf-8").encode(h.choice(CODAGES), errors="replace")


def _lignes(h: random.Random, octets: bytes) -> bytes:
    """Lines lost, doubled, moved, indented or emptied."""
    lignes = octets.splitlines(keepends=True) or [b""]
    rang = h.randrange(len(lignes))
    geste = h.randrange(6)
    if geste == 0:
        del lignes[rang]
    elif geste == 1:
        lignes.insert(rang, lignes[rang])
    elif geste == 2:
        lignes.insert(h.randrange(len(lignes)), lignes.pop(rang))
    elif geste == 3:
        lignes[rang] = h.choice((b" ", b"   ", b"\t")) + lignes[rang]
    elif geste == 4:
        lignes[rang] = lignes[rang].lstrip()
    else:
        lignes = lignes[: h.choice((0, 1, rang))]
    return b"".join(lignes)


def _ecrire(table: list[list[str]], separateur: str = ",", fin: str = "\n") -> bytes:
    flux = io.StringIO(newline="")
    csv.writer(flux, delimiter=separateur, lineterminator=fin).writerows(table)
    return flux.getvalue().encode("utf-8", errors="replace")


def _table(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline="")))


def _cellule(h: random.Random, octets: bytes) -> bytes:
    table = _table(octets)
    for _ in range(h.choice((1, 1, 4))):
        colonne = h.randrange(len(table[0]))
        ligne = h.randrange(1, len(table)) if len(table) > 1 else 0
        autre = table[h.randrange(len(table))][colonne]
        table[ligne][colonne] = h.choice((*VALEURS, *[autre] * 6, table[ligne][colonne] + "x"))
    return _ecrire(table)


def _colonne(h: random.Random, octets: bytes) -> bytes:
    """A column lost, doubled, renamed, moved, emptied, or filled with one value."""
    table, geste = _table(octets), h.randrange(6)
    colonne, autre = (h.randrange(len(table[0])) for _ in range(2))
    valeur = h.choice(VALEURS)
    for rang, ligne in enumerate(table):
        if geste == 0:
            del ligne[colonne]
        elif geste == 1:
            ligne.insert(autre, ligne[colonne])
        elif geste == 2 and rang == 0:
            ligne[colonne] = h.choice(("", "x", ligne[colonne].upper(), ligne[colonne] + " ", ligne[autre]))
        elif geste == 3:
            ligne.insert(autre, ligne.pop(colonne))
        elif geste >= 4 and rang:
            ligne[colonne] = "" if geste == 4 else valeur
    return _ecrire(table)


def _excel(h: random.Random, octets: bytes) -> bytes:
    """What a French Excel writes: semicolons, decimal commas, day first, cp1252, and codes that lost their zeros."""
    zeros = h.random() < 0.3

    def cellule(texte: str) -> str:
        if re.fullmatch(r"-?\d+\.\d+", texte):
            return texte.replace(".", ",")
        if trouve := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", texte):
            return "/".join(reversed(trouve.groups()))
        return texte.lstrip("0") or "0" if zeros and texte.isdigit() and texte.isascii() else texte

    lignes = [[cellule(c) for c in ligne] for ligne in _table(octets)]
    return _ecrire(lignes, ";", "\r\n").decode("utf-8").encode(h.choice(("cp1252", "utf-8-sig")), errors="replace")


def _bloc(h: random.Random, octets: bytes) -> bytes:
    """The value of one key, or the key itself, replaced by something that YAML gives another type."""
    lignes = octets.decode("utf-8").splitlines()
    rangs = [rang for rang, ligne in enumerate(lignes) if ":" in ligne and not ligne.lstrip().startswith("#")]
    rang = h.choice(rangs)
    cle, _, valeur = lignes[rang].partition(":")
    retrait = cle[: len(cle) - len(cle.lstrip(" -"))]
    nouveau = h.choice(BLOCS_YAML)
    lignes[rang] = (
        f"{cle}: {nouveau}",
        f"{retrait}? {nouveau}\n{retrait}: {valeur}",
        f"{retrait}{nouveau}: {valeur}",
        f"{cle}: {nouveau}\n{cle}: {valeur}",
        f"{cle}: {valeur}\n---\n{nouveau}",
    )[h.choice((0, 0, 0, 0, 1, 2, 3, 4))]
    if h.random() < 0.15:  # The whole file is something else.
        lignes = [nouveau]
    return "\n".join(lignes).encode("utf-8", errors="surrogatepass")


def _json(h: random.Random, octets: bytes) -> bytes:
    """A value somewhere in a JSON file, replaced or lost."""
    tout = json.loads(octets)
    noeud, lieux = tout, []
    while isinstance(noeud, dict | list) and noeud:
        cle = h.choice(list(noeud) if isinstance(noeud, dict) else range(min(len(noeud), 40)))
        lieux.append((noeud, cle))
        noeud = noeud[cle]
    conteneur, cle = h.choice(lieux)
    if h.random() < 0.3:
        del conteneur[cle]
    else:
        conteneur[cle] = h.choice(
            (None, 0, -1e9, 1e308, "x", [], {}, [[]], [[[0, 0], [1, 1]]], True, "Polygon", {"a": []})
        )
    return json.dumps(tout).encode()


GESTES: dict[str, tuple[Callable[[random.Random, bytes], bytes], ...]] = {
    ".csv": (_cellule, _cellule, _cellule, _colonne, _colonne, _excel, _lignes, _octets, _recoder),
    ".yml": (_bloc, _bloc, _bloc, _bloc, _lignes, _octets, _recoder),
    ".geojson": (_json, _json, _octets, _lignes),
}


class Degat(NamedTuple):
    """A damage done to a file: ``fichier`` below data/reference."""

    fichier: str
    geste: str
    octets: bytes


def degat(reference: Path, graine: int) -> Degat:
    h = random.Random(graine)
    # Small files have as many faults as large ones; YAML has many types.
    chemins = sorted(c for c in reference.rglob("*") if c.suffix in GESTES)
    chemin = h.choice([c for c in chemins for _ in range(3 if c.suffix == ".yml" else 1)])
    geste = h.choice(GESTES[chemin.suffix])
    return Degat(str(chemin.relative_to(reference)), geste.__name__, geste(h, chemin.read_bytes()))


@pytest.fixture(scope="module")
def petit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projet]:
    """An example project of one year with some dozens of rows, imported."""
    with pytest.MonkeyPatch.context() as retouche:
        dossier = tmp_path_factory.mktemp("mutations")
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        yield fabriquer(dossier)


def fabriquer(dossier: Path) -> Projet:
    modele = ouvrir_projet(RACINE)
    projet, extraits = generer(modele, dossier / "exemple", (ANNEE,), 3, effectifs=Effectifs(150, 200))
    references = References(projet)
    for chemin in dict(extraits)[ANNEE]:
        importer(projet, references, Demande([chemin], ANNEE))
    return projet


@contextmanager
def abime(projet: Projet, faute: Degat) -> Iterator[None]:
    chemin = projet.reference / faute.fichier
    sain = chemin.read_bytes()
    chemin.write_bytes(faute.octets)
    try:
        yield
    finally:
        chemin.write_bytes(sain)


def lire_et_compter(racine: Path, faute: Degat, nomenclatures: Nomenclatures, *, compter: bool) -> None:
    """Read every reference of a project; the code lists that are not damaged, which are many, are not read again."""
    projet = ouvrir_projet(racine)
    references = References(projet)
    dossier = faute.fichier.partition("/")[0]
    lues = dict(nomenclatures)
    if dossier == "nomenclatures":
        seule = racine / "seule" / dossier
        seule.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy(projet.reference / faute.fichier, seule)
            lues |= charger_nomenclatures(seule)
        finally:
            shutil.rmtree(seule.parent)
    vars(references.tables)["nomenclatures"] = Nomenclatures(lues)
    for partie in PARTIES:
        getattr(references, partie)
    for nom in LUES:
        _ = references.tables[nom]
    territoire = references.territoire
    _ = territoire.vers_commune
    territoire.credit_contours()
    if dossier == "territory":
        territoire.contours()
    if compter:
        compter_annee(projet, references, ANNEE)


# A French sentence has none of these words, and tells to do something.
ANGLAIS = re.compile(r"\b(the|expected|invalid|error|could|cannot|found|object|argument|unexpected|must|while)\b", re.I)
A_FAIRE = re.compile(
    r"\b(corrig|enregistr|restaur|retir|rempli|renseign|rétabli|écri|donn|gard|clo[rs]|vid|ajout|laiss|refai|repren|"
    r"mett|cop|commenc|supprim|remplac|arrond|limit|vérifi|séparer|complét|attendu|admis|possible|choisi|n’en garder|"
    r"effac|doi[ts]|videz|regroup|ramen|augment)\w*",
    re.I,
)


def juger(message: str, faute: Degat) -> str:
    """What a refusal lacks; empty when it says what, where and what to do."""
    nom = Path(faute.fichier).name
    if ANGLAIS.search(message):
        return "anglais"
    if not any(n in message for n in (nom, nom.removesuffix(".csv"), ".csv", ".yml", ".geojson")):
        return "sans fichier"
    if not A_FAIRE.search(message):
        return "sans remède"
    if len(message) > 1500:
        return "trop long"
    return "signe de commande" if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", message) else ""


def essayer(projet: Projet, graine: int, nomenclatures: Nomenclatures) -> tuple[str, str]:
    """(« lu », « refusé », or what is wrong; the details)."""
    faute = degat(projet.reference, graine)
    with abime(projet, faute):
        try:
            lire_et_compter(projet.racine, faute, nomenclatures, compter=graine % 4 == 0)
        except ErreurCIL as erreur:
            manque = juger(str(erreur), faute)
            return (f"message {manque}" if manque else "refusé"), f"{faute.fichier} {faute.geste} : {erreur}"
        except Exception as erreur:
            ou = traceback.extract_tb(erreur.__traceback__)[-1]
            siens = [e for e in traceback.extract_tb(erreur.__traceback__) if "cil_analysis" in e.filename]
            lieu = f"{Path((siens or [ou])[-1].filename).name}:{(siens or [ou])[-1].lineno}"
            return "trace", f"{faute.fichier} {faute.geste} : {type(erreur).__name__} {lieu} {str(erreur)[:90]!r}"
    return "lu", ""


def test_une_reference_abimee_est_lue_ou_refusee_en_francais(petit: Projet) -> None:
    nomenclatures = References(petit).nomenclatures
    fautes = []
    for graine in (*range(essais(5_500, 40)), *DEJA_FAUTIVES):
        issue, detail = essayer(petit, graine, nomenclatures)
        if issue not in ("lu", "refusé"):
            fautes.append(f"graine {graine}, {issue} : {detail}")
    assert not fautes, "\n".join(fautes)
