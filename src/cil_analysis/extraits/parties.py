"""The rows of the files of an import in the columns of its extract, cleaned here or, part by part, on other processes.

All the files have the same columns in the same order, so that identical rows are told wherever they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.atelier import Consigne
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.nettoyage import DECALEE, Nettoyees, Partie, est_divisible, nettoyer
from cil_analysis.extraits.rapprochement import Appariement
from cil_analysis.extraits.refus import PART_FAUTIVE_MAXIMALE
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.repartition import en_ordre, processus

LIGNES_D_UNE_PARTIE = 50_000
# Below, starting processes costs more than it saves.
_PARTIES_NOMBREUSES = 4
_SORTS = ("ignorees", "personnelles", "inconnues")


@dataclass(frozen=True)
class Cadrage:
    """What the headings of all the files say together.

    ``appariements``: those of each file; ``colonnes``: the canonical columns, in the order in which they appear;
    ``lettres``: see :func:`rassembler`.
    """

    dictionnaire: Dictionnaire
    appariements: list[Appariement]
    colonnes: list[str]
    lettres: dict[str, dict[str, str]]

    def sort(self) -> dict[str, object]:
        """What became of each heading."""
        entetes: dict[str, dict[str, None]] = {}
        sorts: dict[str, dict[str, None]] = {sort: {} for sort in _SORTS}
        for appariement in self.appariements:
            for nom, entete in sorted(appariement.colonnes.items()):
                entetes.setdefault(nom, {})[entete] = None
            for sort in _SORTS:
                sorts[sort] |= dict.fromkeys(map(citer_entete, getattr(appariement, sort)))
        par_nom = {nom: list(siens) for nom, siens in entetes.items()}
        return {"reconnues": sorted(par_nom), "entetes": par_nom, **{sort: list(e) for sort, e in sorts.items()}}


def cadrer(bruts: Sequence[Brut], dictionnaire: Dictionnaire) -> Cadrage:
    """Raises ErreurCIL for headings that cannot be trusted."""
    cadrage = Cadrage(dictionnaire, [rapprochement.apparier(brut.entetes, dictionnaire) for brut in bruts], [], {})
    for brut, appariement in zip(bruts, cadrage.appariements, strict=True):
        rapprochement.verifier(appariement, dictionnaire, brut.nom)
        cadrage.colonnes.extend(nom for nom in appariement.colonnes if nom not in cadrage.colonnes)
        cadrage.lettres[brut.nom] = _lettres(brut, appariement, dictionnaire)
    return cadrage


def nettoyer_tout(
    bruts: Sequence[Brut], consigne: Consigne, cadrage: Cadrage, equipe: Executor | None = None
) -> list[Nettoyees]:
    """The cleaned rows of all the files, in their order.

    ``equipe``: who cleans, part by part; this process alone otherwise, or those of the machine for many rows.
    """
    tout = reunir(bruts, cadrage)
    peu = equipe is None and len(tout.texte) <= _PARTIES_NOMBREUSES * LIGNES_D_UNE_PARTIE
    if peu or not est_divisible(consigne.dictionnaire):
        return [nettoyer(consigne, tout)]
    with processus() if equipe is None else nullcontext(equipe) as qui:
        return list(en_ordre(qui, partial(nettoyer, consigne), tout.couper(LIGNES_D_UNE_PARTIE)))


def reunir(bruts: Sequence[Brut], cadrage: Cadrage) -> Partie:
    """The rows of all the files."""
    parties = [_en_colonnes(b, a, cadrage) for b, a in zip(bruts, cadrage.appariements, strict=True)]
    if len(parties) == 1:
        return parties[0]
    return Partie(
        pd.concat([p.texte for p in parties], ignore_index=True),
        pd.concat([p.origine for p in parties], ignore_index=True),
    )


def _en_colonnes(brut: Brut, appariement: Appariement, cadrage: Cadrage) -> Partie:
    """The rows of a file in the columns of the whole import."""
    lues, colonnes = appariement.colonnes, cadrage.dictionnaire.colonnes
    vide = pd.Series("", index=range(len(brut.lignes)), dtype="str")
    textes = {n: brut.colonne(lues[n], colonnes[n].type) if n in lues else vide for n in cadrage.colonnes}
    texte = pd.DataFrame(textes, index=vide.index)
    fichier = pd.Series(brut.nom, index=texte.index, dtype=pd.CategoricalDtype(list(cadrage.lettres)))
    origine = {"fichier": fichier, "feuille": brut.feuille, "ligne": brut.lignes, DECALEE: _decalees(brut)}
    return Partie(texte, pd.DataFrame(origine, index=texte.index))


def _decalees(brut: Brut) -> np.ndarray:
    """The rows of delimited text that have more cells than there are headings, when they are the exception.

    A separator stands in one of their cells without quotation marks: the cells after it are under the wrong headings.
    """
    rares = brut.debordent.sum() <= PART_FAUTIVE_MAXIMALE * len(brut.debordent)
    return brut.debordent if rares and not brut.source.est_classeur else np.zeros(len(brut.lignes), dtype="bool")


def _lettres(brut: Brut, appariement: Appariement, dictionnaire: Dictionnaire) -> dict[str, str]:
    """The letter of each canonical column, or of the one that stands for it."""
    lettres = {}
    for nom in dictionnaire.colonnes:
        presentes = [n for n in dictionnaire.alternatives(nom) if n in appariement.colonnes]
        if presentes:
            lettres[nom] = brut.lettre(appariement.colonnes[presentes[0]])
    return lettres
