"""« cil libelles »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import developper, montrer
from cil_analysis.commandes.reponses.listes import listes_d_avant
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus import choix_colonnes, liste_de_choix
from cil_analysis.extraits.inconnus.choix_colonnes import Choix
from cil_analysis.extraits.inconnus.examen_colonnes import Examen, examiner
from cil_analysis.extraits.inconnus.examen_libelles import (
    Ajouts,
    ColonneLue,
    choisir_nommes,
    choisir_surs,
    colonnes_qui_lisent,
    examiner_libelles,
)
from cil_analysis.extraits.inconnus.libelles import commande, dire_les_illisibles, dire_les_proches
from cil_analysis.extraits.lots import ouvrir_tout
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.colonnes import NOUVEAU, VIDE
from cil_analysis.reference.ecriture.inscriptions import ajouter_entetes, ajouter_libelles, lieu
from cil_analysis.reference.ensemble import References

_CODES_DITS = 20


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    if sum(option is not None for option in (options.accepter, options.vers, options.depuis)) > 1:
        raise ErreurCIL("« --accepter », « --vers » et « --depuis » s’emploient séparément : gardez-en un.")
    projet = ouvrir_projet(options.projet)
    fichiers = developper(options.fichiers)
    liste = None if options.depuis is None else liste_de_choix.relire(options.depuis)
    extrait = options.extrait or (liste.extrait if liste is not None else "") or None
    references = References(projet)
    examens, lues = _examiner(references, fichiers, extrait)
    if options.vers is not None:
        n = liste_de_choix.ecrire(options.vers, examens, lues)
        montrer(
            [f"{options.vers} : {n} {'ligne' if n == 1 else 'lignes'} à choisir.", *_apres_la_liste(options, examens)]
        )
        return 0
    if options.accepter is None and liste is None:
        montrer(_exposer(examens, lues, fichiers, references))
        return 0
    choix_colonnes.exiger_connus(examens, references, nomme=extrait is not None)
    dictionnaire = examens[0].dictionnaire
    entetes = choix_colonnes.choisir_nommes(examens, liste.entetes) if liste else choix_colonnes.Choix()
    nommes = liste.libelles if liste is not None else options.accepter
    libelles = (
        choisir_nommes(lues, dictionnaire, nommes) if nommes or liste else choisir_surs(lues, dictionnaire.extrait)
    )
    _inscrire(projet, entetes, libelles, lues)
    montrer(_rendre_compte(projet, entetes, libelles))
    examens, lues = _examiner(References(projet), fichiers, dictionnaire.extrait)
    montrer(_suite(examens, lues, fichiers, listes_d_avant(projet, dictionnaire.extrait, examens)))
    return 0


def _examiner(
    references: References, fichiers: Sequence[Path], extrait: str | None
) -> tuple[list[Examen], list[ColonneLue]]:
    """The tables of the files, and their columns of labels. Raises ErreurCIL for files of several extracts."""
    examens = [examiner(source, references, extrait) for source in ouvrir_tout(fichiers)]
    if len(extraits := sorted({examen.dictionnaire.extrait for examen in examens})) > 1:
        raise ErreurCIL(f"Ces fichiers sont de plusieurs extraits ({', '.join(extraits)}) : donnez-les séparément.")
    return examens, examiner_libelles([e.brut for e in examens], examens[0].dictionnaire, references)


def _inscrire(projet: Projet, entetes: Choix, libelles: Ajouts, lues: Sequence[ColonneLue]) -> None:
    if libelles:
        connus = {code for lue in lues if lue.ouverte for code in (*lue.admis, VIDE)}
        ouvertes = {lue.colonne.nom for lue in lues if lue.ouverte}
        choisis = {code for (_, c), siens in libelles.items() if c.nom in ouvertes for code in siens.values()}
        ajouter_libelles(projet.reference, libelles, choisis - connus)
    if entetes.ajouts:
        ajouter_entetes(projet.reference, entetes.ajouts)


def _exposer(
    examens: Sequence[Examen], lues: Sequence[ColonneLue], fichiers: Sequence[Path], references: References
) -> Iterator[str]:
    dictionnaire = examens[0].dictionnaire
    noms = ", ".join(examen.brut.nom for examen in examens)
    reconnu = all(examen.reconnu for examen in examens)
    yield f"{noms} : extrait {dictionnaire.extrait}{'' if reconnu else ', le plus proche (aucun n’est reconnu)'}."
    illisibles = [lue for lue in lues if lue.illisibles]
    if not illisibles:
        yield "Tous les libellés se lisent." if lues else "Aucune colonne à libellés n’est reconnue."
    for lue in illisibles:
        yield ""
        yield f"« {lue.colonne.libelle} » ({lue.colonne.nom}) : {dire_les_illisibles(lue.illisibles, lue.dites)}"
        expliques = 0 < len(lue.admis) <= _CODES_DITS
        for libelle in lue.libelles:
            proches = dire_les_proches(libelle.propositions, lue.admis, expliques=expliques)
            sur = f" : {libelle.sur} – {lue.admis[libelle.sur]}, sûr" if libelle.sur else proches
            yield f"  « {libelle.texte} » ({libelle.lignes}){sur}"
        if lue.tus:
            yield f"  {lue.tus} non montrées : libellés rares, ou d’apparence personnelle"
        for nom in colonnes_qui_lisent(lue, [examen.brut for examen in examens], dictionnaire, references):
            entete = next(e for x in examens for n, e in x.appariement.colonnes.items() if n == lue.colonne.nom)
            yield f"  ces libellés sont ceux de « {nom} » ; pour y déplacer l’en-tête :"
            deplacer = f"cil colonnes {argument(str(fichiers[0]))} --extrait {dictionnaire.extrait}"
            liste = f"{commande([str(fichiers[0])], dictionnaire.extrait)} --vers liste.xlsx"
            yield f"    {exemple_de_choix(deplacer, entete, nom) or liste}"
        if expliques:
            yield f"  codes : {', '.join(f'{code} ({sens})' for code, sens in lue.admis.items())}"
        if lue.ouverte and lue.libelles:
            yield f"  {NOUVEAU} : un organisme de plus, à ajouter à la liste sous ce nom"
    inconnus = sum(len(examen.propositions) for examen in examens)
    if inconnus:
        yield ""
        yield f"En-têtes inconnus : {inconnus}. Voir « cil colonnes », ou la liste (--vers) qui les porte aussi."
    cil = commande(list(map(str, fichiers)), dictionnaire.extrait)
    if any(lue.libelles for lue in illisibles) or inconnus:
        yield ""
        yield from _comment_choisir(illisibles, cil)


def _comment_choisir(illisibles: Sequence[ColonneLue], cil: str) -> Iterator[str]:
    if surs := sum(bool(libelle.sur) for lue in illisibles for libelle in lue.libelles):
        quoi = "la proposition sûre" if surs == 1 else f"les {surs} propositions sûres"
        yield f"Pour inscrire {quoi} : {cil} --accepter"
    lue = next((lue for lue in illisibles if lue.libelles), None)
    if lue is not None:
        libelle = next((x for x in lue.libelles if not x.sur), lue.libelles[0])
        if exemple := exemple_de_choix(cil, f"{lue.colonne.nom}:{libelle.texte}", libelle.sur or "CODE"):
            yield f"Pour choisir, un ou plusieurs à la fois ({VIDE} : non renseigné) :"
            yield f"  {exemple}"
    yield "Pour une liste à remplir dans un tableur, en-têtes compris ; puis pour l’inscrire :"
    yield f"  {cil} --vers liste.xlsx"
    yield f"  {cil} --depuis liste.xlsx"


def _apres_la_liste(options: argparse.Namespace, examens: Sequence[Examen]) -> Iterator[str]:
    cil = commande(list(map(str, options.fichiers)), examens[0].dictionnaire.extrait)
    yield "Remplissez la colonne « choix » ; une ligne laissée vide n’est pas inscrite. Puis :"
    yield f"  {cil} --depuis {argument(str(options.vers))}"


def _rendre_compte(projet: Projet, entetes: Choix, libelles: Ajouts) -> Iterator[str]:
    if not entetes.ajouts and not libelles:
        yield "Rien n’a été inscrit."
    for extrait, siens in entetes.ajouts.items():
        yield f"data/reference/columns/{extrait}.csv :"
        yield from (f"  {entete} : {nom}" for entete, nom in siens.items())
    for (extrait, colonne), choisis in libelles.items():
        fichiers = {lieu(projet.reference, extrait, colonne, code) for code in choisis.values()}
        ou = ", ".join(sorted(fichier.relative_to(projet.racine).as_posix() for fichier in fichiers))
        yield f"« {colonne.libelle} » ({ou}) :"
        yield from (f"  {libelle} : {code}" for libelle, code in choisis.items())


def _suite(
    examens: Sequence[Examen], lues: Sequence[ColonneLue], fichiers: Sequence[Path], listes: str
) -> Iterator[str]:
    """What is left, then the import to run."""
    extrait, noms = examens[0].dictionnaire.extrait, list(map(str, fichiers))
    if reste := sum(lue.illisibles for lue in lues):
        cellules = "1 cellule ne se lit pas encore" if reste == 1 else f"{reste} cellules ne se lisent pas encore"
        yield f"{cellules} : {commande(noms, extrait)}"
    yield f"Pour importer : cil importer {' '.join(map(argument, noms))} --annee AAAA --extrait {extrait}{listes}"
