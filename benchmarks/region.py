"""Une région : le bilan et les fiches de chacun de ses EPCI, en une commande."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

# Each of the EPCI has the communes, the landlords, the leases and the requests of a year of the example.
EPCI, COMMUNES, BAILLEURS = 6, 20, 5
LIGNES = {"attributions": 3_000 * EPCI, "demandes": 12_000 * EPCI}
LETTRES = "r"
ESSAIS = 1  # Of some three minutes.
PAR_EPCI_S = 12.0  # Fifty of them in ten minutes.


def mesurer() -> Iterator[Ligne]:
    racine = _region()
    tout, comptes = alterner(lambda: _publier(racine), lambda: _compter(racine), essais=ESSAIS)
    yield Ligne("r", f"Région de {EPCI} EPCI, bilans et fiches de chacun", tout, comptes, "leurs seuls comptes",
                au_plus=PAR_EPCI_S * EPCI)  # fmt: skip


def _region() -> Path:
    """The project, its year imported; beside the notebooks."""
    from benchmarks.pays import creer_pays, ecrire_extrait

    racine = donnees.modele() / "region"
    if not racine.exists():
        creer_pays(donnees.modele() / "data" / "reference", racine, donnees.ANNEE, EPCI, COMMUNES, BAILLEURS)
        _tracer(racine / "data" / "reference" / "territory")
        for extrait, lignes in LIGNES.items():
            fichier = ecrire_extrait(racine, extrait, donnees.ANNEE, lignes)
            donnees.cil("importer", str(fichier.resolve()), "--annee", str(donnees.ANNEE), projet=racine)
    return racine


def _tracer(territoire: Path) -> None:
    """Boundaries for the maps: squares side by side, those of an EPCI in a block of its own."""
    lignes = csv.DictReader((territoire / "communes.csv").read_text(encoding="utf-8").splitlines())
    contours = []
    for rang, commune in enumerate(lignes):
        bloc, place = divmod(rang, COMMUNES)
        x, y = bloc * 0.4 + place % 5 * 0.06, 47.0 + place // 5 * 0.04
        carre = [[x, y], [x + 0.06, y], [x + 0.06, y + 0.04], [x, y + 0.04], [x, y]]
        contours.append({
            "type": "Feature",
            "properties": {"code_insee": commune["code_insee"], "nom": commune["nom"]},
            "geometry": {"type": "MultiPolygon", "coordinates": [[carre]]},
        })  # fmt: skip
    texte = json.dumps({"type": "FeatureCollection", "features": contours})
    (territoire / "communes.geojson").write_text(texte, encoding="utf-8")


def _publier(racine: Path) -> None:
    donnees.vider(racine / "reports", racine / "data" / "processed" / "secret")
    donnees.cil("bilan", "--annee", str(donnees.ANNEE), "--tous", "--sans-pdf", projet=racine)


def _compter(racine: Path) -> None:
    donnees.cil("indicateurs", "--annee", str(donnees.ANNEE), "--interne", projet=racine)
