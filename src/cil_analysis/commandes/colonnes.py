"""« cil colonnes »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import montrer
from cil_analysis.commandes.console.entetes import exposer
from cil_analysis.commandes.reponses.listes import listes_d_avant
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus.choix import Choix, choisir_nommes, choisir_surs, sans_rivale
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, examiner_pour, exiger_connus
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.rapprochement import verifier
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, USUELS, ajouter_entetes, verifier_millesime
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    projet = ouvrir_projet(options.projet)
    millesime = MILLESIME if options.millesime is None else options.millesime
    verifier_millesime(millesime)
    if millesime == USUELS:
        raise ErreurCIL(
            f"Le millésime « {USUELS} » est celui des en-têtes livrés avec le logiciel : nommez-en un autre, ou aucun."
        )
    sources = ouvrir(options.fichier)
    references = References(projet)
    examens = [examiner(source, references, options.extrait) for source in sources]
    if options.accepter is None:
        montrer(_exposer(projet, examens, options))
        return 0
    exiger_connus(examens, references, nomme=options.extrait is not None)
    choix = choisir_nommes(examens, options.accepter) if options.accepter else choisir_surs(examens)
    ajouter_entetes(projet.reference, choix.ajouts, millesime)
    apres = References(projet)
    montrer(_rendre_compte(choix, millesime))
    repris = [examiner_pour(e.brut, apres.dictionnaires[e.dictionnaire.extrait], apres) for e in examens]
    montrer(_suite_apres(projet, repris, options.fichier))
    return 0


def _exposer(projet: Projet, examens: Sequence[Examen], options: argparse.Namespace) -> Iterator[str]:
    for rang, examen in enumerate(examens):
        if rang:
            yield ""
        yield from exposer(examen, nomme=options.extrait is not None)
    yield ""
    yield from _suite(projet, examens, options)


# --- What to do next ------------------------------------------------------------------------------------------------


def _suite(projet: Projet, examens: Sequence[Examen], options: argparse.Namespace) -> Iterator[str]:
    commande = f"cil colonnes {argument(str(options.fichier))}{_precision(examens)}"
    choix = choisir_surs(examens)
    if surs := sum(map(len, choix.ajouts.values())):
        quoi = "la proposition sûre" if surs == 1 else f"les {surs} propositions sûres"
        yield f"Pour inscrire {quoi} : {commande} --accepter"
    if choix.laissees:
        seules = {
            e: p[0]
            for examen in examens
            for e, p in examen.propositions.items()
            if sans_rivale([q for q in p if not q.rivale])
        }
        entete = max(choix.laissees, key=lambda e: seules[e].score if e in seules else 0.0)
        nom = seules[entete].nom if entete in seules else "COLONNE"
        liste = f"cil libelles {argument(str(options.fichier))}{_precision(examens)} --vers liste.xlsx"
        yield "Pour choisir, un ou plusieurs à la fois (ou « ignoree », « personnelle ») :"
        yield f"  {exemple_de_choix(commande, une_ligne(entete, 40), nom) or liste}"
    if all(examen.reconnu and not examen.manquantes for examen in examens):
        yield from _suite_apres(projet, examens, options.fichier)


def _precision(examens: Sequence[Examen]) -> str:
    """The option that names the extract, where there is a single one."""
    extraits = {examen.dictionnaire.extrait for examen in examens}
    return f" --extrait {extraits.pop()}" if len(extraits) == 1 else ""


def _suite_apres(projet: Projet, examens: Sequence[Examen], fichier: Path) -> Iterator[str]:
    """The import to run, or why it would still be refused."""
    for examen in examens:
        if examen.manquantes:
            noms = ", ".join(f"« {examen.dictionnaire.colonnes[nom].libelle} » ({nom})" for nom in examen.manquantes)
            yield f"L’import serait encore refusé : dans {examen.brut.nom}, il manque {noms}."
            return
        try:
            verifier(examen.appariement, examen.dictionnaire, examen.brut.nom, str(fichier))
        except ErreurCIL as erreur:
            yield f"L’import serait encore refusé. {erreur}"
            return
    if len({examen.dictionnaire.extrait for examen in examens}) > 1:
        yield "Les fichiers de cette archive sont de plusieurs extraits : extrayez-les, puis importez-les séparément."
        return
    listes = listes_d_avant(projet, examens[0].dictionnaire.extrait, examens)
    yield f"Pour importer : cil importer {argument(str(fichier))} --annee AAAA{_precision(examens)}{listes}"


# --- What was written -----------------------------------------------------------------------------------------------


def _rendre_compte(choix: Choix, millesime: str) -> Iterator[str]:
    if not choix.ajouts:
        yield "Rien n’a été inscrit."
    for extrait, entetes in choix.ajouts.items():
        yield f"data/reference/columns/{extrait}.csv, colonne entetes_{millesime} :"
        deplacees = choix.deplacees.get(extrait, {})
        yield from _a_deux_colonnes({e: nom + _provenance(deplacees.get(e)) for e, nom in entetes.items()})
    if choix.laissees:
        yield f"Laissés de côté ({len(choix.laissees)}) :"
        yield from _a_deux_colonnes(choix.laissees)


def _provenance(deplacee: tuple[str, list[str]] | None) -> str:
    if deplacee is None:
        return ""
    ancienne, millesimes = deplacee
    quelles = "colonnes" if len(millesimes) > 1 else "colonne"
    return f" (retiré de {ancienne}, {quelles} {', '.join(f'entetes_{m}' for m in millesimes)})"


def _a_deux_colonnes(paires: dict[str, str]) -> Iterator[str]:
    propres = [(une_ligne(entete, 40), valeur) for entete, valeur in paires.items()]
    longueur = max(len(entete) for entete, _ in propres)
    for entete, valeur in propres:
        yield f"  {entete:<{longueur}}  {valeur}"
