"""(n) A national year on one machine: many EPCI, imported and counted by the processes of its cores."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks import donnees
from benchmarks.tableau import Ligne

EPCI, COMMUNES = 1_000, 35
LIGNES = {"attributions": 500_000, "demandes": 3_000_000}
IMPORT_S, INDICATEURS_S, MEMOIRE_O = 120.0, 60.0, 6e9
_PERIODE_S = 0.1


def _compter(partage: Any, sirens: Sequence[str]) -> int:
    """How many figures some EPCI have, once all are counted."""
    from cil_analysis.secret.comptage import compter_les_epci

    references = partage.references()
    siennes = [references.de_l_epci(siren) for siren in sirens]
    return sum(len(comptes.cadre) for _, comptes in compter_les_epci(siennes, donnees.ANNEE, actif=False))


class Pays:
    """Une année du pays\u202f: 500 000 attributions, 3 000 000 de demandes, 1 000 EPCI, environ 1,5 Go de texte.

    Both files are imported, from the first byte read to the last file stored, EPCI by EPCI; then every indicator of
    every EPCI is counted, before any disclosure control and without writing the figures out. The memory is the highest
    sum, seen every tenth of a second, of what this process and those that it has started hold in memory.
    """

    repeat = 1
    lignes = (
        Ligne("n", "Année du pays\u202f: import de 3,5 millions de lignes", "track_import", ("track_import",),
              au_plus=IMPORT_S),
        Ligne("n", "Année du pays\u202f: indicateurs de 1 000 EPCI", "track_indicateurs", ("track_indicateurs",),
              au_plus=INDICATEURS_S),
        Ligne("n", "Année du pays\u202f: import et indicateurs", ("track_import", "track_indicateurs"),
              ("track_import", "track_indicateurs"), au_plus=IMPORT_S + INDICATEURS_S),
        Ligne("e", "Mémoire\u202f: année du pays, tous les processus", "track_memoire", ("track_memoire",), "o",
              au_plus=MEMOIRE_O),
    )  # fmt: skip
    sommet = 0.0

    def setup_cache(self) -> None:
        from benchmarks.pays import creer_pays, ecrire_extrait

        racine = creer_pays(
            donnees.modele() / "data" / "reference", Path("pays").resolve(), donnees.ANNEE, EPCI, COMMUNES
        )
        for extrait, lignes in LIGNES.items():
            ecrire_extrait(racine, extrait, donnees.ANNEE, lignes)

    def track_import(self) -> float:
        from cil_analysis.extraits.importation import importer
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References

        projet = ouvrir_projet(Path("pays"), plusieurs_epci=True)
        donnees.vider(projet.traite)
        with self._chronometre() as mesure:
            references = References(projet)
            for extrait in LIGNES:
                importer(projet, references, [projet.brut / f"{extrait}-{donnees.ANNEE}.csv"], donnees.ANNEE)
        return mesure[0]

    def track_indicateurs(self) -> float:
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References
        from cil_analysis.reference.partage import Partage
        from cil_analysis.rendu.indicateurs import lots_d_epci
        from cil_analysis.repartition import processus

        with self._chronometre() as mesure:
            references = References(ouvrir_projet(Path("pays"), plusieurs_epci=True))
            partage, lots = Partage.de(references), lots_d_epci(references, donnees.ANNEE)
            with processus() as equipe:
                chiffres = sum(equipe.map(partial(_compter, partage), lots))
        assert chiffres > EPCI * COMMUNES
        return mesure[0]

    def track_memoire(self) -> float:
        return self.sommet

    @contextmanager
    def _chronometre(self) -> Iterator[list[float]]:
        """How long it takes, filled in at the end; the memory of every process is watched meanwhile."""
        mesure: list[float] = []
        fini = threading.Event()
        garde = threading.Thread(target=self._guetter, args=(fini,))
        garde.start()
        debut = time.perf_counter()
        try:
            yield mesure
        finally:
            mesure.append(time.perf_counter() - debut)
            fini.set()
            garde.join()

    def _guetter(self, fini: threading.Event) -> None:
        moi = psutil.Process()
        while not fini.wait(_PERIODE_S):
            total = 0
            for processus in [moi, *moi.children(recursive=True)]:
                with suppress(psutil.Error):
                    total += processus.memory_info().rss
            type(self).sommet = max(self.sommet, total)
