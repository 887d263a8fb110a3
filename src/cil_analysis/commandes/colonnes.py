"""« cil colonnes »: the headings of a file, aligned for a console of 80 to 120 signs, and what is written of them."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument
from cil_analysis.commandes.commun import aligner, montrer
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.commandes.reponses.inscriptions import rendre_compte
from cil_analysis.commandes.reponses.listes import a_importer
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus.choix import Choix, choisir, choisir_surs
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, examiner_pour, exiger_connus
from cil_analysis.extraits.inconnus.questions import par_une_liste, que_faire
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.rapprochement import verifier
from cil_analysis.projet import Projet
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, USUELS, inscrire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import une_ligne

_ETROIT, _LARGE = 80, 120
_EN_TETE_MINIMAL = 24
# Letter of the column, heading, score of a proposal, column of ours, its words.
Ligne = tuple[str, str, str, str, str]


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    projet: Projet = options.projet
    millesime, nomme = MILLESIME if options.millesime is None else options.millesime, options.extrait is not None
    if millesime == USUELS:
        raise ErreurCIL(
            f"Le millésime « {USUELS} » est celui des en-têtes livrés avec le logiciel : nommez-en un autre, ou aucun."
        )
    references = References(projet)
    examens = [examiner(source, references, options.extrait) for source in ouvrir(options.fichier)]
    inconnus = [inconnu for examen in examens for inconnu in examen.inconnus]
    if options.accepter is None:
        largeur = max(_ETROIT, min(_LARGE, shutil.get_terminal_size((_LARGE, 24)).columns)) - 1
        tables = [_table(examen, largeur) for examen in examens]
        suite = _suite(projet, references, examens, options.fichier)
        repondre("colonnes", tables=tables, nomme=nomme, largeur=largeur, suite=suite)
        return
    exiger_connus(examens, references, nomme=nomme)
    if options.accepter:
        choix = Choix(choisir([examen.question for examen in examens], options.accepter), {})
    else:
        choix = choisir_surs(inconnus)
    inscrire(projet.reference, choix.ajouts, millesime=millesime)
    montrer(rendre_compte(projet, choix, references, millesime))
    apres = References(projet)
    repris = [examiner_pour(e.brut, apres.dictionnaires[e.dictionnaire.extrait], apres) for e in examens]
    montrer(_importer(projet, repris, options.fichier))


# --- The headings of a table ----------------------------------------------------------------------------------------


def _table(examen: Examen, largeur: int) -> dict[str, object]:
    """What is shown of a table: its headings of every kind, aligned, each kind with how many it has."""
    parties = {titre: lignes for titre, lignes in _parties(examen).items() if lignes}
    toutes = [ligne for lignes in parties.values() for ligne in lignes]
    lettres, entetes, scores, noms, _ = (max(map(len, colonne)) for colonne in zip(*toutes, strict=True))
    place = min(entetes, max(_EN_TETE_MINIMAL, (largeur - lettres - noms - 14) // 2))
    reste = max(8, largeur - lettres - place - scores - noms - 10)
    coupees = [(x, une_ligne(entete, place), *y, une_ligne(mots, reste)) for x, entete, *y, mots in toutes]
    alignees = iter(aligner(coupees, a_droite={0}))
    # A heading has a line for each proposal, of which the first names it.
    dites = [
        (titre, sum(bool(ligne[0]) for ligne in lignes), [next(alignees) for _ in lignes])
        for titre, lignes in parties.items()
    ]
    return {"examen": examen, "parties": dites}


def _parties(examen: Examen) -> dict[str, list[Ligne]]:
    """The headings of every kind: the name of the kind → their rows."""
    brut, appariement, libelles = examen.brut, examen.brut.appariement, examen.question.codes

    def ligne(entete: str, nom: str = "") -> Ligne:
        return brut.lettre(entete), une_ligne(entete), "", nom, libelles.get(nom, "")

    inconnus: list[Ligne] = []
    for un in examen.inconnus:
        tete = ligne(un.texte)[:2]
        for p in un.propositions:
            sure = "sûre – " if un.sur == p.nom else ""
            inconnus.append((*tete, p.score_ecrit, p.nom, sure + libelles[p.nom]))
            tete = ("", "")
        if not un.propositions:
            inconnus.append((*tete, "", "", un.doute))
    return {
        "En-têtes reconnus": [ligne(entete, nom) for nom, entete in appariement.colonnes.items()],
        "En-têtes inconnus": inconnus,
        "Deuxième en-tête d’une même colonne": [ligne(entete, nom) for nom, entete in appariement.doubles],
        "En-têtes écartés, car sans usage": [ligne(e) for e in appariement.ignorees],
        "En-têtes personnels, écartés": [ligne(e) for e in appariement.personnelles],
        "Colonnes sans en-tête, ou dont l’en-tête semble une donnée, écartées": [
            (brut.lettre(e), "", "", "", "") for e in examen.sans_titre
        ],
    }


# --- What to do next ------------------------------------------------------------------------------------------------


def _suite(projet: Projet, references: References, examens: Sequence[Examen], fichier: Path) -> Iterator[str]:
    lu = argument(str(fichier))
    if not all(examen.reconnu for examen in examens):  # No command names a guess.
        noms = ", ".join(references.dictionnaires)
        yield f"Dites d’abord de quel extrait il s’agit ({noms}) : cil colonnes {lu} --extrait NOM"
        return
    extraits = {examen.dictionnaire.extrait for examen in examens}
    precision = f" --extrait {extraits.pop()}" if len(extraits) == 1 else ""
    if inconnus := [inconnu for examen in examens for inconnu in examen.inconnus]:
        yield from que_faire(f"cil colonnes {lu}{precision}", inconnus)
        yield from par_une_liste(f"cil libelles {lu}{precision}")
    if not any(examen.manquantes for examen in examens):
        yield from _importer(projet, examens, fichier)


def _importer(projet: Projet, examens: Sequence[Examen], fichier: Path) -> Iterator[str]:
    """The import to run, or why it would still be refused."""
    for examen in examens:
        try:
            verifier(examen.brut.appariement, examen.dictionnaire, examen.brut.nom, str(fichier))
        except ErreurCIL as erreur:
            yield f"L’import serait encore refusé. {erreur}"
            return
    if len({examen.dictionnaire.extrait for examen in examens}) == 1:
        yield a_importer(projet, [fichier], examens)
    else:
        yield "Les fichiers de cette archive sont de plusieurs extraits : extrayez-les, puis importez-les séparément."
