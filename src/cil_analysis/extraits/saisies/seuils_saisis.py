"""Thresholds that an analyst types, on the command line or in a table: one year, its quartiles, their source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.seuils import citer, lire_montant
from cil_analysis.extraits.saisies.tableau import le_mieux_titre, lire_tableaux
from cil_analysis.reference.seuils import NOMS, SeuilsDeLAnnee
from cil_analysis.reference.seuils_epci import SeuilsDUnEpci

# Heading in comparison form → field.
_ENTETES = {
    "annee": "annee", "exercice": "annee", "source": "source", "epci siren": "epci_siren", "siren": "epci_siren",
    "siren epci": "epci_siren", "epci": "epci_siren",
    **{forme: nom for nom in NOMS for forme in (nom, f"{nom} annuel", f"seuil {nom}")},
}  # fmt: skip
# A threshold is known the year before it applies at the earliest; no year so far back is looked at by a bilan.
_ANNEES_AVANT, _ANNEES_APRES = 30, 1


def lire_seuils(fichier: Path, source: str | None, siren: str) -> list[SeuilsDUnEpci]:
    """The thresholds of a table, a row a year; ``source`` and ``siren`` where a row does not say its own.

    Raises ErreurCIL, naming the line, for a file that is no such table, a field that cannot be read, a row twice.
    """
    tableau = le_mieux_titre(lire_tableaux(fichier, _ENTETES))
    if "annee" not in tableau.champs or not set(NOMS) & set(tableau.champs):
        raise ErreurCIL(
            f"{fichier.name} : en-têtes introuvables. Attendu sur une ligne : annee, q1 (et q2, q3, source si vous les "
            "avez)."
        )
    lus: dict[tuple[str, int], SeuilsDUnEpci] = {}
    for numero, cellules in tableau.lignes:
        champs = tableau.lire(numero, cellules)
        if not any(champs.values()):
            continue
        ou = f"{fichier.name}, ligne {numero}"
        dits = {"source": source or "", "epci_siren": siren} | {nom: c for nom, c in champs.items() if c}
        saisie = lire_saisie(dits, ou)
        cle = saisie.siren, saisie.seuils.annee
        if cle in lus:
            raise ErreurCIL(f"{ou} : {cle[1]} a déjà une ligne. N’en gardez qu’une, puis relancez.")
        lus[cle] = saisie
    if not lus:
        raise ErreurCIL(f"{fichier.name} n’a aucune ligne sous ses en-têtes : saisissez-y une année par ligne.")
    return list(lus.values())


def lire_saisie(champs: Mapping[str, str], ou: str) -> SeuilsDUnEpci:
    """One year, from texts: annee, q1, q2, q3 (blank: not given), source, epci_siren. ``ou``: where they stand.

    Raises ErreurCIL for a year or an amount that is not plausible, no amount at all, or no source.
    """
    annee = _annee(champs.get("annee", ""), ou)
    q1, q2, q3 = (lire_montant(champs.get(nom, ""), f"{ou}, {nom}") for nom in NOMS)
    if q1 is q2 is q3 is None:
        raise ErreurCIL(f"{ou} : aucun seuil n’est donné pour {annee}. Donnez q1, q2 ou q3.")
    if not champs.get("source", "").strip():
        raise ErreurCIL(
            f"{ou} : la source manque. Dites d’où viennent ces seuils (arrêté, tableau, adresse), dans une colonne "
            "« source » ou par --source."
        )
    reference = citer(champs["source"], f"Seuils de {annee}", ou)
    return SeuilsDUnEpci(champs.get("epci_siren", ""), SeuilsDeLAnnee(annee, (q1, q2, q3), reference, "C"))


def _annee(texte: str, ou: str) -> int:
    cette_annee = date.today().year
    annee = int(texte[:4]) if re.fullmatch(r"[0-9]{4}(?:[.,]0+)?", texte.strip()) else 0
    if not cette_annee - _ANNEES_AVANT <= annee <= cette_annee + _ANNEES_APRES:
        raise ErreurCIL(
            f"{ou} : l’année « {texte} » n’est pas plausible. Donnez une année de {cette_annee - _ANNEES_AVANT} à "
            f"{cette_annee + _ANNEES_APRES}, en quatre chiffres."
        )
    return annee
