"""« cil qualite --priorites »: the households that each rule of priorites.csv makes priority ones."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.extraits import store
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.priorites import PARAMETRE, RegleDePriorite, en_mots, source_des_priorites
from cil_analysis.secret.definitions_du_projet import regles_du_projet
from cil_analysis.systemes.colonnes import donnee
from cil_analysis.systemes.priorites import (
    FICHIER,
    LES_DEUX,
    ORIGINES,
    REGLES,
    origines,
    prioritaires,
    remplit,
    sans_reponse,
)

_MASQUE, _ABSENTE = "s", "colonne absente"


def expliquer(projet: Projet, references: References, annee: int) -> list[str]:
    """What there is to say of the rules of a year, small counts masked. Raises ErreurCIL for a year without leases."""
    regles = [regle for regle in references.priorites if regle.vaut_en(annee)]
    if not regles:
        return [f"Aucune règle en vigueur en {annee} dans data/reference/priorites.csv : le fichier seul est compté."]
    baux = store.lire(projet, "attributions", annee)
    protection = regles_du_projet(references, annee)
    # A rule may read a variable that is sensitive: the strictest threshold holds for all of them.
    seuil = max(protection.seuil_effectif, protection.seuil_sensible)
    choix = references.parametres[PARAMETRE].libelles
    lignes = [
        [f"{regle.code} ({regle.categorie}), {en_mots(regle, references)}", *_comptes(regle, baux, seuil)]
        for regle in regles
    ]
    return [
        f"Règles de priorité en vigueur en {annee} :",
        *tableau(["Règle", "Attributions", "dont non prioritaires au fichier"], lignes),
        *_ecart(baux, regles, annee, seuil),
        f"Compté au bilan : {choix[source_des_priorites(references, annee)]}. Usage interne ; « {_MASQUE} » : moins de "
        f"{seuil}, ou un effectif qui le laisserait déduire.",
    ]


def _comptes(regle: RegleDePriorite, baux: pd.DataFrame, seuil: int) -> list[str]:
    """How many leases meet a rule, and how many of those the file does not say are of priority households."""
    if not donnee(baux, regle.colonne):
        return [_ABSENTE, ""]
    remplie, dite = remplit(baux, regle), prioritaires(baux)
    tous, autres = int(remplie.sum()), int((remplie & ~dite).sum())
    [reste, deja] = masquer([autres, tous - autres], seuil)
    return [_MASQUE if 0 < tous < seuil else str(tous), _MASQUE if _MASQUE in (reste, deja) else reste]


def _ecart(baux: pd.DataFrame, regles: Sequence[RegleDePriorite], annee: int, seuil: int) -> list[str]:
    """Who is of a priority household by the file, by the rules, by both."""
    if (muette := sans_reponse(baux, regles, annee)) is not None:
        return [f"La règle {muette.code} lit une colonne que les attributions de {annee} n’ont pas : rien à comparer."]
    comptes = origines(baux, regles).value_counts()
    dits = dict(zip(ORIGINES, masquer([int(comptes.get(nom, 0)) for nom in ORIGINES], seuil), strict=True))
    return [
        f"Prioritaires selon le fichier et les règles : {dits[LES_DEUX]} ; selon le fichier seul : {dits[FICHIER]} ; "
        f"selon les règles seules : {dits[REGLES]}."
    ]


def masquer(parties: Sequence[int], seuil: int) -> list[str]:
    """The parts of a whole that a reader may know, in words: a small one is masked, and another with it.

    >>> masquer([40, 3, 12, 900], 11), masquer([40, 0, 12, 900], 11)
    (['40', 's', 's', '900'], ['40', '0', '12', '900'])
    """
    petites = {rang for rang, n in enumerate(parties) if 0 < n < seuil}
    if 0 < sum(parties[rang] for rang in petites) < seuil:
        autres = sorted((n, rang) for rang, n in enumerate(parties) if n and rang not in petites)
        petites |= {rang for _, rang in autres[:1]}
    return [_MASQUE if rang in petites else str(n) for rang, n in enumerate(parties)]
