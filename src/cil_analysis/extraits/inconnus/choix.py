"""What an analyst decides of texts that nobody knows: « en-tête=colonne », « libellé=code », or a whole list.

The list is filled in with a spreadsheet, saved in whatever dialect that has, and read back: one row is one heading or
label, with what it could be.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import commence_une_formule, enregistrer_classeur
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import citer_entete, forme_de
from cil_analysis.extraits.inconnus.questions import Inconnu, Question
from cil_analysis.extraits.saisies.tableau import lire_le_tableau
from cil_analysis.fichiers import remplacer
from cil_analysis.reference.colonnes import IGNOREE, NOUVEAU, PERSONNELLE, Colonne
from cil_analysis.reference.ecriture.inscriptions import Ajouts, code_nouveau
from cil_analysis.reference.ecriture.retouches import forme_ecrite
from cil_analysis.reference.texte import normaliser, une_ligne

_LONGUEUR_CITEE = 60
_LUS = ("nature", "extrait", "colonne", "texte", "choix")
TITRES = ("nature", "extrait", "colonne", "texte", "lignes", "propositions", "choix")
EN_TETE, LIBELLE = "en-tête", "libellé"
_ADMIS = ("colonne", "code", "signification")
_LARGEURS = (10, 14, 26, 50, 8, 50, 24)


class Choix(NamedTuple):
    """What is decided; and of the headings that are left out, why, in French."""

    ajouts: Ajouts
    laisses: dict[str, str]


def choisir_surs(inconnus: Iterable[Inconnu]) -> Choix:
    """What leaves no doubt. A text that one file leaves in doubt goes nowhere, whatever the others say."""
    choix = Choix({}, {})
    surs: dict[tuple[str, Colonne | None, str], dict[str, str]] = {}
    for un in inconnus:
        if un.sur:
            cle = un.question.extrait, un.question.colonne, forme_de(un.texte)
            surs.setdefault(cle, {}).setdefault(un.sur, un.texte)
        elif un.doute:
            choix.laisses[un.texte] = un.doute
    douteux = {*map(forme_de, choix.laisses)}
    for (extrait, colonne, forme), textes in surs.items():
        if len(textes) > 1:
            choix.laisses.update(dict.fromkeys(textes.values(), "les fichiers de l’archive ne s’accordent pas"))
        elif forme not in douteux:
            choix.ajouts.setdefault((extrait, colonne), {}).update((texte, sur) for sur, texte in textes.items())
    return choix


def choisir(questions: Sequence[Question], paires: Sequence[str]) -> Ajouts:
    """Exactly what the user names: ``texte=code``, or ``colonne:libellé=code``; the last « = » counts.

    A long text may be cut and end with « … ». A text that leads elsewhere leaves that code: an acceptance is undone as
    it was done, and « Mutation » may hold a kind of move. Raises ErreurCIL, so that nothing is written.
    """
    ajouts: Ajouts = {}
    demandes: dict[tuple[str, Colonne | None], dict[str, str]] = {}
    for paire in paires:
        for question, texte, code in _viser(questions, paire):
            cle, forme = (question.extrait, question.colonne), forme_de(texte)
            siens = demandes.setdefault(cle, {})
            if code == NOUVEAU:
                code = siens.get(forme) or code_nouveau(texte, [*question.admis, *siens.values()])
            if siens.setdefault(forme, code) != code:
                raise ErreurCIL(
                    f"« {_cite(texte)} » est donné à la fois à « {siens[forme]} » et à « {code} » : choisissez."
                )
            if question.connus.get(forme) != code and forme not in map(forme_de, ajouts.get(cle, ())):
                ajouts.setdefault(cle, {})[texte] = code
    for question in questions:
        _exiger_un_porteur(question, demandes.get((question.extrait, None), {}))
    return ajouts


def _cite(texte: str) -> str:
    """A text of the file as a sentence may hold it: on one line, and short."""
    return une_ligne(forme_ecrite(citer_entete(texte)), _LONGUEUR_CITEE)


def _decouper(paire: str, questions: Sequence[Question]) -> tuple[Sequence[Question], str, str]:
    """The questions that a choice may be about, its text and what it asks for."""
    gauche, egal, demande = (morceau.strip() for morceau in paire.rpartition("="))
    if not egal or not gauche or not demande:
        attendu = '"EN-TÊTE=colonne", "libellé=code" ou "colonne:libellé=code"'
        raise ErreurCIL(f"« {paire} » n’est pas un choix : écrivez {attendu}, entre guillemets droits.")
    nom, _, reste = (morceau.strip() for morceau in gauche.partition(":"))
    visees = [question for question in questions if question.colonne is not None and question.ou == nom and reste]
    return (visees, reste, demande) if visees else (questions, gauche, demande)


def _viser(questions: Sequence[Question], paire: str) -> list[tuple[Question, str, str]]:
    """What a choice is about: every table that has a heading, one column of a label; the text there, and its code."""
    visees, gauche, demande = _decouper(paire, questions)
    trouves = [(q, texte) for q in visees if (texte := q.trouver(gauche))]
    if not trouves:
        raise ErreurCIL(
            f"« {_cite(gauche)} » n’est pas dans {', '.join(q.ou for q in visees) or 'ce fichier'}. Relancez sans "
            "--accepter : la commande montre ce qui y est ; une colonne sans en-tête en demande un, dans le fichier."
        )
    des_entetes = trouves[0][0].colonne is None
    if not des_entetes:
        trouves = [(q, texte) for q, texte in trouves if forme_de(texte) in q.formes] or trouves
    choisis = [(q, texte, q.code(demande)) for q, texte in trouves]
    possibles = [choisi for choisi in choisis if choisi[2]]
    if not possibles or (des_entetes and len(possibles) < len(choisis)):
        admis = " ; ".join(f"{q.ou} : {', '.join(q.admis)}" for q, _, code in choisis if not code)
        raise ErreurCIL(f"« {demande} » n’est pas admis pour « {_cite(gauche)} ». Choisissez parmi ceux-ci – {admis}.")
    if des_entetes:
        return possibles
    if len({q.lieu(code) for q, _, code in possibles}) > 1:
        noms = " ou ".join(f'"{q.ou}:{gauche}={code}"' for q, _, code in possibles)
        raise ErreurCIL(f"« {_cite(gauche)} » est dans plusieurs colonnes : précisez laquelle, {noms}.")
    return possibles[:1]


def _exiger_un_porteur(question: Question, choisis: Mapping[str, str]) -> None:
    """Raises ErreurCIL where two headings of a table would be for one column. ``choisis``: comparison form → column."""
    menent = {**question.connus, **choisis}
    for nom in dict.fromkeys(choisis.values()):
        porteurs = [texte for texte in question.presents if menent.get(forme_de(texte)) == nom]
        if len(porteurs) > 1 and nom not in (IGNOREE, PERSONNELLE):
            cites = " et ".join(f"« {_cite(texte)} »" for texte in porteurs[:2])
            raise ErreurCIL(
                f"{question.ou} : {cites} seraient deux en-têtes de la colonne « {nom} ». Donnez « {IGNOREE} » à "
                "celui qui ne sert pas, dans la même commande, ou renommez-en un dans le fichier."
            )


def ecrire_la_liste(chemin: Path, inconnus: Sequence[Inconnu]) -> int:
    """Write the list of what is to be decided, the sure proposals filled in. Returns how many rows it has."""
    suffixe = chemin.suffix.lower()
    if suffixe not in (".csv", ".xlsx"):
        raise ErreurCIL(f"{chemin.name} : donnez à la liste un nom en .csv ou .xlsx.")
    if chemin.exists():
        raise ErreurCIL(f"{chemin} existe déjà, et porte peut-être vos choix : nommez un autre fichier.")
    surs = choisir_surs(inconnus).ajouts
    lignes: dict[tuple[str, str], tuple[str, ...]] = {}
    admis: dict[str, list[tuple[str, ...]]] = {}
    for un in inconnus:
        question = un.question
        nature, colonne = (LIBELLE, question.colonne.nom) if question.colonne else (EN_TETE, "")
        choix = surs.get((question.extrait, question.colonne), {}).get(un.texte, "")
        dites = "" if un.lignes is None else str(un.lignes), un.dire_les_propositions(), choix
        lignes.setdefault((colonne, forme_de(un.texte)), (nature, question.extrait, colonne, un.texte, *dites))
        admis.setdefault(colonne, [(colonne or EN_TETE, *paire) for paire in question.admis.items()])
    if suffixe == ".csv":
        table = pd.DataFrame(lignes.values(), columns=TITRES)
        texte = table.map(lambda c: f"'{c}" if commence_une_formule(c) else c).to_csv(
            sep=";", index=False, lineterminator="\r\n"
        )
        remplacer(chemin, texte.encode("utf-8-sig"))
    else:
        _ecrire_le_classeur(chemin, [*lignes.values()], [paire for siennes in admis.values() for paire in siennes])
    return len(lignes)


def _ecrire_le_classeur(chemin: Path, lignes: Sequence[tuple[str, ...]], admis: Sequence[tuple[str, ...]]) -> None:
    classeur = Workbook()
    classeur.remove(classeur.active)
    for nom, titres, contenu in (("Choix", TITRES, lignes), ("Codes admis", _ADMIS, admis)):
        feuille = classeur.create_sheet(nom)
        feuille.append(titres)
        for rang, ligne in enumerate(contenu, start=2):
            for place, texte in enumerate(ligne, start=1):
                feuille.cell(rang, place, texte).data_type = "s"  # Text, whatever it begins with.
        for place, largeur in enumerate(_LARGEURS[: len(titres)], start=1):
            feuille.column_dimensions[feuille.cell(1, place).column_letter].width = largeur
        feuille.freeze_panes = "A2"
    enregistrer_classeur(classeur, chemin)


def relire_la_liste(chemin: Path) -> tuple[str, list[str], list[str]]:
    """The extract of a list, and its choices as commands take them: « en-tête=colonne », « colonne:libellé=code »."""
    conseil = "Partez d’une liste écrite par « cil libelles FICHIER --vers LISTE »."
    entetes, libelles = list[str](), list[str]()
    choisis = {normaliser(EN_TETE): entetes, normaliser(LIBELLE): libelles}
    extraits: set[str] = set()
    lu, _ = lire_le_tableau(chemin, {normaliser(t): t for t in TITRES}, _LUS, conseil)
    for numero, dite in lu.lignes():
        genre, texte, colonne = normaliser(dite["nature"]), dite["texte"].removeprefix("'"), dite["colonne"]
        if not dite["choix"]:
            continue
        if not texte or genre not in choisis:
            raise ErreurCIL(
                f"{chemin.name}, ligne {numero} : attendu « {EN_TETE} » ou « {LIBELLE} », son texte et votre choix."
            )
        extraits.add(dite["extrait"])
        choisis[genre].append(f"{colonne}:{texte}={dite['choix']}" if colonne else f"{texte}={dite['choix']}")
    if len(extraits) > 1:
        raise ErreurCIL(f"{chemin.name} : les lignes choisies sont de plusieurs extraits. N’en gardez qu’un.")
    return next(iter(extraits), ""), entetes, libelles
