"""« cil bilan », « cil fiches », « cil fiche-action » and « cil opendata »: what is made of a year.

What renders is slow to load, and of no use to documents that stand: each function loads its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import (
    annoncer_interne,
    dire,
    dire_si_le_bilan_est_ancien,
    pour_le_proprietaire_seul,
    suivre,
)
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.projet import Projet, d_un_epci
from cil_analysis.reference.agregats import AGREGATS
from cil_analysis.rendu.suivi import (
    ACCUEIL,
    PAGE,
    Production,
    bilan_acquis,
    fiches_acquises,
    pages_acquises,
    venus_d_un_autre_bilan,
)

if TYPE_CHECKING:
    from cil_analysis.rendu.atelier import Atelier

_BAUX = "attributions"  # What a bilan cannot do without.
_LISTES = ("communes", "bailleurs", "reservataires")


def ouvrir_l_atelier(projet: Projet, production: Production) -> Atelier:
    """What renders the notebooks of a project."""
    from cil_analysis.rendu.atelier import Atelier, choisir

    return Atelier(projet.carnets, choisir(production.moteur, dire))


# --- The bilan ------------------------------------------------------------------------------------------------------


def bilan(options: argparse.Namespace) -> int:
    """« cil bilan »."""
    production = Production(options.annee, options.moteur, not options.sans_pdf, options.refaire, options.interne)
    if options.tous:
        return _bilans_des_epci(options, production)
    if options.grappe is not None:
        options.mal_employee("--grappe va avec --tous\u202f: un seul EPCI se fait d’un trait, sur ce poste")
    projet = d_un_epci(options.projet)
    if options.annee not in {a for nom in (_BAUX, AGREGATS) for a in store.annees(projet, nom)}:
        store.lire(projet, _BAUX, options.annee)  # Says what to do, before engines start and files are read.
    if options.interne is not None:
        if options.interne.is_file():
            raise ErreurCIL(f"{options.interne} est un fichier : donnez un dossier pour la version interne.")
        annoncer_interne(projet, options.interne / PAGE)
    page = bilan_deja_la(projet, production)
    if page is None:
        from cil_analysis.repartition import processus

        garde = nullcontext() if options.interne is None else pour_le_proprietaire_seul()
        with garde, ouvrir_l_atelier(projet, production) as atelier, processus() as equipe:
            page = faire_le_bilan(projet, production, atelier, equipe)
        if options.interne is None:
            from cil_analysis.secret.publies import d_autres_effectifs

            _dire_les_autres_versions(d_autres_effectifs(projet, options.annee))
    if options.interne is None:
        for quoi, commande in venus_d_un_autre_bilan(page.parent):
            dire(f"{quoi} du bilan précédent : relancez « cil {commande} --annee {options.annee} ».")
    print(page)
    return 0


def _dire_les_autres_versions(autres: Iterable[int], tous: str = "") -> None:
    """Which bilans still show what a new one counts otherwise: nobody proved what their difference tells."""
    for autre in autres:
        dire(
            f"Le bilan {autre} ne montre pas les mêmes effectifs que celui-ci (extrait corrigé, bailleurs réunis, "
            "classes ou règles changées) : qui les retrancherait pourrait lire un petit effectif, ce que la preuve ne "
            f"voit pas. Relancez « cil bilan --annee {autre}{tous} », ou retirez-le de la diffusion et de reports/."
        )


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
            _dire_les_autres_versions(issue.autrement_comptes, " --tous")
        page = ecrire_la_region(projet, options.annee, issues)
    print(page)
    return 1 if any(issue.refus for issue in issues) else 0


def bilan_deja_la(projet: Projet, production: Production) -> Path | None:
    """The page of a bilan that would be made again as it is, which is said; None of one that is to be made."""
    annee, moteur, avec_pdf, refaire, interne = production
    if interne is not None or refaire or not (nombre := bilan_acquis(projet, annee, moteur, avec_pdf=avec_pdf)):
        return None
    dire(
        f"Rien n’a changé depuis le bilan {annee}, comparé octet par octet : données, référentiels, carnets, "
        f"logiciel, autres bilans publiés, et ses {nombre} fichiers. « --refaire » le refait."
    )
    return projet.rapports / str(annee) / PAGE


def faire_le_bilan(projet: Projet, production: Production, atelier: Atelier, equipe: Executor) -> Path:
    """Render the bilan of a year, or its internal version in a folder, and return its page; ``equipe`` protects it."""
    refait = production.refaire or production.interne is not None
    if refait or not pages_acquises(projet, production.annee, production.moteur):
        atelier.chauffer()  # Meanwhile this process loads what counts, and counts.
    from cil_analysis.rendu.bilan import produire_bilan

    return produire_bilan(projet, production, atelier, suivre(), equipe)


# --- The sheets -----------------------------------------------------------------------------------------------------


def fiches(options: argparse.Namespace) -> None:
    """« cil fiches »."""
    # « A,B » or « A B »; an option alone asks for all of its kind.
    donnees = {axe: ",".join(mots) for axe in _LISTES if (mots := getattr(options, axe)) is not None}
    listes = {axe: [nom.strip() for nom in mots.split(",") if nom.strip()] for axe, mots in donnees.items()}
    projet: Projet = options.projet
    production = Production(options.annee, options.moteur, refaire=options.refaire)
    page = None if listes else fiches_deja_la(projet, production)
    if page is None:
        with ouvrir_l_atelier(projet, production) as atelier:
            page = faire_les_fiches(projet, production, atelier, listes)
    print(page)


def fiches_deja_la(projet: Projet, production: Production) -> Path | None:
    """The page that links sheets which would all be made again as they are, and says so; None when some are not."""
    if production.refaire or not (nombre := fiches_acquises(projet, production.annee, production.moteur)):
        return None
    dire(
        f"Rien n’a changé depuis les fiches {production.annee}, comparé octet par octet : bilan, carnets, logiciel, et "
        f"leurs {nombre} fichiers. « --refaire » les refait."
    )
    return projet.rapports / str(production.annee) / ACCUEIL


def faire_les_fiches(
    projet: Projet, production: Production, atelier: Atelier, listes: Mapping[str, Sequence[str]] | None = None
) -> Path:
    """Render the sheets of a year, say how many, and return the page that links everything.

    ``listes``: « communes », « bailleurs », « reservataires » → the codes or names asked for; without it, all.
    """
    if not listes:
        atelier.chauffer(seul=True)  # Meanwhile this process loads what opens the bilan.
    from cil_analysis.rendu.fiches import produire_fiches

    compte = produire_fiches(projet, production, atelier, dire, listes)
    dire(compte.en_mots())
    return compte.accueil


# --- What stands beside ---------------------------------------------------------------------------------------------


def fiche_action(options: argparse.Namespace) -> None:
    """« cil fiche-action »."""
    from cil_analysis.rendu.fiche_action import produire_la_fiche_action

    print(produire_la_fiche_action(options.projet, options.annee, moteur=options.moteur, avancement=suivre()))


def opendata(options: argparse.Namespace) -> None:
    """« cil opendata »."""
    from cil_analysis.rendu.opendata import produire_opendata

    with dire_si_le_bilan_est_ancien(options.projet, options.annee):
        dossier = produire_opendata(options.projet, options.annee, licence=options.licence)
    if options.licence is None:
        dire("Licence : à renseigner avant de diffuser (--licence).")
    print(dossier)
