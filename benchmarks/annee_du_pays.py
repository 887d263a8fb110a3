"""Une année du pays : 500 000 attributions, 3 000 000 de demandes, 1 000 EPCI, environ 1,5 Go de texte."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks import donnees
from benchmarks.tableau import Ligne, alterner

EPCI, COMMUNES = 1_000, 35
LIGNES = {"attributions": 500_000, "demandes": 3_000_000}
LETTRES = "n"
TROIS_ESSAIS = 3  # Of some three minutes.
IMPORT_S, INDICATEURS_S, MEMOIRE_O = 120.0, 60.0, 6e9
_PERIODE_S = 0.1


def _compter(partage: Any, sirens: Sequence[str]) -> int:
    """How many figures some EPCI have, once all are counted."""
    from cil_analysis.secret.comptage import compter_les_epci

    references = partage.references()
    siennes = [references.de_l_epci(siren) for siren in sirens]
    return sum(len(comptes.cadre) for _, comptes in compter_les_epci(siennes, donnees.ANNEE, actif=False))


def mesurer() -> Iterator[Ligne]:
    """Both files imported, EPCI by EPCI; then every indicator of each, before any disclosure control, not written out.

    The memory is the highest sum, seen every tenth of a second, of what this process and its children hold meanwhile;
    not what the reference holds.
    """
    from benchmarks.pays import creer_pays, ecrire_extrait

    racine = creer_pays(donnees.modele() / "data" / "reference", Path("pays").resolve(), donnees.ANNEE, EPCI, COMMUNES)
    for extrait, lignes in LIGNES.items():
        ecrire_extrait(racine, extrait, donnees.ANNEE, lignes)
    sommets: list[float] = []
    importer, compter = _guettee(_importer, sommets), _guettee(_compter_tout, sommets)
    importes, lus, comptes = alterner(importer, _lire, compter, essais=TROIS_ESSAIS)
    yield Ligne("n", "Année du pays\u202f: import de 3,5 millions de lignes", importes, lus,
                "lecture nue par pyarrow", au_plus=IMPORT_S)  # fmt: skip
    yield Ligne("n", "Année du pays\u202f: indicateurs de 1 000 EPCI", comptes, importes, "leur import",
                au_plus=INDICATEURS_S)  # fmt: skip
    # Of the first import and the first counts: a command has a process of its own, and these keep what others freed.
    sommet = [max(sommets[:2])]
    yield Ligne("n", "Année du pays\u202f: mémoire de tous les processus", sommet, unite="o", au_plus=MEMOIRE_O)


def _importer() -> None:
    from cil_analysis.extraits.importation import importer
    from cil_analysis.extraits.lots import Demande
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import References

    projet = ouvrir_projet(Path("pays"), plusieurs_epci=True)
    donnees.vider(projet.traite)
    references = References(projet)
    for extrait in LIGNES:
        importer(projet, references, Demande([projet.brut / f"{extrait}-{donnees.ANNEE}.csv"], donnees.ANNEE))


def _lire() -> None:
    from pyarrow import csv, default_memory_pool

    for extrait, lignes in LIGNES.items():
        fichier = Path("pays/data/raw") / f"{extrait}-{donnees.ANNEE}.csv"
        assert csv.read_csv(fichier, parse_options=csv.ParseOptions(delimiter=";")).num_rows == lignes
    default_memory_pool().release_unused()  # What follows is measured in this process.


def _compter_tout() -> None:
    from cil_analysis.projet import ouvrir_projet
    from cil_analysis.reference.ensemble import Partage, References
    from cil_analysis.rendu.indicateurs import lots_d_epci
    from cil_analysis.repartition import processus

    references = References(ouvrir_projet(Path("pays"), plusieurs_epci=True))
    partage, lots = Partage.de(references), lots_d_epci(references, donnees.ANNEE)
    with processus() as equipe:
        chiffres = sum(equipe.map(partial(_compter, partage), lots))
    assert chiffres > EPCI * COMMUNES


def _guettee(travail: Callable[[], None], sommets: list[float]) -> Callable[[], None]:
    """The same work, whose bytes at the highest are noted."""

    def travailler() -> None:
        fini = threading.Event()
        garde = threading.Thread(target=lambda: sommets.append(_guetter(fini)))
        garde.start()
        try:
            travail()
        finally:
            fini.set()
            garde.join()

    return travailler


def _guetter(fini: threading.Event) -> float:
    moi, sommet = psutil.Process(), 0.0
    while not fini.wait(_PERIODE_S):
        total = 0
        for processus in [moi, *moi.children(recursive=True)]:
            with suppress(psutil.Error):
                total += processus.memory_info().rss
        sommet = max(sommet, total)
    return sommet
