"""« cil indicateurs »."""

import argparse
import sys
from collections.abc import Sequence

from cil_analysis.commandes.commun import annoncer_interne, dire, exiger_hors_des_rapports
from cil_analysis.comptage.cadre import COLONNES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, lire_choix
from cil_analysis.rendu.indicateurs import chiffrer_les_epci, ecrire_indicateurs, en_csv
from cil_analysis.repartition import grappe, processus
from cil_analysis.requetes.lignes import Fichiers
from cil_analysis.requetes.requete import ecrire_requete
from cil_analysis.secret.comptage import annees_du_bilan, exercices, exiger_des_lignes, preparer
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import derniere_annee, publier_annee
from cil_analysis.secret.variantes import comparer_les_regles


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.requete and options.code is None:
        options.mal_employee("--requete demande un code\u202f: cil indicateurs O06 --requete")
    if options.regle and options.code is not None:
        options.mal_employee("--regle va sans code\u202f: il donne tous les chiffres qui changent")
    if options.requete and (options.interne or options.grappe or options.regle):
        options.mal_employee("--requete va sans --interne, sans --grappe et sans --regle")
    if options.annee is None and not options.requete:
        options.mal_employee("il manque\u202f: --annee")
    references = References(options.projet)
    if options.interne:
        annoncer_interne(references.projet)
    if options.epci:
        references = references.de_l_epci(options.epci)
    elif references.projet.plusieurs_epci:
        return _indicateurs_des_epci(references, options)
    if options.requete:
        return _ecrire_la_requete(references, options)
    if options.regle:
        return _changer_les_regles(references, options)
    if options.grappe is not None:
        dire("Un seul EPCI se compte d’un trait, sur ce poste : la grappe n’a rien à y faire.")
    with MemesEntrees(references.projet, options.annee):
        code = None if options.code is None else _indicateur(references, options.code).code
        publication = publier_annee(references, options.annee, interne=options.interne)
    if code is None:
        ecrire_indicateurs(publication, sys.stdout)
    else:
        sys.stdout.write(en_csv(publication[code].donnees))
    return 0


def _indicateur(references: References, code: str) -> Indicateur:
    """What a code, in any case, is of. Raises ErreurCIL for none."""
    par_code = registre(references).par_code
    if code.upper() not in par_code:
        raise ErreurCIL(f"L’indicateur « {code} » n’existe pas. Codes possibles : {', '.join(par_code)}.")
    return par_code[code.upper()]


def _ecrire_la_requete(references: References, options: argparse.Namespace) -> int:
    """Print the query of an indicator over the years of a bilan; store beside the extracts what else it reads."""
    projet, indicateur = references.projet, _indicateur(references, options.code)
    annee = options.annee or derniere_annee(projet)
    exiger_des_lignes(projet, indicateur, annees_du_bilan(projet, references, annee))
    fichiers = Fichiers.de(projet, references, annee)
    if not indicateur.compte.population and not (projet.racine / fichiers.publies).is_file():
        raise ErreurCIL(
            f"{indicateur.code} compte les résultats du bilan de {annee}, et {projet.racine / fichiers.publies} "
            f"manque : lancez d’abord « cil bilan --annee {annee} »."
        )
    with MemesEntrees(projet, annee):
        if indicateur.modalites == REGLES_DE_COMPTAGE:
            prepare = preparer(projet, references, annee)
            comptees, variantes = prepare.exercices, prepare.variantes
        else:
            comptees, variantes = exercices(projet, references, annee), {}
        requete = ecrire_requete(indicateur, comptees, variantes, references.objectifs, fichiers)
        requete.enregistrer(projet)
    if requete.preparees:
        dire(
            "Cette requête lit des lignes que le logiciel prépare, à usage interne : elles sont enregistrées dans "
            f"{fichiers.preparees}, et le prochain import les efface."
        )
    sys.stdout.write(requete.texte)
    return 0


def _indicateurs_des_epci(references: References, options: argparse.Namespace) -> int:
    """The figures of every EPCI under one header; 1 when some could not be given, each with its reason."""
    if options.regle or options.code:
        raise ErreurCIL("Avec CODE ou --regle, nommez un EPCI par --epci : ce projet en réunit plusieurs.")
    refus = 0
    with processus() if options.grappe is None else grappe(options.grappe) as equipe:
        chiffres = chiffrer_les_epci(references, options.annee, equipe, interne=options.interne)
        print(",".join(COLONNES))
        for siens in chiffres:
            sys.stdout.write(siens.lignes)
            if siens.refus:
                refus += 1
                dire(f"EPCI {siens.siren} : {siens.refus}")
    return 1 if refus else 0


def _choix(references: References, textes: Sequence[str]) -> dict[str, Choix]:
    """« P3=hors_mutations » → the choice. Raises ErreurCIL for one that is not understood, or a rule given twice."""
    regles: dict[str, Choix] = {texte: dict([lire_choix(references, texte)]) for texte in textes}
    noms = [nom for choix in regles.values() for nom in choix]
    if len(set(noms)) < len(noms):
        raise ErreurCIL("Une même règle est donnée deux fois par --regle : gardez un seul choix par règle.")
    return regles


def _changer_les_regles(references: References, options: argparse.Namespace) -> int:
    exiger_hors_des_rapports(references.projet)
    regles = _choix(references, options.regle)
    dire("Usage interne : deux de ces tableaux, rapprochés, laissent déduire de petits effectifs. Ne les diffusez pas.")
    table = comparer_les_regles(references.projet, references, options.annee, regles, interne=options.interne)
    dire(f"{len(table)} chiffres changent avec {' et '.join(regles)}, sur l’année {options.annee}.")
    table.to_csv(sys.stdout, index=False, float_format="%.6g", lineterminator="\n")
    return 0
