"""« cil cotation »: what each criterion of a grid gives to the requests of a year, in figures."""

from __future__ import annotations

import argparse
from datetime import date

from cil_analysis.commandes.commun import exiger_hors_des_rapports
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.systemes.cotation import Cotation, Grille
from cil_analysis.systemes.cotation import noter, verdicts

_VERDICTS = ("retenu", "écarté", "non rempli", "non renseigné")


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
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
        (f"{c.code} {c.libelle}", *(str(dits[c.code].eq(verdict).sum()) for verdict in _VERDICTS))
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
