"""« cil qualite --priorites » and « cil cotation »: what each rule, or each criterion of a grid, gives to the rows."""

import argparse
import warnings
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from cil_analysis.commandes.commun import exiger_hors_des_rapports, tableau
from cil_analysis.commandes.reponses import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.comptage import ENSEMBLE, ChiffresRetenus
from cil_analysis.exploration.projet import Projet
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import extraits_agreges
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import (
    CATEGORIES,
    RELOGEMENTS,
    RegleDePriorite,
    ce_qu_elle_donne,
    condition_en_mots,
    regles_qui_donnent,
    source_en_mots,
)
from cil_analysis.reference.systemes.cotation import Cotation, Grille
from cil_analysis.systemes.colonnes import Booleens, texte
from cil_analysis.systemes.cotation import VERDICTS, noter, verdicts
from cil_analysis.systemes.priorites import FICHIER, LES_DEUX, REGLES, dits, origines, remplit, repond, sans_reponse
from cil_analysis.typographie import nombre

_MASQUE = "s"
_REMPLIE, _DITE, _ORIGINE = "remplie", "dite", "origine"
_OUI, _NON = "Oui", "Non"
_QUI = {CATEGORIES: "Prioritaires", RELOGEMENTS: "Relogements"}
Comptes = Mapping[tuple[str, ...], str]


# --- The rules of priorites.csv ---------------------------------------------------------------------------------------


def expliquer(references: References, annee: int) -> list[str]:
    """What there is to say of the rules of a year. Raises ErreurCIL for a year without rows of leases.

    The counts are those of a notebook: each is protected, then beside those said before it.
    """
    regles = [regle for regle in references.priorites if regle.vaut_en(annee)]
    if not regles:
        return [f"Aucune règle en vigueur en {annee} dans data/reference/priorites.csv : le fichier seul est compté."]
    if "attributions" in extraits_agreges(references.projet, annee):
        raise ErreurCIL(
            f"Les attributions de {annee} sont des tableaux agrégés, qui n’ont aucun ménage auquel appliquer une "
            "règle : demandez une autre année, par --annee."
        )
    carnet = Projet(references.projet.racine)
    baux = carnet.attributions(annee)
    listes = (store.lire_journal(references.projet, "attributions", annee) or {}).get("listes", {}).items()
    lignes = [_expliquer_la_regle(regle, references, carnet, baux) for regle in regles]
    ecarts = [phrase for colonne in _QUI for phrase in _comparer(colonne, references, annee, carnet, baux)]
    return [
        f"Règles de priorité en vigueur en {annee} :",
        *tableau(["Règle", "Attributions", "dont le fichier ne le dit pas"], lignes),
        *(f"Liste lue : {code} ({', '.join(f['nom'] for f in liste['fichiers'])})." for code, liste in listes),
        *ecarts[:-1],
        f"{ecarts[-1]} Usage interne ; « {_MASQUE} » : un petit effectif, ou ce qui le rendrait.",
    ]


def _expliquer_la_regle(
    regle: RegleDePriorite, references: References, carnet: Projet, baux: pd.DataFrame
) -> list[str]:
    """The row of a rule: its condition, the leases that meet it, and those of them that only it speaks for."""
    dites = ["liste non lue" if regle.colonne == LISTES_DU_MENAGE else "colonne absente", ""]
    if repond(baux, regle):
        colonne = CATEGORIES if regle.categorie else RELOGEMENTS
        dite = dits(baux, colonne, texte(baux, colonne))
        comptes = _compter(carnet, baux, {_REMPLIE: remplit(baux, regle), _DITE: dite})
        dites = [_lire(comptes, _OUI, ENSEMBLE), _lire(comptes, _OUI, _NON)]
    donne = regle.categorie if not regle.reloge else ce_qu_elle_donne(regle, references)
    return [f"{regle.code} ({donne}), {condition_en_mots(regle, references)}", *dites]


def _comparer(colonne: str, references: References, annee: int, carnet: Projet, baux: pd.DataFrame) -> Iterator[str]:
    """What the file and the rules say of a column, and whose word counts."""
    regles = regles_qui_donnent(references, colonne, annee)
    if not regles:
        return
    if (muette := sans_reponse(baux, regles)) is not None:
        quoi = "une liste que l’import n’a pas lue" if muette.colonne == LISTES_DU_MENAGE else "une colonne"
        suite = "" if muette.colonne == LISTES_DU_MENAGE else f" que les attributions de {annee} n’ont pas"
        yield f"La règle {muette.code} lit {quoi}{suite} : rien à comparer."
    else:
        comptes = _compter(carnet, baux, {_ORIGINE: origines(baux, colonne, regles)})
        deux, fichier, seules = (_lire(comptes, origine) for origine in (LES_DEUX, FICHIER, REGLES))
        yield (
            f"{_QUI[colonne]} selon le fichier et les règles : {deux} ; selon le fichier seul : {fichier} ; selon les "
            f"règles seules : {seules}."
        )
    yield f"Compté au bilan : {source_en_mots(references, colonne, annee)}."


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


# --- The criteria of a grid -----------------------------------------------------------------------------------------


def cotation(options: argparse.Namespace) -> None:
    """« cil cotation »: in figures, for the requests of a year."""
    projet, annee, jour = options.projet, options.annee, date(options.annee, 12, 31)
    exiger_hors_des_rapports(projet)
    if annee not in store.annees(projet, "demandes"):
        raise ErreurCIL(
            f"Aucune demande de {annee} : importez-les avec « cil importer FICHIER --annee {annee} --extrait "
            "demandes »."
        )
    grille = _choisir(References(projet).cotation, options.grille, jour)
    demandes = store.lire(projet, "demandes", annee)
    dits = verdicts(demandes, grille, jour)
    comptes = [
        (f"{c.code} {c.libelle}", *(nombre(int(dits[c.code].eq(verdict).sum())) for verdict in reversed(VERDICTS)))
        for c in grille.criteres
    ]
    scores = noter(demandes, grille, jour).dropna()
    repondre("cotation", annee=annee, grille=grille, demandes=len(demandes), scores=scores, criteres=comptes)


def _choisir(cotation: Cotation, code: str | None, jour: date) -> Grille:
    grille = cotation.grille_au(jour) if code is None else {g.code: g for g in cotation.grilles}.get(code)
    if grille is not None:
        return grille
    connues = ", ".join(g.code for g in cotation.grilles)
    if not connues:
        raise ErreurCIL("Aucune grille : écrivez-en une dans data/reference/cotation (docs/pages/systemes.md).")
    quoi = f"La grille « {code} » est inconnue" if code else f"Aucune grille ne s’applique en {jour.year}"
    raise ErreurCIL(f"{quoi}. Grilles connues : {connues} (--grille CODE).")
