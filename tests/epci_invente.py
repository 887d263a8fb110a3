"""A made-up EPCI of sixty communes, its files as an analyst downloads them, and a year of made-up extracts."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from openpyxl import Workbook
from shapely.geometry import Polygon

SIREN, VOISIN = "299900019", "299900027"
NOM = "Communauté d’agglomération du Val Inventé"
COTE, PAS = 8, 4_000.0  # a grid of 8 × 8 cells of 4 km, its four corners outside the EPCI
COINS = {(0, 0), (0, 7), (7, 0), (7, 7)}
DEBUTS = ("Saint-Arbre", "Roche", "Beaulieu", "Fontaine", "Montclair", "Ormeaux", "Val-Perdu", "Clairbois")
SUITES = ("", "-le-Grand", "-sur-Onde", "-lès-Bruyères", "-en-Plaine", "-la-Forêt", "-aux-Moines", "-d’Amont")
BAILLEURS = ("Office Inventé de l’Onde", "Habitat Fictif", "Logis Imaginaire", "Foyer Supposé", "Toits de Papier")


def cellules() -> dict[str, tuple[int, int]]:
    """Code → place in the grid: the 60 members, 99001 in the middle, then the four neighbours, from 99901."""
    toutes = sorted(product(range(COTE), range(COTE)), key=lambda c: (abs(c[0] - 3.4) + abs(c[1] - 3.6), c))
    membres = [c for c in toutes if c not in COINS]
    return {f"99{rang:03d}": c for rang, c in enumerate(membres, 1)} | {
        f"99{rang}": c for rang, c in enumerate(sorted(COINS), 901)
    }


CELLULES = cellules()
MEMBRES = [code for code in CELLULES if code < "99900"]
CENTRE = MEMBRES[0]


def nom(code: str) -> str:
    rang = list(CELLULES).index(code)
    return f"{DEBUTS[rang % 8]}{SUITES[rang // 8]}"


def contours(colonnes: Sequence[str] = ("INSEE_COM", "NOM", "SIREN_EPCI", "POPULATION")) -> gpd.GeoDataFrame:
    """The 64 communes in Lambert-93, with crooked edges of many points that neighbours share."""
    hasard = np.random.default_rng(60)
    noeuds = {
        (i, j): (600_000 + PAS * i + hasard.uniform(-900, 900), 6_700_000 + PAS * j + hasard.uniform(-900, 900))
        for i, j in product(range(COTE + 1), range(COTE + 1))
    }

    def bord(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        if a > b:
            return bord(b, a)[::-1]
        (xa, ya), (xb, yb) = noeuds[a], noeuds[b]
        ecarts = np.random.default_rng([*a, *b]).uniform(-8, 8, (41, 2))
        ecarts[[0, -1]] = 0
        pas = np.linspace(0, 1, 41)
        xs, ys = xa + (xb - xa) * pas + ecarts[:, 0], ya + (yb - ya) * pas + ecarts[:, 1]
        return list(zip(xs.tolist(), ys.tolist(), strict=True))

    def forme(i: int, j: int) -> Polygon:
        tour = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        return Polygon([p for a, b in pairwise(tour) for p in bord(a, b)[:-1]])

    epci = {code: SIREN if code in MEMBRES else "NR" for code in CELLULES}
    epci |= {MEMBRES[5]: f"{VOISIN}/{SIREN}", "99902": VOISIN}
    population = {code: 60_000 // (rang + 1) for rang, code in enumerate(CELLULES)}
    valeurs = [list(CELLULES), [nom(c) for c in CELLULES], list(epci.values()), list(population.values())]
    return gpd.GeoDataFrame(
        dict(zip(colonnes, valeurs, strict=True)), geometry=[forme(*c) for c in CELLULES.values()], crs="EPSG:2154"
    )


def ecrire_geopackage(chemin: Path) -> Path:
    """As ADMIN EXPRESS 4: other layers beside the communes, columns in small letters."""
    contours(("code_insee", "nom_officiel", "codes_siren_des_epci", "population")).to_file(chemin, layer="commune")
    autres = contours(("code_insee", "nom_officiel", "codes_siren_des_epci", "population")).iloc[:3]
    autres.to_file(chemin, layer="commune_associee_ou_deleguee")
    autres.set_geometry(autres.centroid).to_file(chemin, layer="chef_lieu_de_commune")
    return chemin


def ecrire_shapefile(dossier: Path) -> Path:
    """As ADMIN EXPRESS 3, in a folder of its own."""
    dossier.mkdir(parents=True)
    contours().to_file(dossier / "COMMUNE.shp", encoding="UTF-8")
    return dossier / "COMMUNE.shp"


def zipper(dossier: Path, archive: Path) -> Path:
    """The archive of a folder, with the folders inside."""
    return Path(shutil.make_archive(str(archive.with_suffix("")), "zip", dossier.parent, dossier.name))


def ecrire_geojson(chemin: Path) -> Path:
    contours(("code", "nom", "epci", "population")).to_crs("EPSG:4326").to_file(chemin)
    return chemin


def ecrire_intercommunalite(chemin: Path, annee: int, membres: Iterable[str]) -> Path:
    """The workbook of INSEE: a sheet of EPCI, then the composition below five lines of title."""
    dedans = set(membres)
    classeur = Workbook()
    epci = classeur.active
    epci.title = "EPCI"
    composition = classeur.create_sheet("Composition_communale")
    for feuille in (epci, composition):
        for titre in (
            f"Intercommunalité – Métropole au 01-01-{annee}",
            "France",
            "Mis en ligne le 21/03/2025",
            "",
            "",
        ):
            feuille.append([titre])
    epci.append(["EPCI", "LIBEPCI", "NATURE_EPCI", "NB_COM"])
    epci.append([SIREN, NOM, "CA", len(dedans)])
    composition.append(["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG"])
    for code in CELLULES:
        siren, libelle = (SIREN, NOM) if code in dedans else (VOISIN, "Communauté voisine")
        composition.append([code, nom(code), siren, libelle, "99", "99"])
    classeur.save(chemin)
    return chemin


def ecrire_csv(chemin: Path, entetes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> Path:
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.writer(flux, delimiter=";")
        ecrivain.writerow(entetes)
        ecrivain.writerows(lignes)
    return chemin


def ecrire_extraits(dossier: Path, annee: int, baux: int = 1_500, demandes: int = 2_500) -> list[Path]:
    """A year of leases and of requests; a third of the communes have a few leases, six have none."""
    hasard = np.random.default_rng([60, annee])
    poids = np.array([1 / (rang + 2) for rang in range(len(MEMBRES))])
    poids[-6:] = 0

    def lignes(nombre: int, sorte: int) -> Iterable[list[Any]]:
        for rang, commune in enumerate(hasard.choice(MEMBRES, nombre, p=poids / poids.sum())):
            depot = date(annee - 1, 1, 1) - timedelta(days=int(hasard.integers(1, 900)))
            yield [
                f"099{sorte}{annee}{rang:06d}TEST", depot.isoformat(), commune, f"T{hasard.integers(1, 6)}",
                int(hasard.integers(18, 90)), hasard.choice(["Seul", "Couple", "Monoparentale 1 enfant"]),
                int(hasard.integers(1, 6)), f"{hasard.uniform(4_000, 30_000):.0f}",
                hasard.choice(["Non", "Non", "Non", "Actif"]),
            ]  # fmt: skip

    communs = ["Numéro unique", "Date de dépôt", "Commune", "Typologie", "Âge", "Composition familiale", "Nb personnes"]
    communs += ["Revenu annuel par UC", "DALO"]
    attributions = [
        [
            *ligne, (date(annee, 1, 1) + timedelta(days=int(hasard.integers(0, 360)))).isoformat(),
            hasard.choice(BAILLEURS), hasard.choice(["Action Logement", "Collectivités", "Aucun", "État prioritaires"]),
            "Non", "PLUS", "DALO" if ligne[-1] == "Actif" else "",
        ]
        for ligne in lignes(baux, 1)
    ]  # fmt: skip
    propres = ["Date du bail", "Bailleur", "Réservataire", "Logement en QPV", "Financement", "Publics prioritaires"]
    return [
        ecrire_csv(dossier / f"attributions-{annee}.csv", communs + propres, attributions),
        ecrire_csv(
            dossier / f"demandes-{annee}.csv",
            [{"Commune": "Commune demandée", "Typologie": "Typologie demandée"}.get(e, e) for e in communs],
            lignes(demandes, 2),
        ),
    ]
