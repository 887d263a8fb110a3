"""A made-up CIL: members, sessions each year, decisions and what became of them, actions of the plan, a budget.

Organisations only, none of which exists; days are those on which a CIL could meet. The documents and the other facts
stay those of the model.
"""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from cil_analysis.exemple.tables import DIT, MARQUE, Ligne
from cil_analysis.reference.tables import en_tete

NUMERO = 8  # of the dice of this table: those of the extracts are never changed by it
# The CIL meets on working days, neither in August nor at the end of the year.
_FIXES = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_APRES_PAQUES = (1, 39, 50)  # Easter Monday, Ascension Day, Whit Monday
_AOUT, _FETES = 8, (12, 24)


def ecrire_la_gouvernance(dossier: Path, annees: Sequence[int], graine: int) -> None:
    """Write the five tables of data/reference/governance; what the model says of decisions stays before them."""
    creation = _jour_ouvre(date(min(annees) - 1, 10, 1))  # of the made-up seats
    membres: list[Ligne] = [
        {"membre": f"FICTIF-{rang:02d}", "organisation": nom, "role": role, "college": college, "debut": creation}
        for rang, (college, role, nom) in enumerate(
            ((college, role, nom) for college, role, noms in DIT["sieges"] for nom in noms), start=1
        )
    ]
    seances: list[Ligne] = []
    decisions: list[Ligne] = []
    for annee in sorted(annees):
        hasard = np.random.default_rng([graine, annee, NUMERO])
        _remplacer_un_siege(membres, annee, hasard)
        siennes = _seances(annee, hasard)
        seances += siennes
        pleniere = next(seance for seance in siennes if seance["type"] == "plénière")
        decisions += _decisions(pleniere, hasard, max(annees))
    tables = {
        "membres": membres, "seances": seances, "decisions": decisions,
        "actions": _actions(min(annees), max(annees)), "enveloppe": _enveloppe(max(annees)),
    }  # fmt: skip
    for nom, lignes in tables.items():
        with (dossier / f"{nom}.csv").open("a", encoding="utf-8", newline="") as flux:
            ecrivain = csv.DictWriter(flux, en_tete(f"governance/{nom}"), restval="", lineterminator="\n")
            ecrivain.writerows(ligne | MARQUE for ligne in lignes)


def _remplacer_un_siege(membres: list[Ligne], annee: int, hasard: np.random.Generator) -> None:
    """One seat, or two, has a new holder in the year; its organisation stays."""
    for _ in range(int(hasard.integers(1, 3))):
        tenus = [membre for membre in membres if "fin" not in membre and str(membre["debut"]) < str(annee)]
        quitte = tenus[int(hasard.integers(len(tenus)))]
        jour = _jour_ouvre(date(annee, int(hasard.integers(2, 11)), 1))
        motif = str(hasard.choice(DIT["motifs_de_depart"]))
        quitte |= {"fin": _jour_ouvre(jour - timedelta(days=1), -1), "motif": motif}
        memes = {cle: quitte[cle] for cle in ("organisation", "role", "college")}
        membres.append(memes | {"membre": f"FICTIF-{len(membres) + 1:02d}", "debut": jour, "motif": motif})


def _seances(annee: int, hasard: np.random.Generator) -> list[Ligne]:
    """A plenary session each year after the bureau that prepares it, working groups, sometimes a second one."""
    bureau, pleniere, groupe, seconde = DIT["reunions"].values()
    reunions = [bureau, pleniere, *[groupe] * int(hasard.integers(0, 3)), *[seconde] * int(hasard.random() < 0.4)]
    ouvres = [j for n in range(365) if not _est_ferme(j := date(annee, 1, 1) + timedelta(days=n))]
    tenues: dict[date, tuple[str, str]] = {}
    for genre, objet, de, a in reunions:
        possibles = [jour for jour in ouvres if de <= jour.month <= a and jour not in tenues]
        tenues[possibles[int(hasard.integers(len(possibles)))]] = genre, objet
    return [
        {"seance": f"CIL-{annee}-{rang}", "date": jour, "type": genre, "objet": objet,
         "quorum": "oui" if genre == "plénière" else ""}
        for rang, (jour, (genre, objet)) in enumerate(sorted(tenues.items()), start=1)
    ]  # fmt: skip


def _decisions(seance: Ligne, hasard: np.random.Generator, derniere: int) -> list[Ligne]:
    """Two decisions of a plenary session: done in time, done late, under way, late, or given up."""
    decisions: list[Ligne] = []
    jour = seance["date"]
    assert isinstance(jour, date)
    for rang, sujet in enumerate(hasard.choice(list(DIT["sujets"]), 2, replace=False), start=1):
        echeance = _jour_ouvre(jour + timedelta(days=int(hasard.integers(120, 500))))
        statut = str(hasard.choice(["faite", "faite", "faite", "en cours", "abandonnée"]))
        suivi = _jour_ouvre(echeance + timedelta(days=int(hasard.integers(-90, 150))))
        if rang == 2 and jour.year == derniere - 1:  # One is late at the end.
            echeance, statut = _jour_ouvre(date(derniere, 6, 30)), "en cours"
        elif suivi.year > derniere:
            statut = "à faire" if echeance.year > derniere else "en cours"
        decisions.append(
            {"decision": f"D-{jour.year}-{rang}", "seance": seance["seance"], "intitule": str(sujet),
             "echeance": echeance, "responsable": str(hasard.choice(["Intercommunalité Exemple", "Bailleur Alpha"])),
             "statut": statut, "date_suivi": suivi if statut in ("faite", "abandonnée") else "",
             **DIT["sujets"][str(sujet)]}
        )  # fmt: skip
    return decisions


def _actions(premiere: int, derniere: int) -> list[Ligne]:
    """The actions of the plan; their bounds are whole years, and are shown so."""
    actions: list[Ligne] = []
    for rang, (axe, intitule, pilote, indicateur, cible, debut, fin) in enumerate(DIT["actions"], start=1):
        commence, finit = premiere + debut, None if fin is None else premiere + fin
        statut = "à faire" if commence > derniere else "en cours" if finit is None or finit > derniere else "faite"
        actions.append(
            {"action": f"A{rang}", "axe": axe, "intitule": intitule, "pilote": pilote, "indicateur": indicateur,
             "cible": cible, "statut": statut, "debut": date(commence, 1, 1),
             "fin": "" if finit is None else date(finit, 12, 31)}
        )  # fmt: skip
    return actions


def _enveloppe(derniere: int) -> list[Ligne]:
    """The budget of the last year and of the one after, which has one more line than it has amounts."""
    return [
        {"ligne": f"E{annee}-{rang}", "annee": annee, "intitule": intitule, "financeur": financeur,
         "montant_eur": montant if annee > derniere or montant is None else montant - 500}
        for annee in (derniere, derniere + 1)
        for rang, (intitule, financeur, montant) in enumerate(DIT["enveloppe"][: 2 + annee - derniere], start=1)
    ]  # fmt: skip


def _est_ferme(jour: date) -> bool:
    """Whether the CIL does not meet: week-ends, public holidays, August, the end of the year."""
    paques = (pd.Timestamp(jour.year, 1, 1) + pd.offsets.Easter()).date()
    return (
        jour.weekday() > 4
        or jour.month == _AOUT
        or (jour.month, jour.day) in _FIXES
        or (jour.month, jour.day) >= _FETES
        or (jour - paques).days in _APRES_PAQUES
    )


def _jour_ouvre(jour: date, pas: int = 1) -> date:
    """The day itself, or the first possible one after it; before it where ``pas`` is -1."""
    while _est_ferme(jour):
        jour += timedelta(days=pas)
    return jour
