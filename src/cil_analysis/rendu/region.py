"""The publication of every EPCI of a project that has several: each by itself, in a folder of its own."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL, cause_du_systeme
from cil_analysis.fichiers import remplacer
from cil_analysis.projet import EPCI_VOULU, Projet
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.reference.ensemble import Partage, References
from cil_analysis.rendu import interne
from cil_analysis.rendu.atelier import Atelier, choisir
from cil_analysis.rendu.bilan import produire_bilan
from cil_analysis.rendu.fiches import produire_fiches
from cil_analysis.rendu.page import Habillage, se_taire
from cil_analysis.rendu.suivi import ACCUEIL, Moteur, Production, bilan_acquis, fiches_acquises
from cil_analysis.repartition import ProcessusPerdu, en_ordre
from cil_analysis.secret.publies import d_autres_effectifs

# The EPCI is told to notebooks by the environment, which is of a whole process: a worker may have several threads.
_UN_A_LA_FOIS = threading.Lock()


class Issue(NamedTuple):
    """What came of an EPCI: its home page, below reports/, if there is one; why there is no newer one, or nothing.

    ``autrement_comptes``: the years of its bilans that show other counts than the one just made.
    """

    siren: str
    nom: str
    page: str
    refus: str = ""
    autrement_comptes: Sequence[int] = ()


def produire_les_epci(
    references: References,
    production: Production,
    sirens: Sequence[str],
    ouvrir: Callable[[], AbstractContextManager[Executor]],
) -> Iterator[Issue]:
    """Write the bilan, the sheets and the home page of each EPCI, in their order.

    ``ouvrir``: gives what does the work. One that cannot be made stops no other, even if it takes its process down with
    it. What is up to date is kept: a run that stops is gone on with by the next.
    """
    tache = partial(_produire, Partage.de(references), production)
    restent, seul = deque(sirens), False
    while restent:
        try:
            with ouvrir() as equipe:
                for issue in en_ordre(equipe, tache, [restent[0]] if seul else list(restent)):
                    restent.popleft()
                    yield issue
            seul = False
        except ProcessusPerdu as erreur:
            # Which of those under way killed it is not known: the next one tried is so by itself.
            if seul:
                projet = references.de_l_epci(restent.popleft()).projet
                yield Issue(projet.epci_siren, projet.epci_nom, _page(projet, production.annee), str(erreur))
            seul = not seul


def _page(projet: Projet, annee: int) -> str:
    """Where the home page of an EPCI is, from the folder of all; nothing when it has none."""
    page = projet.rapports / str(annee) / ACCUEIL
    return page.relative_to(projet.rapports.parent).as_posix() if page.is_file() else ""


def _produire(partage: Partage, production: Production, siren: str) -> Issue:
    with _UN_A_LA_FOIS:
        return _produire_seul(partage.references().de_l_epci(siren).projet, production)


def _produire_seul(projet: Projet, production: Production) -> Issue:
    siren, annee, atelier, refus, autres = projet.epci_siren, production.annee, None, "", list[int]()
    os.environ[EPCI_VOULU] = siren  # For the processes that run its notebooks.
    try:
        atelier = _atelier(projet.carnets, production.moteur)
        if production.refaire or not bilan_acquis(projet, annee, production.moteur, avec_pdf=production.avec_pdf):
            atelier.chauffer()  # Meanwhile this process counts.
            produire_bilan(projet, production, atelier, se_taire)
            autres = d_autres_effectifs(projet, annee)
        if production.refaire or not fiches_acquises(projet, annee, production.moteur):
            produire_fiches(projet, production, atelier, se_taire)
    except ErreurCIL as erreur:
        refus = str(erreur)
    except OSError as erreur:
        refus = f"Un fichier ne peut être lu ni écrit ({cause_du_systeme(erreur)}) : faites de la place, ou libérez-le."
    except Exception:  # What it says may quote rows.
        refus = "Le logiciel s’est arrêté sur un défaut qui est le sien. Les autres EPCI sont produits : signalez-le."
    finally:
        del os.environ[EPCI_VOULU]
        if refus and atelier is not None:  # Its engine may be dead, or still at a page.
            atelier.fermer()
            _atelier.cache_clear()
    return Issue(siren, projet.epci_nom, _page(projet, annee), refus, autres)


@lru_cache(maxsize=1)
def _atelier(carnets: Path, moteur: Moteur) -> Atelier:
    """Kept by a process from one EPCI to the next: its engine, one as others are busy, takes two seconds to import."""
    atelier = Atelier(carnets, choisir(moteur, se_taire), 1)
    Finalize(None, atelier.fermer, exitpriority=1)  # As the process ends: nothing else is run then.
    return atelier


def ecrire_la_region(projet: Projet, annee: int, issues: Sequence[Issue]) -> Path:
    """Write ``reports/<année>.html``, which links the EPCI and says which ones were not made; returns it."""
    faits, refuses = [i for i in issues if not i.refus], [i for i in issues if i.refus]
    contenu = Bloc(remplir("region", projet=projet, annee=annee, faits=faits, refuses=refuses))
    titre = f"Bilans annuels des attributions {annee} – {projet.epci_nom_court}"
    page = interne.mettre_en_page(contenu.en_markdown(), projet.rapports, Habillage(titre, "accueil"))
    chemin = projet.rapports / f"{annee}.html"
    remplacer(chemin, page.encode("utf-8"))
    return chemin
