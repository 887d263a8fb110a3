"""A made-up CIL: members, sessions each year, decisions and what became of them, actions of the plan, a budget.

Organisations only, none of which exists; days are those on which a CIL could meet. The documents and the other facts
stay those of the model.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from cil_analysis.exemple.tables import MARQUE, Ligne
from cil_analysis.reference.tables import en_tete

NUMERO = 8  # of the dice of this table: those of the extracts are never changed by it
_SIEGES = (
    ("COLLECTIVITES", "Présidence", ("Intercommunalité Exemple", "État Exemple")),
    ("COLLECTIVITES", "Collectivité", ("Commune Exemple Nord", "Commune Exemple Sud", "Département Exemple")),
    ("PROFESSIONNELS", "Bailleur social", ("Bailleur Alpha", "Bailleur Bêta", "Bailleur Gamma", "Bailleur Delta")),
    ("PROFESSIONNELS", "Réservataire", ("Réservataire Exemple",)),
    ("USAGERS", "Association de locataires", ("Locataires Exemple", "Association Exemple Un")),
    ("USAGERS", "Association d’insertion", ("Association Exemple Deux", "Association Exemple Trois")),
)
_MOTIFS = ("Changement de représentant", "Nouvelle désignation", "Fin de mandat")
_SUJETS = (
    "Présenter le bilan des attributions par commune",
    "Actualiser la liste des résidences à enjeu de mixité sociale",
    "Réunir les bailleurs sur les refus de logement",
    "Harmoniser les pièces demandées aux ménages",
    "Suivre les relogements du renouvellement urbain",
    "Préparer la révision de la convention",
)
# The indicator that a subject is to move, and where; the others move none.
_VISES: dict[str, Ligne] = {
    "Réunir les bailleurs sur les refus de logement": {"indicateur": "R02"},
    "Suivre les relogements du renouvellement urbain": {"indicateur": "O01"},
    "Harmoniser les pièces demandées aux ménages": {"indicateur": "V06", "perimetre": "en_qpv"},
}
# A line of the budget, who pays for it, its amount (none: « à renseigner »).
_ENVELOPPE = (
    ("Animation de la conférence", "Intercommunalité Exemple", 12_000),
    ("Évaluation du plan", "État Exemple", 8_500),
    ("Lieu d’accueil commun", "Intercommunalité Exemple", None),
)
# Type of meeting, what it is about, its months.
_BUREAU, _PLENIERE = ("bureau", "Préparation de la plénière", 2, 4), ("plénière", "Bilan annuel des attributions", 5, 7)
_GROUPE = ("groupe de travail", "Cotation et gestion en flux", 9, 10)
_SECONDE = ("plénière", "Suivi des engagements de la convention", 11, 12)
# Axis, action, who leads it, indicator of the registry or words, target, first and last years, counted from the first.
_ACTIONS = (
    ("Informer", "Publier un guide du demandeur", "Intercommunalité Exemple", "guide publié", "1 guide", 0, 1),
    ("Informer", "Ouvrir un lieu d’accueil commun", "Intercommunalité Exemple", "V02", "stock stable", 0, 3),
    ("Gérer", "Réduire le délai d’attribution", "Bailleur Alpha", "V06", "12 mois", 1, None),
    ("Gérer", "Réduire les refus après commission", "Bailleur Bêta", "R02", "20 %", 1, None),
    ("Loger", "Suivre les ménages prioritaires", "Réservataire Exemple", "O04", "25 %", 0, None),
    ("Loger", "Évaluer le plan", "Intercommunalité Exemple", "rapport d’évaluation", "1 rapport", 5, None),
)
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
            ((college, role, nom) for college, role, noms in _SIEGES for nom in noms), start=1
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
    _ecrire(dossier, "membres", membres)
    _ecrire(dossier, "seances", seances)
    _ecrire(dossier, "decisions", decisions)
    _ecrire(dossier, "actions", _actions(min(annees), max(annees)))
    _ecrire(dossier, "enveloppe", _enveloppe(max(annees)))


def _remplacer_un_siege(membres: list[Ligne], annee: int, hasard: np.random.Generator) -> None:
    """One seat, or two, has a new holder in the year; its organisation stays."""
    for _ in range(int(hasard.integers(1, 3))):
        tenus = [membre for membre in membres if "fin" not in membre and str(membre["debut"]) < str(annee)]
        quitte = tenus[int(hasard.integers(len(tenus)))]
        jour, motif = _jour_ouvre(date(annee, int(hasard.integers(2, 11)), 1)), str(hasard.choice(_MOTIFS))
        quitte |= {"fin": _veille_ouvree(jour), "motif": motif}
        memes = {cle: quitte[cle] for cle in ("organisation", "role", "college")}
        membres.append(memes | {"membre": f"FICTIF-{len(membres) + 1:02d}", "debut": jour, "motif": motif})


def _seances(annee: int, hasard: np.random.Generator) -> list[Ligne]:
    """A plenary session each year after the bureau that prepares it, working groups, sometimes a second one."""
    reunions = [_BUREAU, _PLENIERE, *[_GROUPE] * int(hasard.integers(0, 3))]
    reunions += [_SECONDE] if hasard.random() < 0.4 else []
    tenues: dict[date, tuple[str, str]] = {}
    for genre, objet, de, a in reunions:
        possibles = [jour for jour in _jours_ouvres(annee) if de <= jour.month <= a and jour not in tenues]
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
    for rang, sujet in enumerate(hasard.choice(_SUJETS, 2, replace=False), start=1):
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
             **_VISES.get(str(sujet), {})}
        )  # fmt: skip
    return decisions


def _actions(premiere: int, derniere: int) -> list[Ligne]:
    """The actions of the plan; their bounds are whole years, and are shown so."""
    actions: list[Ligne] = []
    for rang, (axe, intitule, pilote, indicateur, cible, debut, fin) in enumerate(_ACTIONS, start=1):
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
        for rang, (intitule, financeur, montant) in enumerate(_ENVELOPPE[: 2 + annee - derniere], start=1)
    ]  # fmt: skip


def _ecrire(dossier: Path, nom: str, lignes: Sequence[Ligne]) -> None:
    """Add made-up rows to a table, under the header that it has."""
    with (dossier / f"{nom}.csv").open("a", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, en_tete(f"governance/{nom}"), restval="", lineterminator="\n")
        ecrivain.writerows(ligne | MARQUE for ligne in lignes)


@cache
def _jours_ouvres(annee: int) -> tuple[date, ...]:
    """The days of a year on which the CIL may meet, in order."""
    feries = {date(annee, mois, jour) for mois, jour in _FIXES}
    feries |= {_paques(annee) + timedelta(days=ecart) for ecart in _APRES_PAQUES}
    debut = date(annee, 1, 1)
    jours = (debut + timedelta(days=rang) for rang in range((date(annee, *_FETES) - debut).days))
    return tuple(jour for jour in jours if jour.weekday() < 5 and jour.month != _AOUT and jour not in feries)


def _jour_ouvre(jour: date) -> date:
    """The day itself, or the first possible one after it."""
    return next(j for annee in (jour.year, jour.year + 1) for j in _jours_ouvres(annee) if j >= jour)


def _veille_ouvree(jour: date) -> date:
    """The last possible day before a day."""
    return next(j for annee in (jour.year, jour.year - 1) for j in reversed(_jours_ouvres(annee)) if j < jour)


def _paques(annee: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Oudin, 1940)."""
    siecle, or_ = annee // 100, annee % 19
    k = (siecle - 17) // 25
    i = (siecle - siecle // 4 - (siecle - k) // 3 + 19 * or_ + 15) % 30
    i -= (i // 28) * (1 - (i // 28) * (29 // (i + 1)) * ((21 - or_) // 11))
    j = (annee + annee // 4 + i + 2 - siecle + siecle // 4) % 7
    ecart = i - j
    mois = 3 + (ecart + 40) // 44
    return date(annee, mois, ecart + 28 - 31 * (mois // 4))
