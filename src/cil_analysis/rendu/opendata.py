"""``reports/<année>/opendata``: the published figures as open data, audited once more, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet
from cil_analysis.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu.accueil import ecrire_l_accueil
from cil_analysis.rendu.jeu_ouvert import Jeu
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place, seul_a_ecrire
from cil_analysis.rendu.suivi import FICHES, OUVERTES, Suivi, empreinte_du_bilan, lire_suivi
from cil_analysis.secret.preuve.preuve import chiffres_diffusables
from cil_analysis.secret.publies import lire_chiffres
from cil_analysis.secret.relecture import relire_publication

DOSSIER = "opendata"


def produire_opendata(projet: Projet, annee: int, *, licence: str | None = None) -> Path:
    """Write reports/<année>/opendata whole, in the place of the previous one, and return it; index.html links it.

    Raises ErreurCIL without a bilan of the year, for an internal version, for a label that a spreadsheet would compute,
    and when the audit fails.
    """
    dossier = projet.rapports / str(annee)
    references = References(projet)
    journal = _lire_journal(dossier, annee, lire_chiffres(dossier))
    with seul_a_ecrire(projet):
        chiffres = chiffres_diffusables(projet, references, annee)
        ouvertes, fichiers = dossier / DOSSIER, Jeu(references, annee, chiffres, journal, licence).fichiers()
        with a_cote(dossier, ouvertes) as etape:
            for nom, octets in fichiers.items():
                (etape / nom).write_bytes(octets)
            ouvertes.mkdir(exist_ok=True)
            mettre_en_place(etape, ouvertes, [ancien.name for ancien in ouvertes.iterdir() if ancien.is_file()])
        notes = Suivi(dossier, OUVERTES)
        for nom in fichiers:
            notes.noter(f"{DOSSIER}/{nom}", dossier / DOSSIER / nom, empreinte_du_bilan(dossier))
        notes.ecrire()
        publication = relire_publication(projet, references, annee, exiger_a_jour=False)
        ecrire_l_accueil(Rapport(projet, references, publication), lire_suivi(dossier, FICHES))
    return dossier / DOSSIER


def _lire_journal(dossier: Path, annee: int, chiffres: pd.DataFrame) -> Mapping[str, Any]:
    """The journal of the bilan. Raises ErreurCIL for an internal version, or when it is not that of these figures."""
    try:
        journal = json.loads((dossier / "journal.json").read_text(encoding="utf-8"))
        interne = bool(journal["interne"])
        comptes = (journal["chiffres"]["publies_ou_signes"], journal["chiffres"]["masques"])
        for entree in journal["entrees"]:
            datetime.fromisoformat(entree["importe_le"])
    except (OSError, ValueError, KeyError, TypeError) as erreur:
        raise _autre_bilan(dossier, annee) from erreur
    if interne:
        raise ErreurCIL(
            f"{dossier} est une version interne, sans secret statistique : elle ne se diffuse pas. Produisez le bilan "
            f"à publier avec « cil bilan --annee {annee} »."
        )
    if comptes != (len(chiffres), int(chiffres["statut"].eq(SECRET).sum())) or not journal["entrees"]:
        raise _autre_bilan(dossier, annee)
    return dict(journal)


def _autre_bilan(dossier: Path, annee: int) -> ErreurCIL:
    return ErreurCIL(
        f"{dossier / 'journal.json'} manque, est abîmé ou n’est pas celui des chiffres voisins : relancez « cil bilan "
        f"--annee {annee} »."
    )
