"""The publication of a bilan that stands under reports/, read back: what is made beside it shows the same figures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.publication import IMPORTS
from cil_analysis.secret.publies import FICHIER
from cil_analysis.secret.regles import regles_secret
from cil_analysis.secret.table_publiee import Publication, relire_tables

JOURNAL = "journal.json"


def relire_publication(
    projet: Projet, references: References, annee: int, *, exiger_a_jour: bool = True
) -> Publication:
    """What the bilan of a year publishes, from its own files: quicker than to count, and no other figure can appear.

    Raises ErreurCIL when there is none, when it is an internal version, or when the extracts, the reference data or the
    file of figures have changed since, unless not ``exiger_a_jour``.
    """
    dossier = projet.rapports / str(annee)
    journal = _lire_journal(dossier, annee)
    attendu = journal.get("sha256_indicateurs")  # absent from the journals of earlier versions
    if exiger_a_jour and attendu and hashlib.sha256((dossier / FICHIER).read_bytes()).hexdigest() != attendu:
        raise ErreurCIL(
            f"{dossier / FICHIER} n’est plus tel que « cil bilan » l’a écrit : relancez « cil bilan --annee {annee} », "
            "puis cette commande."
        )
    if journal["interne"]:
        raise ErreurCIL(
            f"{dossier} est une version interne, sans secret statistique : relancez « cil bilan --annee {annee} »."
        )
    annees = tuple(int(a) for a in journal["annees"])
    actuels = [{cle: j[cle] for cle in IMPORTS} for j in store.journaux(projet) if j.get("annee") in annees]
    change = actuels != journal["entrees"] or references.empreinte() != journal["empreinte_references"]
    if change and exiger_a_jour:
        raise ErreurCIL(
            f"Les extraits ou les référentiels ont changé depuis le bilan {annee} : relancez « cil bilan --annee "
            f"{annee} », puis cette commande."
        )
    regles = regles_secret(references.parametres, annee)
    return Publication(
        annee, annees, relire_tables(dossier, registre(references)), regles, False, tuple(journal["entrees"])
    )


def _lire_journal(dossier: Path, annee: int) -> dict[str, Any]:
    try:
        journal: dict[str, Any] = json.loads((dossier / JOURNAL).read_text(encoding="utf-8"))
        _ = journal["interne"], journal["annees"], journal["entrees"], journal["empreinte_references"]
    except FileNotFoundError:
        raise ErreurCIL(
            f"Le bilan {annee} n’est pas encore produit : lancez « cil bilan --annee {annee} », puis cette commande."
        ) from None
    except (ValueError, KeyError, TypeError) as erreur:
        raise ErreurCIL(
            f"{dossier / JOURNAL} est abîmé : relancez « cil bilan --annee {annee} », puis cette commande."
        ) from erreur
    return journal
