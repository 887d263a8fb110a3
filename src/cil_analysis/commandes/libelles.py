"""« cil libelles »."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import developper, montrer
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.commandes.reponses.inscriptions import rendre_compte
from cil_analysis.commandes.reponses.listes import a_importer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus import liste_de_choix
from cil_analysis.extraits.inconnus.choix import Choix, choisir, choisir_surs
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, exiger_connus
from cil_analysis.extraits.inconnus.libelles import ColonneLue, colonnes_qui_lisent, commande, lire_les_libelles
from cil_analysis.extraits.inconnus.questions import par_une_liste, que_faire
from cil_analysis.extraits.lots import ouvrir_tout, reunir
from cil_analysis.nombres import accorder
from cil_analysis.projet import Projet
from cil_analysis.reference.ecriture.inscriptions import inscrire
from cil_analysis.reference.ensemble import References


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
    libelles = [libelle for lue in lues for libelle in lue.libelles]
    if options.vers is not None:
        if not reconnus:  # The list says of which extract its choices are.
            exiger_connus(examens, references, nomme=False)
        n = liste_de_choix.ecrire(options.vers, [*(e for x in examens for e in x.inconnus), *libelles])
        montrer([
            f"{options.vers} : {n} {'ligne' if n == 1 else 'lignes'} à choisir.",
            "Remplissez la colonne « choix » ; une ligne laissée vide n’est pas inscrite. Puis :",
            f"  {cil} --depuis {argument(str(options.vers))}",
        ])  # fmt: skip
        return
    if options.accepter is None and liste is None:
        _exposer(examens, lues, cil, references)
        return
    exiger_connus(examens, references, nomme=extrait is not None)
    questions, nommes = [lue.question for lue in lues], liste.libelles if liste else options.accepter
    choix = Choix(choisir(questions, nommes), {}) if nommes or liste else choisir_surs(libelles)
    if liste:
        choix.ajouts.update(choisir([examen.question for examen in examens], liste.entetes))
    siens = [(code, q.admis) for q in questions for code in choix.ajouts.get((q.extrait, q.colonne), {}).values()]
    inscrire(projet.reference, choix.ajouts, {code for code, admis in siens if code not in admis})
    montrer(rendre_compte(projet, choix, references))
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


def _exposer(examens: Sequence[Examen], lues: Sequence[ColonneLue], cil: str, references: References) -> None:
    dictionnaire = examens[0].dictionnaire
    places = {nom: (e, x.brut.source.chemin) for x in examens for nom, e in x.brut.appariement.colonnes.items()}
    dites = []
    for lue in (lue for lue in lues if lue.illisibles):
        dites.append([*lue.dire(nomme=True)])
        for nom in colonnes_qui_lisent(lue, places, dictionnaire, references) if examens[0].reconnu else ():
            entete, chemin = places[lue.colonne.nom]
            deplacer = f"cil colonnes {argument(chemin)} --extrait {dictionnaire.extrait}"
            dites[-1] += [
                f"  ces libellés sont ceux de « {nom} » ; pour y déplacer l’en-tête :",
                f"    {exemple_de_choix(deplacer, entete, nom) or f'{cil} --vers liste.xlsx'}",
            ]
    libelles = [libelle for lue in lues for libelle in lue.libelles]
    entetes = sum(len(examen.inconnus) for examen in examens)
    suite = [*que_faire(cil, libelles), *par_une_liste(cil)] if libelles or entetes else []
    repondre("libelles", examens=examens, colonnes=lues, lues=dites, entetes=entetes, suite=suite)
