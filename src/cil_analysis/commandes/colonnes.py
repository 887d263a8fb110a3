"""« cil colonnes »: the headings of a file, aligned for a console of 80 to 120 signs, and what is written of them."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import montrer
from cil_analysis.commandes.reponses.listes import a_importer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.inconnus.choix import Choix, choisir, choisir_surs, des_entetes, quittee, sans_rivale
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, examiner_pour, exiger_connus
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.rapprochement import verifier
from cil_analysis.nombres import accorder
from cil_analysis.projet import Projet
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, USUELS, inscrire, verifier_millesime
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne

_ETROIT, _LARGE = 80, 120
_EN_TETE_MINIMAL = 24
_SCORE = 4  # « 0,93 »
# Letter of the column, heading, score of a proposal, column of ours, its words.
Ligne = tuple[str, str, str, str, str]


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    projet: Projet = options.projet
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
        for examen in examens:
            montrer([*_exposer(examen, nomme=options.extrait is not None), ""])
        if not all(examen.reconnu for examen in examens):  # No command names a guess.
            noms, nommer = ", ".join(references.dictionnaires), f"cil colonnes {argument(str(options.fichier))}"
            montrer([f"Dites d’abord de quel extrait il s’agit ({noms}) : {nommer} --extrait NOM"])
        else:
            montrer(_suite(projet, examens, options.fichier))
        return
    exiger_connus(examens, references, nomme=options.extrait is not None)
    if options.accepter:
        choix = Choix(choisir([*map(des_entetes, examens)], options.accepter), {})
    else:
        choix = choisir_surs(examens)
    inscrire(projet.reference, choix.ajouts, millesime=millesime)
    apres = References(projet)
    montrer(_rendre_compte(choix, millesime, references))
    repris = [examiner_pour(e.brut, apres.dictionnaires[e.dictionnaire.extrait], apres) for e in examens]
    montrer(_suite_apres(projet, repris, options.fichier))


# --- The headings of a table ----------------------------------------------------------------------------------------


def _exposer(examen: Examen, *, nomme: bool) -> Iterator[str]:
    """The lines about one table. ``nomme``: the user has named its extract."""
    brut, dictionnaire, colonnes = examen.brut, examen.dictionnaire, examen.dictionnaire.colonnes
    feuille = f"feuille « {brut.feuille} », " if brut.feuille else ""
    lignes = accorder(len(brut.lignes), "ligne de données", "lignes de données")
    yield f"{brut.nom} : {feuille}en-têtes à la ligne {brut.ligne_d_entete + 1}, {lignes}."
    extrait = f"{dictionnaire.extrait} ({dictionnaire.libelle})"
    if nomme or examen.reconnu:
        yield f"Extrait {'indiqué' if nomme else 'reconnu'} : {extrait}."
    else:
        yield f"Aucun extrait reconnu. Le plus proche : {extrait}, auquel ce qui suit se compare."
    largeur = max(_ETROIT, min(_LARGE, shutil.get_terminal_size((_LARGE, 24)).columns)) - 1
    yield from _en_tetes(examen, largeur)
    if examen.manquantes:
        yield from ("", f"Colonnes obligatoires manquantes ({len(examen.manquantes)})")
        for nom in examen.manquantes:
            autres = [n for n in dictionnaire.alternatives(nom) if n != nom]
            ou = f" (ou {', '.join(autres)})" if autres else ""
            yield f"  {nom}{ou} : {colonnes[nom].libelle}"
    if absentes := examen.facultatives_absentes:
        yield from ("", f"Colonnes facultatives absentes ({len(absentes)})")
        yield from textwrap.wrap(", ".join(absentes), largeur, initial_indent="  ", subsequent_indent="  ")


def _en_tetes(examen: Examen, largeur: int) -> Iterator[str]:
    """One aligned table for the headings of every kind."""
    parties = {titre: lignes for titre, lignes in _parties(examen).items() if lignes}
    colonnes = list(zip(*(ligne for lignes in parties.values() for ligne in lignes), strict=True))
    lettres, entetes, _, noms, _ = (max(map(len, colonne)) for colonne in colonnes)
    place = min(entetes, max(_EN_TETE_MINIMAL, (largeur - lettres - _SCORE - noms - 10) // 2))
    for titre, lignes in parties.items():
        # A heading has a line for each proposal, of which the first names it.
        yield from ("", f"{titre} ({sum(bool(ligne[0] or ligne[1] or not ligne[2]) for ligne in lignes)})")
        for lettre, entete, score, nom, mots in lignes:
            debut = f"  {lettre:>{lettres}}  {une_ligne(entete, place):<{place}}"
            avant = f"{debut}  {score:<{_SCORE}}  {nom:<{noms}}  "
            yield (avant + une_ligne(mots, max(8, largeur - len(avant)))).rstrip()


def _parties(examen: Examen) -> dict[str, list[Ligne]]:
    """The headings of every kind: the name of the kind → their rows."""
    brut, appariement = examen.brut, examen.brut.appariement
    surs = choisir_surs([examen]).ajouts.get((examen.dictionnaire.extrait, None), {})
    libelles = {c.nom: c.libelle for c in examen.dictionnaire.colonnes.values()}

    def ligne(entete: str, nom: str = "") -> Ligne:
        return brut.lettre(entete), une_ligne(entete), "", nom, libelles.get(nom, "")

    inconnus: list[Ligne] = []
    for entete, propositions in examen.propositions.items():
        lettre, ecrit = ligne(entete)[:2]
        for p in propositions:
            sure = "sûre – " if surs.get(entete) == p.nom else ""
            inconnus.append((lettre, ecrit, p.score_ecrit, p.nom, sure + libelles[p.nom]))
            lettre = ecrit = ""
        if not propositions:
            inconnus.append((lettre, ecrit, "", "", "aucune colonne proche"))
    sans_titre = [(brut.lettre(e), "" if brut.lettre(e) else citer_entete(e), "", "", "") for e in examen.sans_titre]
    return {
        "En-têtes reconnus": [ligne(entete, nom) for nom, entete in appariement.colonnes.items()],
        "En-têtes inconnus": inconnus,
        "Deuxième en-tête d’une même colonne": [ligne(entete, nom) for nom, entete in appariement.doubles],
        "En-têtes écartés, car sans usage": [ligne(e) for e in appariement.ignorees],
        "En-têtes personnels, écartés": [ligne(e) for e in appariement.personnelles],
        "Colonnes sans en-tête, ou dont l’en-tête semble une donnée, écartées": sans_titre,
    }


# --- What to do next ------------------------------------------------------------------------------------------------


def _suite(projet: Projet, examens: Sequence[Examen], fichier: Path) -> Iterator[str]:
    precision, choix = _precision(examens), choisir_surs(examens)
    commande = f"cil colonnes {argument(str(fichier))}{precision}"
    if surs := sum(map(len, choix.ajouts.values())):
        quoi = "la proposition sûre" if surs == 1 else f"les {surs} propositions sûres"
        yield f"Pour inscrire {quoi} : {commande} --accepter"
    if choix.laissees:
        seules = {e: p[0] for examen in examens for e, p in examen.propositions.items() if sans_rivale(p)}
        entete = max(choix.laissees, key=lambda e: seules[e].score if e in seules else 0.0)
        nom = seules[entete].nom if entete in seules else "COLONNE"
        liste = f"cil libelles {argument(str(fichier))}{precision} --vers liste.xlsx"
        yield "Pour choisir, un ou plusieurs à la fois (ou « ignoree », « personnelle ») :"
        yield f"  {exemple_de_choix(commande, une_ligne(entete, 40), nom) or liste}"
    if all(examen.reconnu and not examen.manquantes for examen in examens):
        yield from _suite_apres(projet, examens, fichier)


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
            verifier(examen.brut.appariement, examen.dictionnaire, examen.brut.nom, str(fichier))
        except ErreurCIL as erreur:
            yield f"L’import serait encore refusé. {erreur}"
            return
    if _precision(examens):
        yield a_importer(projet, [fichier], examens)
    else:
        yield "Les fichiers de cette archive sont de plusieurs extraits : extrayez-les, puis importez-les séparément."


# --- What was written -----------------------------------------------------------------------------------------------


def _rendre_compte(choix: Choix, millesime: str, avant: References) -> Iterator[str]:
    """What was written; ``avant``: where headings led before."""
    if not choix.ajouts:
        yield "Rien n’a été inscrit."
    for (extrait, _), entetes in choix.ajouts.items():
        yield f"data/reference/columns/{extrait}.csv, colonne entetes_{millesime} :"
        dits = dict(entetes)
        for entete in entetes:
            ancienne, millesimes = quittee(entete, avant.dictionnaires[extrait])
            if not ancienne:
                continue
            quelles = "colonnes" if len(millesimes) > 1 else "colonne"
            dits[entete] += f" (retiré de {ancienne}, {quelles} {', '.join(f'entetes_{m}' for m in millesimes)})"
        yield from _a_deux_colonnes(dits)
    if choix.laissees:
        yield f"Laissés de côté ({len(choix.laissees)}) :"
        yield from _a_deux_colonnes(choix.laissees)


def _a_deux_colonnes(paires: Mapping[str, str]) -> Iterator[str]:
    propres = [(une_ligne(entete, 40), valeur) for entete, valeur in paires.items()]
    longueur = max(len(entete) for entete, _ in propres)
    yield from (f"  {entete:<{longueur}}  {valeur}" for entete, valeur in propres)
