"""« cil qualite »."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from cil_analysis.cli.commun import Declarer, lire_annee

if TYPE_CHECKING:
    import pandas as pd

    from cil_analysis.reference.columns import Dictionnaire


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    qualite = commande("qualite", "Montrer les anomalies et la complétude d’une année.", _qualite)
    qualite.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")


def _qualite(options: argparse.Namespace) -> int:
    from cil_analysis.extracts import store
    from cil_analysis.project import ouvrir_projet
    from cil_analysis.reference.ensemble import References
    from cil_analysis.reference.texte import typographie

    projet = ouvrir_projet(options.projet)
    journaux = {nom: store.lire_journal(projet, nom, options.annee) for nom in ("attributions", "demandes")}
    if not any(journaux.values()):
        store.lire(projet, "attributions", options.annee)  # Raises, and says what to import.
    dictionnaires = References(projet).dictionnaires
    for extrait, journal in journaux.items():
        if journal is None:
            print(typographie(f"{extrait.capitalize()} {options.annee} : aucun import."))
            continue
        anomalies = store.lire_anomalies(projet, extrait, options.annee)
        for phrase in _phrases_de_qualite(journal, anomalies, dictionnaires[extrait]):
            print(typographie(phrase))
    return 0


def _phrases_de_qualite(journal: dict[str, Any], anomalies: pd.DataFrame, dictionnaire: Dictionnaire) -> list[str]:
    from cil_analysis.extracts.anomalies import REGLES
    from cil_analysis.presentation.formats import accorder, nombre, pourcentage

    derivees = {"demande_pseudonyme": dictionnaire.colonnes["numero_unique"].libelle, "delai_mois": "Délai"}
    libelles = derivees | {nom: colonne.libelle for nom, colonne in dictionnaire.colonnes.items()}
    c = journal["comptes"]
    conservees = accorder(c["conservees"], "ligne conservée", "lignes conservées")
    phrases = [f"{journal['extrait'].capitalize()} {journal['annee']} : {conservees} sur {nombre(c['lues'])}."]
    for nom, n in journal["manquants"].items():
        part = pourcentage(100 * n / max(c["conservees"], 1))
        phrases.append(f"  {libelles.get(nom, nom)} : {part} de valeurs manquantes")
    fin = " :" if len(anomalies) else "."
    phrases.append(f"  {accorder(len(anomalies), 'anomalie', 'anomalies')}{fin}")
    for cles, lignes in anomalies.groupby(["colonne", "regle", "effet"]):
        nom, regle, effet = map(str, cles)
        quoi = f"{libelles.get(nom, nom)}, {REGLES.get(regle, regle)}"
        phrases.append(f"    {quoi} : {nombre(len(lignes))} ({effet})")
    return phrases
