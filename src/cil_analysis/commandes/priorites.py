"""« cil qualite --priorites »: the households that each rule of priorites.csv makes priority ones."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import pandas as pd

from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.comptage import ENSEMBLE, ChiffresRetenus
from cil_analysis.exploration.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.priorites import PARAMETRE, en_mots, source_des_priorites
from cil_analysis.systemes.colonnes import Booleens, donnee
from cil_analysis.systemes.priorites import FICHIER, LES_DEUX, REGLES, origines, prioritaires, remplit, sans_reponse

_MASQUE, _ABSENTE = "s", "colonne absente"
_REMPLIE, _DITE, _ORIGINE = "remplie", "dite", "origine"
_OUI, _NON = "Oui", "Non"
Comptes = Mapping[tuple[str, ...], str]


def expliquer(references: References, annee: int) -> list[str]:
    """What there is to say of the rules of a year. Raises ErreurCIL for a year without leases.

    The counts are those of a notebook: each is protected, then beside those said before it.
    """
    regles = [regle for regle in references.priorites if regle.vaut_en(annee)]
    if not regles:
        return [f"Aucune règle en vigueur en {annee} dans data/reference/priorites.csv : le fichier seul est compté."]
    carnet = Projet(references.projet.racine)
    baux = carnet.attributions(annee)
    lignes = []
    for regle in regles:
        dits = [_ABSENTE, ""]
        if donnee(baux, regle.colonne):
            comptes = _compter(carnet, baux, {_REMPLIE: remplit(baux, regle), _DITE: prioritaires(baux)})
            dits = [_lire(comptes, _OUI, ENSEMBLE), _lire(comptes, _OUI, _NON)]
        lignes.append([f"{regle.code} ({regle.categorie}), {en_mots(regle, references)}", *dits])
    if (muette := sans_reponse(baux, regles, annee)) is not None:
        ecart = f"La règle {muette.code} lit une colonne que les attributions de {annee} n’ont pas : rien à comparer."
    else:
        comptes = _compter(carnet, baux, {_ORIGINE: origines(baux, regles)})
        deux, fichier, seules = (_lire(comptes, origine) for origine in (LES_DEUX, FICHIER, REGLES))
        ecart = (
            f"Prioritaires selon le fichier et les règles : {deux} ; selon le fichier seul : {fichier} ; selon les "
            f"règles seules : {seules}."
        )
    choix = references.parametres[PARAMETRE].libelles[source_des_priorites(references, annee)]
    return [
        f"Règles de priorité en vigueur en {annee} :",
        *tableau(["Règle", "Attributions", "dont non prioritaires au fichier"], lignes),
        ecart,
        f"Compté au bilan : {choix}. Usage interne ; « {_MASQUE} » : un petit effectif, ou ce qui le rendrait.",
    ]


def _compter(carnet: Projet, baux: pd.DataFrame, classes: Mapping[str, pd.Series | Booleens]) -> Comptes:
    """The counts of the leases by some classes, in words, by their class in each; none when all are withheld."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ChiffresRetenus)  # The sign says it.
        try:
            comptes = carnet.compter(baux.assign(**classes), list(classes))
        except ErreurCIL:
            return {}
    dits = comptes["effectif"].astype("str").where(comptes["effectif"].notna(), _MASQUE)
    return dict(zip(comptes[list(classes)].astype("str").itertuples(index=False, name=None), dits, strict=True))


def _lire(comptes: Comptes, *classes: str) -> str:
    """A count; none of a class without a lease, and masked where nothing may be said."""
    return comptes.get(classes, "0" if comptes else _MASQUE)
