"""What an analyst decides of texts that nobody knows: « en-tête=colonne », « libellé=code »."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import citer_entete, forme_de
from cil_analysis.extraits.inconnus.codes import Proposition
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.extraits.inconnus.libelles import ColonneLue
from cil_analysis.reference.colonnes import IGNOREE, NOUVEAU, PERSONNELLE, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ecriture.inscriptions import Ajouts, code_nouveau, est_un_alias
from cil_analysis.reference.ecriture.retouches import forme_ecrite
from cil_analysis.reference.texte import normaliser, une_ligne

# What « --accepter » alone writes. « Nombre de pièces » is at 0,80 of « Nombre de personnes », and both hold small
# whole numbers: a score is trusted above that, and only where no other column comes near.
SEUIL = 0.82
MARGE = 0.10
_LONGUEUR_CITEE = 60


@dataclass(frozen=True)
class Question:
    """Texts that somebody may decide of: the headings of a table, or the labels of a column (``colonne``) of files.

    ``ou``: what a message calls the table or the column. ``presents``: the texts; ``inconnus``: the comparison forms of
    those that a cut one may stand for. ``connus``: form → the code that it leads to already. ``admis``: code → meaning.
    """

    extrait: str
    colonne: Colonne | None
    ou: str
    presents: Sequence[str]
    inconnus: Collection[str]
    connus: Mapping[str, str]
    admis: Mapping[str, str]

    @cached_property
    def ecrits(self) -> Mapping[str, str]:
        """Comparison form → the first text that is written so."""
        return {forme_de(present): present for present in reversed(self.presents)}

    def trouver(self, texte: str) -> str:
        """The text that the user means, as written, or the only one that begins so; empty for none."""
        if (forme := forme_de(texte)) in self.ecrits:
            return self.ecrits[forme]
        debut = normaliser(texte.rstrip(".… ")) if texte.endswith(("…", "...")) else ""
        suites = [forme for forme in self.inconnus if debut and forme.startswith(debut)]
        if len(suites) > 1:
            raise ErreurCIL(f"{self.ou} : plusieurs textes commencent par « {texte} » : écrivez-en davantage.")
        return self.ecrits[suites[0]] if suites else ""

    def code(self, demande: str) -> str:
        """The code that the user means, by itself or by its meaning; empty when it is not admitted."""
        if (code := demande if demande in self.admis else demande.upper()) in self.admis:
            return code
        forme = normaliser(demande)
        proches = [c for c, sens in self.admis.items() if forme in (normaliser(c), normaliser(sens))]
        return proches[0] if len(proches) == 1 else ""

    def lieu(self, code: str) -> str:
        """What a choice is shared by: every column of a list of codes."""
        return self.colonne.nomenclature if self.colonne and est_un_alias(self.colonne, code) else self.ou


def des_entetes(examen: Examen) -> Question:
    """The headings of a table."""
    gardes = [entete for entete in examen.brut.entetes if entete not in examen.sans_titre]
    dictionnaire = examen.dictionnaire
    admis = {c.nom: c.libelle for c in dictionnaire.colonnes.values() if c.conservation != "derivee"}
    admis |= {IGNOREE: "colonne sans usage, écartée", PERSONNELLE: "colonne personnelle, écartée"}
    formes = {*map(normaliser, gardes)}
    return Question(dictionnaire.extrait, None, examen.brut.nom, gardes, formes, dictionnaire.entetes, admis)


def des_libelles(lue: ColonneLue, extrait: str) -> Question:
    """The labels of a column."""
    nouveau = {NOUVEAU: "un organisme de plus, à ajouter à la liste sous ce nom"} if lue.ouverte else {}
    admis = {**lue.codes.admis, VIDE: "non renseigné : rien n’est dit", **nouveau}
    connus = {forme: code for code, formes in lue.codes.formes.items() for forme in formes} | {**lue.colonne.libelles}
    return Question(extrait, lue.colonne, lue.colonne.nom, lue.presents, lue.inconnus, connus, admis)


def cite(texte: str) -> str:
    """A text of the file as a sentence may hold it: on one line, and short."""
    return une_ligne(forme_ecrite(citer_entete(texte)), _LONGUEUR_CITEE)


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
            deja_dit = forme in siens
            if siens.setdefault(forme, code) != code:
                raise ErreurCIL(
                    f"« {cite(texte)} » est donné à la fois à « {siens[forme]} » et à « {code} » : choisissez."
                )
            if not deja_dit and question.connus.get(forme) != code:  # Otherwise, the same command once more.
                ajouts.setdefault(cle, {})[texte] = code
    for question in questions:
        _exiger_un_porteur(question, demandes.get((question.extrait, None), {}))
    return ajouts


def _decouper(paire: str, questions: Sequence[Question]) -> tuple[Sequence[Question], str, str]:
    """The questions that a choice may be about, its text and what it asks for."""
    gauche, egal, demande = (morceau.strip() for morceau in paire.rpartition("="))
    if not egal or not gauche or not demande:
        attendu = '"EN-TÊTE=colonne", "libellé=code" ou "colonne:libellé=code"'
        raise ErreurCIL(f"« {paire} » n’est pas un choix : écrivez {attendu}, entre guillemets droits.")
    nom, _, reste = (morceau.strip() for morceau in gauche.partition(":"))
    visees = [question for question in questions if question.colonne is not None and question.ou == nom and reste]
    return (visees, reste, demande) if visees else (questions, gauche, demande)


def _viser(questions: Sequence[Question], paire: str) -> Iterator[tuple[Question, str, str]]:
    """What a choice is about: every table that has a heading, one column of a label; the text there, and its code."""
    visees, gauche, demande = _decouper(paire, questions)
    trouves = [(q, texte) for q in visees if (texte := q.trouver(gauche))]
    if not trouves and all(question.colonne for question in questions):
        ou = "les colonnes à libellés" if visees is questions else f"la colonne « {visees[0].ou} »"
        raise ErreurCIL(
            f"Le libellé « {cite(gauche)} » n’est pas dans {ou} de ce fichier. Relancez sans --accepter : la commande "
            "montre ceux qui ne se lisent pas."
        )
    if not trouves:
        raise ErreurCIL(
            f"L’en-tête « {cite(gauche)} » n’est pas dans {', '.join(q.ou for q in questions)}. Relancez sans "
            "--accepter : la commande montre ceux qui y sont ; une colonne sans en-tête en demande un, dans le fichier."
        )
    if trouves[0][0].colonne is not None:
        trouves = [(q, texte) for q, texte in trouves if forme_de(texte) in q.inconnus] or trouves
    choisis = [(q, texte, q.code(demande)) for q, texte in trouves]
    possibles = [(q, texte, code) for q, texte, code in choisis if code]
    if not possibles or (possibles[0][0].colonne is None and len(possibles) < len(choisis)):
        admis = " ; ".join(f"{q.ou} : {', '.join(q.admis)}" for q, _, code in choisis if not code)
        raise ErreurCIL(f"« {demande} » n’est pas admis pour « {cite(gauche)} ». Choisissez parmi ceux-ci – {admis}.")
    if len({q.lieu(code) for q, _, code in possibles if q.colonne is not None}) > 1:
        noms = " ou ".join(f'"{q.ou}:{gauche}={code}"' for q, _, code in possibles)
        raise ErreurCIL(f"« {cite(gauche)} » est dans plusieurs colonnes : précisez laquelle, {noms}.")
    yield from possibles if possibles[0][0].colonne is None else possibles[:1]


def _exiger_un_porteur(question: Question, choisis: Mapping[str, str]) -> None:
    """Raises ErreurCIL where two headings of a table would be for one column. ``choisis``: comparison form → column."""
    menent = {**question.connus, **choisis}
    for nom in dict.fromkeys(choisis.values()):
        porteurs = [texte for texte in question.presents if menent.get(forme_de(texte)) == nom]
        if len(porteurs) > 1 and nom not in (IGNOREE, PERSONNELLE):
            cites = " et ".join(f"« {cite(texte)} »" for texte in porteurs[:2])
            raise ErreurCIL(
                f"{question.ou} : {cites} seraient deux en-têtes de la colonne « {nom} ». Donnez « {IGNOREE} » à "
                "celui qui ne sert pas, dans la même commande, ou renommez-en un dans le fichier."
            )


def libelles_surs(lues: Sequence[ColonneLue], extrait: str) -> Ajouts:
    """The labels that leave no doubt."""
    surs = {lue.colonne: {libelle.texte: libelle.sur for libelle in lue.libelles if libelle.sur} for lue in lues}
    return {(extrait, colonne): siens for colonne, siens in surs.items() if siens}


# --- Of headings: what is sure, and what is named --------------------------------------------------------------------


class Choix(NamedTuple):
    """What is decided of headings; and of those that are left out, why, in French."""

    ajouts: Ajouts
    laissees: dict[str, str]


def choisir_surs(examens: Sequence[Examen]) -> Choix:
    """The best proposal of every unknown heading, if it is sure: see SEUIL and MARGE.

    A heading that one file of an archive leaves in doubt goes nowhere, whatever the others say.
    """
    choix = Choix({}, {})
    formes: dict[str, list[tuple[str, str, str]]] = {}
    for examen in examens:
        for entete, doute in _doutes(examen).items():
            if doute:
                choix.laissees[entete] = doute
            else:
                dit = examen.dictionnaire.extrait, entete, examen.propositions[entete][0].nom
                formes.setdefault(normaliser(entete), []).append(dit)
    douteuses = {normaliser(entete) for entete in choix.laissees}
    for forme, dits in formes.items():
        if len({(extrait, nom) for extrait, _, nom in dits}) > len({extrait for extrait, _, _ in dits}):
            choix.laissees.update((entete, "les fichiers de l’archive ne s’accordent pas") for _, entete, _ in dits)
        elif forme not in douteuses:
            for extrait, _, nom in dits:
                choix.ajouts.setdefault((extrait, None), {})[dits[0][1]] = nom
    return choix


def _doutes(examen: Examen) -> dict[str, str]:
    """Why each unknown heading is left out, or empty where its best proposal is sure."""
    doutes = {entete: _doute(entete, propositions, examen) for entete, propositions in examen.propositions.items()}
    scores: dict[str, dict[str, float]] = {}
    for entete in (entete for entete, doute in doutes.items() if not doute):
        premiere = examen.propositions[entete][0]
        scores.setdefault(premiere.nom, {})[entete] = premiere.score
    for nom, siens in scores.items():
        meilleur = max(siens.values())
        proches = [entete for entete, score in siens.items() if round(meilleur - score, 2) <= MARGE]
        perdants = [entete for entete in siens if len(proches) > 1 or entete not in proches]
        doutes |= dict.fromkeys(perdants, f"un autre en-tête convient aussi à {nom}")
    return doutes


def _doute(entete: str, propositions: Sequence[Proposition], examen: Examen) -> str:
    if not propositions:
        return "aucune colonne proche"
    if propositions[0].score < SEUIL:
        return f"score trop faible ({propositions[0].score_ecrit} pour {propositions[0].nom})"
    if not sans_rivale(propositions):
        premiers = " et ".join(f"{p.nom} ({p.score_ecrit})" for p in propositions[:2])
        return f"deux colonnes proches : {premiers}"
    if [*map(normaliser, examen.brut.entetes)].count(normaliser(entete)) > 1:
        return "deux colonnes du fichier portent cet en-tête"
    return ""


def sans_rivale(propositions: Sequence[Proposition]) -> bool:
    """Whether a heading has a proposal that no other comes near: the only one fit to be shown as an example."""
    scores = [proposition.score for proposition in propositions[:2]]
    return bool(scores) and (len(scores) == 1 or round(scores[0] - scores[1], 2) > MARGE)


def quittee(entete: str, dictionnaire: Dictionnaire) -> tuple[str, list[str]]:
    """The column that a heading leads to already, and the vintages under which it does; empty for an unknown one."""
    forme = normaliser(entete)
    nom = dictionnaire.entetes.get(forme, "")
    ecrits = {millesime: noms.get(nom, ()) for millesime, noms in dictionnaire.millesimes.items()}
    return nom, [millesime for millesime, siens in ecrits.items() if forme in map(normaliser, siens)]
