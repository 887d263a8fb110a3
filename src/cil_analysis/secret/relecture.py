"""The publication of a bilan that stands under reports/, read back: what is made beside it shows the same figures."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.publication import import_dit
from cil_analysis.secret.publies import FICHIER, JOURNAL
from cil_analysis.secret.regles import regles_secret
from cil_analysis.secret.table_publiee import Publication, relire_tables


def relire_publication(
    projet: Projet, references: References, annee: int, *, exiger_a_jour: bool = True
) -> Publication:
    """What the bilan of a year publishes, from its own files: quicker than to count, and no other figure can appear.

    Raises ErreurCIL when there is none, when it is an internal version, when the file of figures has changed since, or
    when the extracts or the reference data have, unless not ``exiger_a_jour``.
    """
    dossier = projet.rapports / str(annee)
    journal = _lire_journal(dossier, annee)
    if empreinte_du_fichier(dossier / FICHIER) != journal["sha256_indicateurs"]:
        raise ErreurCIL(
            f"{dossier / FICHIER} manque, ou n’est plus tel que « cil bilan » l’a écrit avec {JOURNAL} : relancez "
            f"« cil bilan --annee {annee} », puis cette commande."
        )
    if journal["interne"]:
        raise ErreurCIL(
            f"{dossier} est une version interne, sans secret statistique : relancez « cil bilan --annee {annee} »."
        )
    annees = tuple(int(a) for a in journal["annees"])
    actuels = [import_dit(j) for j in store.journaux(projet) if j.get("annee") in annees]
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
        _ = journal["interne"], journal["annees"], journal["empreinte_references"], journal["sha256_indicateurs"]
        max(datetime.fromisoformat(entree["importe_le"]) for entree in journal["entrees"])
    except FileNotFoundError:
        raise ErreurCIL(
            f"Le bilan {annee} n’est pas encore produit, ou n’a plus de {JOURNAL} : lancez « cil bilan --annee {annee} "
            "», puis cette commande."
        ) from None
    except (ValueError, KeyError, TypeError) as erreur:
        raise ErreurCIL(
            f"{dossier / JOURNAL} est abîmé : relancez « cil bilan --annee {annee} », puis cette commande."
        ) from erreur
    return journal
