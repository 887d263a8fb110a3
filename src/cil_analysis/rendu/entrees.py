"""What the files of a year are made from, and whether they stand already: nothing is then to be done.

No heavy library is loaded here, so that a run with nothing to do is quick.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.empreintes import (
    condenser,
    empreinte_des_carnets,
    empreinte_des_chiffres,
    empreinte_des_references,
    empreinte_du_fichier,
    empreinte_du_logiciel,
    empreinte_du_programme,
)
from cil_analysis.projet import FICHE_ACTION, Projet
from cil_analysis.rendu import navigateur
from cil_analysis.rendu.suivi import (
    ACCUEIL,
    BILAN,
    FICHES,
    Suivi,
    empreinte_du_bilan,
    fichiers_de,
    lire_suivi,
)

if TYPE_CHECKING:
    from cil_analysis.rendu.moteurs import Moteur

PAGE, PDF = "bilan.html", "bilan.pdf"
_DES_FICHES = "fiche_*.qmd"


@dataclass(frozen=True)
class EntreesDuBilan:
    """The digests of what a bilan is made from, read at one time: two that are equal give the same files.

    ``chiffres``: of what the figures depend on; ``carnets``: of the notebooks, those of the sheets apart;
    ``commentaires``: of what the analyst says.
    """

    chiffres: str
    moteur: str
    carnets: str
    commentaires: str
    dossier: Path

    @property
    def tout(self) -> str:
        """Of all but the printing."""
        return condenser(self.chiffres, self.moteur, self.carnets, self.commentaires)

    def de_la_page(self, carnet: str, pages: Iterable[str]) -> str:
        """Of the page of one notebook: not the content of the others, but which ones there are, since pages link."""
        ailleurs = empreinte_des_carnets(self.dossier, (*pages, _DES_FICHES))
        presents = [nom for nom in sorted(pages) if (self.dossier / nom).is_file()]
        sien = empreinte_du_fichier(self.dossier / carnet)
        return condenser(self.chiffres, self.moteur, self.commentaires, ailleurs, *presents, sien)


def lire_entrees(projet: Projet, annee: int, moteur: Moteur) -> EntreesDuBilan:
    """What the bilan of a year would be made from now."""
    dossier = projet.carnets
    carnets = empreinte_des_carnets(dossier, (_DES_FICHES,))
    commentaires = empreinte_des_carnets(projet.commentaires / str(annee), (f"{FICHE_ACTION}/*",))
    return EntreesDuBilan(empreinte_des_chiffres(projet, annee), _moteur(moteur), carnets, commentaires, dossier)


def entrees_des_fiches(projet: Projet, annee: int, moteur: Moteur) -> str:
    """What all the sheets of a year would be made from now."""
    dossier = projet.rapports / str(annee)
    return condenser(
        empreinte_des_chiffres(projet, annee),
        _moteur(moteur),
        empreinte_des_carnets(projet.carnets),
        *(empreinte_du_fichier(dossier / nom) for nom in ("indicateurs.csv", "journal.json")),
        str((dossier / PAGE).is_file()),
    )


def entrees_du_pdf(page: Path) -> str:
    """What a page is printed from: its content, the software, and the browser that prints it if there is one.

    The fonts of the machine are left out: no figure depends on them, and they cannot be told quickly.
    """
    return condenser(empreinte_du_logiciel(), empreinte_du_fichier(page), empreinte_du_programme(navigateur.trouver()))


def entrees_de_l_accueil(projet: Projet, bilan: Path, fichiers: Mapping[str, Path], fiches: Suivi) -> str:
    """What the home page says: the figures of the bilan, what its pages say, which files there are, their size and age.

    ``fichiers``: those that the folder has, or will have; what stands as the home page says nothing of it.
    """
    autres = {nom: chemin for nom, chemin in fichiers.items() if nom != ACCUEIL}
    tailles = {nom: chemin.stat().st_size for nom, chemin in autres.items()}
    pages = {nom: empreinte_du_fichier(c) for nom, c in autres.items() if nom.endswith(".html") and "/" not in nom}
    faites_de = {nom: note["chiffres"] for nom, note in fiches.notes.items() if "chiffres" in note}
    return condenser(
        empreinte_du_logiciel(),
        empreinte_des_references(projet),
        empreinte_du_bilan(bilan),
        json.dumps([tailles, faites_de, pages], sort_keys=True),
    )


def bilan_acquis(projet: Projet, annee: int, moteur: Moteur, *, avec_pdf: bool) -> int:
    """How many files of a bilan stand as they were written, from what is there now; 0 when something is to be made."""
    suivi = lire_suivi(projet.rapports / str(annee), BILAN)
    if not suivi.sceau or not suivi.est_entier(lire_entrees(projet, annee, moteur).tout):
        return 0
    if avec_pdf and not suivi.est_a_jour(PDF, entrees_du_pdf(suivi.dossier / PAGE)):
        return 0
    return len(suivi.notes) if _accueil_est_a_jour(projet, suivi) else 0


def fiches_acquises(projet: Projet, annee: int, moteur: Moteur) -> int:
    """How many files of sheets stand as they were written, from what is there now; 0 when something is to be made."""
    suivi = lire_suivi(projet.rapports / str(annee), FICHES)
    if not suivi.sceau or not suivi.est_entier(entrees_des_fiches(projet, annee, moteur)):
        return 0
    return len(suivi.notes) if _accueil_est_a_jour(projet, lire_suivi(suivi.dossier, BILAN)) else 0


def _accueil_est_a_jour(projet: Projet, suivi: Suivi) -> bool:
    dossier = suivi.dossier
    fichiers, fiches = fichiers_de(dossier), lire_suivi(dossier, FICHES)
    try:
        return suivi.est_a_jour(ACCUEIL, entrees_de_l_accueil(projet, dossier, fichiers, fiches))
    except (OSError, ValueError, KeyError):  # No journal that can be read, or a file that has just gone.
        return False


def _moteur(moteur: Moteur) -> str:
    """The engine as it was asked for, and the Quarto that it may use; the embedded one is the same, asked for or not.

    Which Quarto is too old for « auto » depends on its version alone.
    """
    if moteur == "interne" or (moteur == "auto" and shutil.which("quarto") is None):
        return "interne"
    return f"{moteur} {empreinte_du_programme('quarto')}"
