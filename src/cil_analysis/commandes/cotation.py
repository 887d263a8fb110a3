"""« cil cotation »: what each criterion of a grid gives to the requests of a year, in figures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

import pandas as pd

from cil_analysis.commandes.commun import montrer, ouvrir_pour_compter
from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.reference.systemes.cotation import Cotation, Grille
from cil_analysis.systemes.cotation import noter, verdicts


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    references, annee = ouvrir_pour_compter(options), int(options.annee)
    projet, jour = references.projet, date(annee, 12, 31)
    if annee not in store.annees(projet, "demandes"):
        raise ErreurCIL(
            f"Aucune demande de {annee} : importez-les avec « cil importer FICHIER --annee {annee} --extrait "
            "demandes »."
        )
    grille = _choisir(references.cotation, options.grille, jour)
    demandes = store.lire(projet, "demandes", annee)
    scores = noter(demandes, grille, jour).dropna()
    montrer([
        f"Cotation des demandes au 31 décembre {annee} – usage interne : ne pas diffuser ces comptes",
        f"Grille {grille.code}, « {grille.intitule} » ({grille.statut}).",
        f"Demandes : {len(demandes)}, dont {len(scores)} ont un score.",
        *_distribution(scores),
        "",
        *_criteres(verdicts(demandes, grille, jour), grille),
    ])  # fmt: skip
    return 0


def _choisir(cotation: Cotation, code: str | None, jour: date) -> Grille:
    grille = cotation.grille_au(jour) if code is None else {g.code: g for g in cotation.grilles}.get(code)
    if grille is not None:
        return grille
    connues = ", ".join(g.code for g in cotation.grilles)
    if not connues:
        raise ErreurCIL("Aucune grille : écrivez-en une dans data/reference/cotation (docs/pages/systemes.md).")
    quoi = f"La grille « {code} » est inconnue" if code else f"Aucune grille ne s’applique en {jour.year}"
    raise ErreurCIL(f"{quoi}. Grilles connues : {connues} (--grille CODE).")


def _distribution(scores: pd.Series) -> Sequence[str]:
    """The quartiles of the scores."""
    if scores.empty:
        return ["Aucune colonne de la grille n’est renseignée."]
    bas, milieu, haut = (f"{float(scores.quantile(q)):.1f}".replace(".", ",") for q in (0.25, 0.5, 0.75))
    return [f"Score : médiane {milieu}, la moitié des demandes de {bas} à {haut}."]


def _criteres(dits: pd.DataFrame, grille: Grille) -> Sequence[str]:
    """Each criterion in the order of the file: how many requests it is kept for, set aside for, unknown for."""
    verdicts = ("retenu", "écarté", "non rempli", "non renseigné")
    lignes = [[f"{c.code} {c.libelle}", *(str(dits[c.code].eq(v).sum()) for v in verdicts)] for c in grille.criteres]
    return tableau(("Critère", "Retenu", "Écarté", "Non rempli", "Non renseigné"), lignes)
