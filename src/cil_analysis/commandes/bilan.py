"""« cil bilan »."""

from __future__ import annotations

import argparse
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import annoncer_interne, dire, pour_le_proprietaire_seul, suivre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, d_un_epci
from cil_analysis.rendu.suivi import PAGE, Production, bilan_acquis, pages_acquises, venus_d_un_autre_bilan

if TYPE_CHECKING:
    from cil_analysis.rendu.atelier import Atelier


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    production = Production(options.annee, options.moteur, not options.sans_pdf, options.refaire, options.interne)
    if options.tous:
        return _bilans_des_epci(options, production)
    if options.grappe is not None:
        options.mal_employee("--grappe va avec --tous\u202f: un seul EPCI se fait d’un trait, sur ce poste")
    projet = d_un_epci(options.projet)
    if options.interne is not None:
        if options.interne.is_file():
            raise ErreurCIL(f"{options.interne} est un fichier : donnez un dossier pour la version interne.")
        annoncer_interne(projet, options.interne / PAGE)
    page = deja_la(projet, production)
    if page is None:
        from cil_analysis.rendu.atelier import Atelier, choisir  # Slow, and of no use to a bilan that stands.
        from cil_analysis.repartition import processus

        garde = nullcontext() if options.interne is None else pour_le_proprietaire_seul()
        with garde, Atelier(projet.carnets, choisir(production.moteur, dire)) as atelier, processus() as equipe:
            page = faire(projet, production, atelier, equipe)
    if options.interne is None:
        for quoi, commande in venus_d_un_autre_bilan(page.parent):
            dire(f"{quoi} du bilan précédent : relancez « cil {commande} --annee {options.annee} ».")
    print(page)
    return 0


def _bilans_des_epci(options: argparse.Namespace, production: Production) -> int:
    """The publication of every EPCI of a project; 1 when some could not be made, each with its reason."""
    if options.interne is not None:
        options.mal_employee("--tous va sans --interne")
    projet: Projet = options.projet
    if not projet.plusieurs_epci:
        raise ErreurCIL("Ce projet n’a qu’un EPCI : lancez la même commande sans « --tous ».")
    from cil_analysis.reference.ensemble import References
    from cil_analysis.rendu.indicateurs import lots_d_epci
    from cil_analysis.rendu.region import ecrire_la_region, produire_les_epci
    from cil_analysis.repartition import grappe, processus

    references = References(projet)
    sirens = [siren for lot in lots_d_epci(references, options.annee) for siren in lot]
    ouvrir = partial(processus, ecrivent=True) if options.grappe is None else partial(grappe, options.grappe)
    issues = []
    with pour_le_proprietaire_seul():
        for issue in produire_les_epci(references, production, sirens, ouvrir):
            issues.append(issue)
            dire(f"EPCI {len(issues)}/{len(sirens)} · {issue.nom} : {issue.refus or 'fait'}")
        page = ecrire_la_region(projet, options.annee, issues)
    print(page)
    return 1 if any(issue.refus for issue in issues) else 0


def deja_la(projet: Projet, production: Production) -> Path | None:
    """The page of a bilan that would be made again as it is, which is said; None of one that is to be made."""
    annee, moteur, avec_pdf, refaire, interne = production
    if interne is not None or refaire or not (nombre := bilan_acquis(projet, annee, moteur, avec_pdf=avec_pdf)):
        return None
    dire(
        f"Rien n’a changé depuis le bilan {annee}, comparé octet par octet : données, référentiels, carnets, "
        f"logiciel, autres bilans publiés, et ses {nombre} fichiers. « --refaire » le refait."
    )
    return projet.rapports / str(annee) / PAGE


def faire(projet: Projet, production: Production, atelier: Atelier, equipe: Executor) -> Path:
    """Render the bilan of a year, or its internal version in a folder, and return its page; ``equipe`` protects it."""
    refait = production.refaire or production.interne is not None
    if refait or not pages_acquises(projet, production.annee, production.moteur):
        atelier.chauffer()  # Meanwhile this process loads what counts, and counts.
    from cil_analysis.rendu.bilan import produire_bilan

    return produire_bilan(projet, production, atelier, suivre(), equipe)
