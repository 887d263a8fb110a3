"""« cil colonnes » and « cil libelles »: the headings and labels of files, and what is decided of those unknown."""

import argparse
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.commandes.commun import aligner, developper, montrer
from cil_analysis.commandes.importer import a_importer
from cil_analysis.commandes.reponses import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.inconnus.choix import Choix, choisir, choisir_surs, ecrire_la_liste, relire_la_liste
from cil_analysis.extraits.inconnus.entetes import Examen, examiner, examiner_pour, exiger_connus
from cil_analysis.extraits.inconnus.libelles import ColonneLue, colonnes_qui_lisent, commande, lire_les_libelles
from cil_analysis.extraits.inconnus.questions import par_une_liste, que_faire
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.lots import ouvrir_tout, reunir
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, USUELS, inscrire, lieu
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne
from cil_analysis.typographie import accorder

_ETROIT, _LARGE = 80, 120
_EN_TETE_MINIMAL = 24
# Letter of the column, heading, score of a proposal, column of ours, its words.
Ligne = tuple[str, str, str, str, str]


def colonnes(options: argparse.Namespace) -> None:
    """« cil colonnes »."""
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
    montrer([a_importer(projet, [options.fichier], repris)])


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
        yield a_importer(projet, [fichier], examens)


def libelles(options: argparse.Namespace) -> None:
    """« cil libelles »."""
    if sum(option is not None for option in (options.accepter, options.vers, options.depuis)) > 1:
        raise ErreurCIL("« --accepter », « --vers » et « --depuis » s’emploient séparément : gardez-en un.")
    projet: Projet = options.projet
    fichiers = developper(options.fichiers)
    sien, entetes, nommes = ("", [], options.accepter) if options.depuis is None else relire_la_liste(options.depuis)
    extrait = options.extrait or sien or None
    references = References(projet)
    examens, lues = _examiner(references, fichiers, extrait)
    reconnus = all(examen.reconnu for examen in examens)
    cil = commande(list(map(str, fichiers)), examens[0].dictionnaire.extrait if reconnus else "NOM")
    illisibles = [libelle for lue in lues for libelle in lue.libelles]
    if options.vers is not None:
        if not reconnus:  # The list says of which extract its choices are.
            exiger_connus(examens, references, nomme=False)
        n = ecrire_la_liste(options.vers, [*(e for x in examens for e in x.inconnus), *illisibles])
        montrer([
            f"{options.vers} : {n} {'ligne' if n == 1 else 'lignes'} à choisir.",
            "Remplissez la colonne « choix » ; une ligne laissée vide n’est pas inscrite. Puis :",
            f"  {cil} --depuis {argument(str(options.vers))}",
        ])  # fmt: skip
        return
    if nommes is None:
        _exposer(examens, lues, cil, references)
        return
    exiger_connus(examens, references, nomme=extrait is not None)
    questions = [lue.question for lue in lues]
    choix = Choix(choisir(questions, nommes), {}) if nommes or options.depuis else choisir_surs(illisibles)
    choix.ajouts.update(choisir([examen.question for examen in examens], entetes))
    siens = [(code, q.admis) for q in questions for code in choix.ajouts.get((q.extrait, q.colonne), {}).values()]
    inscrire(projet.reference, choix.ajouts, {code for code, admis in siens if code not in admis})
    montrer(rendre_compte(projet, choix, references))
    examens, lues = _examiner(References(projet), fichiers, extrait)
    if restent := sum(lue.illisibles for lue in lues):
        dites = accorder(restent, "cellule ne se lit", "cellules ne se lisent")
        montrer([f"{dites} pas encore (au-delà d’un dixième d’une colonne, l’import est refusé) : {cil}"])
    montrer([a_importer(projet, fichiers, examens)])


def _examiner(
    references: References, fichiers: Sequence[Path], extrait: str | None
) -> tuple[list[Examen], list[ColonneLue]]:
    """The tables of the files, and their columns of labels. Raises ErreurCIL for files of several extracts."""
    examens = [examiner(source, references, extrait) for source in ouvrir_tout(fichiers)]
    if len(extraits := sorted({examen.dictionnaire.extrait for examen in examens})) > 1:
        raise ErreurCIL(f"Ces fichiers sont de plusieurs extraits ({', '.join(extraits)}) : donnez-les séparément.")
    dictionnaire = examens[0].dictionnaire
    textes = reunir([examen.brut for examen in examens], dictionnaire, references).texte
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
    illisibles = [libelle for lue in lues for libelle in lue.libelles]
    entetes = sum(len(examen.inconnus) for examen in examens)
    suite = [*que_faire(cil, illisibles), *par_une_liste(cil)] if illisibles or entetes else []
    repondre("libelles", examens=examens, colonnes=lues, lues=dites, entetes=entetes, suite=suite)


def rendre_compte(projet: Projet, choix: Choix, avant: References, millesime: str = MILLESIME) -> Iterator[str]:
    """What was written, and where; ``avant``: where headings led before."""
    if not choix.ajouts:
        yield "Rien n’a été inscrit."
    for (extrait, colonne), dits in choix.ajouts.items():
        fichiers = sorted({lieu(projet.reference, extrait, colonne, code) for code in dits.values()})
        ou = ", ".join(fichier.relative_to(projet.racine).as_posix() for fichier in fichiers)
        if colonne is None:
            yield f"{ou}, colonne entetes_{millesime} :"
            dictionnaire = avant.dictionnaires[extrait]
            dits = {entete: nom + _quittee(entete, dictionnaire) for entete, nom in dits.items()}
        else:
            yield f"« {colonne.libelle} » ({ou}) :"
        yield from aligner([(une_ligne(texte, 40), code) for texte, code in dits.items()])
    if choix.laisses:
        yield f"Laissés de côté ({len(choix.laisses)}) :"
        yield from aligner([(une_ligne(texte, 40), doute) for texte, doute in choix.laisses.items()])


def _quittee(entete: str, dictionnaire: Dictionnaire) -> str:
    """The column that a heading leaves, and the vintages under which it led there; empty for an unknown one."""
    forme = normaliser(entete)
    nom = dictionnaire.entetes.get(forme, "")
    siens = [
        f"entetes_{millesime}"
        for millesime, noms in dictionnaire.millesimes.items()
        if forme in map(normaliser, noms.get(nom, ()))
    ]
    return f" (retiré de {nom}, {'colonnes' if len(siens) > 1 else 'colonne'} {', '.join(siens)})" if nom else ""
