"""Une région : le bilan et les fiches de chacun de ses EPCI, en une commande."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

# Each of the EPCI has the communes, the leases and the requests of a year of the example.
EPCI, COMMUNES = 6, 20
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
        creer_pays(donnees.modele() / "data" / "reference", racine, donnees.ANNEE, EPCI, COMMUNES)
        for extrait, lignes in LIGNES.items():
            fichier = ecrire_extrait(racine, extrait, donnees.ANNEE, lignes)
            donnees.cil("importer", str(fichier.resolve()), "--annee", str(donnees.ANNEE), projet=racine)
    return racine


def _publier(racine: Path) -> None:
    donnees.vider(racine / "reports", racine / "data" / "processed" / "secret")
    donnees.cil("bilan", "--annee", str(donnees.ANNEE), "--tous", "--sans-pdf", projet=racine)


def _compter(racine: Path) -> None:
    donnees.cil("indicateurs", "--annee", str(donnees.ANNEE), "--interne", projet=racine)
