"""« cil seuils »."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cil_analysis.cli.commun import Declarer

if TYPE_CHECKING:
    from cil_analysis.extracts.seuils import Lecture
    from cil_analysis.reference.seuils import Report


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    seuils = commande("seuils", "Reporter les seuils des quartiles depuis le tableau de l’État.", _seuils)
    seuils.add_argument("fichier", type=Path, metavar="FICHIER", help="le classeur de l’État (.xlsx)")
    seuils.add_argument("--source", metavar="TEXTE", help="d’où vient ce classeur\u202f: titre et adresse à citer")
    seuils.add_argument("--remplacer", action="store_true", help="remplacer les valeurs enregistrées qui diffèrent")


def _seuils(options: argparse.Namespace) -> int:
    from cil_analysis.extracts.seuils import lire_quartiles, seuils_sources
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.seuils import reporter_seuils
    from cil_analysis.reference.texte import typographie

    projet = ouvrir_projet(options.projet)
    lecture = lire_quartiles(options.fichier, projet.epci_siren)
    lus = seuils_sources(lecture, options.source)
    report = reporter_seuils(projet.reference, lus, remplacer=options.remplacer)
    print(typographie(f"Seuils de {projet.epci_nom_court} ({projet.epci_siren}), en euros par UC et par an :"))
    for phrase in _phrases(lecture, report):
        print(typographie(phrase))
    return 0


def _phrases(lecture: Lecture, report: Report) -> list[str]:
    from cil_analysis.reference.seuils import FICHIER, montant

    phrases = []
    for lus in lecture.quartiles:
        triplet = ", ".join(f"Q{rang} {montant(valeur)}" for rang, valeur in enumerate(lus.valeurs, start=1))
        sort = "enregistrés" if lus.annee in report.ecrites else "déjà enregistrés, inchangés"
        phrases.append(f"  {lus.annee} (feuille « {lus.feuille} ») : {triplet} ; {sort}.")
        if lus.concerne is False:
            phrases.append(f"    Le tableau dit l’EPCI non concerné par l’obligation en {lus.annee}.")
    for ecart in report.remplacees:
        phrases.append(
            f"  {ecart.annee} {ecart.nom.upper()} : {montant(ecart.enregistree)} remplacé par {montant(ecart.lue)}."
        )
    for annee in report.fermees:
        phrases.append(f"  {annee} : inscrit « à renseigner », pour ne pas reprendre les seuils de {annee - 1}.")
    for feuille in lecture.feuilles_sans_l_epci:
        phrases.append(f"  Feuille « {feuille} » : l’EPCI n’y figure pas.")
    for feuille in lecture.autres_feuilles:
        phrases.append(f"  Feuille « {feuille} » : ce n’est pas un tableau de quartiles, elle n’est pas lue.")
    fichier = f"data/reference/parameters/{FICHIER}.yml"
    if not report.ecrites:
        complete = "complété" if report.fermees else "inchangé"
        phrases.append(f"{fichier} : {complete}. Les seuils du classeur y étaient déjà.")
        return phrases
    phrases.append(f"{fichier} : mis à jour.")
    suite = ", ".join(f"cil bilan --annee {annee}" for annee in report.ecrites)
    phrases.append(f"Relancez le bilan des années touchées : {suite}.")
    return phrases
