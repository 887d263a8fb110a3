"""Labels that cannot be read: what each could be, and how they are told to who has to decide (architecture, D18).

No cell is in these words but those that anomalies may quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import pandas as pd
from rapidfuzz.distance import OSA

from cil_analysis.a_coller import argument, exemple_de_choix
from cil_analysis.extraits.anomalies import MASQUE, libelles_inconnus, premieres_lignes
from cil_analysis.extraits.inconnus.examen_colonnes import PROPOSITIONS_MAXIMALES, Proposition
from cil_analysis.extraits.lecteurs import HORS, HORS_QPV, vers_code
from cil_analysis.extraits.rapprochement import PLANCHER, ressemblance
from cil_analysis.reference.colonnes import NON, NOUVEAU, OUI, VIDE, Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import SIREN
from cil_analysis.reference.texte import normaliser, une_ligne
from cil_analysis.typographie import milliers

CODES_DITS = 8
"""How many codes a list may have to be told whole."""
_LIGNES_CITEES = 5
_LONGUEUR_DU_SENS = 40
_MOTS_VIDES = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou"))
_MOT_LONG = 5
_ABREGE = 4
_TERMINAISONS = re.compile(r"(?<=\w)(?:\((?:e|s|es)\)|[·.]e(?:[·.]?s)?\b)")


def codes_admis(colonne: Colonne, references: References) -> dict[str, str]:
    """What a label of a column may stand for: code → its label, ``VIDE`` aside, which every column admits."""
    if colonne.type in ("code", "codes"):
        return references.nomenclatures[colonne.nomenclature].libelles()
    if colonne.type == "oui_non":
        return {OUI: "oui", NON: "non"}
    if colonne.type == "qpv":
        table = references.territoire.table_qpv
        return dict(zip(table["code"], table["nom"], strict=True)) | {HORS: "hors quartier prioritaire"}
    return references.territoire.noms() if colonne.type == "commune" else {}


def formes_des_codes(colonne: Colonne, references: References) -> dict[str, list[str]]:
    """For each code of a column, the comparison forms that are known to lead to it."""
    if colonne.type in ("code", "codes"):
        connues: Mapping[str, str] = vers_code(colonne, references)
    elif colonne.type == "oui_non":
        connues = {"oui": OUI, "non": NON}
    elif colonne.type == "qpv":
        table = references.territoire.table_qpv
        connues = {
            normaliser(forme): code
            for code, nom, alias in table[["code", "nom", "alias"]].itertuples(index=False)
            for forme in (nom, *alias.split("|"))
        } | dict.fromkeys(HORS_QPV, HORS)
    else:
        connues = references.territoire.vers_commune() if colonne.type == "commune" else {}
    formes: dict[str, list[str]] = {}
    for forme, code in connues.items():
        if code and forme:
            formes.setdefault(code, []).append(forme)
    return formes


def proposer(libelle: str, formes: Mapping[str, Sequence[str]]) -> list[Proposition]:
    """The codes that a label resembles, best first; ``formes``: see :func:`formes_des_codes`."""
    scores = [Proposition(code, round(ressemblance(libelle, connues), 2)) for code, connues in formes.items()]
    proches = sorted((p for p in scores if p.score >= PLANCHER), key=lambda p: (-p.score, p.nom))
    return proches[:PROPOSITIONS_MAXIMALES]


def code_sur(libelle: str, formes: Mapping[str, Sequence[str]]) -> str:
    """The one code of which a known label has the same words, or empty: nothing is guessed.

    Words are the same to a plural, to a slip of one letter in a long one, or cut short; numbers, short words and
    negations are the same to the letter, and none is left over, but the code itself before its label, as many files
    have it, and the endings that a form writes « seul(e) ». « Un » is a number: « avec enfants » is not « avec un
    enfant ».

    >>> formes = {"ACTIF": ["dalo actif"], "CADUC": ["dalo caduc"], "T3": ["type 3"]}
    >>> [code_sur(libelle, formes) for libelle in ("DALO (actifs)", "DALO non actif", "Type 4", "DALO")]
    ['ACTIF', '', '', '']
    >>> [code_sur(libelle, formes) for libelle in ("T3 - Type 3", "T3 - Type 4", "DALO actif(ve)", "DALO caduc(s)")]
    ['T3', '', '', 'CADUC']
    """
    mots = _mots(normaliser(_TERMINAISONS.sub("", libelle)))
    codes = {
        code
        for code, connues in formes.items()
        for forme in connues
        if _memes_mots(mots, _mots(forme)) or mots == _mots(f"{normaliser(code)} {forme}")
    }
    return codes.pop() if len(codes) == 1 and mots else ""


@lru_cache(maxsize=1 << 14)
def _mots(forme: str) -> tuple[str, ...]:
    return tuple(sorted(mot for mot in forme.split() if mot not in _MOTS_VIDES))


def _memes_mots(uns: tuple[str, ...], autres: tuple[str, ...]) -> bool:
    restants = list(autres)
    for mot in uns:
        semblable = next((autre for autre in restants if mot == autre), None)
        semblable = semblable or next((autre for autre in restants if _meme_mot(mot, autre)), None)
        if semblable is None:
            return False
        restants.remove(semblable)
    return not restants


def _meme_mot(un: str, autre: str) -> bool:
    if un == autre or un[0] != autre[0] or not (un.isalpha() and autre.isalpha()):
        return un == autre
    court, long = sorted((un, autre), key=len)
    if long in (court + "s", court + "e", court + "es") and len(court) > 2:
        return True
    if len(un) >= _ABREGE and autre.startswith(un):
        return True
    # One letter is another, or in excess, or two neighbours are swapped.
    return len(court) >= _MOT_LONG and OSA.distance(court, long) == 1


# --- In words -------------------------------------------------------------------------------------------------------


def lister(
    anomalies: pd.DataFrame,
    illisibles: Mapping[str, Mapping[str, int]],
    dictionnaire: Dictionnaire,
    references: References,
) -> Iterator[str]:
    """A line for each column that has unreadable cells, and for each of its labels that may be quoted.

    ``illisibles``: see :class:`Tri`.
    """
    cites: dict[str, dict[str, int]] = {}
    for (nom, libelle), n in libelles_inconnus(anomalies).items():
        cites.setdefault(nom, {})[libelle] = n
    fautives = {nom: compte for nom, compte in illisibles.items() if compte["illisibles"]}
    parts = {nom: compte["illisibles"] / max(compte["dites"], 1) for nom, compte in fautives.items()}
    for nom, compte in sorted(fautives.items(), key=lambda paire: (-parts[paire[0]], paire[0])):
        colonne = dictionnaire.colonnes[nom]
        yield f"« {colonne.libelle} » : {dire_les_illisibles(compte['illisibles'], compte['dites'])}"
        formes = formes_des_codes(colonne, references) if cites.get(nom) else {}
        for libelle, n in cites.get(nom, {}).items():
            proches = dire_les_proches(proposer(libelle, formes), codes_admis(colonne, references))
            yield f"  « {libelle} » ({n}){proches}"
        if cites.get(nom) and (ou := _liste_de(colonne, references)):
            yield f"  (si aucun code ne convient, {ou})"
        tous_cites = sum(cites.get(nom, {}).values()) >= compte["illisibles"]
        if not tous_cites and (masquees := _lignes_masquees(anomalies, nom)):
            quoi = "autres, à lire dans le fichier" if cites.get(nom) else "à lire dans le fichier"
            yield f"  {quoi} : {masquees}"


def _liste_de(colonne: Colonne, references: References) -> str:
    """How a code is added."""
    if colonne.type == "commune":
        return "une ligne de plus dans data/reference/territory/communes_connues.csv"
    if not colonne.nomenclature:
        return ""
    liste = f"data/reference/nomenclatures/{colonne.nomenclature}.csv"
    ouverte = SIREN in references.nomenclatures[colonne.nomenclature].table
    return f"choisissez {NOUVEAU}, qui l’ajoute à {liste}" if ouverte else f"une ligne de plus dans {liste}"


def dire_les_illisibles(illisibles: int, dites: int) -> str:
    """How many of the cells that are filled cannot be read."""
    mot = "cellule illisible" if illisibles == 1 else "cellules illisibles"
    return f"{milliers(illisibles)} {mot} sur {milliers(dites)} remplies"


def dire_les_propositions(propositions: Sequence[Proposition], sens: Mapping[str, str]) -> str:
    """Codes or columns that are near, each with its meaning, unless it says itself, and its score."""
    dites = []
    for p in propositions:
        mots = une_ligne(sens.get(p.nom, ""), _LONGUEUR_DU_SENS)
        dites.append(
            f"{p.nom}{f' – {mots}' if normaliser(mots) != normaliser(p.nom) and mots else ''} ({p.score_ecrit})"
        )
    return " ; ".join(dites)


def dire_les_proches(propositions: Sequence[Proposition], admis: Mapping[str, str], *, expliques: bool = False) -> str:
    """What a label could be: the nearest codes with their scores, or all the codes of a short list.

    ``expliques``: what the codes mean is said elsewhere.
    """
    if propositions:
        return " : proche de " + dire_les_propositions(propositions, {} if expliques else admis)
    if 0 < len(admis) <= CODES_DITS:
        return f" : aucun code proche, parmi {', '.join(admis)}"
    return " : aucun code proche"


def _lignes_masquees(anomalies: pd.DataFrame, nom: str) -> str:
    """Where the cells of a column are that may not be quoted."""
    siennes = anomalies[anomalies["colonne"].eq(nom) & anomalies["regle"].eq("illisible")]
    masquees = siennes[siennes["valeur"].eq(MASQUE)].drop_duplicates(["fichier", "ligne"])
    if masquees.empty:
        return ""
    suite = ", …" if len(masquees) > _LIGNES_CITEES else ""
    lignes = premieres_lignes(masquees, _LIGNES_CITEES, parmi=anomalies)
    return f"{'lignes' if len(masquees) > 1 else 'ligne'} {', '.join(lignes)}{suite}"


def commande(fichiers: Sequence[str], extrait: str) -> str:
    """The command that shows the labels of files, without its choices."""
    return f"cil libelles {' '.join(map(argument, fichiers))} --extrait {extrait}"


def que_faire(
    fichiers: Sequence[str], dictionnaire: Dictionnaire, anomalies: pd.DataFrame, references: References
) -> Iterator[str]:
    """How labels are mapped, with the first of them as an example."""
    cites = [(nom, libelle) for nom, libelle in libelles_inconnus(anomalies) if nom in dictionnaire.colonnes]
    cil = commande(fichiers, dictionnaire.extrait)
    yield f"Pour les voir tous : {cil}"
    if cites:
        nom, libelle = cites[0]
        sur = code_sur(libelle, formes_des_codes(dictionnaire.colonnes[nom], references))
        if exemple := exemple_de_choix(cil, f"{nom}:{libelle}", sur or "CODE"):
            yield f"Pour les inscrire ({VIDE} : non renseigné) : {exemple}"
        yield f"Pour une liste à remplir : {cil} --vers liste.xlsx"
        yield f"Pour inscrire la liste remplie : {cil} --depuis liste.xlsx"
