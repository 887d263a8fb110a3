"""What an analyst decides of texts that nobody knows: « en-tête=colonne », « libellé=code »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import citer_entete, forme_de
from cil_analysis.extraits.inconnus.questions import Inconnu, Question
from cil_analysis.reference.colonnes import IGNOREE, NOUVEAU, PERSONNELLE, Colonne
from cil_analysis.reference.ecriture.inscriptions import Ajouts, code_nouveau
from cil_analysis.reference.ecriture.retouches import forme_ecrite
from cil_analysis.reference.texte import une_ligne

_LONGUEUR_CITEE = 60


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

    A long text may be cut and end with « … ». Raises ErreurCIL, so that nothing is written, for a pair that is
    incomplete, a text that is nowhere, a code that it cannot take, two codes for one text, two headings for one column,
    and a label that several lists could take. A text that leads elsewhere leaves that code: an acceptance is undone as
    it was done, and « Mutation » may hold a kind of move.
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
