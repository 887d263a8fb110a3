"""Which headings to add to which dictionaries: those that the user names, or the proposals that leave no doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.inconnus.examen_colonnes import Examen, Proposition
from cil_analysis.extraits.rapprochement import PLANCHER, ressemblance
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Dictionnaire
from cil_analysis.reference.ecriture.retouches import forme_ecrite
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne

# What « --accepter » alone writes. « Nombre de pièces » is at 0,80 of « Nombre de personnes », and both hold small
# whole numbers: a score is trusted above that, and only where no other column comes near.
SEUIL = 0.82
MARGE = 0.10
_SPECIALES = (IGNOREE, PERSONNELLE)
_LONGUEUR_CITEE = 60


@dataclass
class Choix:
    """``ajouts``: for each extract, heading → column. ``laissees``: heading → why it is left out, in French.

    ``deplacees``: for each extract, those of ``ajouts`` that leave another column → that column and its vintages.
    """

    ajouts: dict[str, dict[str, str]] = field(default_factory=dict)
    laissees: dict[str, str] = field(default_factory=dict)
    deplacees: dict[str, dict[str, tuple[str, list[str]]]] = field(default_factory=dict)

    def ajouter(self, extrait: str, entete: str, nom: str) -> str:
        """Note a heading once, in whichever way it is written. Returns the column that it goes to: the first given."""
        entetes = self.ajouts.setdefault(extrait, {})
        deja = next((autre for autre in entetes if normaliser(autre) == normaliser(entete)), entete)
        return entetes.setdefault(deja, nom)


def exiger_connus(examens: Sequence[Examen], references: References, *, nomme: bool) -> None:
    """Raises ErreurCIL for a table whose extract is not known: its headings would go to the wrong dictionary.

    Without its name (``nomme``), one that lacks a required column is only a guess, and so is one that could as well be
    of another extract: see :func:`_autres_possibles`.
    """
    for examen in examens if not nomme else ():
        extrait = examen.dictionnaire.extrait
        if not examen.reconnu or examen.manquantes:
            motif = f"le plus proche : {extrait}"
        elif autres := _autres_possibles(examen, references):
            motif = f"{extrait}, ou {' ou '.join(autres)} dont des colonnes ont peut-être un en-tête inconnu"
        else:
            continue
        raise ErreurCIL(
            f"{examen.brut.nom} : l’extrait n’est pas reconnu avec certitude, rien n’a été écrit. Précisez-le avec "
            f"--extrait ({motif})."
        )


def _autres_possibles(examen: Examen, references: References) -> list[str]:
    """The other extracts that know every heading which is recognised, and whose required columns may be the unknown.

    They may when one resembles, or when most of the headings are unknown.
    """
    inconnues = [entete for entete in examen.appariement.inconnues if entete not in examen.sans_titre]
    trouvees = {normaliser(entete) for entete in examen.appariement.colonnes.values()}
    possibles = []
    for extrait, autre in references.dictionnaires.items():
        if extrait == examen.dictionnaire.extrait or not trouvees <= set(autre.entetes):
            continue
        sien = rapprochement.apparier(examen.brut.entetes, autre)
        manquantes = rapprochement.manquantes(sien, autre)
        exigees = {nom for manquante in manquantes for nom in autre.alternatives(manquante)}
        formes = [
            f for nom, connues in rapprochement.formes_libres(autre, sien).items() if nom in exigees for f in connues
        ]
        semblables = any(ressemblance(entete, formes) >= PLANCHER for entete in inconnues)
        if len(manquantes) <= len(inconnues) and (semblables or len(inconnues) > len(trouvees)):
            possibles.append(extrait)
    return possibles


def choisir_surs(examens: Sequence[Examen]) -> Choix:
    """The best proposal of every unknown heading, if it is sure: see SEUIL and MARGE."""
    choix = Choix()
    for examen in examens:
        retenues: dict[str, list[tuple[str, Proposition]]] = {}
        for entete, propositions in examen.propositions.items():
            motif = _doute(entete, propositions, examen)
            if motif:
                choix.laissees[entete] = motif
            else:
                retenues.setdefault(propositions[0].nom, []).append((entete, propositions[0]))
        for nom, pretendantes in retenues.items():
            pretendantes.sort(key=lambda p: -p[1].score)
            premiere = pretendantes[0][1].score
            proches = [p for p in pretendantes if round(premiere - p[1].score, 2) <= MARGE]
            sures = pretendantes if nom == PERSONNELLE else pretendantes[:1] if len(proches) == 1 else []
            for entete, _ in sures:
                if choix.ajouter(examen.dictionnaire.extrait, entete, nom) != nom:
                    choix.laissees[entete] = "les fichiers de l’archive ne s’accordent pas"
            for entete, _ in pretendantes[len(sures) :]:
                choix.laissees[entete] = f"un autre en-tête convient aussi à {nom}"
    return _sans_desaccord(choix)


def _doute(entete: str, propositions: Sequence[Proposition], examen: Examen) -> str:
    if not propositions:
        return "aucune colonne proche"
    if propositions[0].score < SEUIL:
        if any(p.rivale == propositions[0].nom for p in propositions):
            return f"{PERSONNELLE}, ou {propositions[0].nom}, qui sait lire ses cellules"
        return f"score trop faible ({propositions[0].score_ecrit} pour {propositions[0].nom})"
    if not sans_rivale(propositions):
        premiers = " et ".join(f"{p.nom} ({p.score_ecrit})" for p in propositions[:2])
        return f"deux colonnes proches : {premiers}"
    if len(_porteurs(entete, examen)) > 1:
        return "deux colonnes du fichier portent cet en-tête"
    return ""


def sans_rivale(propositions: Sequence[Proposition]) -> bool:
    """Whether a heading has a proposal that no other comes near: the only one fit to be shown as an example."""
    scores = [proposition.score for proposition in propositions[:2]]
    return bool(scores) and (len(scores) == 1 or round(scores[0] - scores[1], 2) > MARGE)


def _sans_desaccord(choix: Choix) -> Choix:
    """A heading that one file of an archive leaves in doubt goes nowhere, whatever the others say."""
    ecrites = {normaliser(e) for entetes in choix.ajouts.values() for e in entetes}
    douteuses = {normaliser(e) for e in choix.laissees} & ecrites
    for extrait, entetes in choix.ajouts.items():
        choix.ajouts[extrait] = {e: nom for e, nom in entetes.items() if normaliser(e) not in douteuses}
    choix.ajouts = {extrait: entetes for extrait, entetes in choix.ajouts.items() if entetes}
    return choix


def choisir_nommes(examens: Sequence[Examen], paires: Sequence[str]) -> Choix:
    """Exactly what the user names: ``EN-TÊTE=colonne``, the column after the last « = ».

    A long heading may be cut and end with « … ». Raises ErreurCIL, so that nothing is written, for a pair that is
    incomplete, a heading that no file has or that is there twice, an unknown column, one already found in the file, and
    two headings for one column. A heading that the dictionary knows leaves its column for the one named: an
    acceptance is undone as it was done, and « Mutation » may hold a kind of move.
    """
    choix = Choix()
    demandes: dict[tuple[str, str], str] = {}
    for paire in paires:
        entete, nom = separer(paire, '"EN-TÊTE=colonne"')
        places = [(examen, reel) for examen in examens if (reel := _trouver(entete, examen))]
        if not places:
            ou = ", ".join(examen.brut.nom for examen in examens)
            raise ErreurCIL(
                f"L’en-tête « {entete} » n’est pas dans {ou}. Relancez sans --accepter : la commande "
                "montre ceux qui y sont."
            )
        for examen, reel in places:
            dictionnaire = examen.dictionnaire
            _verifier(reel, nom, examen)
            autre = demandes.setdefault((dictionnaire.extrait, normaliser(reel)), nom)
            if autre != nom:
                raise ErreurCIL(
                    f"L’en-tête « {_cite(reel)} » est donné à deux colonnes, « {autre} » et « {nom} » : choisissez."
                )
            ancien = dictionnaire.entetes.get(normaliser(reel))
            if ancien == nom:
                continue  # The same command, once more.
            choix.ajouter(dictionnaire.extrait, reel, nom)
            if ancien is not None:
                deplacees = choix.deplacees.setdefault(dictionnaire.extrait, {})
                deplacees[reel] = ancien, _millesimes(reel, ancien, dictionnaire)
    for examen in examens:
        extrait = examen.dictionnaire.extrait
        _exiger_un_porteur(examen, {forme: nom for (dit, forme), nom in demandes.items() if dit == extrait})
    return choix


def separer(paire: str, attendu: str) -> tuple[str, str]:
    """The two sides of a choice, around its last « = ». Raises ErreurCIL, saying what is expected, without both."""
    texte, egal, valeur = (morceau.strip() for morceau in paire.rpartition("="))
    if not egal or not texte or not valeur:
        raise ErreurCIL(f"« {paire} » n’est pas un choix : écrivez {attendu}, entre guillemets droits.")
    return texte, valeur


def _millesimes(entete: str, nom: str, dictionnaire: Dictionnaire) -> list[str]:
    """The vintages under which a column has a heading."""
    forme = normaliser(entete)
    return [
        millesime
        for millesime, par_colonne in dictionnaire.millesimes.items()
        if any(normaliser(e) == forme for e in par_colonne.get(nom, ()))
    ]


def _porteurs(entete: str, examen: Examen) -> list[str]:
    return [e for e in examen.brut.entetes if normaliser(e) == normaliser(entete)]


def _trouver(entete: str, examen: Examen) -> str | None:
    """The heading of the file that the user means; None when it has none. A cut heading must leave no doubt."""
    if porteurs := _porteurs(entete, examen):
        return porteurs[0]
    trouvees = commencent_par(entete, examen.brut.entetes)
    if len(trouvees) > 1:
        raise ErreurCIL(f"Plusieurs en-têtes de {examen.brut.nom} commencent par « {entete} » : écrivez-en davantage.")
    return trouvees[0] if trouvees else None


def commencent_par(texte: str, connus: Iterable[str]) -> list[str]:
    """The texts that one may stand for which was cut, and ends with « … »."""
    debut = normaliser(texte.rstrip(".… ")) if texte.endswith(("…", "...")) else ""
    return sorted({connu for connu in connus if debut and normaliser(connu).startswith(debut)})


def _verifier(entete: str, nom: str, examen: Examen) -> None:
    dictionnaire = examen.dictionnaire
    if entete in examen.sans_titre:
        raise ErreurCIL(
            f"{examen.brut.nom} : « {_cite(entete)} » n’est pas un en-tête. Donnez-en un à cette colonne dans le "
            "fichier."
        )
    if nom in _SPECIALES:
        return
    if nom not in dictionnaire.colonnes:
        permises = [c.nom for c in dictionnaire.colonnes.values() if c.conservation != "derivee"]
        raise ErreurCIL(
            f"La colonne « {nom} » n’existe pas dans l’extrait « {dictionnaire.extrait} » : attendu "
            f"{', '.join(permises)}, {' ou '.join(_SPECIALES)}."
        )
    if dictionnaire.colonnes[nom].conservation == "derivee":
        raise ErreurCIL(f"La colonne « {nom} » est calculée, et ne se lit dans aucun fichier : retirez ce choix.")


def _exiger_un_porteur(examen: Examen, choisis: Mapping[str, str]) -> None:
    """Raises ErreurCIL where two headings of a file would be for one column. ``choisis``: comparison form → column."""
    connus = {**examen.dictionnaire.entetes, **choisis}
    for nom in dict.fromkeys(choisis.values()):
        porteurs = [entete for entete in examen.brut.entetes if connus.get(normaliser(entete)) == nom]
        if len(porteurs) > 1 and nom not in _SPECIALES:
            cites = " et ".join(f"« {_cite(entete)} »" for entete in porteurs[:2])
            raise ErreurCIL(
                f"{examen.brut.nom} : {cites} seraient deux en-têtes de la colonne « {nom} ». Donnez « {IGNOREE} » à "
                "celui qui ne sert pas, dans la même commande, ou renommez-en un dans le fichier."
            )


def _cite(entete: str) -> str:
    """A heading of the file as a sentence may hold it: on one line, and short."""
    return une_ligne(forme_ecrite(citer_entete(entete)), _LONGUEUR_CITEE)
