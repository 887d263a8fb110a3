"""``journal.json``: how a report was made, from which files, by which rules."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from cil_analysis.rapport import Rapport
from cil_analysis.rapport.pages import BILAN
from cil_analysis.reference.seuils import FICHIER, NOMS, valeurs_de
from cil_analysis.secret.verdicts import noter

TITRE = BILAN.titre
_BIBLIOTHEQUES = ("cil-analysis", "pandas", "geopandas", "matplotlib", "openpyxl", "pyarrow")
_DIT_D_UN_IMPORT = ("extrait", "annee", "importe_le", "fichiers", "comptes", "motifs")


def journal(rapport: Rapport, moteur: str, indicateurs: str) -> dict[str, Any]:
    """How the report was made: no date of its own, so that the same inputs give the same journal.

    ``indicateurs``: the digest of indicateurs.csv, by which what reads it back knows that nobody has changed it.
    """
    tables = rapport.publication.values()
    return {
        "titre": f"{TITRE} {rapport.annee}",
        "projet": rapport.projet.identifiant,
        "epci_siren": rapport.projet.epci_siren,
        "donnees_fictives": rapport.projet.donnees_fictives,
        "annee": rapport.annee,
        "annees": list(rapport.annees),
        "interne": rapport.publication.interne,
        "moteur": moteur,
        "versions": {"python": platform.python_version(), **{nom: version(nom) for nom in _BIBLIOTHEQUES}},
        "empreinte_references": rapport.references.empreinte(),
        "sha256_indicateurs": indicateurs,
        "resultats_dits": noter(rapport.publication.en_table(), rapport.references.objectifs),
        "parametres": _parametres(rapport),
        "chiffres": {
            "publies_ou_signes": sum(len(table) for table in tables),
            "masques": sum(table.nb_secrets for table in tables),
        },
        "entrees": [{cle: importe[cle] for cle in _DIT_D_UN_IMPORT} for importe in rapport.publication.imports],
    }


def _parametres(rapport: Rapport) -> dict[str, Any]:
    valeurs: dict[str, Any] = {}
    for nom, parametre in rapport.references.parametres.items():
        valeur = parametre.valeur(rapport.jour)
        valeurs[nom] = list(valeur) if isinstance(valeur, tuple) else valeur
    seuils = valeurs_de(rapport.references.seuils, rapport.annee)
    return valeurs | {f"{FICHIER}.{nom}": seuil for nom, seuil in zip(NOMS, seuils, strict=True)}
