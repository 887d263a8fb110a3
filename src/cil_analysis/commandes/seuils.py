"""« cil seuils »."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping, Sequence

from cil_analysis.commandes.commun import montrer
from cil_analysis.commandes.console.tableaux import tableau
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.seuils import Lecture, lire_quartiles, lire_saisie, lire_seuils
from cil_analysis.extraits.store import annees as annees_importees
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.seuils import (
    TABLE,
    Report,
    Seuils,
    SeuilsDeLAnnee,
    montant,
    reporter_seuils,
    triplet,
    valeurs_de,
)
from cil_analysis.reference.texte import une_ligne

_UNITE = "en euros par UC et par an"
_SOURCE = 60  # signs of a source that are shown


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.annee is None and any((options.q1, options.q2, options.q3)):
        raise ErreurCIL("De quelle année sont ces seuils ? Ajoutez --annee AAAA.")
    projet = ouvrir_projet(options.projet, plusieurs_epci=options.fichier is None)
    references = References(projet)
    if options.fichier is not None:
        phrases = _depuis_l_etat(references, options)
    elif options.annee is None and options.importer is None:
        phrases = _lister(references, options.epci)
    else:
        phrases = _enregistrer(references, _lire(references, options), options.remplacer)
    montrer(phrases)
    return 0


def _lire(references: References, options: argparse.Namespace) -> list[SeuilsDeLAnnee]:
    """What was typed, of EPCI that the project has."""
    siren = options.epci or ("" if references.projet.plusieurs_epci else references.projet.epci_siren)
    if options.importer is not None:
        lus = lire_seuils(options.importer, options.source, siren)
    else:
        champs = {nom: getattr(options, nom) or "" for nom in ("annee", "q1", "q2", "q3", "source")}
        lus = [lire_saisie(champs | {"epci_siren": siren}, "Seuils donnés")]
    connus = set(references.epci["siren"])
    for lu in lus:
        if lu.siren not in connus:
            raise ErreurCIL(
                f"L’EPCI « {lu.siren} » n’est pas de ce projet : donnez le SIREN de l’un des siens, par --epci ou dans "
                "une colonne « epci_siren » du tableau."
            )
    return lus


def _enregistrer(references: References, lus: Sequence[SeuilsDeLAnnee], remplacer: bool) -> Iterator[str]:
    epci = dict(zip(references.epci["siren"], references.epci["nom_court"], strict=True))
    report = reporter_seuils(references.projet.reference, lus, list(epci), remplacer=remplacer)
    yield f"Seuils, {_UNITE} :"
    for un in lus:
        yield f"  {epci[un.siren]} ({un.siren}), {un.annee} : {triplet(un.valeurs)} ; {_sort(un, report)}."
    yield from _suite(report, epci)


def _depuis_l_etat(references: References, options: argparse.Namespace) -> Iterator[str]:
    projet = references.projet
    lecture = lire_quartiles(options.fichier, projet.epci_siren, options.source)
    report = reporter_seuils(projet.reference, lecture.quartiles, [projet.epci_siren], remplacer=options.remplacer)
    yield f"Seuils de {projet.epci_nom_court} ({projet.epci_siren}), {_UNITE} :"
    yield from _de_l_etat(lecture, report)
    yield from _suite(report, {projet.epci_siren: projet.epci_nom_court})


def _de_l_etat(lecture: Lecture, report: Report) -> Iterator[str]:
    for lus in lecture.quartiles:
        yield f"  {lus.annee} (feuille « {lus.feuille} ») : {triplet(lus.valeurs)} ; {_sort(lus, report)}."
        if lus.concerne is False:
            yield f"    Le tableau dit l’EPCI non concerné par l’obligation en {lus.annee}."
    for feuille in lecture.feuilles_sans_l_epci:
        yield f"  Feuille « {feuille} » : l’EPCI n’y figure pas."
    for feuille in lecture.autres_feuilles:
        yield f"  Feuille « {feuille} » : ce n’est pas un tableau de quartiles, elle n’est pas lue."


def _sort(seuils: SeuilsDeLAnnee, report: Report) -> str:
    return "enregistrés" if seuils in report.ecrites else "déjà enregistrés, inchangés"


def _suite(report: Report, epci: Mapping[str, str]) -> Iterator[str]:
    """What was replaced, and what to do next. ``epci``: the names of those of the project."""
    for e in report.remplacees:
        qui = f"{epci[e.siren]}, " if len(epci) > 1 else ""
        yield f"  {qui}{e.annee} {e.nom.upper()} : {montant(e.enregistree)} remplacé par {montant(e.lue)}."
    if not report.ecrites:
        yield f"data/reference/{TABLE}.csv : inchangé. Ces seuils y étaient déjà."
        return
    yield f"data/reference/{TABLE}.csv : mis à jour."
    if len(epci) == 1:
        bilans = ", ".join(f"cil bilan --annee {un.annee}" for un in report.ecrites)
        yield f"Relancez le bilan des années touchées : {bilans}."


# --- What is recorded -----------------------------------------------------------------------------------------------


def _lister(references: References, epci: str | None) -> Iterator[str]:
    """Every year from the first that the file knows or that is imported to the last, for each EPCI, or one."""
    if epci is not None:
        references.de_l_epci(epci)  # Raises for one that the project does not have.
    importees = annees_importees(references.projet, "attributions")
    for siren, nom in zip(references.epci["siren"], references.epci["nom_court"], strict=True):
        if epci in (None, siren):
            yield f"Seuils de {nom} ({siren}), {_UNITE} :"
            entetes, seuils = ("Année", "Q1", "Q2", "Q3", _a_gauche("Source")), references.de_l_epci(siren).seuils
            yield from tableau(entetes, _annees(seuils, {*seuils, *importees}))
    yield '« à renseigner » : cil seuils --annee AAAA --q1 EUROS --source "d’où il vient".'


def _annees(seuils: Seuils, annees: Collection[int]) -> list[tuple[str, ...]]:
    lignes = []
    for annee in range(min(annees, default=0), max(annees, default=-1) + 1):
        valeurs = valeurs_de(seuils, annee)
        cite = seuils[annee].titre if valeurs != (None, None, None) else ""
        montants = ["à renseigner" if valeur is None else montant(valeur) for valeur in valeurs]
        lignes.append((str(annee), *montants, _a_gauche(une_ligne(cite, _SOURCE))))
    return lignes


def _a_gauche(texte: str) -> str:
    return texte.ljust(_SOURCE)
