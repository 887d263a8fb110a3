"""« cil bilan » and « cil indicateurs »."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import (
    REFUS_INTERNE,
    Declarer,
    ajouter_grappe,
    annoncer_interne,
    dire,
    exiger_hors_des_rapports,
    lire_annee,
    ouvrir_references,
    pour_le_proprietaire_seul,
    suivre,
)
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet

if TYPE_CHECKING:
    from cil_analysis.reference.ensemble import References
    from cil_analysis.rendu.atelier import Moteur

_COMPTAGE = "Comptage et secret statistique"


def declarer(commande: Declarer) -> None:
    """Add the commands to the parser."""
    bilan = commande("bilan", "Produire le bilan d’une année dans reports/.", _bilan, _COMPTAGE)
    bilan.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    bilan.add_argument(
        "--sans-pdf",
        action="store_true",
        help="sans bilan.pdf, la page imprimée\u202f: une dizaine de secondes de moins",
    )
    bilan.add_argument("--moteur", choices=["auto", "quarto", "interne"], default="auto", help="moteur de rendu")
    bilan.add_argument(
        "--interne",
        type=Path,
        metavar="DOSSIER",
        help="version interne, sans secret statistique, dans ce dossier\u202f; refusé sous reports/",
    )
    bilan.add_argument("--refaire", action="store_true", help="refaire aussi ce qui n’a pas changé")
    bilan.add_argument(
        "--tous",
        action="store_true",
        help="d’un projet de plusieurs EPCI\u202f: le bilan et les fiches de chacun, et une page qui y mène",
    )
    ajouter_grappe(bilan)
    bilan.set_defaults(mal_employee=bilan.error)
    _declarer_les_indicateurs(commande)


def _declarer_les_indicateurs(commande: Declarer) -> None:
    aide = "Écrire les indicateurs d’une année sur la sortie standard."
    indicateurs = commande("indicateurs", aide, _indicateurs, _COMPTAGE)
    indicateurs.add_argument(
        "code", nargs="?", metavar="CODE", help="avec --requete\u202f: l’indicateur, par exemple O06"
    )
    indicateurs.add_argument("--annee", type=lire_annee, metavar="AAAA", help="facultative avec --requete")
    indicateurs.add_argument(
        "--requete",
        action="store_true",
        help="écrire la requête DuckDB qui donne les comptes de l’indicateur, sans secret statistique\u202f: "
        "son résultat est à usage interne",
    )
    indicateurs.set_defaults(mal_employee=indicateurs.error)
    indicateurs.add_argument(
        "--interne", action="store_true", help="sans secret statistique\u202f; refusé sous reports/"
    )
    indicateurs.add_argument(
        "--regle",
        action="append",
        default=[],
        metavar="P3=hors_mutations",
        help="ce que changerait une autre règle de comptage\u202f: les chiffres qui changent, avant et après",
    )
    indicateurs.add_argument(
        "--epci",
        metavar="SIREN",
        help="d’un projet de plusieurs EPCI, un seul (défaut\u202f: tous, l’un après l’autre)",
    )
    ajouter_grappe(indicateurs)


def _bilan(options: argparse.Namespace) -> int:
    if options.tous:
        return _bilans_des_epci(options)
    if options.grappe is not None:
        options.mal_employee("--grappe va avec --tous\u202f: un seul EPCI se fait d’un trait, sur ce poste")
    if options.interne is not None:
        if options.interne.is_file():
            raise ErreurCIL(f"{options.interne} est un fichier : donnez un dossier pour la version interne.")
        exiger_hors_des_rapports(ouvrir_projet(options.projet), REFUS_INTERNE, options.interne / "bilan.html")
        dire("Version interne : secret statistique non appliqué, ne pas diffuser.")
    with nullcontext() if options.interne is None else pour_le_proprietaire_seul():
        page = produire(
            options.projet,
            options.annee,
            options.moteur,
            options.interne,
            avec_pdf=not options.sans_pdf,
            refaire=options.refaire,
        )
    if options.interne is None:
        from cil_analysis.rendu.suivi import venus_d_un_autre_bilan

        for quoi, commande in venus_d_un_autre_bilan(page.parent):
            dire(f"{quoi} du bilan précédent : relancez « cil {commande} --annee {options.annee} ».")
    print(page)
    return 0


def _bilans_des_epci(options: argparse.Namespace) -> int:
    """The publication of every EPCI of a project; 1 when some could not be made, each with its reason."""
    if options.interne is not None:
        options.mal_employee("--tous va sans --interne")
    references = ouvrir_references(options, plusieurs_epci=True)
    if not references.projet.plusieurs_epci:
        raise ErreurCIL("Ce projet n’a qu’un EPCI : lancez la même commande sans « --tous ».")
    from cil_analysis.rendu.atelier import Production
    from cil_analysis.rendu.region import ecrire_la_region, epci_a_produire, produire_les_epci
    from cil_analysis.repartition import grappe, processus

    production = Production(options.annee, options.moteur, not options.sans_pdf, options.refaire)
    sirens = epci_a_produire(references, options.annee)
    ouvrir = partial(processus, ecrivent=True) if options.grappe is None else partial(grappe, options.grappe)
    issues = []
    with pour_le_proprietaire_seul():
        for issue in produire_les_epci(references, production, sirens, ouvrir):
            issues.append(issue)
            dire(f"EPCI {len(issues)}/{len(sirens)} · {issue.nom} : {issue.refus or 'fait'}")
        page = ecrire_la_region(references.projet, options.annee, issues)
    print(page)
    return 1 if any(issue.refus for issue in issues) else 0


def produire(
    dossier: Path | None,
    annee: int,
    moteur: Moteur,
    interne: Path | None = None,
    *,
    avec_pdf: bool = True,
    refaire: bool = False,
) -> Path:
    """Render the bilan of a year, or its internal version in a folder, and return its page.

    A bilan that would be made again as it is stands: it is said, unless ``refaire``.
    """
    projet = ouvrir_projet(dossier)  # Before the slow imports: a wrong folder is said at once.
    from cil_analysis.rendu.suivi import PAGE, bilan_acquis

    if interne is None and not refaire and (nombre := bilan_acquis(projet, annee, moteur, avec_pdf=avec_pdf)):
        dire(
            f"Rien n’a changé depuis le bilan {annee}, comparé octet par octet : données, référentiels, carnets, "
            f"logiciel, autres bilans publiés, et ses {nombre} fichiers. « --refaire » le refait."
        )
        return projet.rapports / str(annee) / PAGE
    from cil_analysis.rendu.atelier import Production
    from cil_analysis.rendu.bilan import produire_bilan
    from cil_analysis.repartition import processus

    production = Production(annee, moteur, avec_pdf, refaire, interne)
    with processus() as equipe:
        return produire_bilan(projet, production, suivre(), equipe)


def _indicateurs(options: argparse.Namespace) -> int:
    from cil_analysis.rendu.indicateurs import ecrire_indicateurs
    from cil_analysis.secret.memes_entrees import MemesEntrees
    from cil_analysis.secret.publication import publier_annee

    if options.requete is not (options.code is not None):
        options.mal_employee("--requete et CODE vont ensemble\u202f: cil indicateurs O06 --requete")
    if options.requete and (options.regle or options.interne or options.grappe):
        options.mal_employee("--requete va sans --regle, sans --interne et sans --grappe")
    if options.annee is None and not options.requete:
        options.mal_employee("il manque\u202f: --annee")
    references = ouvrir_references(options, plusieurs_epci=True)
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
        publication = publier_annee(references.projet, references, options.annee, interne=options.interne)
    ecrire_indicateurs(publication, sys.stdout)
    return 0


def _ecrire_la_requete(references: References, options: argparse.Namespace) -> int:
    """Print the query of an indicator over the years of a bilan, for whoever doubts a figure.

    What it reads and that no extract has is stored beside them.
    """
    from cil_analysis.extraits import store
    from cil_analysis.grammaire.registre import registre
    from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE
    from cil_analysis.requetes.lignes import Fichiers
    from cil_analysis.requetes.requete import ecrire_requete
    from cil_analysis.secret.comptage import annees_du_bilan, exercices, exiger_des_lignes, preparer
    from cil_analysis.secret.memes_entrees import MemesEntrees
    from cil_analysis.secret.publication import derniere_annee

    projet, par_code = references.projet, registre(references).par_code
    if (code := str(options.code).upper()) not in par_code:
        raise ErreurCIL(f"L’indicateur « {options.code} » n’existe pas. Codes possibles : {', '.join(par_code)}.")
    indicateur, annee = par_code[code], options.annee or derniere_annee(projet)
    exiger_des_lignes(projet, indicateur, annees_du_bilan(projet, references, annee))
    fichiers = Fichiers.de(projet, references, annee)
    if not indicateur.compte.population and not (projet.racine / fichiers.publies).is_file():
        raise ErreurCIL(
            f"{code} compte les résultats que publie le bilan de {annee}, et {projet.racine / fichiers.publies} manque : "
            f"lancez d’abord « cil bilan --annee {annee} »."
        )
    with MemesEntrees(projet, annee):
        comptees, autrement = exercices(projet, references, annee), {}
        if indicateur.modalites == REGLES_DE_COMPTAGE:
            autrement = dict(preparer(projet, references, annee).variantes)
        requete = ecrire_requete(indicateur, comptees, autrement, references.objectifs, fichiers)
        store.enregistrer_les_preparees(projet, requete.preparees)
    if requete.preparees:
        dire(
            "Cette requête lit des lignes que le logiciel prépare, à usage interne : elles sont enregistrées dans "
            f"{fichiers.preparees}, et le prochain import les efface."
        )
    sys.stdout.write(requete.texte)
    return 0


def _indicateurs_des_epci(references: References, options: argparse.Namespace) -> int:
    """The figures of every EPCI under one header; 1 when some could not be given, each with its reason."""
    from cil_analysis.comptage.cadre import COLONNES
    from cil_analysis.rendu.indicateurs import chiffrer_les_epci
    from cil_analysis.repartition import grappe, processus

    if options.regle or options.requete:
        raise ErreurCIL("Avec --regle ou --requete, nommez un EPCI par --epci : ce projet en réunit plusieurs.")
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


def _changer_les_regles(references: References, options: argparse.Namespace) -> int:
    from cil_analysis.reference.regles import lire_choix
    from cil_analysis.secret.variantes import comparer_les_regles

    refus = "Ce que change une règle ne s’écrit pas sous reports/ : choisissez un autre dossier."
    exiger_hors_des_rapports(references.projet, refus)
    regles = {texte: dict([lire_choix(references, texte)]) for texte in options.regle}
    noms = [nom for choix in regles.values() for nom in choix]
    if len(set(noms)) < len(noms):
        raise ErreurCIL("Une même règle est donnée deux fois par --regle : gardez un seul choix par règle.")
    dire("Usage interne : deux de ces tableaux, rapprochés, laissent déduire de petits effectifs. Ne les diffusez pas.")
    table = comparer_les_regles(references.projet, references, options.annee, regles, interne=options.interne)
    dire(f"{len(table)} chiffres changent avec {' et '.join(regles)}, sur l’année {options.annee}.")
    table.to_csv(sys.stdout, index=False, float_format="%.6g", lineterminator="\n")
    return 0
