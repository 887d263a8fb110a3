"""« cil libelles »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import developper, montrer
from cil_analysis.commandes.reponses.listes import a_importer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus import choix, liste_de_choix
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, exiger_connus
from cil_analysis.extraits.inconnus.libelles import (
    ColonneLue,
    colonnes_qui_lisent,
    commande,
    lire_les_libelles,
    que_faire,
)
from cil_analysis.extraits.lots import ouvrir_tout, reunir
from cil_analysis.nombres import accorder
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import VIDE
from cil_analysis.reference.ecriture.inscriptions import Ajouts, inscrire, lieu
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    if sum(option is not None for option in (options.accepter, options.vers, options.depuis)) > 1:
        raise ErreurCIL("« --accepter », « --vers » et « --depuis » s’emploient séparément : gardez-en un.")
    projet: Projet = options.projet
    fichiers = developper(options.fichiers)
    liste = None if options.depuis is None else liste_de_choix.relire(options.depuis)
    extrait = options.extrait or (liste.extrait if liste is not None else "") or None
    references = References(projet)
    examens, lues = _examiner(references, fichiers, extrait)
    reconnus = all(examen.reconnu for examen in examens)
    cil = commande(list(map(str, fichiers)), examens[0].dictionnaire.extrait if reconnus else "NOM")
    if options.vers is not None:
        if not reconnus:  # The list says of which extract its choices are.
            exiger_connus(examens, references, nomme=False)
        n = liste_de_choix.ecrire(options.vers, examens, lues)
        montrer([
            f"{options.vers} : {n} {'ligne' if n == 1 else 'lignes'} à choisir.",
            "Remplissez la colonne « choix » ; une ligne laissée vide n’est pas inscrite. Puis :",
            f"  {cil} --depuis {argument(str(options.vers))}",
        ])  # fmt: skip
        return
    if options.accepter is None and liste is None:
        montrer(_exposer(examens, lues, cil, references))
        return
    exiger_connus(examens, references, nomme=extrait is not None)
    entetes = choix.choisir([*map(choix.des_entetes, examens)], liste.entetes) if liste else {}
    nommes = liste.libelles if liste is not None else options.accepter
    extrait = examens[0].dictionnaire.extrait
    questions = [choix.des_libelles(lue, extrait) for lue in lues]
    libelles = choix.choisir(questions, nommes) if nommes or liste else choix.libelles_surs(lues, extrait)
    ajouts = entetes | libelles
    inscrire(projet.reference, ajouts, _nouveaux(libelles, lues))
    montrer(_rendre_compte(projet, ajouts))
    examens, lues = _examiner(References(projet), fichiers, extrait)
    if restent := sum(lue.illisibles for lue in lues):
        montrer([f"{accorder(restent, 'cellule ne se lit', 'cellules ne se lisent')} pas encore : {cil}"])
    montrer([a_importer(projet, fichiers, examens)])


def _examiner(
    references: References, fichiers: Sequence[Path], extrait: str | None
) -> tuple[list[Examen], list[ColonneLue]]:
    """The tables of the files, and their columns of labels. Raises ErreurCIL for files of several extracts."""
    examens = [examiner(source, references, extrait) for source in ouvrir_tout(fichiers)]
    if len(extraits := sorted({examen.dictionnaire.extrait for examen in examens})) > 1:
        raise ErreurCIL(f"Ces fichiers sont de plusieurs extraits ({', '.join(extraits)}) : donnez-les séparément.")
    dictionnaire = examens[0].dictionnaire
    textes = reunir([examen.brut for examen in examens], dictionnaire).texte
    return examens, lire_les_libelles(textes, dictionnaire, references)


def _nouveaux(libelles: Ajouts, lues: Sequence[ColonneLue]) -> set[str]:
    """The codes that are to be added to an open list."""
    ouvertes = {lue.colonne: {*lue.codes.admis, VIDE} for lue in lues if lue.ouverte}
    return {
        code
        for (_, colonne), codes in libelles.items()
        for code in codes.values()
        if colonne in ouvertes and code not in ouvertes[colonne]
    }


def _exposer(examens: Sequence[Examen], lues: Sequence[ColonneLue], cil: str, references: References) -> Iterator[str]:
    dictionnaire = examens[0].dictionnaire
    noms = ", ".join(examen.brut.nom for examen in examens)
    reconnu = all(examen.reconnu for examen in examens)
    yield f"{noms} : extrait {dictionnaire.extrait}{'' if reconnu else ', le plus proche (aucun n’est reconnu)'}."
    illisibles = [lue for lue in lues if lue.illisibles]
    if not illisibles:
        yield "Tous les libellés se lisent." if lues else "Aucune colonne à libellés n’est reconnue."
    entetes = {nom: (e, x.brut) for x in examens for nom, e in x.brut.appariement.colonnes.items()}
    for lue in illisibles:
        yield from ("", *lue.dire(nomme=True))
        for nom in colonnes_qui_lisent(lue, entetes, dictionnaire, references) if reconnu else ():
            entete, brut = entetes[lue.colonne.nom]
            yield f"  ces libellés sont ceux de « {nom} » ; pour y déplacer l’en-tête :"
            deplacer = f"cil colonnes {argument(brut.source.chemin)} --extrait {dictionnaire.extrait}"
            yield f"    {exemple_de_choix(deplacer, entete, nom) or f'{cil} --vers liste.xlsx'}"
    inconnus = sum(len(examen.propositions) for examen in examens)
    if inconnus:
        yield from (
            "",
            f"En-têtes inconnus : {inconnus}. Voir « cil colonnes », ou la liste (--vers) qui les porte aussi.",
        )
    if any(lue.libelles for lue in illisibles) or inconnus:
        yield from ("", *que_faire(cil, illisibles))


def _rendre_compte(projet: Projet, ajouts: Ajouts) -> Iterator[str]:
    if not ajouts:
        yield "Rien n’a été inscrit."
    for (extrait, colonne), choisis in ajouts.items():
        if colonne is None:
            yield f"data/reference/columns/{extrait}.csv :"
        else:
            fichiers = {lieu(projet.reference, extrait, colonne, code) for code in choisis.values()}
            ou = ", ".join(sorted(fichier.relative_to(projet.racine).as_posix() for fichier in fichiers))
            yield f"« {colonne.libelle} » ({ou}) :"
        yield from (f"  {une_ligne(texte)} : {code}" for texte, code in choisis.items())
